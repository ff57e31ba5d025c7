"""What others wrote, mailed and opened in a real browser that runs scripts and may ask for anything: nothing happens."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from builders import issue, newsletter
from newsletter.errors import NewsletterError
from newsletter.model.issue import Issue
from newsletter.render.compiled import compile_issue
from newsletter.render.web import render_web
from render.harmless import HOME
from render.hostile_cases import CANARY, Case, armed, groups
from render.hostile_ways import issue_of, issue_with, read
from render.sample_issue import ARCHIVE

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="chromium is not installed"),
]
_LONG = 500
# What a browser, which reads HTML otherwise than lxml does, would run or fetch.
_ACTIVE = """() => [...document.querySelectorAll('*')].flatMap(e => [
  ...(['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'FORM', 'BASE', 'svg', 'math', 'VIDEO', 'AUDIO', 'INPUT'].includes(e.tagName)
      && e.type !== 'application/ld+json' ? [e.outerHTML] : []),
  ...(e.tagName === 'META' && e.httpEquiv ? [e.outerHTML] : []),
  ...[...e.attributes].filter(a => a.name.startsWith('on')).map(a => a.name),
  ...(e.protocol !== undefined && e.hasAttribute('href') && !/^__NL_/.test(e.getAttribute('href'))
      && !['http:', 'https:'].includes(e.protocol) ? [e.outerHTML] : [])])"""


def documents(made: Issue) -> Iterator[str]:
    """Mail and web copy."""
    yield compile_issue(made, newsletter(), archive_url=ARCHIVE).html
    yield render_web(made, newsletter(), canonical_url=ARCHIVE, home_url=HOME)


def is_sendable(text: str) -> bool:
    """Whether a text that an editor types is not refused; a long one would be, many times over in one mail."""
    try:
        compile_issue(issue(preheader=text), newsletter(), archive_url=ARCHIVE)
    except NewsletterError:
        return False
    return len(text) < _LONG


def sample() -> list[tuple[Case, ...]]:
    """All groups made by hand, and a third of what was combined."""
    combined = [group for group in groups() if group[0].name.startswith("handler") or " to address " in group[0].name]
    return [*combined[::3], *(group for group in groups() if group not in combined)]


@pytest.fixture(scope="module")
def watched() -> Iterator[tuple[Any, list[str], list[str]]]:
    """A page, what it asked for and the dialogs that it opened. Nothing leaves."""
    asked: list[str] = []
    dialogs: list[str] = []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM or "/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        page = started.new_page(viewport={"width": 700, "height": 900})

        def dismissed(dialog: Any) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        def refused(route: Any) -> None:
            asked.append(route.request.url)
            route.abort()

        page.on("dialog", dismissed)
        page.route("**/*", refused)
        yield page, asked, dialogs
        started.close()


def opened(page: Any, html: str) -> tuple[int, list[str], set[str]]:
    """How often a script ran, what is active in the page, and the addresses of its pictures."""
    page.set_content(html)
    ran, active, pictures = page.evaluate(
        f"() => [window.ran || 0, ({_ACTIVE})(), [...document.images].map(i => i.src)]"
    )
    return ran, active, set(pictures)


def test_nothing_runs_opens_or_is_asked_for_but_the_pictures(watched: tuple[Any, list[str], list[str]]) -> None:
    page, asked, dialogs = watched
    opened_so_far = 0
    for group in sample():
        texts = [armed(case.text, CANARY) for case in group]
        read_in = issue_of([page for number, text in enumerate(texts) for page in read(text, number)])
        sendable = [text for text in texts if is_sendable(text)]
        for made in (read_in, *([issue_with(*sendable)] if sendable else [])):
            for html in documents(made):
                asked.clear()
                ran, active, pictures = opened(page, html)
                assert (ran, active, dialogs) == (0, [], []), group[0].name
                assert {url for url in asked if url not in pictures} == set(), group[0].name
                assert not any(CANARY in url for url in asked), group[0].name
                opened_so_far += 1
    assert opened_so_far > 80


def test_a_page_that_does_run_and_ask_is_noticed(watched: tuple[Any, list[str], list[str]]) -> None:
    page, asked, dialogs = watched
    bad = armed(f'<link rel="stylesheet" href="{CANARY}/a.css"><p onclick="1">x</p><script>RUN()</script>', CANARY)
    ran, active, _ = opened(page, f"<!doctype html><html><body>{bad}</body></html>")
    assert ran == 1
    assert len(active) == 2
    assert dialogs == ["1"]
    assert asked[-1] == f"{CANARY}/a.css"
    dialogs.clear()
