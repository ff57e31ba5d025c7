"""The mail and the pages as Chromium draws them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from builders import newsletter
from newsletter.render.compiled import compile_issue
from newsletter.render.theme import load_theme
from newsletter.render.web import render_web
from weekly import weekly

CHROMIUM = shutil.which("chromium")
ARCHIVE = "https://news.example.org/harbour/2026-W47"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        yield opened
        opened.close()


@pytest.fixture(params=["broadsheet", "harbour"])
def mail(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """The rich issue in each theme, as a file."""
    html = compile_issue(weekly(), newsletter(theme=request.param), archive_url=ARCHIVE).html
    path = tmp_path / "issue.html"
    path.write_text(html)
    return path, request.param


def _page(browser: Browser, path: Path, width: int, **context: Any) -> Any:
    opened = browser.new_context(viewport={"width": width, "height": 800}, **context)
    opened.route("https://**", lambda route: route.abort())
    page = opened.new_page()
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("width", [320, 375, 640, 1200])
def test_nothing_runs_over_the_edge(browser: Browser, mail: tuple[Path, str], width: int) -> None:
    page = _page(browser, mail[0], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_nothing_runs_over_the_edge_where_style_blocks_are_stripped(
    browser: Browser, mail: tuple[Path, str], tmp_path: Path
) -> None:
    import re  # noqa: PLC0415 - only here

    bare = tmp_path / "bare.html"
    bare.write_text(re.sub(r"<style.*?</style>", "", mail[0].read_text(), flags=re.DOTALL))
    page = _page(browser, bare, 375)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_in_the_colours_of_its_scheme(browser: Browser, mail: tuple[Path, str], scheme: str) -> None:
    page = _page(browser, mail[0], 640, color_scheme=scheme)
    palette = getattr(load_theme(mail[1]), scheme)
    drawn = page.evaluate(
        """() => [...document.querySelectorAll('p,h1,h2,h3,li,a')].filter(e => e.textContent.trim())
             .map(e => getComputedStyle(e).color)"""
    )
    allowed = {_rgb(palette[name]) for name in ("ink", "muted", "accent", "card", "masthead_ink", "masthead_meta")}
    assert set(drawn) <= allowed
    assert _rgb(palette["card"]) in page.evaluate(
        "() => [...document.querySelectorAll('td,table')].map(e => getComputedStyle(e).backgroundColor)"
    )
    page.context.close()


def test_with_images_off_every_picture_says_what_it_shows(browser: Browser, mail: tuple[Path, str]) -> None:
    page = _page(browser, mail[0], 640)
    alts = page.evaluate("() => [...document.images].map(i => [i.alt, i.getBoundingClientRect().height])")
    assert alts
    assert all(alt and height > 0 for alt, height in alts)
    page.context.close()


def test_the_inbox_shows_the_preheader_and_not_the_body(browser: Browser, mail: tuple[Path, str]) -> None:
    page = _page(browser, mail[0], 640)
    assert page.evaluate("document.body.textContent.trim()").startswith(weekly().preheader)
    assert weekly().preheader not in page.evaluate("document.body.innerText"), "it is not drawn"
    page.context.close()


@pytest.mark.parametrize("width", [320, 375, 640, 1200])
def test_the_web_copy_fits_every_screen(browser: Browser, tmp_path: Path, width: int) -> None:
    path = tmp_path / "web.html"
    path.write_text(
        render_web(weekly(), newsletter(), canonical_url=ARCHIVE, home_url="https://news.example.org/harbour")
    )
    page = _page(browser, path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelectorAll('h1').length") == 1
    assert page.evaluate("JSON.parse(document.querySelector('script').textContent).headline") == weekly().subject
    page.context.close()


def _rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"
