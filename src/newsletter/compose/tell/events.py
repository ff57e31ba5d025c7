"""Dates for the diary: events that readers can still go to when they have the issue."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.compose.choose.period import precedence
from newsletter.compose.tell.brief import under_headline
from newsletter.model.article import Article, Event
from newsletter.model.issue import Item, Paragraph
from newsletter.model.keys import article_key
from newsletter.model.languages import language as known_language
from newsletter.model.languages.en import ENGLISH
from newsletter.model.quotation import fold
from newsletter.model.slot import Slot

#: An issue appears when its week ends. It announces what begins from two days before that to two weeks after it, so that
#: every event is announced at least once, and the issue before it happens always has it.
BEFORE_THE_END = timedelta(days=2)
AFTER_THE_END = timedelta(days=14)
#: How a language other than English writes weekday, day and month.
_DAYS = {
    "de": "{weekday}, {day}. {month}",
    "es": "{weekday} {day} de {month}",
    "fr": "{weekday} {day} {month}",
    "ru": "{weekday}, {day} {month}",
    "uk": "{weekday}, {day} {month}",
}


def events(
    articles: Sequence[Article],
    slot: Slot,
    *,
    most: int,
    timezone: str,
    language: str | None = None,
    skip: Callable[[str], bool] = lambda _: False,
) -> Iterator[Item]:
    """At most ``most`` items for the events of ``articles`` that begin soon after ``slot``, the soonest first.

    The label gives day, time and place in the newsletter's ``timezone`` (an IANA name) and ``language``. An event that two
    articles tell of, at one moment and place, comes once, by the newer article. ``skip`` refuses lines (see ``summarise``).
    """
    announced: set[tuple[datetime, str]] = set()
    fresh: list[tuple[Event, Article]] = []
    for event, article in sorted(_coming(articles, slot), key=lambda found: (found[0].starts, precedence(found[1]))):
        same = event.starts, fold(event.place or article.headline)
        if same not in announced:
            announced.add(same)
            fresh.append((event, article))
    labelled = ((article, event, when_and_where(event, timezone, language)) for event, article in fresh[:most])
    return (_item(article, event, label, skip) for article, event, label in labelled)


def when_and_where(event: Event, timezone: str, language: str | None = None) -> str:
    """Day, time and place of ``event``: ``Sat 28 Nov, 19:00 · Town Hall``.

    Midnight is taken for "all day" and not printed; an event of several days has its first and its last.
    """
    starts = event.starts.astimezone(ZoneInfo(timezone))
    ends = event.ends.astimezone(ZoneInfo(timezone)) if event.ends else starts
    label = _day(starts, language)
    # What ends at midnight ends on the day before; a concert until one in the morning is still one evening.
    last = ends - timedelta(hours=6)
    if last.date() > starts.date():
        label += f" – {_day(last, language)}"
    elif starts.time() != time.min:
        label += f", {starts:%H:%M}"
    return f"{label} · {event.place}" if event.place else label


def _coming(articles: Sequence[Article], slot: Slot) -> Iterator[tuple[Event, Article]]:
    for article in articles:
        event = article.event
        if event and slot.ends - BEFORE_THE_END <= event.starts < slot.ends + AFTER_THE_END:
            yield event, article


def _item(article: Article, event: Event, label: str, skip: Callable[[str], bool]) -> Item:
    line = under_headline(article, skip=skip)
    return Item(
        key=article_key(article),
        version=article.version,
        headline=article.headline_without_series,
        label=label,
        paragraphs=(Paragraph(text=line.text),) if line else (),
        outlet=article.outlet,
        url=article.url,
        article_id=article.id,
        evidence=line.evidence if line else (),
        why=f"an event that begins at {event.starts:%Y-%m-%d %H:%M %Z}",
    )


def _day(moment: datetime, language: str | None) -> str:
    """``Sat 28 Nov``, or ``Samstag, 28. November``; in English where the language's words are not known."""
    spoken = known_language(language)
    pattern = _DAYS.get(spoken.code)
    if pattern is None:
        return f"{ENGLISH.weekdays[moment.weekday()][0][:3]} {moment.day} {ENGLISH.months[moment.month - 1][-1]}"
    weekday, month = spoken.weekdays[moment.weekday()][0], spoken.months[moment.month - 1][0]
    label = pattern.format(weekday=weekday, day=moment.day, month=month)
    return label[0].upper() + label[1:]
