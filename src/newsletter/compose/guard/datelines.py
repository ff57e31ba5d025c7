"""The dateline guard: days that a text names and that readers of this issue would take for other days.

Texts in other languages are looked at by ``datelines_abroad``, less closely. It is made to raise few false alarms and never forbids anything: an editor decides.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from newsletter.compose.guard.datelines_abroad import abroad_doubts
from newsletter.compose.guard.day_words import (
    Calendar,
    NamedDay,
    NamedWeekday,
    calendar,
    named_days,
    named_weekdays,
    resolved,
)
from newsletter.compose.guard.gate import source_text
from newsletter.compose.language import language_of
from newsletter.model.article import Article
from newsletter.model.issue import Doubt, DoubtKind
from newsletter.model.quotation import quotations
from newsletter.model.sentences import sentences, tokens
from newsletter.model.slot import Slot

#: A date without a year is plain to readers from so many days before the slot to so many after it.
DAYS_BEFORE = timedelta(days=30)
DAYS_AFTER = timedelta(days=60)
#: A sentence is taken from the article's if so much of its words is in there, and it has so many at least.
TAKEN_FROM = 0.7
TELLING_WORDS = 4

_AHEAD = re.compile(
    r"\b(?:will|shall|won['’]t|(?:is|are) (?:to|due|set|expected|planned|going)|plans? to|hopes? to|until|(?-i:by [A-Z])\w*)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:(?!hundred)\w+[^\We]ed|was|were|had|did|has|have|ago|since|said|told|met|began|came|went|took|fell|rose|made|left"
    r"|sold|lost|won|held|saw|found|sent|spoke|broke|brought|built|gave|got|kept|led|paid|ran|sank|stood|struck|tore|wrote"
    r"|drew|drove|flew|grew|heard|shut|spent|swept|threw)\b"
)
_WEEK = re.compile(r"\b(?:(?P<last>last)|(?P<this>this)|(?P<next>next)) week\b", re.IGNORECASE)
_DAY = re.compile(
    r"\b(?:(?P<before>yesterday|last night)|(?P<after>tomorrow)"
    r"|today|tonight|this (?:morning|afternoon|evening))\b(?!['’]s)",
    re.IGNORECASE,
)


def dateline_doubts(text: str, article: Article, slot: Slot) -> tuple[Doubt, ...]:
    """What an editor should look at before ``text``, made from ``article``, is printed in the issue of ``slot``.

    A weekday that its date does not have; a day that the article's own sentence calls by another name; "on Wednesday",
    "last week" or "today" of an article from another week (the last in any case, once its day is known: the issue is read
    later); and a date without a year that lies more than 30 days before the slot or 60 after it. None of them blocks.
    """
    words = calendar(language_of(article))
    if words is None:
        return abroad_doubts(text, article, slot)
    reading = _Reading(article, slot, words)
    doubts = (doubt for sentence in sentences(text, article.language) for doubt in reading.doubts(sentence))
    return tuple({(doubt.span, doubt.sentence): doubt for doubt in doubts}.values())


def _doubt(span: str, sentence: str) -> Doubt:
    return Doubt(kind=DoubtKind.DATELINE, sentence=sentence, span=span)


@dataclass(frozen=True)
class _Reading:
    """One article, read by the readers of one slot."""

    article: Article
    slot: Slot
    words: Calendar

    @cached_property
    def _source(self) -> tuple[tuple[frozenset[str], list["_Name"]], ...]:
        """Each sentence of the article by its telling words, with the days that it names."""
        own = sentences(source_text(self.article), self.article.language)
        return tuple((_telling(sentence, self.words), _names(sentence, self.words)) for sentence in own)

    @cached_property
    def _written(self) -> date | None:
        """The day on which the article appeared, by the newsletter's clock, or the end of the week it speaks of."""
        if self.article.published:
            return self.article.published.astimezone(ZoneInfo(self.slot.timezone)).date()
        return self.article.dates.week[1] if self.article.dates.week else None

    def doubts(self, sentence: str) -> Iterator[Doubt]:
        """The doubts about one sentence of the text, the plainest first."""
        unlike = list(self._unlike_the_source(sentence))
        yield from unlike
        for day in named_days(sentence, self.words):
            yield from self._wrong_weekday(day) or (() if unlike else self._far_away(day, sentence))
        yield from self._relative(_without_quotations(sentence))

    def _wrong_weekday(self, day: NamedDay) -> tuple[Doubt, ...]:
        meant = day.near(self._written or self.slot.first_day)
        if meant is None:
            return (_doubt(day.span, f"The calendar has no “{day.span}”."),)
        if day.weekday is None or meant.weekday() == day.weekday:
            return ()
        return (_doubt(day.span, f"“{day.span}” does not agree: {self._long(meant)} is a {self._name(meant)}."),)

    def _far_away(self, day: NamedDay, sentence: str) -> Iterator[Doubt]:
        """A date whose year readers cannot tell, or whose year the article does not give."""
        if day.year and any(day.year == own.year for own in self._source_days((day.month, day.day))):
            return
        meant = day.near(self._written or self.slot.first_day)
        if meant is None:
            return
        too_early = meant < self.slot.first_day - DAYS_BEFORE and not _PAST.search(sentence)
        too_late = meant >= self.slot.ends.date() + DAYS_AFTER and not _AHEAD.search(sentence)
        if too_early or too_late:
            where = self._distance(meant)
            if day.year:
                yield _doubt(day.span, f"“{day.span}” is {where}, and the article does not name that year.")
            else:
                yield _doubt(day.span, f"“{day.span}” would be {self._long(meant)}, {where}; say which year is meant.")

    def _source_days(self, wanted: tuple[int, int]) -> Iterator[NamedDay]:
        days = named_days(source_text(self.article), self.words)
        return (day for day in days if (day.month, day.day) == wanted)

    def _unlike_the_source(self, sentence: str) -> Iterator[Doubt]:
        """Days that the article's own sentence gives otherwise. A sentence of the editor's own is not compared."""
        here = _names(sentence, self.words)
        if not here:
            return
        for kind in ("weekday", "date"):
            mine = [name for name in here if name.kind == kind]
            theirs = [found for found in self._tellings(sentence, kind) if found]
            if mine and theirs and not any(_in_order(mine, found) for found in theirs):
                said = {name.value for found in theirs for name in found}
                odd = next((name for name in mine if name.value not in said), mine[0])
                printed = " and ".join(dict.fromkeys(f"“{name.span}”" for name in theirs[0]))
                yield _doubt(odd.span, f"“{odd.span}” is not what the article says there, which is {printed}.")

    def _tellings(self, sentence: str, kind: str) -> Iterator[list["_Name"]]:
        """The days named by each sentence of the article that ``sentence`` is taken from."""
        mine = _telling(sentence, self.words)
        if len(mine) < TELLING_WORDS:
            return
        for telling, names in self._source:
            if len(mine & telling) >= TAKEN_FROM * len(mine):
                yield [name for name in names if name.kind == kind]

    def _relative(self, sentence: str) -> Iterator[Doubt]:
        written = self._written
        if written is None:
            return
        if self.article.published:
            for found in _DAY.finditer(sentence):
                shift = -1 if found["before"] else 1 if found["after"] else 0
                meant = written + timedelta(days=shift)
                told = f"“{found.group()}” {self._was(meant)} {self._name(meant)}, {self._short(meant)}"
                yield _doubt(found.group(), f"{told}; by the time the issue is read it is another day.")
        if not self.slot.holds_day(written):
            yield from self._of_another_week(sentence, written)

    def _of_another_week(self, sentence: str, written: date) -> Iterator[Doubt]:
        for found in _WEEK.finditer(sentence):
            shift = -7 if found["last"] else 7 if found["next"] else 0
            monday = written - timedelta(days=written.weekday()) + timedelta(days=shift)
            where = self._distance(monday) or "the week of this issue"
            yield _doubt(
                found.group(), f"“{found.group()}” {self._was(monday)} the week of {self._short(monday)}, {where}."
            )
        for day in named_weekdays(sentence, self.words):
            meant = _meant(day, written, ahead=_looks_ahead(sentence, day.start))
            if where := self._distance(meant):
                yield _doubt(day.span, f"“{day.span}” {self._was(meant)} {self._short(meant)}, {where}.")

    def _distance(self, day: date) -> str:
        """Where ``day`` lies from the slot, in words; nothing if it lies in the slot."""
        weeks = self.slot.weeks_from(day)
        if weeks == 0:
            return ""
        side = "after" if weeks > 0 else "before"
        return f"the week {side} this issue" if abs(weeks) == 1 else f"{abs(weeks)} weeks {side} this issue"

    def _was(self, day: date) -> str:
        return "is" if day >= self.slot.ends.date() else "was"

    def _name(self, day: date) -> str:
        return self.words.weekdays[day.weekday()]

    def _short(self, day: date) -> str:
        return f"{day.day} {self.words.months[day.month - 1][0]}"

    def _long(self, day: date) -> str:
        return f"{self._short(day)} {day.year}"


@dataclass(frozen=True, slots=True)
class _Name:
    """A day that a sentence names, for comparing: ``value`` is the weekday's number, or month and day."""

    kind: str
    value: tuple[int, ...]
    span: str


def _meant(day: NamedWeekday, written: date, *, ahead: bool) -> date:
    """The day that a weekday means in an article of the day ``written``."""
    if day.before == "last":
        return resolved(day.weekday, written - timedelta(days=1), ahead=False)
    if day.before == "next":
        return resolved(day.weekday, written + timedelta(days=1), ahead=True)
    return resolved(day.weekday, written, ahead=ahead)


def _looks_ahead(sentence: str, at: int) -> bool:
    """Whether what happens at the weekday ``at`` lies ahead: the last verb before it tells, else the first after it."""
    marks = [(found.start(), True) for found in _AHEAD.finditer(sentence)]
    marks += [(found.start(), False) for found in _PAST.finditer(sentence)]
    before = [mark for mark in marks if mark[0] < at]
    after = [mark for mark in marks if mark[0] >= at]
    return max(before)[1] if before else bool(after) and min(after)[1]


def _names(sentence: str, words: Calendar) -> list[_Name]:
    """The weekdays, then the dates of ``sentence``, each in order; a weekday tied to a date counts as both."""
    days = list(named_days(sentence, words))
    weekdays = [(day.start, day.weekday, words.weekdays[day.weekday]) for day in days if day.weekday is not None]
    weekdays += [(day.start, day.weekday, day.span) for day in named_weekdays(sentence, words)]
    return [
        *(_Name("weekday", (weekday,), span) for _, weekday, span in sorted(weekdays)),
        *(_Name("date", (day.month, day.day), day.span) for day in days),
    ]


def _in_order(mine: Iterable[_Name], theirs: Iterable[_Name]) -> bool:
    """Whether ``mine`` are among ``theirs``, in the same order."""
    left = iter(name.value for name in theirs)
    return all(name.value in left for name in mine)


def _telling(sentence: str, words: Calendar) -> frozenset[str]:
    """The words of ``sentence`` by which it is known, whatever days it names."""
    dated = {name.lower() for name in words.weekdays} | {form.lower() for forms in words.months for form in forms}
    return frozenset(token for token in tokens(sentence) if token not in dated and not token.isdigit())


def _without_quotations(sentence: str) -> str:
    """``sentence`` with blanks for its quotations: whoever is quoted spoke of their own day."""
    for found in reversed(quotations(sentence)):
        sentence = sentence[: found.start] + " " * (found.end - found.start) + sentence[found.end :]
    return sentence
