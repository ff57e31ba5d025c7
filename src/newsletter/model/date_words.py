"""Dates as people print them, in each of our languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from newsletter.model.language import Language, as_printed
from newsletter.model.languages import ALL
from newsletter.model.languages.en import ENGLISH

_YEAR = r"(?:19|20)\d\d"
_MONTHS = {name.lower(): month for each in ALL for month, names in enumerate(each.months, start=1) for name in names}
_WEEKDAYS = {name.lower(): day for each in ALL for day, names in enumerate(each.weekdays) for name in names}
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)")
_IN_FIGURES = re.compile(r"(?P<day>\d{1,2})[./]\s?(?P<month>\d{1,2})[./]\s?(?P<year>\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePatterns:
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
def date_patterns(language: Language) -> DatePatterns:
    """The patterns of ``language``; those of English where its dates are not known."""
    language = language if language.date else ENGLISH
    month = f"(?:{'|'.join(_month(names) for names in language.months)})"
    weekday = as_printed(name for names in language.weekdays for name in names)
    date_text = language.date.format(day=r"\d{1,2}", month=month, year=_YEAR) + rf"|\b{_YEAR}-\d\d-\d\d\b"
    between = rf"|,\s{language.tied}\s" if language.tied else ""
    return DatePatterns(
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


def weekday_of(word: str) -> int | None:
    """The number of the weekday that ``word`` names in any of our languages, 0 for Monday."""
    return _WEEKDAYS.get(word.lower())


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
