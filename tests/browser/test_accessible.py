"""WCAG 2.2 AA on every mail and page, by axe-core and by the pixels that are painted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from browser.axe import PAGE_RULES, faint, findings
from browser.mails import BODY, ISSUES, MAILS, THEMES, mail
from browser.painted import painted
from browser.right_to_left import arabic_issue, arabic_letter
from browser.viewer import NEEDS_CHROMIUM, SCHEMES, Scheme, Viewer
from builders import NOW, article, newsletter, subscriber
from newsletter.deliver.memory import MemoryTransport
from newsletter.model.cadence import Cadence, Every
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.render.links import Purpose
from newsletter.render.web import render_web
from newsletter.web.app import create
from render.sample_issue import ARCHIVE, letter, rich_issue
from render.sample_mails import SITE

pytestmark = NEEDS_CHROMIUM
WIDTHS = (640, 375)
PLAIN: tuple[Scheme, ...] = ("light", "dark")


def assert_accessible(viewer: Viewer, html: str) -> None:
    """A page of the web site; what axe-core computes is the same where the browser darkens it, so that is painted."""
    views: tuple[tuple[int, Scheme], ...] = ((640, "light"), (375, "dark"))
    for width, scheme in views:
        page = viewer.show(html, width, scheme)
        assert findings(page) == [], (page.title(), width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.title(), width)
    faintest = min(painted(viewer.show(html, 375, "forced", scale=2), 2), key=lambda line: line.contrast)
    assert faintest.contrast >= 4.5, faintest


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", MAILS)
def test_axe_finds_nothing_in_any_mail(viewer: Viewer, name: str, theme: str) -> None:
    html = mail(name, theme)
    for width in WIDTHS:
        for scheme in SCHEMES:
            page = viewer.show(html, width, scheme)
            assert findings(page, without=PAGE_RULES) == [], (width, scheme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", MAILS)
def test_every_word_can_be_read_as_it_is_painted(viewer: Viewer, name: str, theme: str) -> None:
    """axe-core reads the colours that were asked for, and in a page that the browser darkens those are not painted."""
    html = mail(name, theme)
    # axe-core weighs the rest, but for the descriptions of pictures, which issues alone have.
    others: tuple[tuple[int, Scheme], ...] = ((375, "light"), (375, "dark")) if name in ISSUES else ()
    views: tuple[tuple[int, Scheme], ...] = ((640, "forced"), (375, "forced"), *others)
    for width, scheme in views:
        lines = painted(viewer.show(html, width, scheme, scale=2), 2)
        assert len(lines) >= 8
        assert [line for line in lines if line.contrast < 4.5] == [], (width, scheme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ISSUES)
def test_the_text_to_be_read_has_a_contrast_of_seven(viewer: Viewer, name: str, theme: str) -> None:
    html = mail(name, theme)
    for scheme in PLAIN:
        weighed, fainter = faint(viewer.show(html, 640, scheme), BODY)
        assert fainter == [], scheme
        assert weighed >= 15


def test_the_control_a_faint_colour_is_found(viewer: Viewer) -> None:
    html = mail("issue", "broadsheet").replace("color:#55514a", "color:#b5b1aa")
    found = findings(viewer.show(html), without=PAGE_RULES)
    assert found
    assert all(line.startswith("violations color-contrast: ") for line in found)
    assert min(line.contrast for line in painted(viewer.show(html, scale=2), 2)) < 2.2


def test_the_control_a_faint_body_text_is_found(viewer: Viewer) -> None:
    page = viewer.show(mail("issue", "broadsheet").replace("color:#1b1b1b", "color:#666666"))
    assert findings(page, without=PAGE_RULES) == []
    assert faint(page, BODY)[1]


def test_the_control_a_picture_without_description_is_found(viewer: Viewer) -> None:
    html = mail("issue", "broadsheet").replace(' alt="A drawing of the ferry"', "")
    (found,) = findings(viewer.show(html), without=PAGE_RULES)
    assert found.startswith("violations image-alt: ")


def test_the_control_what_axe_cannot_decide_counts_as_found(viewer: Viewer) -> None:
    html = mail("issue", "broadsheet").replace(
        '<h1 class="', '<h1 id="x" aria-label="Ferry" style="background-image:linear-gradient(#fff,#eee)" class="', 1
    )
    assert any(line.startswith("incomplete color-contrast: ") for line in findings(viewer.show(html)))


def test_the_control_the_browser_really_darkens(viewer: Viewer) -> None:
    """A page that asks for light and dark is darkened too, and its styles still name the colours of the light."""
    html = '<!doctype html><meta name="color-scheme" content="light dark"><body style="background:#fff"><p>Harbour</p></body>'
    (light,) = painted(viewer.show(html, scale=2), 2)
    page = viewer.show(html, scheme="forced", scale=2)
    (dark,) = painted(page, 2)
    assert light.ground == (255, 255, 255)
    assert max(dark.ground) < 60
    assert min(dark.letters) > 200
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_the_web_copy(viewer: Viewer, theme: str) -> None:
    copies = ((rich_issue(), letter(theme=theme)), (arabic_issue(), arabic_letter(theme)))
    for issue, owner in copies:
        assert_accessible(viewer, render_web(issue, owner, canonical_url=ARCHIVE, home_url=f"{SITE}/harbour"))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_in_the_pages_of_a_subscriber(viewer: Viewer, press: Press, language: str) -> None:
    owner = replace(newsletter(), language=language, tagline="Ferries and sea walls")
    saved = press.store.newsletters.save(owner)
    press.store.subscribers.add(saved.id or 0, [Subscription(subscriber=subscriber(), newsletter="")], now=NOW)
    press.store.articles.add(article("Fares & <fees> rise"), now=NOW)
    with TestClient(create(press), base_url=SITE) as client:
        preferences, unsubscribe = press.links.preferences(1, 1), press.links.unsubscribe(1, 1)
        pages = [client.get(path).text for path in (preferences, unsubscribe, "/harbour", "/nothing-of-this-name")]
        press.desk.compose(saved, Slot("2026-W47", "UTC"))
        press.desk.approve(1)
        with ThreadPoolExecutor(1) as thread:  # the browser's own loop runs in this one
            thread.submit(press.dispatch.send, 1, MemoryTransport()).result()
        pages += [client.get(path).text for path in ("/harbour", "/harbour/2026-W47")]
        pages.append(client.post(preferences, data={"state": "paused", "wanted": ["stories"]}).text)
        pages.append(client.post(unsubscribe, data={"List-Unsubscribe": "One-Click"}).text)
        pages += [client.get("/harbour/subscribe").text, client.post("/harbour/subscribe", data={"email": "no"}).text]
        pages.append(client.post("/harbour/subscribe", data={"email": "ann@example.com"}).text)
        press.reception.answer()
        confirm = press.links.to(Purpose.CONFIRM, 1, 1)
        pages += [client.get(confirm).text, client.post(confirm).text]
        pages.append(client.post(f"{press.links.preferences(2, 1)}/links").text)
        pages.append(client.post(f"{press.links.preferences(2, 1, 1)}/erase", data={"sure": "yes"}).text)
    assert len(set(pages)) == 15
    for html in pages:
        assert_accessible(viewer, html)


@pytest.mark.parametrize("language", ["de", "ar"])
def test_axe_finds_nothing_in_the_preferences_with_all_there_is_to_choose(
    viewer: Viewer, press: Press, language: str
) -> None:
    client, link = _choosing(press, language)
    pages = [client.get(link).text]
    pages += [
        client.post(link, data={"state": "paused", "pause_until": day}).text for day in ("2026-12-24", "2020-01-01")
    ]
    pages.append(client.post(link, data={"state": "active", "topic": "Sports=never"}).text)
    assert len(set(pages)) == 4
    for html in pages:
        assert_accessible(viewer, html)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_of_the_preferences_is_wider_than_a_telephone(viewer: Viewer, press: Press, language: str) -> None:
    client, link = _choosing(press, language, topic="Rindfleischetikettierungsueberwachung" * 2)
    page = viewer.show(client.post(link, data={"state": "paused"}).text, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_day_to_come_back_is_asked_of_those_who_pause(viewer: Viewer, press: Press) -> None:
    """By the style sheet alone: no script runs on the page."""
    client, link = _choosing(press, "en")
    page = viewer.show(client.get(link).text)
    assert not page.get_by_label("Send again from").is_visible()
    page.get_by_label("Pause").check()
    page.get_by_label("Send again from").fill("2020-01-01")
    page.get_by_label("Send me what I chose").check()
    assert not page.get_by_label("Send again from").is_visible()
    # A field that nobody sees must not hold the form back.
    assert page.evaluate("document.forms[0].checkValidity()")


def _choosing(press: Press, language: str, topic: str = "Crime & courts") -> tuple[TestClient, str]:
    """Somebody to look at the preferences of a daily newsletter with topics, and where they are."""
    owner = newsletter(language=language, topics=("Harbour", topic), cadence=Cadence(every=Every.DAY))
    saved = press.store.newsletters.save(owner)
    press.store.subscribers.add(saved.id or 0, [Subscription(subscriber=subscriber(), newsletter="")], now=NOW)
    return TestClient(create(press), base_url=SITE), press.links.preferences(1, 1)
