"""The picture of a feed item."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from newsletter.errors import IngestError
from newsletter.ingest.html_text import parse_html, plain_line
from newsletter.ingest.literals import pixels, web_url
from newsletter.ingest.text import clean
from newsletter.model.article import Image


def pictures(entry: Mapping[str, Any], base: str) -> Iterator[Image]:
    """The picture of a parsed item, if it has one: Media RSS, else an enclosure, else the first one in its text.

    Relative addresses are resolved against ``base``, the address of the feed.
    """
    captions, credits_ = entry.get("media_caption"), entry.get("media_credit", ())
    credit = next((clean(given.get("content") or "").strip() for given in credits_), None)
    markup = "".join(part.get("value", "") for part in entry.get("content", ())) or entry.get("summary", "")
    in_text = pictures_in_text(markup, base)
    for given in _candidates(entry):
        if url := web_url(given.get("url") or given.get("href"), base):
            alt = plain_line(captions) or in_text.get(url, "")
            yield Image(
                url=url,
                alt=alt,
                credit=credit or None,
                width=pixels(given.get("width")),
                height=pixels(given.get("height")),
            )
            return
    yield from (Image(url=url, alt=alt) for url, alt in list(in_text.items())[:1])


def pictures_in_text(markup: str, base: str) -> dict[str, str]:
    """The pictures in an item's HTML: address, made absolute against ``base``, to alternative text."""
    try:
        shown = list(parse_html(markup).iter("img")) if "<img" in markup else []
    except IngestError:
        return {}
    found = ((web_url(picture.get("src"), base), clean(picture.get("alt") or "").strip()) for picture in shown)
    return {url: alt for url, alt in found if url}


def _candidates(entry: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """What the item declares as its pictures, the best first."""
    media: Sequence[Mapping[str, str]] = entry.get("media_content", ())
    yield from (one for one in media if one.get("medium") == "image" or one.get("type", "").startswith("image/"))
    yield from (
        one for one in media if not one.get("medium") and not one.get("type") and _names_image(one.get("url", ""))
    )
    yield from entry.get("media_thumbnail", ())
    yield from (one for one in entry.get("links", ()) if one.get("rel") == "enclosure" and _is_image(one))


def _is_image(link: Mapping[str, str]) -> bool:
    return link.get("type", "").startswith("image/")


def _names_image(url: str) -> bool:
    return url.lower().split("?")[0].endswith((".jpg", ".jpeg", ".png", ".gif", ".webp"))
