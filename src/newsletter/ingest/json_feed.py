"""A JSON Feed, version 1 or 1.1 (jsonfeed.org/version/1.1), into articles."""

import json
import re
from collections.abc import Mapping
from typing import Any

from newsletter.errors import IngestError
from newsletter.ingest.feed_images import pictures_in_text
from newsletter.ingest.feed_item import (
    MAX_ITEM,
    Context,
    Item,
    author_name,
    item_article,
    paragraphs,
    too_large,
    without_tail,
)
from newsletter.ingest.feed_xml import MAX_ITEMS
from newsletter.ingest.html_text import one_line, plain_line
from newsletter.ingest.literals import as_topics, moment, web_url
from newsletter.ingest.text import clean
from newsletter.model.article import Article, Image

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.\d+)?/?")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_TEXTS = ("title", "content_html", "content_text", "summary", "url", "external_url", "date_published", "date_modified")

_Object = Mapping[str, Any]


def is_json(text: str) -> bool:
    """Whether ``text`` begins as a JSON object does."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def json_feed(text: str) -> _Object:
    """The JSON Feed that ``text`` holds, its ``items`` a list; ``IngestError`` if it is broken or something else."""
    try:
        found = json.loads(text.lstrip("\ufeff"))
    except RecursionError as error:
        raise IngestError("The feed is nested too deeply to be one. Check the address.") from error
    except ValueError as error:
        raise IngestError("The feed is not valid JSON. Ask its site to mend it, or look for its RSS feed.") from error
    if not isinstance(found, dict) or not _VERSION.fullmatch(_line(found.get("version")) or ""):
        raise IngestError("The address holds JSON, but no JSON Feed. Look for the site's RSS, Atom or JSON feed.")
    if not isinstance(found.get("items"), list):
        raise IngestError("The JSON Feed has no list of items. Ask its site to mend it, or look for its RSS feed.")
    return found


def json_articles(feed: _Object, context: Context, warnings: list[str]) -> list[Article]:
    """The articles of ``feed``; an item that cannot be read is left out with a warning."""
    if len(feed["items"]) > MAX_ITEMS:
        warnings.append(f"The feed is too long; its first items, {MAX_ITEMS} at most, were read.")
    articles = []
    for number, given in enumerate(feed["items"][:MAX_ITEMS], start=1):
        if fault := _fault(given):
            warnings.append(f"Item {number} {fault} and was left out.")
        elif _size(given) > MAX_ITEM:
            warnings.append(too_large(plain_line(given.get("title"))))
        elif article := item_article(_item(given, feed, context.feed_url), context, warnings):
            articles.append(article)
    return articles


def json_title(feed: _Object) -> str:
    """The feed's own title, empty if it has none."""
    title = feed.get("title")
    return plain_line(clean(title)) if isinstance(title, str) else ""


def json_language(feed: _Object) -> str | None:
    """The language that the feed or an item of it is in, if it says so."""
    return _line(feed.get("language"))


def _fault(given: object) -> str | None:
    """What makes an item unreadable, if anything does."""
    if not isinstance(given, dict):
        return "is not an object"
    wrong = [name for name in _TEXTS if not isinstance(given.get(name), str | None)]
    return f"has a {wrong[0]} that is not text" if wrong else None


def _size(given: _Object) -> int:
    return sum(len(given.get(name) or "") for name in _TEXTS)


def _item(given: _Object, feed: _Object, base: str) -> Item:
    """The plain values of an item whose text fields are text."""
    markup = given.get("content_html") or ""
    guid = _id(given.get("id"))
    return Item(
        title=plain_line(clean(given.get("title") or "")),
        guid=guid,
        url=_address(given, guid, base),
        summary=paragraphs(given.get("summary")),
        body=paragraphs(markup) or without_tail(_text_lines(given.get("content_text") or "")),
        author=_authors(given) or _authors(feed),
        published=moment(given.get("date_published")) or moment(given.get("date_modified")),
        images=_images(given, markup, base),
        topics=as_topics(_strings(given.get("tags"))),
        language=json_language(given),
    )


def _id(given: object) -> str | None:
    """The item's id. Version 1.1 asks readers to take numbers for text."""
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return _line(str(given) if is_number else given)


def _address(given: _Object, guid: str | None, base: str) -> str | None:
    """Where the item itself stands, else the page elsewhere that it speaks of, else its id if that is an address."""
    named = (_line(given.get("url")), _line(given.get("external_url")))
    found = next((url for name in named if name and (url := web_url(name, base))), None)
    return found or web_url(guid, None)


def _text_lines(text: str) -> list[str]:
    """The paragraphs of plain text: what blank lines part, or, where there are none, its lines."""
    whole = clean(text).strip()
    parts = _BLANK_LINE.split(whole)
    if len(parts) == 1:
        parts = whole.split("\n")
    return [line for part in parts if (line := one_line(part))]


def _authors(given: _Object) -> str | None:
    """The names of the authors; version 1 knows only one. What an item does not say, its feed says."""
    authors = given.get("authors")
    listed = authors if isinstance(authors, list) and authors else [given.get("author")]
    names = (author_name(_line(one.get("name"))) for one in listed if isinstance(one, dict))
    return ", ".join(filter(None, names)) or None


def _images(given: _Object, markup: str, base: str) -> tuple[Image, ...]:
    """The picture that the item declares, else the first one in its text."""
    in_text = pictures_in_text(markup, base)
    for name in ("image", "banner_image"):
        if url := web_url(_line(given.get(name)), base):
            return (Image(url=url, alt=in_text.get(url, "")),)
    return tuple(Image(url=url, alt=alt) for url, alt in list(in_text.items())[:1])


def _line(value: object) -> str | None:
    """A text on one line; ``None`` where there is none or it is something else."""
    return one_line(value) or None if isinstance(value, str) else None


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
