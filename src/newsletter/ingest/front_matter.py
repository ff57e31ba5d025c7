"""The block between two ``---`` lines at the top of a Markdown file: what the editor says about the article."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml

from newsletter.errors import IngestError
from newsletter.ingest.literals import distinct, instant, moment, pixels
from newsletter.model.article import Byline, Event, Image, RelatedCard

_KEYS = ("title", "headline", "dek", "description", "kicker", "series", "byline", "author", "section", "date", "url")
KNOWN = (*_KEYS, "outlet", "language", "image", "related", "topics", "series_number", "event", "embargo")
_IMAGE_KEYS = ("url", "alt", "credit", "width", "height")
_RELATED_KEYS = ("title", "url", "section", "excerpt", "image")
_EVENT_KEYS = ("starts", "ends", "place")
_EVENT = 'event: {starts: 2026-11-28T19:00+01:00, place: "Town hall"}'
#: What is not on one line by its nature, and how it is written.
_FORMS = {
    "topics": "a list of words. Write `topics: [Coast, Fisheries]`",
    "event": f"a time and a place. Write `{_EVENT}`",
}
_FENCE = "---"
#: More digits are no number of an instalment.
_DIGITS = 5


def split(text: str) -> tuple[Mapping[str, Any], str]:
    """Return the front matter of a Markdown text, every value as it is typed, and the text below it.

    A text without front matter gives an empty mapping. ``IngestError`` names what is not understood.
    """
    lines = text.lstrip("\n").split("\n")
    if lines[0].rstrip() != _FENCE:
        return {}, text
    ends = [at for at, line in enumerate(lines) if at and line.rstrip() in {_FENCE, "..."}]
    if not ends:
        raise IngestError("The front matter opened by --- is never closed. Put a line with --- below it.")
    return _checked(_parsed("\n".join(lines[1 : ends[0]]))), "\n".join(lines[ends[0] + 1 :])


def published(given: Mapping[str, Any]) -> datetime | None:
    """Return the ``date``, timezone-aware: a day alone is its midnight in UTC, and so is a time without a zone."""
    if not (text := given.get("date")):
        return None
    if found := moment(text):
        return found
    raise IngestError(f'The date "{text}" is not understood. Write 2026-11-17 or 2026-11-17T09:00:00+01:00.')


def byline(given: Mapping[str, Any]) -> Byline | None:
    """Return the byline: as printed (``Reporting | Harbour``) or, failing that, what ``author`` and ``section`` give."""
    author, section, printed = (given.get(key) or None for key in ("author", "section", "byline"))
    raw = printed or author or section
    if raw is None:
        return None
    kind, mark, rest = (part.strip() for part in (printed or "").partition("|"))
    return Byline(raw=raw, kind=kind if mark else None, section=section or (rest if mark else None), author=author)


def image(given: Mapping[str, Any]) -> Image | None:
    """Return the picture. Its ``url`` may be a path relative to the file: whoever knows the file makes it absolute."""
    if not (asked := given.get("image")):
        return None
    if isinstance(asked, str):
        asked = {"url": asked}
    _refuse_unknown("image key", asked, _IMAGE_KEYS)
    sizes = {key: pixels(asked.get(key)) for key in ("width", "height")}
    for key, size in sizes.items():
        if asked.get(key) and size is None:
            raise IngestError(f'The image\'s {key} "{asked[key]}" is not a number of pixels. Write one such as 1200.')
    return Image(
        url=asked.get("url") or None,
        alt=asked.get("alt") or "",
        credit=asked.get("credit") or None,
        width=sizes["width"],
        height=sizes["height"],
    )


def related(given: Mapping[str, Any]) -> tuple[RelatedCard, ...]:
    """Return the cards of related stories: a list, each with a title and what else is known of it."""
    return tuple(_card(asked) for asked in given.get("related") or ())


def topics(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the topics: a list, or one line with commas between them."""
    asked = given.get("topics") or ()
    return distinct(asked.split(",") if isinstance(asked, str) else asked)


def series_number(given: Mapping[str, Any]) -> int | None:
    """Return the number of this instalment of its series."""
    if not (asked := given.get("series_number")):
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS):
        raise IngestError(f'The series_number "{asked}" is not a whole number. Write one such as 12.')
    if not given.get("series"):
        raise IngestError("The front matter has a series_number and no series. Write `series: Harbour Watch` above it.")
    return int(asked)


def event(given: Mapping[str, Any]) -> Event | None:
    """Return what readers may go to: when it starts and ends (time of day and zone are needed) and where."""
    if not (asked := given.get("event")):
        return None
    if isinstance(asked, str):
        raise IngestError(f"The front matter's event is not {_FORMS['event']}.")
    _refuse_unknown("key of an event", asked, _EVENT_KEYS)
    starts, ends = _instant("event's starts", asked.get("starts")), _instant("event's ends", asked.get("ends"))
    if starts is None:
        raise IngestError(f"The event has no start. Write `{_EVENT}`.")
    if ends is not None and ends < starts:
        raise IngestError(f'The event ends ("{asked["ends"]}") before it starts ("{asked["starts"]}"). Correct one.')
    return Event(starts=starts, ends=ends, place=asked.get("place") or None)


def embargo(given: Mapping[str, Any]) -> datetime | None:
    """Return the moment before which nothing of the article may be printed; time of day and zone are needed."""
    return _instant("embargo", given.get("embargo"))


def _instant(what: str, text: str | None) -> datetime | None:
    if not text:
        return None
    if found := instant(text):
        return found
    # An hour guessed wrong sends readers to a locked door, or a story out too early.
    raise IngestError(f'The {what} "{text}" is not a time with its zone. Write one such as 2026-11-28T19:00+01:00.')


def _card(asked: Mapping[str, Any]) -> RelatedCard:
    _refuse_unknown("key of a related story", asked, _RELATED_KEYS)
    if not asked.get("title"):
        raise IngestError("A related story in the front matter has no title. Write `- title: ...` for each.")
    excerpt = (asked["excerpt"],) if asked.get("excerpt") else ()
    section, url = asked.get("section") or None, asked.get("url") or None
    return RelatedCard(title=asked["title"], section=section, excerpt=excerpt, image=image(asked), url=url)


def _parsed(block: str) -> Any:  # noqa: ANN401 - YAML holds anything; _checked tells
    """The YAML of ``block`` with every scalar as a string: the headline "No" stays a word and 2026 stays as typed."""
    try:
        return yaml.BaseLoader(block).get_single_data() or {}
    except (yaml.YAMLError, RecursionError) as error:
        at = getattr(error, "problem_mark", None)
        line = f" in line {at.line + 2}" if at else ""
        raise IngestError(
            f"The front matter is not YAML{line}. Write one `key: value` a line, "
            "and put a value that holds a colon in quotation marks."
        ) from error


def _checked(data: Any) -> Mapping[str, Any]:  # noqa: ANN401 - see _parsed
    """``data`` if it is a mapping of known keys to text, or to what ``_text`` allows besides."""
    if not isinstance(data, dict):
        raise IngestError("The front matter is not a list of keys and values. Write one `key: value` a line.")
    _refuse_unknown("key", data, KNOWN)
    return {key: _text(key, value) for key, value in data.items()}


def _text(key: str, value: Any) -> Any:  # noqa: ANN401 - see _parsed
    """``value`` on one line; for ``topics`` each of a list, for ``image``, ``event`` and ``related`` each of their keys."""
    if isinstance(value, str):
        return " ".join(line.strip() for line in value.split("\n")).strip()
    if key in {"image", "event"} and isinstance(value, dict):
        return {name: _text(f"{key} {name}", inner) for name, inner in value.items()}
    if key == "topics" and isinstance(value, list) and all(isinstance(topic, str) for topic in value):
        return value
    if key == "related" and isinstance(value, list) and all(isinstance(card, dict) for card in value):
        return [{name: _text(name, inner) for name, inner in card.items()} for card in value]
    raise IngestError(f"The front matter's {key} is not {_FORMS.get(key, f'plain text. Write `{key}: value`')}.")


def _refuse_unknown(what: str, data: Mapping[Any, Any], known: tuple[str, ...]) -> None:
    for key in data:
        if key not in known:
            raise IngestError(f'The front matter has an unknown {what} "{key}". Known are: {", ".join(known)}.')
