"""How a mail lies on the page, asked of a real browser."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from newsletter.render.compiled import compile_issue
from newsletter.render.templates import SHIPPED
from newsletter.render.web import render_web
from render.sample_issue import ARCHIVE, letter, rich_issue

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="chromium is not installed"),
]
THEMES = SHIPPED.themes


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM or "/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


def shown(browser: Any, html: str, width: int, scheme: str = "light") -> Any:
    """The page, offline: pictures do not load, as in most inboxes at first."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.route("**/*", lambda route: route.abort())
    page.set_content(html)
    return page


def mail(theme: str = "broadsheet") -> str:
    return compile_issue(rich_issue(), letter(theme=theme), archive_url=ARCHIVE).html


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 375, 640, 900])
def test_nothing_is_wider_than_the_window(browser: Any, theme: str, width: int) -> None:
    web = render_web(rich_issue(), letter(theme=theme), canonical_url=ARCHIVE, home_url=ARCHIVE)
    for html in (mail(theme), web):
        page = shown(browser, html, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


def test_two_cards_stand_side_by_side_on_a_desk_and_one_below_the_other_on_a_phone(browser: Any) -> None:
    for width, same_line in ((640, True), (375, False)):
        page = shown(browser, mail(), width)
        tops = page.evaluate("[...document.querySelectorAll('.column')].map(e => e.getBoundingClientRect().top)")
        assert len(tops) == 2
        assert (tops[0] == tops[1]) is same_line
        page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_a_figure_or_a_day_stands_beside_its_words_on_a_desk_and_above_them_on_a_phone(
    browser: Any, theme: str
) -> None:
    for width, beside in ((640, True), (375, False)):
        page = shown(browser, mail(theme), width)
        for narrow, wide in zip(page.locator(".narrow").all(), page.locator(".wide").all(), strict=True):
            one, other = narrow.bounding_box(), wide.bounding_box()
            assert other["y"] == one["y"] if beside else other["y"] >= one["y"] + one["height"]
            assert narrow.evaluate("e => e.scrollWidth <= e.clientWidth")
        page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_the_dark_scheme_reaches_every_text(browser: Any, theme: str) -> None:
    page = shown(browser, mail(theme), 640, "dark")
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
    page.close()


def test_a_blocked_picture_leaves_its_description(browser: Any) -> None:
    page = shown(browser, mail(), 375)
    assert page.locator("img").count() == 4
    for picture in page.locator("img").all():
        assert picture.get_attribute("alt").startswith("A drawing of the ")
        assert picture.bounding_box()["height"] > 20
    page.close()


def test_the_mail_is_laid_out_by_the_standard(browser: Any) -> None:
    page = shown(browser, mail(), 640)
    assert page.evaluate("document.compatMode") == "CSS1Compat"
    page.close()
