"""What a text says about when it was written: evidence for an editor, never a publication date.

A page that prints no date still names days ("Wednesday", "Oct. 23"). Where weekday and date stand together they leave
few years open. Dates in photo credits and in teasers for other stories are kept apart, because they look like the
article's date and are not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from newsletter.model.article import DateEvidence
from newsletter.model.language import Language, as_printed
from newsletter.model.languages import ALL
from newsletter.model.languages import language as known_language
from newsletter.model.languages.en import ENGLISH
from newsletter.model.languages.guess import guess

_YEAR = r"(?:19|20)\d\d"
_MONTHS = {name.lower(): month for each in ALL for month, names in enumerate(each.months, start=1) for name in names}
_WEEKDAYS = {name.lower(): day for each in ALL for day, names in enumerate(each.weekdays) for name in names}
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)")
_IN_FIGURES = re.compile(r"(?P<day>\d{1,2})[./]\s?(?P<month>\d{1,2})[./]\s?(?P<year>\d{4})")
#: Weekdays and dates meet again after at most 28 years.
_CYCLE = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patterns:
    """How a language prints a date, a date or part of one, a weekday with its date, a weekday, and phrases like "today".

    The phrases go from the widest to the narrowest, the order in which they narrow the day down. "This week" is absent:
    it is true of every week.
    """

    date: re.Pattern[str]
    loose_date: re.Pattern[str]
    tied: re.Pattern[str]
    weekday: re.Pattern[str]
    relative: tuple[re.Pattern[str], ...]


@cache
def _patterns(language: Language) -> _Patterns:
    month = f"(?:{'|'.join(_month(names) for names in language.months)})"
    weekday = as_printed(name for names in language.weekdays for name in names)
    date_text = language.date.format(day=r"\d{1,2}", month=month, year=_YEAR) + rf"|\b{_YEAR}-\d\d-\d\d\b"
    between = rf"|,\s{language.tied}\s" if language.tied else ""
    return _Patterns(
        date=re.compile(date_text),
        loose_date=re.compile(
            rf"{date_text}|\b{month},?\s+(?:del?\s+)?{_YEAR}\b|(?<![$€£\d.,-]){_YEAR}\b(?![\d,.]\d|%)"
        ),
        tied=re.compile(rf"\b({weekday})(?:,?\s\(?{between})({date_text})"),
        weekday=re.compile(rf"\b{weekday}\b(?!['’]s)"),
        relative=tuple(
            re.compile(rf"\b(?:{phrase})\b".replace("{weekday}", weekday).replace(" ", r"\s"), re.IGNORECASE)
            for phrase in language.relative
        ),
    )


def _month(names: Sequence[str]) -> str:
    """A pattern of the names of one month; one that is short for another may have a full stop."""
    short = {name for name in names if any(other != name and other.startswith(name) for other in names)}
    whole = [name for name in names if name not in short]
    return rf"{as_printed(whole)}\b|{as_printed(short)}\b\.?" if short else rf"{as_printed(whole)}\b"


def read_dates(
    prose: Sequence[str],
    *,
    now: date,
    dated: Sequence[tuple[str, str]] = (),
    set_aside: Sequence[str] = (),
    language: str | None = None,
) -> DateEvidence:
    """The dates that ``prose`` (headings and paragraphs in printed order) speaks of.

    ``dated`` pairs the date in a heading with the first paragraph below it: a weekday that this paragraph names alone
    is that date's. ``set_aside`` are the lines whose dates are not the article's: photo credits, captions, cards. The
    year is the nearest one up to ``now`` in which every such pair is true, ``None`` if there is no pair or no such year.
    ``language`` is the BCP 47 tag of the page; without one it is told from the prose.
    """
    spoken = known_language(language or guess(" ".join(prose)))
    patterns = _patterns(spoken if spoken.date else ENGLISH)
    explicit = _unique(match.group() for text in prose for match in patterns.date.finditer(text))
    ties = tuple(dict.fromkeys((*_printed_ties(prose, patterns), *_heading_ties(dated, patterns))))
    year = _year(ties, now)
    days = [day for _, text in ties if year and (day := day_of(text, year))]
    aside = _unique(match.group() for text in set_aside for match in patterns.loose_date.finditer(text))
    return DateEvidence(
        explicit=explicit,
        relative=_relative(prose, patterns),
        weekdays_tied=ties,
        inferred_year=year,
        week=_working_week(max(days)) if days else None,
        must_not_use=tuple(text for text in aside if text not in explicit),
    )


def day_of(text: str, year: int | None) -> date | None:
    """The day that ``text`` names in any of our languages, in ``year`` unless it names its own.

    "Oct. 23", "23 October 2024", "23 octobre", "23 жовтня", "23.10.2024" and "2024-10-23" are read.
    """
    if figures := _ISO.fullmatch(text) or _IN_FIGURES.fullmatch(text):
        return _day(int(figures["year"]), int(figures["month"]), int(figures["day"]))
    months = (_MONTHS.get(word.lower()) for word in re.findall(r"[^\W\d_]{3,}", text))
    month = next(filter(None, months), None)
    number = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
    printed = re.search(rf"\b{_YEAR}\b", text)
    chosen = int(printed.group()) if printed else year
    return _day(chosen, month, int(number.group())) if month and number and chosen else None


def _day(year: int, month: int, day: int) -> date | None:
    """The day, or ``None`` if the calendar does not have it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _printed_ties(prose: Sequence[str], patterns: _Patterns) -> Iterator[tuple[str, str]]:
    """Weekday and date that stand side by side: "Wednesday, Oct. 23"."""
    return ((match[1], match[2]) for text in prose for match in patterns.tied.finditer(text))


def _heading_ties(dated: Sequence[tuple[str, str]], patterns: _Patterns) -> Iterator[tuple[str, str]]:
    """A heading's date and the weekday below it, if that paragraph names just one."""
    for heading_date, paragraph in dated:
        weekdays = set(patterns.weekday.findall(paragraph))
        if len(weekdays) == 1:
            yield weekdays.pop(), heading_date


def _year(ties: Sequence[tuple[str, str]], now: date) -> int | None:
    """The nearest year in which every pair of weekday and date is true and lies in the past."""
    if not ties:
        return None
    for year in range(now.year, now.year - _CYCLE, -1):
        days = [(weekday, day_of(text, year)) for weekday, text in ties]
        if all(day and day <= now and _WEEKDAYS[weekday.lower()] == day.weekday() for weekday, day in days):
            return max(day.year for _, day in days if day)
    return None


def _working_week(day: date) -> tuple[date, date]:
    """The Monday and the Friday of the week of ``day``."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=4)


def _relative(prose: Sequence[str], patterns: _Patterns) -> tuple[str, ...]:
    """The phrases that only mean something on the day of writing, in lower case but for names, apostrophes straight."""
    found = (
        " ".join(match.group().split())
        for pattern in patterns.relative
        for text in prose
        for match in pattern.finditer(text)
    )
    return _unique(phrase[0].lower() + phrase[1:].replace("’", "'") for phrase in found)


def _unique(texts: Iterator[str]) -> tuple[str, ...]:
    """Each text once, in order."""
    return tuple(dict.fromkeys(texts))
