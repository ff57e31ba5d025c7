"""The days that a text names: "Wednesday, Oct. 23", "23 October 2024", "on Wednesday"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from newsletter.model.languages import en


@dataclass(frozen=True, slots=True)
class Calendar:
    """The words of one language: weekdays from Monday, and for each month its name and its abbreviations."""

    weekdays: tuple[str, ...]
    months: tuple[tuple[str, ...], ...]


ENGLISH = Calendar(tuple(names[0] for names in en.ENGLISH.weekdays), en.ENGLISH.months)


def calendar(language: str | None) -> Calendar | None:
    """The calendar words of ``language`` (a tag such as ``en-GB``; none counts as English), ``None`` if not known."""
    return ENGLISH if (language or "en").lower().startswith("en") else None


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A date as printed, ``span``, which begins at ``start``. ``weekday`` (0 is Monday) is the one tied to it, if any."""

    span: str
    start: int
    month: int
    day: int
    year: int | None = None
    weekday: int | None = None

    def near(self, reference: date) -> date | None:
        """The day meant: that of its own year, else the one nearest to ``reference``; ``None`` if there is no such day."""
        years = [self.year] if self.year else [reference.year + shift for shift in (0, -1, 1)]
        days = [found for year in years if (found := _date(year, self.month, self.day))]
        return min(days, key=lambda found: abs(found - reference), default=None)


@dataclass(frozen=True, slots=True)
class NamedWeekday:
    """A weekday that stands without a date, as printed with "on", "last" or "next" before it."""

    span: str
    start: int
    weekday: int
    before: str = ""


def named_days(text: str, words: Calendar) -> Iterator[NamedDay]:
    """The dates that ``text`` names, in order."""
    numbers = {form.lower(): i for i, forms in enumerate(words.months, start=1) for form in forms}
    for found in _dates(words).finditer(text):
        parts = found.groupdict()
        weekday = parts["before"] or parts["after"]
        year = parts["year1"] or parts["year2"]
        yield NamedDay(
            span=_closed(found.group(), text[found.end() :]),
            start=found.start(),
            month=numbers[(parts["month1"] or parts["month2"]).lower()],
            day=int(parts["day1"] or parts["day2"]),
            year=int(year) if year else None,
            weekday=words.weekdays.index(weekday) if weekday else None,
        )


def named_weekdays(text: str, words: Calendar) -> Iterator[NamedWeekday]:
    """The weekdays that ``text`` names without a date, in order; "every Monday" and "the Sunday Times" name no day."""
    dated = [range(day.start, day.start + len(day.span)) for day in named_days(text, words)]
    for found in _weekdays(words).finditer(text):
        if not any(found.start("weekday") in span for span in dated):
            before = (found["before"] or "").lower()
            yield NamedWeekday(found.group(), found.start(), words.weekdays.index(found["weekday"]), before)


def resolved(weekday: int, near: date, *, ahead: bool) -> date:
    """The day with this ``weekday`` (0 is Monday): the last up to ``near``, or with ``ahead`` the first from there on."""
    shift = (weekday - near.weekday()) % 7
    return near + timedelta(days=shift if ahead or not shift else shift - 7)


def _closed(span: str, after: str) -> str:
    """``span`` with the parenthesis that closes the one it opens."""
    return f"{span})" if "(" in span and after.startswith(")") else span


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _dates(words: Calendar) -> re.Pattern[str]:
    weekday = "|".join(words.weekdays)
    month = "|".join(sorted((form for forms in words.months for form in forms), key=len, reverse=True))
    day = r"(?P<day{0}>\d{{1,2}})(?:st|nd|rd|th)?(?![\w%:]|[.,]\d)"
    year = r"(?:,?\s(?P<year{0}>(?:19|20)\d\d)(?![\d,.]\d|%))?"
    return re.compile(
        rf"\b(?:(?P<before>{weekday})(?:,\sthe\s|,?\s\(?))?"
        rf"(?:(?P<month1>{month})\b\.?\s{day.format(1)}{year.format(1)}"
        rf"|(?<![\w.,:]){day.format(2)}\s(?:of\s)?(?P<month2>{month})\b\.?{year.format(2)})"
        rf"(?:(?:\s\(|,\sa\s)(?P<after>{weekday})\b)?"
    )


@cache
def _weekdays(words: Calendar) -> re.Pattern[str]:
    weekday = "|".join(words.weekdays)
    return re.compile(
        rf"(?<!\bevery\s)(?<!\beach\s)(?<!\ba\s)(?<!\bmost\s)(?<!\bBlack\s)(?<!\bGood\s)(?<!\bAsh\s)(?<!\bEaster\s)"
        rf"(?<!\bHoly\s)(?<!\bCyber\s)(?:\b(?P<before>[Oo]n|[Ll]ast|[Nn]ext|[Tt]his)\s)?\b(?P<weekday>{weekday})\b"
        r"(?!\s(?:Times|Mail|Telegraph|Mirror|Post|Review|Club|Night\sLive))"
    )
