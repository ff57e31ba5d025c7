"""Two inliners that share no code, and what a browser makes of either: no element looks different."""

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import css_inline
import pytest
from playwright.sync_api import sync_playwright

from newsletter.assets import asset
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.render import inline as inlining
from newsletter.render.compiled import compile_issue
from newsletter.render.inline import inline
from render.sample_issue import ARCHIVE, letter, rich_issue

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="chromium is not installed"),
]
THEMES = sorted(path.stem for path in (asset("templates") / "email/themes").glob("*.toml"))
LOOKS = [(width, scheme) for width in (700, 375) for scheme in ("light", "dark")]
_KEPT = re.compile(r'<style data-premailer="ignore">.*?</style>', re.DOTALL)
# Every property of every element, those that are not set too.
_STYLES = """() => [...document.querySelectorAll('html, body, body *')].map(e => {
  const s = getComputedStyle(e);
  return [e.tagName, s.cssText || [...s].map(name => name + ': ' + s.getPropertyValue(name)).join('; ')] })"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM or "/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


def page_before_inlining(monkeypatch: pytest.MonkeyPatch, issue: Issue, newsletter: Newsletter) -> str:
    """What the templates make of an issue, with its style sheets still in the head."""
    pages: list[str] = []

    def remembered(page: str) -> str:
        pages.append(page)
        return page

    with monkeypatch.context() as patched:
        patched.setattr(inlining, "inline", remembered)
        compile_issue(issue, newsletter, archive_url=ARCHIVE)
    return pages[0]


def by_the_other(page: str) -> str:
    """The page inlined by css-inline. It would drop rules of the kept block, so that is set aside and put back."""
    (kept,) = _KEPT.findall(page)
    without = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False).inline(page.replace(kept, ""))
    assert "<style" not in without.partition("<body")[0].replace("<style>table", ""), "all other rules were inlined"
    return without.replace("</head>", kept.replace(' data-premailer="ignore"', "") + "</head>", 1)


def styles(browser: Any, html: str, width: int, scheme: str) -> list[list[str]]:
    """Tag and computed styles of every element, offline."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    try:
        page.route("**/*", lambda route: route.abort())
        page.set_content(html)
        found: list[list[str]] = page.evaluate(_STYLES)
    finally:
        page.close()
    return found


def differing(one: list[list[str]], other: list[list[str]]) -> list[str]:
    """The elements that look different, with the properties in which they do."""
    found = []
    for mine, theirs in zip(one, other, strict=True):
        if mine != theirs:
            pairs = zip(";".join(mine).split(";"), ";".join(theirs).split(";"), strict=False)
            found.append(f"{mine[0]}: {[pair for pair in pairs if pair[0] != pair[1]][:5]}")
    return found


@pytest.mark.parametrize(("theme", "language"), [*((theme, "en") for theme in THEMES), (THEMES[0], "he")])
def test_no_element_looks_different_by_another_inliner_or_without_one(
    browser: Any, theme: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page as the templates make it, read by a browser that knows style sheets, is the third opinion."""
    page = page_before_inlining(monkeypatch, rich_issue(), letter(theme=theme, language=language))
    ours, theirs = inline(page), by_the_other(page)
    for width, scheme in LOOKS:
        mine, other, neither = (styles(browser, html, width, scheme) for html in (ours, theirs, page))
        assert len(mine) > 200
        assert differing(mine, other) == [], f"{width} px, {scheme}"
        assert differing(mine, neither) == [], f"{width} px, {scheme}"


def test_a_rule_that_one_of_them_missed_would_be_seen(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_before_inlining(monkeypatch, rich_issue(), letter())
    spoilt = inline(page.replace("letter-spacing:1px", "letter-spacing:2px", 1))
    seen = differing(styles(browser, inline(page), 700, "light"), styles(browser, spoilt, 700, "light"))
    assert seen
    assert all("letter-spacing" in line for line in seen)
