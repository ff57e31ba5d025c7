"""Days, weeks and months in words (Unicode CLDR, by Babel)."""

import re
from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

from newsletter.i18n.phrases import locale

_SHORT_MONTH = re.compile(r"(?<![ML])([ML])\1\1(?!\1)")
#: Thin spaces look like none in the text part's even type.
_PLAIN_SPACES = {0x2009: " ", 0x202F: "\u00a0"}


def days_of(first: date, last: date, language: str) -> str:
    """Days in words: ``16–22 November 2026``, with both months or years where they cross into another.

    A single day is ``20 November 2026``, a whole month ``November 2026``.
    """
    rules = locale(language)
    if first == last:
        return format_date(first, "long", locale=rules).translate(_PLAIN_SPACES)
    if (first.day, (last + timedelta(days=1)).day, first.month) == (1, 1, last.month):
        return month_of(first, language)
    return _interval(first, last, rules)


def _interval(monday: date, sunday: date, rules: Locale) -> str:
    apart = "y" if monday.year != sunday.year else "M" if monday.month != sunday.month else "d"
    begins, ends = rules.interval_formats["yMMMMd" if "yMMMMd" in rules.interval_formats else "yMMMd"][apart]
    return (_half(begins, monday, rules) + _half(ends, sunday, rules)).translate(_PLAIN_SPACES)


def month_of(day: date, language: str) -> str:
    """The month of ``day`` in words that stand alone: ``November 2026``, ``ноябрь 2026 г.``."""
    return format_skeleton("yMMMM", day, locale=locale(language)).translate(_PLAIN_SPACES)


def day_of(day: date, language: str) -> str:
    """A day in words of ``language``: ``20 November 2026``."""
    return format_date(day, format="long", locale=locale(language))


def moment(at: datetime, language: str) -> str:
    """An instant in the zone that it is given in: ``Thursday 19 November 2026, 16:00``."""
    rules = locale(language)
    return f"{format_date(at, 'full', locale=rules)}, {format_time(at, 'HH:mm', tzinfo=at.tzinfo, locale=rules)}"


def _half(pattern: str, day: date, rules: Locale) -> str:
    """One half of an interval, with the month written out also where CLDR's pattern has it short."""
    return format_date(day, _SHORT_MONTH.sub(r"\1\1\1\1", pattern), locale=rules)
