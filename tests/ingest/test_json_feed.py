import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from newsletter.errors import IngestError
from newsletter.ingest.feed import Feed, read_feed
from newsletter.model.article import Article, Byline, Image

URL = "https://review.example/feeds/all.json"
STORY = "The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday."
MORE = "Two new boats will be ordered this year, and the first should sail in the autumn of 2027."
HTML = f"<p>{STORY}</p><p>{MORE}</p>"
TITLE = "Ferry fares rise"


def document(*items: Any, **given: Any) -> dict[str, Any]:
    version = "https://jsonfeed.org/version/1.1"
    return {"version": version, "title": "The Harbour Review", "language": "en-GB", "items": list(items), **given}


def read(found: object) -> Feed:
    content = found if isinstance(found, bytes) else json.dumps(found).encode()
    return read_feed(content, feed_url=URL, content_type="application/feed+json", now=NOW)


def only(**item: Any) -> Article:
    feed = read(document({"title": TITLE, **item}))
    assert feed.warnings == ()
    (article,) = feed.articles
    return article


def test_an_item_becomes_an_article_that_says_where_it_came_from() -> None:
    article = only(
        id="fares-1",
        url="https://review.example/fares",
        summary="The council says the increase pays for two boats.",
        content_html=HTML + "<script>alert(1)</script>",
        date_published="2026-11-17T09:00:00-05:00",
        authors=[{"name": "Ada Marsh"}, {"name": "Tom Reed", "url": "https://reed.example"}],
        tags=["Fisheries", " Sea\n walls", "fisheries", 7, "x" * 61],
    )
    assert (article.headline, article.outlet) == (TITLE, "The Harbour Review")
    assert (article.url, article.language) == ("https://review.example/fares", "en-GB")
    assert article.dek == "The council says the increase pays for two boats."
    assert article.body == (STORY, MORE)
    assert article.published == datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
    assert article.byline == Byline(raw="Ada Marsh, Tom Reed", author="Ada Marsh, Tom Reed")
    assert article.topics == ("Fisheries", "Sea walls")
    assert (article.provenance.parser, article.provenance.feed_url) == ("feed", URL)
    assert (article.provenance.guid, article.provenance.fetched_at) == ("fares-1", NOW)


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
@pytest.mark.parametrize("begin", ["", "\ufeff", "\r\n\t "])
def test_a_feed_of_each_version_is_known_by_what_it_holds(version: str, begin: str) -> None:
    content = begin + json.dumps(document({"id": "1", "title": TITLE}, version=version)).replace("/", "\\/")
    feed = read_feed(content.encode(), feed_url=URL, content_type="text/html", now=NOW)
    assert [article.headline for article in feed.articles] == [TITLE]


def test_a_feed_without_items_is_a_feed() -> None:
    assert read(document()) == Feed(title="The Harbour Review", articles=(), warnings=())
    assert read(document(title=None)).title == URL


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        (f"{STORY}\n\n{MORE}", (STORY, MORE)),
        (f"{STORY}\r\n{MORE}\r\n", (STORY, MORE)),
        ("Fares\nrise.\n \nBoats\ncome.", ("Fares rise.", "Boats come.")),
        ("5 < 6 & <b>so on</b>", ("5 < 6 & <b>so on</b>",)),
    ],
)
def test_plain_text_is_taken_as_it_is_written(text: str, paragraphs: tuple[str, ...]) -> None:
    assert only(content_text=text).body == paragraphs
    assert only(content_text=text, content_html=HTML).body == (STORY, MORE)


@pytest.mark.parametrize(
    ("item", "address"),
    [
        ({"url": "../fares"}, "https://review.example/fares"),
        ({"url": "/fares", "external_url": "https://other.example/"}, "https://review.example/fares"),
        ({"external_url": "https://other.example/fares"}, "https://other.example/fares"),
        ({"url": "javascript:alert(1)", "external_url": "/fares"}, "https://review.example/fares"),
        ({"id": "https://review.example/fares"}, "https://review.example/fares"),
        ({"id": "fares"}, None),
    ],
)
def test_an_item_stands_at_its_own_address_before_any_other(item: dict[str, str], address: str | None) -> None:
    assert only(**item).url == address


def test_an_item_without_an_id_gets_one_from_its_address_and_title() -> None:
    one, same, other = (only(url=url).provenance.guid for url in ("/a", "/a", "/b"))
    assert one == same != other
    assert only(id=12).provenance.guid == "12"


def test_of_the_pictures_the_one_that_is_declared_is_taken_with_the_words_that_the_text_has_for_it() -> None:
    text = '<p>Boats.<img src="boat.jpg" alt="A white ferry"></p>'
    boat = Image(url="https://review.example/feeds/boat.jpg", alt="A white ferry")
    assert only(content_html=text).images == (boat,)
    assert only(content_html=text, image="/feeds/boat.jpg", banner_image="/wide.jpg").images == (boat,)
    assert only(content_html=text, banner_image="/wide.jpg").images == (Image(url="https://review.example/wide.jpg"),)
    assert only(image=["boat.jpg"]).images == ()


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ({"author": {"name": "Ada Marsh"}}, "Ada Marsh"),
        ({"authors": [{"name": "Ada Marsh"}], "author": {"name": "Tom Reed"}}, "Ada Marsh"),
        ({"authors": [{"name": "desk@review.example"}]}, "The Desk"),
        ({"authors": [{"url": "https://marsh.example"}, "Ada", None]}, "The Desk"),
        ({"authors": {"name": "Ada Marsh"}}, "The Desk"),
        ({}, "The Desk"),
    ],
)
def test_an_item_that_names_nobody_is_by_the_authors_of_its_feed(own: dict[str, Any], name: str) -> None:
    (article,) = read(document({"title": TITLE, **own}, authors=[{"name": "The Desk"}])).articles
    assert article.byline == Byline(raw=name, author=name)


def test_an_item_may_be_in_a_language_of_its_own() -> None:
    assert only(language="de").language == "de"
    assert only(language=7).language == "en-GB"


def test_an_item_that_was_only_changed_is_dated_by_that() -> None:
    assert only(date_modified="2026-11-17T09:00:00Z").published == datetime(2026, 11, 17, 9, tzinfo=UTC)
    assert only(date_published="soon").published is None


def test_a_date_that_is_still_to_come_counts_as_today_with_a_warning() -> None:
    feed = read(document({"title": TITLE, "date_published": "2124-11-17T09:00:00Z"}))
    assert feed.articles[0].published == NOW
    assert feed.warnings == ('"Ferry fares rise" is dated 2124-11-17, which is still to come; it counts as of today.',)


@pytest.mark.parametrize(
    ("item", "warning"),
    [
        ("Ferry", "Item 2 is not an object and was left out."),
        (None, "Item 2 is not an object and was left out."),
        ({"title": ["Ferry"]}, "Item 2 has a title that is not text and was left out."),
        ({"title": "A", "content_html": {"p": STORY}}, "Item 2 has a content_html that is not text and was left out."),
        ({"id": "9", "url": "/a"}, "An item has neither title nor text and was left out: https://review.example/a."),
        ({"title": "A", "content_text": "x" * 1_000_001}, '"A" is larger than a million characters and was left out.'),
    ],
)
def test_a_broken_item_is_left_out_with_a_warning_and_the_others_go_in(item: object, warning: str) -> None:
    feed = read(document({"id": 1, "title": "First"}, item, {"id": 3, "title": "Third"}))
    assert [article.headline for article in feed.articles] == ["First", "Third"]
    assert feed.warnings == (warning,)


def test_an_item_that_comes_twice_is_taken_once() -> None:
    feed = read(document(*({"id": "1", "title": title} for title in ("First", "Again"))))
    assert [article.headline for article in feed.articles] == ["First"]


def test_of_a_very_long_feed_the_first_items_are_read() -> None:
    feed = read(document(*({"id": str(number), "title": f"Story {number}"} for number in range(501))))
    assert len(feed.articles) == 500
    assert feed.warnings == ("The feed is too long; its first items, 500 at most, were read.",)


NESTED = b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 200_000


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (b"{", "not valid JSON"),
        (json.dumps(document({"title": TITLE})).encode()[:-5], "not valid JSON"),
        (b'{"version": ' + b"1" * 5_000 + b"}", "not valid JSON"),
        (NESTED, "nested too deeply"),
        (NESTED + b"]" * 200_000 + b"}", "nested too deeply"),
        ({"items": []}, "but no JSON Feed"),
        (document(version=1.1), "but no JSON Feed"),
        (document(version="https://jsonfeed.org/version/2"), "but no JSON Feed"),
        (document(items={"title": TITLE}), "has no list of items"),
        (document(items=None), "has no list of items"),
        (b"{" + b" " * 5_000_000, "larger than 5 MB"),
    ],
)
def test_what_is_no_json_feed_is_an_error_and_never_no_news(found: object, sentence: str) -> None:
    with pytest.raises(IngestError, match=sentence):
        read(found)


def test_text_nested_too_deeply_loses_its_item_the_text_and_nothing_else() -> None:
    assert only(content_html="<div>" * 5_000 + STORY).body == ()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "title"]), inner, max_size=2),
    max_leaves=5,
)
FIELDS = [
    *("id", "url", "external_url", "title", "summary", "content_html", "content_text", "image", "banner_image"),
    *("authors", "author", "tags", "language", "date_published", "date_modified"),
]


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=6), max_size=4), ANYTHING)
def test_whatever_an_item_holds_it_is_read_or_left_out_with_a_warning(items: list[Any], anything: Any) -> None:
    feed = read(document(*items, anything, title=anything, language=anything, authors=anything))
    for article in feed.articles:
        assert article.headline.strip()
        assert article.content_hash
        assert article.identity.encode()
