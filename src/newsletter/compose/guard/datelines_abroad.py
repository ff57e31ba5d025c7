"""The dateline guard for texts that are not in English: weekdays that their date does not have, and days of other weeks."""

from collections.abc import Iterator
from datetime import date

from newsletter.compose.language import language_of
from newsletter.model.article import Article
from newsletter.model.date_words import DatePatterns, date_patterns, day_of, weekday_of
from newsletter.model.issue import Doubt, DoubtKind
from newsletter.model.languages import language
from newsletter.model.slot import Slot


def abroad_doubts(text: str, article: Article, slot: Slot) -> tuple[Doubt, ...]:
    """What an editor should look at before ``text``, which is in the language of ``article``, is printed in ``slot``.

    A weekday that is printed with a date of another weekday ("mercredi 24 octobre"), and phrases such as "gestern" or "am
    Mittwoch" in an article of another week. Nothing for a language whose dates are not known.
    """
    spoken = language(language_of(article))
    if not spoken.date:
        return ()
    patterns = date_patterns(spoken)
    found = (*_untrue_ties(text, patterns, article, slot), *_of_another_week(text, patterns, article, slot))
    return tuple(Doubt(kind=DoubtKind.DATELINE, span=span, sentence=sentence) for span, sentence in found)


def _untrue_ties(text: str, patterns: DatePatterns, article: Article, slot: Slot) -> Iterator[tuple[str, str]]:
    """Weekday and date that stand side by side and do not agree; without a year the nearest such day is meant."""
    near = article.published.date() if article.published else slot.first_day
    for found in patterns.tied.finditer(text):
        weekday, printed = weekday_of(found[1]), found[2]
        days = {day for shift in (0, -1, 1) if (day := day_of(printed, near.year + shift))}
        day = min(days, key=lambda one: abs(one - near), default=None)
        if weekday is not None and day and day.weekday() != weekday:
            yield found.group(), f"“{found.group()}” does not agree: {day.isoformat()} is a {day:%A}"


def _of_another_week(text: str, patterns: DatePatterns, article: Article, slot: Slot) -> Iterator[tuple[str, str]]:
    """Phrases that meant something on the day of an article of another week."""
    written: date | None = article.published.date() if article.published else None
    if written is None or slot.holds_day(written):
        return
    for pattern in patterns.relative:
        for found in pattern.finditer(text):
            yield (
                found.group(),
                f"“{found.group()}” was written on {written.isoformat()}, not in the week of this issue",
            )
