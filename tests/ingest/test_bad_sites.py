"""Sites that answer with too much, with rubbish or without end, over real HTTP."""

import pytest

from builders import NOW
from ingest.web_server import Answer, web_server
from newsletter.errors import FetchError, IngestError
from newsletter.ingest.feed import Feed, read_feed
from newsletter.ingest.fetch import Fetcher
from newsletter.ingest.html_text import parse_html
from newsletter.ingest.read import read_url
from newsletter.model.article import Article

FEED = {"Content-Type": "application/rss+xml"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
ITEM = b"<item><title>Ferry fares rise</title><description>The council has met.</description></item>"
STORY = "The harbour council has raised the fares of the night ferry by 12 percent."


def polled(answer: Answer) -> Feed:
    with web_server({"/feed": answer}) as site, Fetcher({"127.0.0.1"}) as fetcher:
        got = fetcher.get(site.url("/feed"))
        return read_feed(got.content, feed_url=got.url, content_type=got.content_type, now=NOW)


def captured(body: str | bytes) -> Article:
    content = body if isinstance(body, bytes) else body.encode()
    with web_server({"/page": Answer(body=content, headers=HTML)}) as site, Fetcher({"127.0.0.1"}) as fetcher:
        return read_url(site.url("/page"), fetcher, now=NOW)


@pytest.mark.parametrize("body", [ITEM * 100, b'{"items": [' + b'{"title": "Fares"},' * 100, b"\x00" * 9_999])
def test_a_feed_that_never_ends_is_cut_off(body: bytes) -> None:
    with pytest.raises(FetchError, match="larger than 5 MB"):
        polled(Answer(body=body, headers=FEED, endless=True))


def test_a_page_that_never_ends_is_cut_off() -> None:
    with (
        web_server({"/": Answer(body=b"<p>Boats.</p>" * 999, endless=True)}) as site,
        Fetcher({"127.0.0.1"}) as fetcher,
    ):
        with pytest.raises(FetchError, match="larger than 5 MB"):
            read_url(site.url(), fetcher, now=NOW)
        assert site.pages_asked == ["/"]


def test_a_page_of_ten_megabytes_is_refused() -> None:
    with pytest.raises(FetchError, match=r"larger than 5 MB. Use an address that gives less"):
        captured(b"<p>Boats.</p>".ljust(10_000_000, b"\n"))


def test_a_feed_of_ten_megabytes_is_refused() -> None:
    with pytest.raises(FetchError, match="larger than 5 MB"):
        polled(Answer(body=b"<rss><channel>" + ITEM * (10_000_000 // len(ITEM)), headers=FEED))


@pytest.mark.parametrize(
    "markup",
    [
        f"<h1>Fares<p>{STORY}",
        f"<html><body><h1>Fares</h2></h1><div><p>{STORY}</div></p></html></body>",
        f"<h1>Fares</h1><p>{STORY}<b><i></b></i><table><tr><p",
        f"<h1>Fares</h1><p class='a id=\"b>x</p><p title='>{STORY}</p>'><p>{STORY}</p>",
        f"<h1>Fares</h1><p>{STORY}</p>&#0;&#xD800;&bogus;<![CDATA[x]]><!-- no end",
        f"<h1>Fares</h1></p></div></div><p>{STORY}</p>" + "</div>" * 9_999,
        f"<!doctype html>\x00<h1>Fares</h1>\x00<p>{STORY}</p>",
    ],
)
def test_broken_markup_is_read_as_browsers_read_it(markup: str) -> None:
    article = captured(markup)
    assert article.headline.startswith("Fares")
    assert STORY in " ".join((article.headline, *article.body))


@pytest.mark.parametrize(
    ("markup", "sentence"),
    [
        ("<p " + " ".join(f"a{n}='>'" for n in range(30_000)) + f"><h1>Fares</h1><p>{STORY}</p>", "not one of a story"),
        ('<p x" ' + " ".join(f"a{n}" for n in range(30_000)) + f"><h1>Fares</h1><p>{STORY}</p>", "not one of a story"),
        ("<h1>Fares</h1>" + "<p>a</p>" * 200_001, "more elements than any story"),
        ("<h1>Fares</h1>" + "<div>" * 300 + STORY, "nested too deeply"),
    ],
)
def test_a_page_made_to_keep_its_reader_busy_is_refused(markup: str, sentence: str) -> None:
    with pytest.raises(IngestError, match=sentence):
        captured(markup)


def test_a_very_long_value_is_one_attribute() -> None:
    for quote in "\"'":
        (picture,) = parse_html(f"<p>Boats<img alt = {quote}{'a / > b ' * 9_999}{quote} src=x></p>").iter("img")
        assert picture.get("src") == "x"


def test_a_page_of_very_many_elements_is_read_by_its_structure() -> None:
    article = captured(f"<h1>Fares</h1><article>{'<blockquote>a' * 200}{f'<p>{STORY}</p>' * 10_000}</article>")
    assert article.body == (STORY,) * 10_000


def test_a_list_item_or_quotation_is_taken_once() -> None:
    article = captured(
        "<h1>Fares</h1><article><ul><li>One <ul><li>and two</li></ul><p>and three</p></li></ul>"
        "<blockquote>Four <blockquote>and five</blockquote></blockquote><nav><p>Home</p></nav></article>"
    )
    assert article.body == ("One and two and three", "Four and five")
