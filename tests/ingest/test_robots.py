from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ingest.web_server import Answer, WebServer, web_server
from newsletter.errors import FetchError
from newsletter.ingest.fetch import Fetcher

LOCAL = frozenset({"127.0.0.1", "localhost"})
PAGE = Answer(body=b"<p>Ferry fares rise.</p>")


@contextmanager
def site(robots: bytes | Answer, **pages: Answer) -> Iterator[WebServer]:
    answer = robots if isinstance(robots, Answer) else Answer(body=robots)
    with web_server({"/robots.txt": answer, "/page": PAGE, **{f"/{k}": v for k, v in pages.items()}}) as running:
        yield running


def may_fetch(robots: bytes | Answer) -> bool:
    """Whether the page is fetched; if not, it has not been asked for either."""
    with site(robots) as server, Fetcher(LOCAL) as fetcher:
        try:
            fetcher.get(server.url("/page"))
        except FetchError:
            assert server.pages_asked == []
            return False
        return True


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow:", True),
        (b"User-agent: *\nDisallow: /", False),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /p*e$", False),
        (b"User-agent: *\nDisallow: /\nAllow: /page", True),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: newsletter\nAllow: /", True),
        (b"User-agent: *\nAllow: /\n\nUser-agent: NewsLetter/1.0 # that is us\nDisallow: /page", False),
        (b"User-agent: news\nDisallow: /", True),
        (b"User-agent: newsletter-archive\nDisallow: /", True),
        (b"User-agent: boats\nUser-agent: newsletter\nDisallow: /", False),
        (b"User-agent: boats\nDisallow: /\nUser-agent: ferries\nAllow: /", True),
        (b"<!doctype html><p>User-agent: * Disallow: /", True),
        (b"\xff\xfe\x00\x01" * 99, True),
    ],
)
def test_what_a_site_asks_of_programs_is_done(robots: bytes, allowed: bool) -> None:  # noqa: FBT001 - a table's column
    assert may_fetch(robots) is allowed


def test_the_sentence_says_what_to_do_about_a_refusal() -> None:
    with site(b"User-agent: *\nDisallow: /") as server, Fetcher(LOCAL) as fetcher:
        with pytest.raises(FetchError) as refused:
            fetcher.get(server.url("/page?token=s3cret"))
        assert str(refused.value) == (
            "127.0.0.1 asks programs not to fetch this page (robots.txt). Save it and add the file instead."
        )


def test_a_site_is_asked_once_in_the_life_of_a_fetcher_and_by_our_name() -> None:
    with site(b"User-agent: *\nDisallow: /secret") as server:
        for _ in range(2):
            with Fetcher(LOCAL) as fetcher:
                fetcher.get(server.url("/page"))
                fetcher.get(server.url("/page"))
        assert [path for path, _ in server.asked] == ["/robots.txt", "/page", "/page"] * 2
        assert all(headers["user-agent"].startswith("newsletter/") for _, headers in server.asked)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_site_without_the_file_allows_everything(status: int) -> None:
    assert may_fetch(Answer(status=status, body=b"User-agent: *\nDisallow: /"))


@pytest.mark.parametrize(
    "robots",
    [
        Answer(status=500),
        Answer(status=503),
        Answer(body=b"x" * 1000, pause=0.05),
        Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}),
        Answer(status=302, headers={"Location": "http://10.255.255.1:1/"}),
        Answer(status=302, headers={"Location": "file:///etc/passwd"}),
        Answer(status=302, headers={"Location": "http://[broken"}),
    ],
    ids=["500", "503", "too slow", "broken", "to a private address", "to a file", "to nowhere"],
)
def test_where_it_cannot_be_told_nothing_is_fetched_and_the_sentence_says_try_again(robots: Answer) -> None:
    with site(robots) as server, Fetcher(LOCAL, seconds=0.3) as fetcher:
        with pytest.raises(FetchError, match=r"Cannot ask 127\.0\.0\.1 whether we may .* Try again later\."):
            fetcher.get(server.url("/page"))
        assert server.pages_asked == []


def test_a_site_that_was_busy_is_asked_again_at_the_next_fetch() -> None:
    pages = {"/robots.txt": Answer(status=503, headers={"Retry-After": "120"}), "/page": PAGE}
    with web_server(pages) as server, Fetcher(LOCAL) as fetcher:
        with pytest.raises(FetchError) as refused:
            fetcher.get(server.url("/page"))
        assert refused.value.retry_after == 120
        pages["/robots.txt"] = Answer(status=404)
        assert fetcher.get(server.url("/page")).status == 200


def test_the_rules_may_lie_behind_five_redirects_and_behind_more_there_are_none() -> None:
    rules = Answer(body=b"User-agent: *\nDisallow: /")
    hops = {f"hop{n}": Answer(status=301, headers={"Location": f"/hop{n + 1}"}) for n in range(1, 5)}
    first = Answer(status=301, headers={"Location": "/hop1"})
    with site(first, **hops, hop5=rules) as server, Fetcher(LOCAL) as fetcher, pytest.raises(FetchError, match="asks"):
        fetcher.get(server.url("/page"))
    more = {**hops, "hop5": Answer(status=301, headers={"Location": "/hop6"}), "hop6": rules}
    with site(first, **more) as server, Fetcher(LOCAL) as fetcher:
        assert fetcher.get(server.url("/page")).status == 200
        assert "/hop6" not in server.pages_asked


def test_of_a_very_long_file_the_first_500_kibibytes_count() -> None:
    filling = b"# sea wall\n" * (500 * 1024 // 11)
    assert may_fetch(filling[:500_000] + b"\nUser-agent: *\nDisallow: /\n" + filling * 4) is False
    assert may_fetch(filling + b"\n" * 99 + b"User-agent: *\nDisallow: /") is True


def test_a_file_made_to_keep_its_reader_busy_does_not() -> None:
    agents = "".join(f"User-agent{':' if n % 2 else ''} boat{n}\n" for n in range(12_000))
    assert may_fetch((agents + "Disallow: /\n" * 15_000).encode()) is True


def test_a_redirect_to_another_site_is_asked_about_there() -> None:
    with site(b"User-agent: *\nDisallow: /") as closed:
        moved = Answer(status=302, headers={"Location": closed.url("/page", "localhost")})
        with site(b"", moved=moved) as server, Fetcher(LOCAL) as it, pytest.raises(FetchError, match="localhost asks"):
            it.get(server.url("/moved"))
        assert [path for path, _ in closed.asked] == ["/robots.txt"]


def test_a_password_in_an_address_is_not_sent_along() -> None:
    with site(b"") as server, Fetcher(LOCAL) as fetcher:
        fetcher.get(f"http://reader:hunter2@127.0.0.1:{server.port}/page#top")
        assert [("authorization" in headers) for _, headers in server.asked] == [False, True]
