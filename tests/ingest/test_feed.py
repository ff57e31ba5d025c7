from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from newsletter.errors import IngestError
from newsletter.ingest.feed import Feed, read_feed
from newsletter.model.article import Article, Byline, Image

URL = "https://review.example/feeds/all.xml"
STORY = "The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday."
MORE = "Two new boats will be ordered this year, and the first should sail in the autumn of 2027."
LONG = " ".join([STORY, MORE] * 3)


def rss(*items: str, title: str = "The Harbour Review") -> bytes:
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    joined = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {spaces}><channel>'
        f"<title>{title}</title><language>en-GB</language>{joined}</channel></rss>"
    ).encode()


def read(content: bytes, **given: Any) -> Feed:
    return read_feed(content, **{"feed_url": URL, "content_type": "application/xml", "now": NOW, **given})


def only(*parts: str) -> Article:
    feed = read(rss("".join(parts)))
    assert feed.warnings == ()
    (article,) = feed.articles
    return article


def element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


TITLE = element("title", "Ferry fares rise")


def test_an_item_becomes_an_article_that_says_where_it_came_from() -> None:
    article = only(
        TITLE,
        "<link>https://review.example/fares</link><guid isPermaLink='false'>fares-1</guid>",
        "<pubDate>Tue, 17 Nov 2026 09:00:00 EST</pubDate><dc:creator>Ada Marsh</dc:creator>",
        element("description", "The council says the increase pays for two boats."),
        element("content:encoded", f"<p>{STORY}</p><p>{MORE}</p><script>alert(1)</script>"),
    )
    assert article.headline == "Ferry fares rise"
    assert article.outlet == "The Harbour Review"
    assert article.url == "https://review.example/fares"
    assert article.language == "en-GB"
    assert article.dek == "The council says the increase pays for two boats."
    assert article.body == (STORY, MORE)
    assert article.published == datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
    assert article.byline == Byline(raw="Ada Marsh", author="Ada Marsh")
    assert (article.provenance.parser, article.provenance.feed_url) == ("feed", URL)
    assert (article.provenance.guid, article.provenance.fetched_at) == ("fares-1", NOW)


def test_the_quotations_of_an_item_are_found() -> None:
    article = only(TITLE, element("content:encoded", f"<p>{STORY}</p><p>“We need two boats,” said Ada Marsh.</p>"))
    assert [(quote.text, quote.paragraph) for quote in article.quotes] == [("We need two boats,", 1)]


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        ("<b>Bold</b> & co", "Bold & co"),
        ("Q&amp;A", "Q&A"),
        ("It&#8217;s <i>late</i>", "It’s late"),
        ("5 < 6", "5 < 6"),
        ("  two\n lines ", "two lines"),
    ],
)
def test_a_title_loses_markup_and_a_second_layer_of_entities(printed: str, read_as: str) -> None:
    assert only(element("title", printed)).headline == read_as


def test_an_atom_entry_that_was_only_updated_is_dated_by_that() -> None:
    feed = read(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Hafen</title><entry><title>Preise</title>
        <id>tag:1</id><updated>2026-11-17T09:00:00+01:00</updated><link href="preise"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Die Preise steigen.</p></div></content>
        </entry></feed>"""
    )
    (article,) = feed.articles
    assert article.published == datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
    assert article.url == "https://review.example/feeds/preise"
    assert (article.language, article.body) == ("de", ("Die Preise steigen.",))


def test_an_item_without_an_id_gets_one_from_its_address_and_title() -> None:
    one, same, other = (only(TITLE, f"<link>{link}</link>") for link in ("/a", "/a", "/b"))
    assert one.provenance.guid == same.provenance.guid != other.provenance.guid


def test_a_relative_address_is_resolved_against_the_feed() -> None:
    assert only(TITLE, "<link>../fares</link>").url == "https://review.example/fares"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@b.example", "http://[broken", ""])
def test_what_is_no_web_address_is_no_address(link: str) -> None:
    assert only(TITLE, f"<link>{link}</link>").url is None


def test_a_long_description_is_the_story() -> None:
    article = only(TITLE, element("description", LONG))
    assert (article.dek, article.body) == (None, (LONG,))


def test_a_description_of_several_paragraphs_is_the_story() -> None:
    article = only(TITLE, element("description", f"<p>{STORY}</p><p>{MORE}</p>"))
    assert (article.dek, article.body) == (None, (STORY, MORE))


def test_a_short_description_is_the_dek() -> None:
    article = only(TITLE, element("description", STORY))
    assert (article.dek, article.body) == (STORY, ())


def test_a_description_that_repeats_how_the_story_begins_is_no_dek() -> None:
    excerpt = STORY[:60] + " […]"
    article = only(TITLE, element("description", excerpt), element("content:encoded", f"<p>{STORY}</p><p>{MORE}</p>"))
    assert (article.dek, article.body) == (None, (STORY, MORE))


@pytest.mark.parametrize(
    ("tail", "left"),
    [
        (" The post Ferry fares rise appeared first on The Harbour Review.", ""),
        ("<p>The post <a href='/a'>Ferry</a> first appeared on <a href='/'>The Review</a>.</p>", ""),
        (" [...]", "…"),
        (" [&hellip;]", "…"),
        ("&hellip; Continue reading <span>Ferry fares rise</span> &rarr;", "…"),
        ("<p>Read more</p>", ""),
    ],
)
def test_the_tails_of_blog_software_are_cut_off(tail: str, left: str) -> None:
    assert only(TITLE, element("description", f"The council has met{tail}")).dek == f"The council has met{left}"


def test_a_date_that_is_still_to_come_counts_as_today_with_a_warning() -> None:
    feed = read(rss(TITLE + "<pubDate>Fri, 17 Nov 2124 09:00:00 GMT</pubDate>"))
    assert feed.articles[0].published == NOW
    assert feed.warnings == ('"Ferry fares rise" is dated 2124-11-17, which is still to come; it counts as of today.',)


@pytest.mark.parametrize("date", ["", "<pubDate>soon</pubDate>", "<pubDate>Tue, 99 Nov 2026 99:00:00 GMT</pubDate>"])
def test_an_item_without_a_readable_date_has_none(date: str) -> None:
    assert only(TITLE, date).published is None


@pytest.mark.parametrize(
    ("author", "name"),
    [("desk@review.example (Ada Marsh)", "Ada Marsh"), ("desk@review.example", None), ("Ada Marsh", "Ada Marsh")],
)
def test_an_author_is_a_name_and_never_an_address(author: str, name: str | None) -> None:
    byline = only(TITLE, element("author", author)).byline
    assert (byline.author if byline else None) == name


CAPTIONED = """<media:content url="/boat.jpg" medium="image" width="1200" height="675">
    <media:title>IMG_1</media:title><media:description>A white &amp; blue ferry</media:description>
    <media:credit>A. Example</media:credit></media:content>"""


@pytest.mark.parametrize("order", [0, 1])
def test_a_picture_keeps_its_caption_and_the_story_its_own_words(order: int) -> None:
    parts = [CAPTIONED, TITLE + element("description", "The council has met.")]
    article = only(*parts[:: -1 if order else 1])
    assert article.images == (
        Image(
            url="https://review.example/boat.jpg",
            alt="A white & blue ferry",
            credit="A. Example",
            width=1200,
            height=675,
        ),
    )
    assert (article.headline, article.dek, article.body) == ("Ferry fares rise", "The council has met.", ())


@pytest.mark.parametrize(
    "picture",
    [
        '<enclosure url="boat.jpg" type="image/jpeg" length="3"/>',
        '<media:thumbnail url="boat.jpg"/>',
        '<media:content url="talk.mp3" type="audio/mpeg"/><media:content url="boat.jpg"/>',
        '<media:content url="film.mp4" medium="video"/><enclosure url="boat.jpg" type="image/jpeg"/>',
    ],
)
def test_a_picture_may_be_declared_in_several_ways(picture: str) -> None:
    text = element("content:encoded", '<p>Boats.<img src="boat.jpg" alt="A white ferry"></p>')
    expected = Image(url="https://review.example/feeds/boat.jpg", alt="A white ferry")
    assert only(TITLE, picture, text).images == (expected,)
    assert only(TITLE, text).images == (expected,)


def test_an_item_without_a_title_is_called_by_its_first_words() -> None:
    assert only(element("description", STORY)).headline == (
        "The ferry company will raise its fares by 12 percent in April,…"
    )


def test_an_item_without_title_and_text_is_left_out_with_a_warning() -> None:
    feed = read(rss("<link>/a</link>", TITLE))
    assert [article.headline for article in feed.articles] == ["Ferry fares rise"]
    assert feed.warnings == ("An item has neither title nor text and was left out: https://review.example/a.",)


DATED = "<pubDate>Tue, 17 Nov 2026 09:00:00 GMT</pubDate>"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("<guid>1</guid><link>/a</link>", "<guid>1</guid><link>/b</link>"),
        ("<guid>1</guid><link>/a</link>", "<guid>2</guid><link>/a/?utm_source=feed#top</link>"),
        ("<guid>1</guid><link>/a</link>" + DATED, "<guid>2</guid><link>/b</link>" + DATED),
        ("<link>/a</link>", "<link>/a</link>"),
    ],
    ids=["id", "address", "title and date", "address and title"],
)
def test_an_item_that_comes_twice_in_a_feed_is_taken_once(first: str, second: str) -> None:
    (article,) = read(rss(TITLE + first, TITLE + second)).articles
    assert article.url == "https://review.example/a"


@pytest.mark.parametrize("second", ["<guid>2</guid><link>/b</link>", "<guid>2</guid><link>/b</link>" + DATED])
def test_a_title_alone_does_not_make_two_items_one(second: str) -> None:
    assert len(read(rss(TITLE + "<guid>1</guid><link>/a</link>", TITLE + second)).articles) == 2


def test_the_categories_of_an_item_are_its_topics_each_once() -> None:
    given = ["Fisheries", " Sea\n walls ", "FISHERIES", "Q&amp;A", "", "x" * 61]
    assert only(TITLE, *(element("category", word) for word in given)).topics == ("Fisheries", "Sea walls", "Q&A")
    assert only(TITLE, *(element("category", f"Topic {n}") for n in range(50))).topics[-1] == "Topic 19"


def test_a_topic_is_told_by_its_label_where_it_has_one() -> None:
    entry = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>Fares</title><id>1</id>
        <category term="fisheries-2" label="Fisheries"/><category term="Ports"/></entry></feed>"""
    assert read(entry).articles[0].topics == ("Fisheries", "Ports")


def test_a_feed_without_items_is_a_feed() -> None:
    assert read(rss()) == Feed(title="The Harbour Review", articles=(), warnings=())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<!doctype html><html><p>Welcome", "This is a web page, not a feed. Look on it"),
        (
            b"<html><head><link rel=alternate type=application/rss+xml href='/feed'></head>",
            "It announces this feed: https://review.example/feed",
        ),
        (
            b"<html><head><link rel=alternate type=application/feed+json href='/feed.json'></head>",
            "It announces this feed: https://review.example/feed.json",
        ),
        (
            b"<html><link type=application/rss+xml href='javascript:0'><link type=application/atom+xml href='/atom'>",
            "It announces this feed: https://review.example/atom",
        ),
        (b"", "no RSS, Atom or JSON feed"),
        (b"\x00\x01\x02", "no RSS, Atom or JSON feed"),
        (b"Just words.", "no RSS, Atom or JSON feed"),
        (b"<rss><channel>" + b"<x>" * 100_000, "nested too deeply"),
        (b"<rss><channel><item><title>" + b"<b>" * 100_000, "nested too deeply"),
        (b" " * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_is_no_feed_is_an_error_and_never_no_news(content: bytes, sentence: str) -> None:
    with pytest.raises(IngestError, match=sentence):
        read(content)


def test_a_feed_cut_off_in_transfer_gives_what_has_arrived_and_a_warning() -> None:
    content = rss(TITLE + element("description", STORY), element("title", "Second"))
    feed = read(content[: content.index(b"Second</title>") + len(b"Second</title>")])
    assert [article.headline for article in feed.articles] == ["Ferry fares rise", "Second"]
    assert feed.warnings == ("The feed is not well-formed XML; it was read as far as possible.",)


def test_a_stray_ampersand_loses_nothing() -> None:
    feed = read(rss("<title>Salt & Tide</title>"))
    assert [article.headline for article in feed.articles] == ["Salt & Tide"]


def test_of_a_very_long_feed_the_first_items_are_read() -> None:
    feed = read(rss(*(element("title", f"Story {number}") for number in range(501))))
    assert len(feed.articles) == 500
    assert feed.warnings == ("The feed is too long; its first items, 500 at most, were read.",)
    assert read(rss(*(element("title", f"Story {number}") for number in range(500)))).warnings == ()


def test_a_long_feed_that_is_broken_is_read_up_to_a_whole_item() -> None:
    item = TITLE + element("description", f"<p>{LONG * 100}</p>")
    feed = read(rss(*(item + element("guid", str(number)) for number in range(40))) + b"<")
    assert 1 < len(feed.articles) < 40
    assert {len(article.body[0]) for article in feed.articles} == {len(LONG * 100)}
    assert len(feed.warnings) == 2


def test_an_item_of_more_than_a_megabyte_is_left_out_with_a_warning() -> None:
    feed = read(rss(TITLE + element("description", "word " * 200_001), element("title", "Second")))
    assert [article.headline for article in feed.articles] == ["Second"]
    assert "larger than a million characters" in feed.warnings[0]


def test_entities_neither_fetch_files_nor_explode() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    content = rss("<title>Ferry &b; &f;</title>").replace(b"?>", b"?>" + bomb.encode(), 1)
    text = " ".join(article.headline for article in read(content).articles)
    assert "root:" not in text


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-8"])
def test_a_feed_is_read_in_its_own_encoding(encoding: str) -> None:
    content = rss(element("title", "Fähre für fünf")).decode().replace("utf-8", encoding, 1).encode(encoding)
    assert read(content, content_type="text/xml").articles[0].headline == "Fähre für fünf"


def test_utf_8_that_is_called_latin_1_is_read_right() -> None:
    content = rss(element("title", "Fähre")).replace(b"utf-8", b"iso-8859-1", 1)
    assert read(content, content_type="text/xml; charset=ISO-8859-1").articles[0].headline == "Fähre"


@given(st.lists(st.text(max_size=40), max_size=4), st.text(max_size=200))
def test_whatever_an_item_holds_it_is_read_or_left_out_with_a_warning(titles: list[str], text: str) -> None:
    items = [f"<title>{title}</title><description>{text}</description>" for title in titles]
    try:
        feed = read(rss(*items))
    except IngestError:
        return
    for article in feed.articles:
        assert article.headline.strip()
        assert all(paragraph.strip() for paragraph in article.body)
