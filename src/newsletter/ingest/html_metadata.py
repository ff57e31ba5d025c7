"""What a page says about itself in its head: explicit statements only, nothing is inferred."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from newsletter.ingest.html_text import line_of
from newsletter.ingest.literals import as_topics, instant, moment, pixels, web_url
from newsletter.ingest.text import clean
from newsletter.model.article import Event, Image

#: Events of schema.org that only say when a film or a page came out.
_BROADCASTS = frozenset({"PublicationEvent", "BroadcastEvent", "OnDemandEvent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The page's own statements (Open Graph, schema.org JSON-LD, HTML); ``None`` where it makes none."""

    headline: str | None
    description: str | None
    outlet: str | None
    author: str | None
    published: datetime | None
    url: str | None
    language: str | None
    image: Image | None
    topics: tuple[str, ...]
    event: Event | None


def read_metadata(tree: HtmlElement, base: str | None) -> Metadata:
    """Read the statements of a page that was found at ``base`` (an absolute URL, ``None`` for a file)."""
    meta = _meta_tags(tree)
    things = list(_json_ld(tree))
    linked = [thing for thing in things if _is_article(thing.get("@type"))]
    outlet = meta.get("og:site_name")
    return Metadata(
        headline=_headline(tree, meta, outlet),
        description=meta.get("og:description") or meta.get("description"),
        outlet=outlet,
        author=_author(meta, linked, outlet),
        published=_published(tree, meta, linked),
        url=web_url(_first(tree, "//link[@rel='canonical']/@href"), base) or base,
        language=_first(tree, "/html/@lang") or None,
        image=_image(tree, meta, base),
        topics=_topics(tree, linked),
        event=_event(things),
    )


def _meta_tags(tree: HtmlElement) -> dict[str, str]:
    """The ``<meta>`` elements by name or property; the first of a name counts, empty ones do not."""
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or "").strip().lower()
        content = " ".join(clean(tag.get("content") or "").split())
        if name and content:
            found.setdefault(name, content)
    return found


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The schema.org objects of the page, at whatever depth."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, list):
                waiting.extend(reversed(thing))
            elif isinstance(thing, dict):
                waiting.extend(value for value in thing.values() if isinstance(value, list | dict))
                yield thing


def _is_article(kind: object) -> bool:
    """Whether a schema.org type, or one of several, is a written piece: NewsArticle, BlogPosting, Article, Report."""
    kinds = kind if isinstance(kind, list) else [kind]
    return any(str(one).endswith(("Article", "Posting", "Report")) for one in kinds)


def _headline(tree: HtmlElement, meta: dict[str, str], outlet: str | None) -> str | None:
    """``og:title``, else the first ``<h1>``, else ``<title>`` without the outlet's name at its end."""
    if title := meta.get("og:title"):
        return title
    for path in ("//h1", "//head/title"):
        for element in tree.xpath(path)[:1]:
            if text := " ".join((element.text_content() if path.endswith("title") else line_of(element)).split()):
                return _without_outlet(clean(text), outlet)
    return None


def _without_outlet(title: str, outlet: str | None) -> str:
    """``Ferry fares rise | The Review`` is the headline ``Ferry fares rise`` of ``The Review``."""
    for mark in ("|", "-", "–", "—", "·", ":"):
        if outlet and (short := title.removesuffix(f" {mark} {outlet}")) != title:
            return short
    return title


def _author(meta: dict[str, str], linked: list[dict[str, Any]], outlet: str | None) -> str | None:
    """``<meta name=author>`` or the JSON-LD ``author``; a web address or the outlet itself is not a person."""
    for name in (meta.get("author"), *(", ".join(_names(thing.get("author"))) for thing in linked)):
        if name and name != outlet and "://" not in name:
            return name
    return None


def _names(author: object) -> list[str]:
    """The names in a JSON-LD ``author``: a string, a person, or a list of either."""
    if isinstance(author, list):
        return [name for one in author if not isinstance(one, list) for name in _names(one)]
    name = author.get("name") if isinstance(author, dict) else author
    return [" ".join(clean(name).split())] if isinstance(name, str) and name.strip() else []


def _published(tree: HtmlElement, meta: dict[str, str], linked: list[dict[str, Any]]) -> datetime | None:
    """``article:published_time``, JSON-LD ``datePublished`` or the article's own ``<time>``; no other date of the page."""
    stated = [meta.get("article:published_time"), *(str(thing.get("datePublished", "")) for thing in linked)]
    own = "(//article)[1]//time[@datetime][not(ancestor::aside or ancestor::footer or ancestor::blockquote)]/@datetime"
    return next((found for text in (*stated, _first(tree, own)) if (found := moment(text))), None)


def _image(tree: HtmlElement, meta: dict[str, str], base: str | None) -> Image | None:
    """``og:image``, with the alternative text of the page's own copy of it when the head gives none."""
    url = web_url(meta.get("og:image") or meta.get("og:image:url"), base)
    if url is None:
        return None
    shown = (img for img in tree.iter("img") if web_url(img.get("src"), base) == url)
    alt = meta.get("og:image:alt") or next((clean(img.get("alt") or "").strip() for img in shown), "")
    return Image(url=url, alt=alt, width=pixels(meta.get("og:image:width")), height=pixels(meta.get("og:image:height")))


def _topics(tree: HtmlElement, linked: list[dict[str, Any]]) -> tuple[str, ...]:
    """The section that the page is of, then its tags, then its keywords; at most 20."""
    stated = [word for thing in linked for word in _words(thing.get("articleSection"), commas=False)]
    stated += [*_contents(tree, "article:section"), *_contents(tree, "article:tag")]
    stated += [word for thing in linked for word in _words(thing.get("keywords"), commas=True)]
    for name in ("keywords", "news_keywords"):
        stated += [word for line in _contents(tree, name) for word in line.split(",")]
    return as_topics(stated)


def _words(stated: object, *, commas: bool) -> list[str]:
    """A JSON-LD text or list of texts as words; with ``commas``, one text holds several."""
    if isinstance(stated, list):
        return [one for one in stated if isinstance(one, str)]
    if not isinstance(stated, str):
        return []
    return stated.split(",") if commas else [stated]


def _contents(tree: HtmlElement, name: str) -> list[str]:
    """What every ``<meta>`` of that name or property holds."""
    tags = (tag for tag in tree.iter("meta") if (tag.get("property") or tag.get("name") or "").strip().lower() == name)
    return [tag.get("content") or "" for tag in tags]


def _event(things: Sequence[dict[str, Any]]) -> Event | None:
    """The event that the page announces, if it tells day, time and zone; of several, none is the page's own."""
    announced = [thing for thing in things if _is_event(thing.get("@type"))]
    if len(announced) != 1:
        return None
    (thing,) = announced
    starts, ends = (instant(str(thing.get(key) or "")) for key in ("startDate", "endDate"))
    if starts is None:
        return None
    return Event(starts=starts, ends=ends if ends and ends >= starts else None, place=_place(thing.get("location")))


def _is_event(kind: object) -> bool:
    """Whether a schema.org type, or one of several, is something to go to: Event, MusicEvent, ExhibitionEvent."""
    kinds = {str(one) for one in (kind if isinstance(kind, list) else [kind])}
    return any(one.endswith("Event") for one in kinds - _BROADCASTS)


def _place(location: object) -> str | None:
    """The name of a JSON-LD ``location``, or a place that is given in words alone."""
    if isinstance(location, list):
        location = location[0] if location else None
    name = location.get("name") if isinstance(location, dict) else location
    return " ".join(clean(name).split()) or None if isinstance(name, str) else None


def _first(tree: HtmlElement, path: str) -> str | None:
    """The first string that an XPath finds."""
    found = tree.xpath(path)
    return str(found[0]).strip() if found else None
