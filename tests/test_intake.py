"""Sources with a real store and a real web server: polled, failing, resting, taken back."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW, article
from ingest.web_server import Answer, WebServer, web_server, zipped
from newsletter.errors import IngestError
from newsletter.ingest.fetch import Fetcher
from newsletter.intake import Polled
from newsletter.model.source import LONGEST_REST, Source, rest
from newsletter.pipeline import Press
from newsletter.store.articles import Added

DAYS = (16, 17, 18)


def feed(*days: int, titles: dict[int, str] | None = None, text: str = "What happened on day {day}.") -> Answer:
    items = "".join(
        f"<item><title>{(titles or {}).get(day, f'Day {day}')}</title><link>https://courier.example/{day}</link>"
        f"<guid>{day}</guid><pubDate>{datetime(2026, 11, day, 9, tzinfo=UTC):%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{text.format(day=day)}</description></item>"
        for day in days
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'
    return Answer(body=body.encode(), headers={"Content-Type": "application/rss+xml"})


@contextmanager
def site(pages: dict[str, Answer]) -> Iterator[tuple[WebServer, Fetcher]]:
    with web_server(pages) as server, Fetcher(allow_hosts={f"127.0.0.1:{server.port}"}, seconds=2) as fetcher:
        yield server, fetcher


def poll(press: Press, fetcher: Fetcher, source_id: int = 1) -> Polled:
    return press.intake.poll(press.store.sources.get(source_id), fetcher)


def headlines(press: Press) -> list[str]:
    return [page.headline for page in press.store.articles.all()]


def test_what_a_publisher_takes_out_of_a_feed_was_taken_back(press: Press) -> None:
    pages = {"/feed": feed(*DAYS)}
    with site(pages) as (server, fetcher):
        press.intake.add_source(server.url("/feed"), fetcher)
        pages["/feed"] = feed(16, 18)
        polled = poll(press, fetcher)
        assert (polled.retracted, str(polled)) == (1, "2 unchanged, 1 retracted")
        assert [page.headline for page in press.store.articles.all() if page.retracted_at] == ["Day 17"]
        pages["/feed"] = feed(*DAYS)
        assert poll(press, fetcher).retracted == 0
        assert [page.retracted_at for page in press.store.articles.all()] == [None] * 3


def test_a_feed_lets_go_of_its_oldest_items_without_taking_them_back(press: Press) -> None:
    pages = {"/feed": feed(*DAYS)}
    with site(pages) as (server, fetcher):
        press.intake.add_source(server.url("/feed"), fetcher)
        pages["/feed"] = feed(17, 18, 19)
        assert poll(press, fetcher).retracted == 0
        assert poll(press, fetcher).retracted == 0


@pytest.mark.parametrize(
    "later",
    [(1, 17, 18, 19), (19, 18, 17, 1), (18, 1, 19), (19, 20, 21, 22)],
    ids=["a standing item first", "a standing item last", "an old item that was updated", "all new"],
)
def test_what_only_scrolled_out_of_a_feed_was_not_taken_back(press: Press, later: tuple[int, ...]) -> None:
    pages = {"/feed": feed(10, 12, 14, 16, 17, 18)}
    with site(pages) as (server, fetcher):
        press.intake.add_source(server.url("/feed"), fetcher)
        pages["/feed"] = feed(*later)
        assert poll(press, fetcher).retracted == 0


def test_a_feed_that_was_set_up_anew_takes_nothing_back(press: Press) -> None:
    pages = {"/feed": feed(*range(1, 19))}
    with site(pages) as (server, fetcher):
        press.intake.add_source(server.url("/feed"), fetcher)
        pages["/feed"] = feed(1, 18)
        assert poll(press, fetcher).retracted == 0


def test_a_headline_that_takes_the_story_back_is_believed(press: Press) -> None:
    pages = {"/feed": feed(*DAYS)}
    with site(pages) as (server, fetcher):
        press.intake.add_source(server.url("/feed"), fetcher)
        pages["/feed"] = feed(*DAYS, titles={17: "RETRACTED: Day 17", 18: "Withdrawn troops return"})
        assert poll(press, fetcher).retracted == 1
        assert poll(press, fetcher).retracted == 0
        assert [bool(page.retracted_at) for page in press.store.articles.all()] == [False, True, False]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (Answer(body=b"<!doctype html><html><body><p>Hello</p></body></html>"), "web page, not a feed"),
        (Answer(body=b""), "no RSS, Atom or JSON feed"),
        (Answer(status=500), "answered 500"),
        (Answer(status=302, headers={"Location": "/bad"}), "redirects more than"),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/latest"}), "not on the public Internet"),
        (zipped(100_000_000), "larger than 5 MB"),
        (Answer(body=b"<rss><channel>" + b"x" * 200, pause=0.1), "Try again later"),
    ],
    ids=["page", "empty", "error", "circle", "inside", "zeros", "drips"],
)
def test_a_bad_source_says_so_rests_and_holds_up_nobody(press: Press, bad: Answer, words: str) -> None:
    pages = {"/bad": feed(*DAYS), "/good": feed(19, 20)}
    with site(pages) as (server, fetcher):
        for path in ("/bad", "/good"):
            press.intake.add_source(server.url(path), fetcher)
        before = headlines(press)
        pages["/bad"], pages["/good"] = bad, feed(19, 20, 21)
        first, second = press.intake.fetch_due(fetcher)
        assert words in first.error
        assert second.taken == Counter({Added.NEW: 1, Added.UNCHANGED: 2})
        failing, well = press.store.sources.all()
        assert (failing.last_error, failing.failures, failing.due_at) == (first.error, 1, NOW + timedelta(minutes=15))
        assert (well.last_error, well.failures, well.due_at) == ("", 0, None)
        assert headlines(press) == [*before, "Day 21"]
        assert [one.source.id for one in press.intake.fetch_due(fetcher)] == [2]
        pages["/bad"] = feed(*DAYS)
        later = replace(press, clock=lambda: NOW + timedelta(minutes=15))
        assert [one.error for one in later.intake.fetch_due(fetcher)] == ["", ""]
        assert press.store.sources.get(1).failures == 0


def test_a_poll_that_cannot_be_stored_whole_stores_nothing(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"/feed": feed(16)}
    with site(pages) as (server, fetcher):
        press.intake.add_source(server.url("/feed"), fetcher)
        good, naive = article("Good"), article("Bad", url="https://x.example/b", published=datetime(2026, 11, 17))  # noqa: DTZ001 - the fault
        with pytest.raises(Exception, match="timezone"):
            press.store.articles.add_all([good, naive], now=NOW)
    assert headlines(press) == ["Day 16"]


@given(st.integers(1, 200), st.integers(0, 10_000_000))
def test_a_rest_grows_with_every_failure_honours_the_server_and_ends_within_a_day(failures: int, asked: int) -> None:
    mine = rest(failures, retry_after=timedelta(seconds=asked))
    assert rest(failures) <= mine <= LONGEST_REST
    assert rest(failures) <= rest(failures + 1)
    assert mine >= min(timedelta(seconds=asked), LONGEST_REST)


def test_the_state_of_a_source_can_be_read() -> None:
    well = Source(url="https://a.example", title="A")
    assert well.state() == "well"
    assert (
        replace(well, warnings=("One item has no title.", "x")).state()
        == "well, but: One item has no title. (and 1 more)"
    )
    failing = replace(well, failures=3, last_error="Down.", due_at=NOW)
    assert failing.state() == "failing since 3 polls, again at 2026-11-19 12:00 UTC: Down."


def _drop(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_watched_folder_takes_in_what_can_be_read_and_names_the_rest(press: Press, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    _drop(folder, "a.md", "---\ntitle: A\n---\nText of a.")
    _drop(folder, "b.txt", "B\n\nText of b, which is a story of its own.")
    _drop(folder, "broken.md", "---\ntitle: [\n---\nText.")
    _drop(folder, "c.md", "---\ntitle: C\nimage: nowhere.jpg\n---\nText of c.")
    _drop(folder, ".hidden.md", "---\ntitle: H\n---\nText.")
    _drop(folder, "notes.docx", "x")
    polled = press.intake.add_folder(folder)
    assert polled.taken == Counter({Added.NEW: 2})
    assert [warning.split(":")[0].split(" ")[0] for warning in polled.warnings] == ["broken.md", "c.md"]
    assert headlines(press) == ["A", "B"]
    assert press.store.sources.get(1).state().startswith("well, but: broken.md")


def test_a_folder_where_nothing_changed_is_not_read_again(press: Press, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    page = _drop(folder, "a.md", "---\ntitle: A\nurl: https://a.example/a\n---\nText of a.")
    press.intake.add_folder(folder)
    with Fetcher() as fetcher:
        assert poll(press, fetcher).taken == Counter()
        page.write_text(page.read_text() + "\nMore of it.\n")
        assert poll(press, fetcher).taken == Counter({Added.CHANGED: 1})
        page.unlink()
        assert poll(press, fetcher).retracted == 0
    assert press.store.articles.all()[0].retracted_at is None


def test_a_folder_that_is_gone_fails_like_any_source(press: Press, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    with pytest.raises(IngestError, match="cannot be read"):
        press.intake.add_folder(folder)
    folder.mkdir()
    press.intake.add_folder(folder)
    folder.rmdir()
    with Fetcher() as fetcher:
        assert "cannot be read" in press.intake.fetch_due(fetcher)[0].error
    assert press.store.sources.get(1).failures == 1


def test_a_page_is_the_source_s_that_brought_it_first_and_by_hand_beats_both(press: Press) -> None:
    mine = article("Ferry fares", url="https://courier.example/fares")
    press.store.articles.add(mine, now=NOW)
    taken, added = press.store.articles.add(replace(mine, body=("A teaser.",), source_id=None), now=NOW)
    assert added is Added.CHANGED
    first = press.store.sources.add(Source(url="https://a.example/feed", title="A"))
    second = press.store.sources.add(Source(url="https://b.example/feed", title="B"))
    theirs = replace(mine, url="https://courier.example/boats", source_id=first.id)
    press.store.articles.add(theirs, now=NOW)
    for other in (replace(theirs, body=("Other words.",), source_id=second.id), replace(mine, source_id=second.id)):
        kept, added = press.store.articles.add(other, now=NOW)
        assert added is Added.UNCHANGED
        assert kept.source_id != second.id
    assert press.store.articles.get(taken.id or 0).body == ("A teaser.",)


def test_what_stands_beside_the_text_is_corrected_without_a_new_version(press: Press) -> None:
    page = article("Ferry fares", url="https://courier.example/fares")
    press.store.articles.add(page, now=NOW)
    dated = replace(page, topics=("Coast",), published=NOW)
    kept, added = press.store.articles.add(dated, now=NOW)
    assert (added, kept.topics, kept.published, kept.version) == (Added.CHANGED, ("Coast",), NOW, 1)
    assert press.store.articles.add(dated, now=NOW)[1] is Added.UNCHANGED


@pytest.mark.parametrize("picture", ["a\\0b.jpg", "x" * 300 + ".jpg"])
def test_a_picture_of_an_impossible_name_is_a_warning(press: Press, tmp_path: Path, picture: str) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    _drop(folder, "a.md", f'---\ntitle: A\nimage: "{picture}"\n---\nText of a.')
    _drop(folder, "b.md", "---\ntitle: B\n---\nText of b.")
    polled = press.intake.add_folder(folder)
    assert [warning.startswith("a.md") for warning in polled.warnings] == [True]
    assert headlines(press) == ["B"]


def test_a_picture_that_comes_later_is_picked_up(press: Press, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    _drop(folder, "a.md", "---\ntitle: A\n---\n![A boat](f%C3%A4hre%20eins.jpg)\n\nText of a.")
    assert press.intake.add_folder(folder).taken == Counter()
    (folder / "fähre eins.jpg").write_bytes(b"\xff\xd8\xff")
    with Fetcher() as fetcher:
        assert poll(press, fetcher).taken == Counter({Added.NEW: 1})


def test_an_endless_headline_of_a_stranger_is_cut_off(press: Press) -> None:
    with site({"/feed": feed(17, titles={17: "Fares rise. " * 5_000})}) as (server, fetcher):
        press.intake.add_source(server.url("/feed"), fetcher)
    (headline,) = headlines(press)
    assert len(headline) == 500
    assert headline.endswith("…")
