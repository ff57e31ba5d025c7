"""What a text says about when it was written: evidence for an editor, never a publication date.

A page that prints no date still names days ("Wednesday", "Oct. 23"). Where weekday and date stand together they leave
few years open. Dates in photo credits and in teasers for other stories are kept apart, because they look like the
article's date and are not.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from newsletter.model.article import DateEvidence

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = rf"(?:{'|'.join(_WEEKDAYS)})"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b{_MONTH},?\s*{_DAY}(?![\d%])(?:,?\s*{_YEAR}\b)?|\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s*{_YEAR}\b)?"
    rf"|\b{_YEAR}-\d\d-\d\d\b"
)
_LOOSE_DATE = re.compile(rf"{_DATE.pattern}|\b{_MONTH},?\s+{_YEAR}\b|(?<![$€£\d.,-]){_YEAR}\b(?![\d,.]\d|%)")
_TIED = re.compile(rf"\b({_WEEKDAY})(?:,?\s\(?|,\sthe\s)({_DATE.pattern})")
_ANY_WEEKDAY = re.compile(rf"\b{_WEEKDAY}\b(?!['’]s)")

# Widest first, the order in which they narrow the day down. "This week" is absent: it is true of every week.
_RELATIVE = tuple(
    re.compile(rf"\b(?:{pattern})\b".replace(" ", r"\s"), re.IGNORECASE)
    for pattern in (
        r"(?:last|next) (?:week|month|year)(?:['’]s)?",
        rf"(?:as of )?(?:today|yesterday|tomorrow)(?:['’]s)?|(?:on|last|next) {_WEEKDAY}",
        r"last night(?:['’]s)?|tonight(?:['’]s)?|(?:this|yesterday|tomorrow) (?:morning|afternoon|evening)(?:['’]s)?",
    )
)
#: Weekdays and dates meet again after at most 28 years.
_CYCLE = 28


def read_dates(
    prose: Sequence[str],
    *,
    now: date,
    dated: Sequence[tuple[str, str]] = (),
    set_aside: Sequence[str] = (),
) -> DateEvidence:
    """The dates that ``prose`` (headings and paragraphs in printed order) speaks of.

    ``dated`` pairs the date in a heading with the first paragraph below it: a weekday that this paragraph names alone
    is that date's. ``set_aside`` are the lines whose dates are not the article's: photo credits, captions, cards. The
    year is the nearest one up to ``now`` in which every such pair is true, ``None`` if there is no pair or no such year.
    """
    explicit = _unique(match.group() for text in prose for match in _DATE.finditer(text))
    ties = tuple(dict.fromkeys((*_printed_ties(prose), *_heading_ties(dated))))
    year = _year(ties, now)
    days = [day for _, text in ties if year and (day := day_of(text, year))]
    aside = _unique(match.group() for text in set_aside for match in _LOOSE_DATE.finditer(text))
    return DateEvidence(
        explicit=explicit,
        relative=_relative(prose),
        weekdays_tied=ties,
        inferred_year=year,
        week=_working_week(max(days)) if days else None,
        must_not_use=tuple(text for text in aside if text not in explicit),
    )


def day_of(text: str, year: int | None) -> date | None:
    """The day that ``text`` ("Oct. 23", "23 October 2024", "2024-10-23") names, in ``year`` unless it names its own."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        own, month, day = (int(part) for part in text.split("-"))
        return _day(own, month, day)
    month_name = re.search(r"[A-Za-z]{3,}", text)
    number = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
    printed = re.search(rf"\b{_YEAR}\b", text)
    chosen = int(printed.group()) if printed else year
    if not (month_name and number and chosen and month_name.group()[:3].lower() in _MONTHS):
        return None
    return _day(chosen, _MONTHS.index(month_name.group()[:3].lower()) + 1, int(number.group()))


def _day(year: int, month: int, day: int) -> date | None:
    """The day, or ``None`` if the calendar does not have it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _printed_ties(prose: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Weekday and date that stand side by side: "Wednesday, Oct. 23"."""
    return ((match[1], match[2]) for text in prose for match in _TIED.finditer(text))


def _heading_ties(dated: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """A heading's date and the weekday below it, if that paragraph names just one."""
    for heading_date, paragraph in dated:
        weekdays = set(_ANY_WEEKDAY.findall(paragraph))
        if len(weekdays) == 1:
            yield weekdays.pop(), heading_date


def _year(ties: Sequence[tuple[str, str]], now: date) -> int | None:
    """The nearest year in which every pair of weekday and date is true and lies in the past."""
    if not ties:
        return None
    for year in range(now.year, now.year - _CYCLE, -1):
        days = [(weekday, day_of(text, year)) for weekday, text in ties]
        if all(day and day <= now and _WEEKDAYS[day.weekday()] == weekday for weekday, day in days):
            return max(day.year for _, day in days if day)
    return None


def _working_week(day: date) -> tuple[date, date]:
    """The Monday and the Friday of the week of ``day``."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=4)


def _relative(prose: Sequence[str]) -> tuple[str, ...]:
    """The phrases that only mean something on the day of writing, in lower case but for names, apostrophes straight."""
    found = (
        " ".join(match.group().split()) for pattern in _RELATIVE for text in prose for match in pattern.finditer(text)
    )
    return _unique(phrase[0].lower() + phrase[1:].replace("’", "'") for phrase in found)


def _unique(texts: Iterator[str]) -> tuple[str, ...]:
    """Each text once, in order."""
    return tuple(dict.fromkeys(texts))
