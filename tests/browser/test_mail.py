"""How a mail lies on the page, asked of a real browser."""

import pytest

from browser.mails import ISSUES, THEMES, mail
from browser.viewer import NEEDS_CHROMIUM, Viewer
from newsletter.render.templates import SHIPPED
from newsletter.render.web import render_web
from render.sample_issue import ARCHIVE, letter, rich_issue

pytestmark = NEEDS_CHROMIUM


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 375, 640, 900])
def test_nothing_is_wider_than_the_window(viewer: Viewer, theme: str, width: int) -> None:
    web = render_web(rich_issue(), letter(theme=theme), canonical_url=ARCHIVE, home_url=ARCHIVE)
    for html in (mail("issue", theme), web):
        page = viewer.show(html, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_two_cards_stand_side_by_side_on_a_desk_and_one_below_the_other_on_a_phone(viewer: Viewer) -> None:
    for width, same_line in ((640, True), (375, False)):
        page = viewer.show(mail("issue", "broadsheet"), width)
        tops = page.evaluate("[...document.querySelectorAll('.column')].map(e => e.getBoundingClientRect().top)")
        assert len(tops) == 2
        assert (tops[0] == tops[1]) is same_line


@pytest.mark.parametrize("theme", THEMES)
def test_a_figure_or_a_day_stands_beside_its_words_on_a_desk_and_above_them_on_a_phone(
    viewer: Viewer, theme: str
) -> None:
    for width, beside in ((640, True), (375, False)):
        page = viewer.show(mail("issue", theme), width)
        for narrow, wide in zip(page.locator(".narrow").all(), page.locator(".wide").all(), strict=True):
            one, other = narrow.bounding_box(), wide.bounding_box()
            assert other["y"] == one["y"] if beside else other["y"] >= one["y"] + one["height"]
            assert narrow.evaluate("e => e.scrollWidth <= e.clientWidth")


@pytest.mark.parametrize("name", ISSUES)
def test_two_cards_fill_the_column_with_a_gap_between_them(viewer: Viewer, name: str) -> None:
    page = viewer.show(mail(name, "broadsheet"), 640)
    column = page.locator("h2").last.bounding_box()
    left, right = sorted((one.bounding_box() for one in page.locator(".column img").all()), key=lambda box: box["x"])
    assert left["x"] == column["x"]
    assert right["x"] + right["width"] == column["x"] + column["width"]
    assert right["x"] - left["x"] - left["width"] == 24


@pytest.mark.parametrize("name", ISSUES)
def test_bars_and_bullets_stand_where_their_words_begin(viewer: Viewer, name: str) -> None:
    """On a page of the other direction too: the issue in Arabic takes its bullets and one quotation from English."""
    for width in (640, 375):
        page = viewer.show(mail(name, "broadsheet"), width)
        for quotation in page.locator("blockquote").all():
            begins = quotation.locator(".quoted").evaluate("e => getComputedStyle(e).direction")
            bars = quotation.evaluate(
                "e => [getComputedStyle(e).borderLeftWidth, getComputedStyle(e).borderRightWidth]"
            )
            assert bars == (["3px", "0px"] if begins == "ltr" else ["0px", "3px"])
        column = page.locator("h1").bounding_box()
        for bullet in page.locator("li").all():
            assert bullet.evaluate("e => getComputedStyle(e).direction") == "ltr"
            assert bullet.bounding_box()["x"] >= column["x"] + 22


@pytest.mark.parametrize("name", ISSUES)
def test_a_figure_above_its_words_begins_where_they_do(viewer: Viewer, name: str) -> None:
    page = viewer.show(mail(name, "broadsheet"), 375)
    column = page.locator("h1").bounding_box()
    for words in page.locator(".narrow td > *").all():
        box = words.bounding_box()
        if words.evaluate("e => getComputedStyle(e).direction") == "ltr":
            assert box["x"] == column["x"]
        else:
            assert box["x"] + box["width"] == column["x"] + column["width"]


@pytest.mark.parametrize("theme", THEMES)
def test_the_dark_scheme_reaches_every_text(viewer: Viewer, theme: str) -> None:
    page = viewer.show(mail("issue", theme), 640, "dark")
    palette = SHIPPED.theme(theme).dark
    for selector, token in (
        ("h1", "ink"),
        (".text", "ink"),
        (".dek", "muted"),
        (".kicker", "accent"),
        (".link", "accent"),
    ):
        colour = palette[token]
        rgb = f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"
        assert page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).color") == rgb, selector


def test_a_blocked_picture_leaves_its_description(viewer: Viewer) -> None:
    page = viewer.show(mail("issue", "broadsheet"), 375)
    assert page.locator("img").count() == 4
    for picture in page.locator("img").all():
        assert picture.get_attribute("alt").startswith("A drawing of the ")
        assert picture.bounding_box()["height"] > 20


def test_the_mail_is_laid_out_by_the_standard(viewer: Viewer) -> None:
    page = viewer.show(mail("issue", "broadsheet"), 640)
    assert page.evaluate("document.compatMode") == "CSS1Compat"
