"""An RSS or Atom feed into articles."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser

from newsletter.errors import IngestError
from newsletter.ingest.feed_images import pictures
from newsletter.ingest.feed_xml import MAX_ITEMS, bounded
from newsletter.ingest.html_text import parse_html, plain_line, plain_lines
from newsletter.ingest.literals import web_url
from newsletter.ingest.quotes import find_quotes
from newsletter.ingest.text import clean, decode
from newsletter.model.article import Article, Byline, Provenance

MAX_BYTES = 5_000_000
_DEK_WORDS = 60  # the upper end of a summary; what is longer is the story itself
_HEADLINE_WORDS = 12
_MAX_ITEM = 1_000_000

_APPEARED = re.compile(r"\s*The post .{1,300} (?:first appeared|appeared first) on .{1,200}$")
_CUT = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|(?:^|…|\.\.\.)\s*(?:Continue reading\b.{0,200}|Read more\W*))\s*$")
_IN_BRACKETS = re.compile(r"[^()]*\(([^()]+)\)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's title and items in its own order; ``warnings`` say in a sentence each what was mended or left out."""

    title: str
    articles: tuple[Article, ...]
    warnings: tuple[str, ...]


def read_feed(content: bytes, *, feed_url: str, content_type: str | None, now: datetime) -> Feed:
    """Read the RSS or Atom feed that ``feed_url`` answered with ``content`` and ``content_type`` at ``now``.

    A feed that is broken in places is read as far as possible, with a warning; one that holds no item is a feed.
    ``IngestError`` when it is too large or no feed at all: a web page is never taken for "no news".
    """
    if len(content) > MAX_BYTES:
        raise IngestError(f"The feed is larger than {MAX_BYTES // 1_000_000} MB. Ask its site for one of recent items.")
    text = decode(content, content_type)
    xml = bounded(text)
    parsed = feedparser.parse(
        BytesIO(xml.content),
        response_headers={"content-location": feed_url, "content-type": "application/xml; charset=utf-8"},
    )
    if not parsed.get("version") and not parsed.entries:
        raise IngestError(_no_feed(text, feed_url))
    title = plain_line(parsed.feed.get("title")) or feed_url
    context = _Context(feed_url=feed_url, outlet=title, language=parsed.feed.get("language"), now=now)
    articles: list[Article] = []
    warnings = list(_feed_warnings(is_broken=bool(parsed.bozo), is_whole=xml.is_whole))
    for entry in parsed.entries[:MAX_ITEMS]:
        # A plain dictionary: feedparser's own warns and answers with another key where one is missing.
        article = _article(dict(entry), context, warnings)
        if article:
            articles.append(article)
    return Feed(title=title, articles=tuple(articles), warnings=tuple(warnings))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What all items of a feed share."""

    feed_url: str
    outlet: str
    language: str | None
    now: datetime


def _feed_warnings(*, is_broken: bool, is_whole: bool) -> Iterator[str]:
    if is_broken:
        yield "The feed is not well-formed XML; it was read as far as possible."
    if not is_whole:
        yield f"The feed is too long; its first items, {MAX_ITEMS} at most, were read."


def _article(entry: Mapping[str, Any], context: _Context, warnings: list[str]) -> Article | None:
    """One item; ``None``, with a warning, if it has neither a title nor text, or is larger than any article."""
    if len(entry.get("summary", "")) + sum(len(part.get("value", "")) for part in entry.get("content", ())) > _MAX_ITEM:
        warnings.append(f'"{plain_line(entry.get("title"))}" is larger than a million characters and was left out.')
        return None
    body, dek = _body_and_dek(entry)
    headline = plain_line(entry.get("title")) or _opening(dek or " ".join(body[:1]))
    url = web_url(entry.get("link"), context.feed_url)
    if not headline:
        warnings.append(
            f"An item has neither title nor text and was left out: {url or entry.get('id') or 'no address'}."
        )
        return None
    author = _author(entry)
    return Article(
        headline=headline,
        provenance=Provenance(
            parser="feed", fetched_at=context.now, feed_url=context.feed_url, guid=_guid(entry, url, headline)
        ),
        outlet=context.outlet,
        url=url,
        language=context.language,
        dek=dek,
        byline=Byline(raw=author, author=author) if author else None,
        body=body,
        quotes=find_quotes(list(enumerate(body))),
        images=tuple(pictures(entry, context.feed_url)),
        published=_published(entry, headline, context.now, warnings),
    )


def _body_and_dek(entry: Mapping[str, Any]) -> tuple[tuple[str, ...], str | None]:
    """The paragraphs and the dek. A long description is the story; a short one is a dek unless it repeats the story."""
    summary = _paragraphs(entry.get("summary"))
    body = _paragraphs("".join(part.get("value", "") for part in entry.get("content", ())[:1]))
    if not body and (len(summary) > 1 or sum(len(text.split()) for text in summary) > _DEK_WORDS):
        return summary, None
    dek = " ".join(summary)
    is_repeated = body and " ".join(body).startswith(dek.rstrip(" .…"))
    is_long = len(dek.split()) > _DEK_WORDS
    return body, None if not dek or is_repeated or is_long else dek


def _paragraphs(markup: str | None) -> tuple[str, ...]:
    """The text of an item's HTML without the tails that blog software adds."""
    lines = plain_lines(markup or "")
    while lines:
        last = _CUT.sub("…", _APPEARED.sub("", lines[-1])).strip()
        if last not in {"", "…"}:
            return (*lines[:-1], last)
        lines.pop()
    return ()


def _opening(text: str) -> str:
    """A headline for an item that has none: its first words."""
    words = text.split()
    return " ".join(words[:_HEADLINE_WORDS]) + ("…" if len(words) > _HEADLINE_WORDS else "")


def _author(entry: Mapping[str, Any]) -> str | None:
    """The author as a name. RSS asks for ``address (Name)``: the address is nobody's business."""
    raw = clean(entry.get("author") or "").strip()
    if "@" in raw:
        named = _IN_BRACKETS.fullmatch(raw)
        raw = named[1].strip() if named else ""
    return raw or None


def _guid(entry: Mapping[str, Any], url: str | None, headline: str) -> str:
    """The item's own id, else one made of its address and title."""
    return entry.get("id") or "sha256:" + hashlib.sha256(f"{url or ''}\n{headline}".encode()).hexdigest()


def _published(entry: Mapping[str, Any], headline: str, now: datetime, warnings: list[str]) -> datetime | None:
    """When the item appeared: ``published``, else ``updated``; a date that is still to come becomes ``now``."""
    parts = entry.get("published_parsed") or entry.get("updated_parsed")
    if not parts:
        return None
    year, month, day, hour, minute, second = parts[:6]
    try:
        found = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)  # a leap second is 60
    except ValueError:
        return None
    if found > now:
        warnings.append(f'"{headline}" is dated {found:%Y-%m-%d}, which is still to come; it counts as of today.')
        return now
    return found


def _no_feed(text: str, feed_url: str) -> str:
    """Why ``text`` is no feed, and where the feed may be."""
    start = text.lstrip()[:1000].lower()
    if start.startswith("{"):
        return "This is a JSON Feed, which is not read yet. Look for the site's RSS or Atom feed."
    if "<html" not in start and not start.startswith("<!doctype html"):
        return "The address holds no RSS or Atom feed. Check it in a browser."
    announced = parse_html(text).xpath("//link[@type='application/rss+xml' or @type='application/atom+xml']/@href")
    if announced and (found := web_url(str(announced[0]), feed_url)):
        return f"This is a web page, not a feed. It announces this feed: {found}"
    return "This is a web page, not a feed. Look on it for a link called RSS, Atom or feed, and add that address."
