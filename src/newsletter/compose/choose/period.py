"""Which articles belong to a slot, by what they say themselves and never by a guessed date."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from newsletter.compose.choose.cluster import stories
from newsletter.errors import NothingToSend
from newsletter.model.article import Article
from newsletter.model.slot import Slot

#: News that is older than this when it comes in has had its time.
LATE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Picked:
    """An article of the period. ``moment`` is when it speaks, if it says so; ``reason`` why an undated one is here."""

    article: Article
    moment: datetime | None = None
    reason: str = ""


def pick(
    articles: Sequence[Article], slot: Slot, *, pinned: Callable[[Article], bool] = lambda _: False
) -> tuple[Picked, ...]:
    """The articles of ``slot``, each page once, in an order that does not depend on the order given.

    An article is in by its date, else by the week that its text speaks of, else by telling the story of one that is in,
    else by its arrival; one that must not be printed before a certain moment is dated by that. What is ``pinned`` is in
    whatever its date. Raises ``NothingToSend`` if none is.
    """
    pages = _pages(articles)
    picked = {page.identity: found for page in pages if (found := _dated(page, slot))}
    picked |= {page.identity: Picked(page, page.published) for page in pages if pinned(page)}
    undated = {page.identity for page in pages if page.identity not in picked and not _is_dated(page)}
    # Where every page says its date, none has to be asked which story it tells.
    pool = [page for page in pages if page.identity in picked or page.identity in undated] if undated else []
    for story in stories(pool):
        dated = (member for member in story if member.identity in picked)
        arrived = (member for member in story if slot.holds(member.provenance.fetched_at))
        if told := next(chain(dated, arrived), None):
            picked |= {page.identity: _undated(page, told) for page in story if page.identity not in picked}
    if not picked:
        raise NothingToSend(
            f"No article falls in {slot.key} ({days(slot)}), so there is no issue; no mail is better than an empty one."
            " Add articles, fetch sources, or choose another --slot."
        )
    return tuple(picked[page.identity] for page in pages if page.identity in picked)


def days(slot: Slot) -> str:
    """The days of ``slot`` in words: ``16 to 22 November 2026``."""
    first, last = slot.first_day, slot.last_day
    if first == last:
        return f"{first.day} {first:%B} {first.year}"
    begin = str(first.day)
    if first.month != last.month:
        begin += f" {first:%B}"
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin} to {last.day} {last:%B} {last.year}"


def precedence(article: Article) -> tuple[float, str, str, str]:
    """The order in which equals stand: the newest first, then by address and headline, without an address by identity."""
    newest = -article.published.timestamp() if article.published else 0.0
    return newest, article.url or "", article.headline, "" if article.url else article.identity


def _pages(articles: Sequence[Article]) -> list[Article]:
    """``articles`` in order of precedence, a page that came twice once."""
    pages: dict[str, Article] = {}
    # Two copies of one page may differ in anything, and which of them is taken must not depend on the order given.
    for article in sorted(articles, key=lambda article: (*precedence(article), repr(article))):
        pages.setdefault(article.identity, article)
    return list(pages.values())


def _dated(page: Article, slot: Slot) -> Picked | None:
    moments = [moment for moment in (page.published, page.embargo, page.not_before) if moment]
    if moments:
        moment = max(moments)
        if slot.holds(moment):
            return Picked(page, moment)
        # Only a cadence closes an issue before its week is over; what a feed brought a little later must not be lost.
        is_late = slot.opens and slot.starts - LATE <= moment < slot.starts and slot.holds(page.provenance.fetched_at)
        return Picked(page, moment, "came in after the last issue had closed") if is_late else None
    week = page.dates.week
    if week and week[0] < slot.ends.date() and slot.first_day <= week[1]:
        evening = datetime.combine(week[1], time.max, ZoneInfo(slot.timezone))
        return Picked(page, evening, "undated: its text speaks of this week")
    return None


def _is_dated(page: Article) -> bool:
    return bool(page.published or page.embargo or page.not_before or page.dates.week)


def _undated(page: Article, told: Article) -> Picked:
    if page is told:
        return Picked(page, None, "undated: taken by its arrival")
    return Picked(page, None, f"undated: tells the same story as “{told.headline}”")
