"""What a text says about when it was written: evidence for an editor, never a publication date.

A page that prints no date still names days ("Wednesday", "Oct. 23"). Where weekday and date stand together they leave
few years open. Dates in photo credits and in teasers for other stories are kept apart, because they look like the
article's date and are not.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from newsletter.model.article import DateEvidence
from newsletter.model.date_words import DatePatterns, date_patterns, day_of, weekday_of
from newsletter.model.languages import language as known_language
from newsletter.model.languages.guess import guess

#: Weekdays and dates meet again after at most 28 years.
_CYCLE = 28


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
    patterns = date_patterns(spoken)
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


def _printed_ties(prose: Sequence[str], patterns: DatePatterns) -> Iterator[tuple[str, str]]:
    """Weekday and date that stand side by side: "Wednesday, Oct. 23"."""
    return ((match[1], match[2]) for text in prose for match in patterns.tied.finditer(text))


def _heading_ties(dated: Sequence[tuple[str, str]], patterns: DatePatterns) -> Iterator[tuple[str, str]]:
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
        if all(day and day <= now and weekday_of(weekday) == day.weekday() for weekday, day in days):
            return max(day.year for _, day in days if day)
    return None


def _working_week(day: date) -> tuple[date, date]:
    """The Monday and the Friday of the week of ``day``."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=4)


def _relative(prose: Sequence[str], patterns: DatePatterns) -> tuple[str, ...]:
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
