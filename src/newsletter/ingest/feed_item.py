"""What every kind of feed shares: an item, whatever it was written in, becomes an article."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from newsletter.ingest.html_text import plain_lines
from newsletter.ingest.quotes import find_quotes
from newsletter.ingest.text import clean
from newsletter.model.article import Article, Byline, Image, Provenance, canonical_url

#: The most characters of markup that one item may have.
MAX_ITEM = 1_000_000
_DEK_WORDS = 60  # the upper end of a summary; what is longer is the story itself
_HEADLINE_WORDS = 12
_LONGEST_TITLE = 100  # characters of one that a warning repeats

_APPEARED = re.compile(r"\s*The post .{1,300} (?:first appeared|appeared first) on .{1,200}$")
_CUT = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|(?:^|…|\.\.\.)\s*(?:Continue reading\b.{0,200}|Read more\W*))\s*$")
_IN_BRACKETS = re.compile(r"[^()]*\(([^()]+)\)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's title and items in its own order; ``warnings`` say in a sentence each what was mended or left out."""

    title: str
    articles: tuple[Article, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What all items of a feed share; ``outlet`` is its title, ``now`` when it was fetched."""

    feed_url: str
    outlet: str
    language: str | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item in plain values; ``summary`` and ``body`` are paragraphs, ``published`` is timezone-aware."""

    title: str
    guid: str | None
    url: str | None
    summary: tuple[str, ...]
    body: tuple[str, ...]
    author: str | None
    published: datetime | None
    images: tuple[Image, ...]
    topics: tuple[str, ...]
    language: str | None = None


def item_article(item: Item, context: Context, warnings: list[str]) -> Article | None:
    """The article that ``item`` holds; ``None``, with a warning, if it has neither a title nor text."""
    body, dek = _body_and_dek(item.body, item.summary)
    headline = item.title or _opening(dek or " ".join(body[:1]))
    if not headline:
        warnings.append(
            f"An item has neither title nor text and was left out: {item.url or item.guid or 'no address'}."
        )
        return None
    return Article(
        headline=headline,
        provenance=Provenance(
            parser="feed",
            fetched_at=context.now,
            feed_url=context.feed_url,
            guid=item.guid or _made_guid(item.url, headline),
        ),
        outlet=context.outlet,
        url=item.url,
        language=item.language or context.language,
        dek=dek,
        byline=Byline(raw=item.author, author=item.author) if item.author else None,
        body=body,
        quotes=find_quotes(list(enumerate(body))),
        images=item.images,
        published=_not_to_come(item.published, headline, context.now, warnings),
        topics=item.topics,
    )


def each_once(articles: Iterable[Article]) -> Iterator[Article]:
    """The articles of one feed in order, each once: of one id, one address, or one title and moment, the first."""
    seen: set[tuple[str, object]] = set()
    for article in articles:
        keys: set[tuple[str, object]] = {("guid", article.provenance.guid)}
        if article.url:
            keys.add(("url", canonical_url(article.url)))
        if article.published:
            keys.add(("title", (article.headline.casefold(), article.published)))
        if seen.isdisjoint(keys):
            yield article
        seen |= keys


def paragraphs(markup: str | None) -> tuple[str, ...]:
    """The text of an item's HTML without the tails that blog software adds."""
    return without_tail(plain_lines(markup or ""))


def without_tail(lines: list[str]) -> tuple[str, ...]:
    """``lines`` without the tails that blog software adds."""
    while lines:
        last = _CUT.sub("…", _APPEARED.sub("", lines[-1])).strip()
        if last not in {"", "…"}:
            return (*lines[:-1], last)
        lines.pop()
    return ()


def author_name(raw: str | None) -> str | None:
    """The author as a name. RSS asks for ``address (Name)``: the address is nobody's business."""
    name = " ".join(clean(raw or "").split())
    if "@" in name:
        named = _IN_BRACKETS.fullmatch(name)
        name = named[1].strip() if named else ""
    return name or None


def too_large(title: str) -> str:
    """The warning for an item that is larger than any article."""
    return f'"{title[:_LONGEST_TITLE]}" is larger than a million characters and was left out.'


def _body_and_dek(body: tuple[str, ...], summary: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """The paragraphs and the dek. A long summary is the story; a short one is a dek unless it repeats the story."""
    if not body and (len(summary) > 1 or sum(len(text.split()) for text in summary) > _DEK_WORDS):
        return summary, None
    dek = " ".join(summary)
    is_repeated = body and " ".join(body).startswith(dek.rstrip(" .…"))
    is_long = len(dek.split()) > _DEK_WORDS
    return body, None if not dek or is_repeated or is_long else dek


def _opening(text: str) -> str:
    """A headline for an item that has none: its first words."""
    words = text.split()
    return " ".join(words[:_HEADLINE_WORDS]) + ("…" if len(words) > _HEADLINE_WORDS else "")


def _made_guid(url: str | None, headline: str) -> str:
    """An id for an item that has none, made of its address and title."""
    return "sha256:" + hashlib.sha256(f"{url or ''}\n{headline}".encode()).hexdigest()


def _not_to_come(found: datetime | None, headline: str, now: datetime, warnings: list[str]) -> datetime | None:
    """When the item appeared; a date that is still to come becomes ``now``, with a warning."""
    if found and found > now:
        warnings.append(f'"{headline}" is dated {found:%Y-%m-%d}, which is still to come; it counts as of today.')
        return now
    return found
