import contextlib
import http.server
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from premailer import premailer as engine

from newsletter.errors import InlineRefused
from newsletter.render.inline import MAX_BYTES, inline


def _page(head: str = "", body: str = "<p class='x'>Text</p>") -> str:
    return f"<!doctype html><html><head><title>t</title>{head}</head><body>{body}</body></html>"


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody may call: its address, and the paths that were asked for."""
    asked: list[str] = []

    class Canary(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's signature
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


def test_a_rule_goes_into_the_style_attribute() -> None:
    page = inline(_page("<style>.x { color:#112244 }</style>"))
    assert 'style="color:#124"' in page
    assert page.startswith("<!doctype html>")


@pytest.mark.parametrize(
    "style",
    ['@import url("{at}/a.css");', '@IMPORT "{at}/a.css";', '@\\69mport url("{at}/a.css");', '@im\\port "{at}/a.css";'],
)
def test_no_import_is_fetched(canary: tuple[str, list[str]], style: str) -> None:
    at, asked = canary
    with contextlib.suppress(InlineRefused):
        inline(_page("<style>" + style.format(at=at) + " .x { color:red }</style>"))
    assert asked == []


@pytest.mark.parametrize(
    "markup", ['<link rel="stylesheet" href="{at}/a.css">', '<base href="{at}/">', "<![if !mso]>", "\x00"]
)
def test_what_would_be_fetched_or_corrupted_is_refused(canary: tuple[str, list[str]], markup: str) -> None:
    at, asked = canary
    with pytest.raises(InlineRefused):
        inline(_page(markup.format(at=at)))
    assert asked == []


def test_an_article_about_imports_is_not_refused() -> None:
    assert "@import" in inline(_page(body="<p>CSS has @import, HTML has &lt;link&gt;.</p>"))


def test_an_authors_style_attribute_cannot_crash_the_inliner() -> None:
    for style in ("p", "}", "{", "color", ":;;", "a:b:c", "/*", "\\", "p{}"):
        assert "Text" in inline(_page("<style>p { color:red }</style>", f'<p style="{style}">Text</p>'))


def test_the_kept_block_stays_to_the_letter() -> None:
    kept = (
        "@media (prefers-color-scheme: dark) { .x { color:#fff!important } } [data-ogsc] .x { color:#fff!important } "
        ":root { color-scheme:light dark } a:hover { color:red }"
    )
    assert kept in inline(_page(f'<style data-premailer="ignore">{kept}</style>'))


def test_sizes_of_images_and_comments_for_word_are_left_alone() -> None:
    body = '<!--[if mso]><table><tr><td><![endif]--><img class="x" src="https://a.example/b.png" width="560" height="315" alt="">'
    page = inline(_page("<style>.x { width:100%; height:auto }</style>", body))
    assert 'width="560"' in page
    assert 'height="315"' in page
    assert "<!--[if mso]><table><tr><td><![endif]-->" in page


def test_an_empty_or_enormous_page_is_refused() -> None:
    for page in ("", "  \n", _page(body="x" * MAX_BYTES)):
        with pytest.raises(InlineRefused, match="empty or larger"):
            inline(page)


def test_eight_threads_agree() -> None:
    page = _page("<style>.x { color:#112233 }</style>", "<p class='x'>Text</p>" * 50)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(inline, [page] * 40))) == 1


def test_the_private_names_that_the_wrapper_replaces_are_still_there() -> None:
    """premailer is pinned; whoever unpins it learns here what to look at."""
    assert callable(engine._create_cssselector)
    assert callable(engine.Premailer._parse_css_string)
    assert "_create_cssselector" in engine.Premailer.transform.__globals__
