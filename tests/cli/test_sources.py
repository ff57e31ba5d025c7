"""Sources over a real HTTP server on the loopback interface."""

import functools
import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk import Desk

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Coast Courier</title>{items}</channel></rss>"""
ITEM = """<item><title>Story {n}</title><link>https://courier.example/{n}</link><guid>c-{n}</guid>
<pubDate>Tue, 17 Nov 2026 09:00:00 GMT</pubDate><description>{text}</description></item>"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's signature
        pass


@pytest.fixture
def published(desk: Desk) -> Iterator[Path]:
    """A folder that a web server publishes and that the desk may fetch from; its address stands in ``address.txt``."""
    folder = desk.folder / "published"
    folder.mkdir()
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        address = f"127.0.0.1:{server.server_address[1]}"
        with (desk.folder / "config.toml").open("a") as config:
            config.write(f'\n[fetch]\nallow_hosts = ["{address}"]\n')
        (folder / "address.txt").write_text(f"http://{address}")
        yield folder
        server.shutdown()
        thread.join()


def _publish(folder: Path, name: str, *texts: str) -> str:
    items = "".join(ITEM.format(n=n, text=text) for n, text in enumerate(texts))
    (folder / name).write_text(FEED.format(items=items))
    return f"{(folder / 'address.txt').read_text()}/{name}"


def test_a_feed_is_read_when_added_and_again_when_fetched(desk: Desk, published: Path) -> None:
    url = _publish(published, "feed.xml", "First text.", "Second text.")
    added = desk.ok("source", "add", url, "--json").json
    assert (added["title"], added["taken"]) == ("Coast Courier", {"new": 2})
    _publish(published, "feed.xml", "First text.", "Second text, corrected.", "Third text.")
    (fetched,) = desk.ok("source", "fetch", "--json").json
    assert fetched["taken"] == {"unchanged": 1, "changed": 1, "new": 1}
    assert {article["outlet"] for article in desk.ok("article", "list", "--json").json} == {"Coast Courier"}
    assert desk.ok("source", "list", "--json").json[0]["last_error"] == ""


def test_a_feed_that_did_not_change_is_not_read_again(desk: Desk, published: Path) -> None:
    desk.ok("source", "add", _publish(published, "feed.xml", "First text."))
    desk.ok("source", "fetch")
    (fetched,) = desk.ok("source", "fetch", "--json").json
    assert fetched["taken"] == {}, "the server answers 304 to what it last told us"


def test_a_page_is_no_feed_and_is_not_remembered(desk: Desk, published: Path) -> None:
    url = _publish(published, "page.html")
    (published / "page.html").write_text("<!doctype html><html><body><p>Hello</p></body></html>")
    desk.refused("source", "add", url)
    assert desk.ok("source", "list", "--json").json == []


def test_a_source_that_fails_says_so_and_does_not_hold_up_the_others(desk: Desk, published: Path) -> None:
    for name in ("a.xml", "b.xml"):
        desk.ok("source", "add", _publish(published, name, f"Text of {name}."))
    (published / "a.xml").unlink()
    sentence = desk.refused("source", "fetch")
    assert "1 of 2 sources failed" in sentence
    states = [bool(source["last_error"]) for source in desk.ok("source", "list", "--json").json]
    assert states == [True, False]
    _publish(published, "a.xml", "Text of a.xml.")
    assert "at rest, failing since 1 poll, again at" in desk.ok("source", "fetch").out
    desk.ok("source", "fetch", "1")
    assert [source["last_error"] for source in desk.ok("source", "list", "--json").json] == ["", ""]


def test_a_source_is_forgotten_and_its_articles_stay(desk: Desk, published: Path) -> None:
    desk.ok("source", "add", _publish(published, "feed.xml", "First text."))
    desk.ok("source", "remove", "1")
    assert desk.ok("source", "list", "--json").json == []
    assert len(desk.ok("article", "list", "--json").json) == 1
    assert "no source 1" in desk.refused("source", "remove", "1")


def test_what_is_dropped_into_a_watched_folder_is_taken_in(desk: Desk) -> None:
    inbox = desk.folder / "inbox"
    inbox.mkdir()
    assert "(nothing new)" in desk.ok("source", "add", "inbox").out
    desk.page("inbox/fares.md")
    assert "inbox: 1 new" in desk.ok("source", "fetch").out
    assert "no folder" in desk.refused("source", "add", "nowhere").replace("cannot be read", "no folder")


def test_refreshing_fetches_and_composes_and_leaves_an_approved_issue_alone(desk: Desk, published: Path) -> None:
    desk.ok("source", "add", _publish(published, "feed.xml", "First text."))
    desk.ok("newsletter", "set", "weekly", "timezone=UTC")
    today = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"
    url = _publish(published, "feed.xml", "The ferry sails again at noon, says the harbour master.")
    page = (published / "feed.xml").read_text().replace("Tue, 17 Nov 2026 09:00:00 GMT", today)
    (published / "feed.xml").write_text(page.replace("c-0", "c-9").replace("example/0", "example/9"))
    done = desk.ok("refresh", "--json").json
    assert [source["url"] for source in done["sources"]] == [url]
    (draft,) = done["drafts"]
    assert draft["outcome"].startswith("issue 1: ")
    assert "nothing changed" in desk.ok("refresh").out
    desk.ok("issue", "approve", "1")
    assert "is approved and left as it is" in desk.ok("refresh").out


def test_refreshing_an_empty_house_says_that_there_is_nothing_to_send(desk: Desk) -> None:
    assert "nothing to send" in desk.ok("refresh").out
    assert desk.ok("issue", "list", "--json").json == []


def test_an_article_shows_its_note_and_what_changed_at_its_source(desk: Desk) -> None:
    page = desk.page()
    page.write_text(page.read_text().replace("---\ntitle", "---\nurl: https://review.example/fares\ntitle", 1))
    desk.ok("article", "add", page, "--note", "for the lead?")
    assert "as it was when it came in" in desk.ok("article", "changes", "1").out
    page.write_text(page.read_text().replace("12 percent", "14 percent"))
    desk.ok("article", "add", page)
    shown = desk.ok("article", "changes", "1").out
    assert "- The ferry company will raise its fares by 12 percent" in shown
    assert "+ The ferry company will raise its fares by 14 percent" in shown
    assert "note: version 2; for the lead?" in desk.ok("article", "show", "1").out
    assert desk.ok("article", "list", "--json").json[0]["note"] == "for the lead?"
