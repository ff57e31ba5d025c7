"""A feed, in RSS, Atom or JSON, into articles."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from typing import Any

import feedparser

from newsletter.errors import IngestError
from newsletter.ingest.feed_images import pictures
from newsletter.ingest.feed_item import (
    MAX_ITEM,
    Context,
    Feed,
    Item,
    author_name,
    each_once,
    item_article,
    paragraphs,
    too_large,
)
from newsletter.ingest.feed_xml import MAX_ITEMS, bounded
from newsletter.ingest.html_text import parse_html, plain_line
from newsletter.ingest.json_feed import is_json, json_articles, json_feed, json_language, json_title
from newsletter.ingest.literals import as_topics, web_url
from newsletter.ingest.text import decode
from newsletter.model.article import Article

__all__ = ["MAX_BYTES", "Feed", "read_feed"]

MAX_BYTES = 5_000_000
_MOST_TAGS = 100  # looked at; far fewer are kept
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")


def read_feed(content: bytes, *, feed_url: str, content_type: str | None, now: datetime) -> Feed:
    """Read the RSS, Atom or JSON Feed that ``feed_url`` answered with ``content`` and ``content_type`` at ``now``.

    What it holds tells which it is, not ``content_type``. An item that comes twice is taken once. A feed that is broken
    in places is read as far as possible, with a warning; one that holds no item is a feed. ``IngestError`` when it is
    too large or no feed at all: a web page is never taken for "no news".
    """
    if len(content) > MAX_BYTES:
        raise IngestError(f"The feed is larger than {MAX_BYTES // 1_000_000} MB. Ask its site for one of recent items.")
    text = decode(content, content_type)
    return _read_json(text, feed_url, now) if is_json(text) else _read_xml(text, feed_url, now)


def _read_json(text: str, feed_url: str, now: datetime) -> Feed:
    feed = json_feed(text)
    title = json_title(feed) or feed_url
    warnings: list[str] = []
    context = Context(feed_url=feed_url, outlet=title, language=json_language(feed), now=now)
    articles = tuple(each_once(json_articles(feed, context, warnings)))
    return Feed(title=title, articles=articles, warnings=tuple(warnings))


def _read_xml(text: str, feed_url: str, now: datetime) -> Feed:
    xml = bounded(text)
    parsed = feedparser.parse(
        BytesIO(xml.content),
        response_headers={"content-location": feed_url, "content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # it takes away what tells hidden text from shown; we keep text alone
    )
    if not parsed.get("version") and not parsed.entries:
        raise IngestError(_no_feed(text, feed_url))
    title = plain_line(parsed.feed.get("title")) or feed_url
    context = Context(feed_url=feed_url, outlet=title, language=parsed.feed.get("language"), now=now)
    warnings = list(_feed_warnings(is_broken=bool(parsed.bozo), is_whole=xml.is_whole))
    # Plain dictionaries: feedparser's own warn and answer with another key where one is missing.
    articles = [_article(dict(entry), context, warnings) for entry in parsed.entries[:MAX_ITEMS]]
    return Feed(title=title, articles=tuple(each_once(filter(None, articles))), warnings=tuple(warnings))


def _feed_warnings(*, is_broken: bool, is_whole: bool) -> Iterator[str]:
    if is_broken:
        yield "The feed is not well-formed XML; it was read as far as possible."
    if not is_whole:
        yield f"The feed is too long; its first items, {MAX_ITEMS} at most, were read."


def _article(entry: Mapping[str, Any], context: Context, warnings: list[str]) -> Article | None:
    """One item; ``None``, with a warning, if it has neither a title nor text, or is larger than any article."""
    if len(entry.get("summary", "")) + sum(len(part.get("value", "")) for part in entry.get("content", ())) > MAX_ITEM:
        warnings.append(too_large(plain_line(entry.get("title"))))
        return None
    item = Item(
        title=plain_line(entry.get("title")),
        guid=entry.get("id") or None,
        url=web_url(entry.get("link"), context.feed_url),
        summary=paragraphs(entry.get("summary")),
        body=paragraphs("".join(part.get("value", "") for part in entry.get("content", ())[:1])),
        author=author_name(entry.get("author")),
        published=_published(entry),
        images=tuple(pictures(entry, context.feed_url)),
        topics=as_topics(_tags(entry)),
    )
    return item_article(item, context, warnings)


def _tags(entry: Mapping[str, Any]) -> Iterator[str]:
    """The item's categories as people read them."""
    for tag in islice(entry.get("tags", ()), _MOST_TAGS):
        yield plain_line(tag.get("label") or tag.get("term"))


def _published(entry: Mapping[str, Any]) -> datetime | None:
    """When the item appeared: ``published``, else ``updated``."""
    parts = entry.get("published_parsed") or entry.get("updated_parsed")
    if not parts:
        return None
    year, month, day, hour, minute, second = parts[:6]
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)  # a leap second is 60
    except ValueError:
        return None


def _no_feed(text: str, feed_url: str) -> str:
    """Why ``text`` is no feed, and where the feed may be."""
    start = text.lstrip()[:1000].lower()
    if "<html" not in start and not start.startswith("<!doctype html"):
        return "The address holds no RSS, Atom or JSON feed. Check it in a browser."
    announced = (link.get("href") for link in parse_html(text).iter("link") if link.get("type") in _FEED_TYPES)
    if found := next((url for href in announced if (url := web_url(href, feed_url))), None):
        return f"This is a web page, not a feed. It announces this feed: {found}"
    return "This is a web page, not a feed. Look on it for a link called RSS, Atom or feed, and add that address."
