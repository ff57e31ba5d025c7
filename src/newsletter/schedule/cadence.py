"""Slot arithmetic: the slots that a cadence makes, in local calendar time, with the instants at which they are due.

Days and times are reckoned by the calendar and the clock on the wall; only the result is turned into an instant, by the
rules of ``model.wall``. So a clock change makes no slot twice and loses none, whatever the hour.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.model.cadence import Cadence, Every, OnHoliday
from newsletter.model.issue import Edition
from newsletter.model.wall import instant
from newsletter.schedule.cron import times

_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_SATURDAY, _WEEK = 5, 7
_HORIZON, _LONGEST_LOOK = timedelta(days=3653), timedelta(days=366)
#: An issue is moved by no more than this, by hand or by a holiday.
_FARTHEST = timedelta(days=62)

#: The name of a public holiday on that day, or nothing.
Holidays = Callable[[date], str]


def no_holidays(_day: date) -> str:
    """The calendar of a cadence that heeds no holidays."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A slot that the cadence makes. ``day`` is where the cadence put it before anything moved it.

    ``why_not`` is the reason why nothing appears then; empty if something does.
    """

    key: str
    at: datetime
    day: date
    edition: Edition = Edition.REGULAR
    why_not: str = ""


def due_between(
    cadence: Cadence, timezone: str, after: datetime, until: datetime, *, holidays: Holidays = no_holidays
) -> list[Due]:
    """The slots due after ``after`` and up to ``until`` (both timezone-aware), in their order."""
    zone = ZoneInfo(timezone)
    can_move = bool(cadence.moves) or cadence.on_holiday is not OnHoliday.SKIP
    margin = _FARTHEST if can_move else 2 * _DAY
    first, last = after.astimezone(zone).date() - margin, until.astimezone(zone).date() + margin
    made = (_placed(cadence, zone, wall, holidays) for wall in _walls(cadence, first, last))
    found = {due.key: due for due in made if after < due.at <= until}
    return sorted(found.values(), key=lambda due: (due.at, due.key))


def next_due(
    cadence: Cadence, timezone: str, after: datetime, *, count: int, holidays: Holidays = no_holidays
) -> list[Due]:
    """The first ``count`` slots after ``after``; fewer if the cadence makes no more within ten years."""
    found: list[Due] = []
    begin, look = after, 2 * _DAY
    while len(found) < count and begin < after + _HORIZON:
        found += due_between(cadence, timezone, begin, begin + look, holidays=holidays)
        begin, look = begin + look, min(2 * look, _LONGEST_LOOK)
    return found[:count]


def is_impossible(cadence: Cadence, timezone: str, now: datetime) -> bool:
    """Whether a cadence makes no slot at all within ten years, as the 31st of February would."""
    return not next_due(cadence, timezone, now, count=1)


def _walls(cadence: Cadence, first: date, last: date) -> Iterator[datetime]:
    """When issues appear by the clock on the wall, whatever moves them later; ``first`` and ``last`` are included."""
    if cadence.since:
        first = max(first, cadence.since)
    if cadence.every is Every.CRON:
        yield from times(cadence.cron, first, last)
        return
    clock = sorted(time.fromisoformat(at) for at in cadence.at)
    day = first
    while day <= last:
        if _appears_on(cadence, day):
            yield from (datetime.combine(day, at) for at in clock)
        day += _DAY


def _appears_on(cadence: Cadence, day: date) -> bool:
    if cadence.every is Every.DAY:
        return True
    if cadence.every is Every.WEEKDAY:
        return day.weekday() < _SATURDAY
    if cadence.every is Every.MONTH:
        return any(_is_day_of_month(word, day) for word in cadence.on)
    if _WEEKDAYS[day.weekday()] not in cadence.on:
        return False
    if cadence.every is Every.TWO_WEEKS and cadence.since:
        return (_monday(day) - _monday(cadence.since)).days % 14 == 0
    return True


def _is_day_of_month(word: str, day: date) -> bool:
    left = ((day.replace(day=28) + 4 * _DAY).replace(day=1) - day).days  # 1 on the last day
    if word.lstrip("-").isdigit():
        return int(word) in (day.day, -left)
    place, _, weekday = word.partition(" ")
    if _WEEKDAYS[day.weekday()] != weekday:
        return False
    return left <= _WEEK if _PLACES[place] < 0 else (day.day - 1) // _WEEK == _PLACES[place]


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _placed(cadence: Cadence, zone: ZoneInfo, wall: datetime, holidays: Holidays) -> Due:
    """Where a slot comes to lie after holidays, breaks and what the editors moved; its key does not move with it."""
    day = wall.date()
    to, why_not = _past_holidays(cadence, wall, holidays)
    for move in cadence.moves:
        if move.day == day:
            to, why_not = move.to, ""
    for pause in cadence.breaks:
        if pause.first <= day <= pause.last:
            why_not = pause.why or "nothing appears on this day"
    return Due(key=_key(cadence, wall), at=instant(to.replace(tzinfo=zone)), day=day, why_not=why_not)


def _past_holidays(cadence: Cadence, wall: datetime, holidays: Holidays) -> tuple[datetime, str]:
    name = holidays(wall.date())
    if not name or cadence.on_holiday is OnHoliday.SKIP:
        return wall, f"public holiday: {name}" if name else ""
    step = -_DAY if cadence.on_holiday is OnHoliday.BEFORE else _DAY
    to = wall
    while (holidays(to.date()) or to.weekday() >= _SATURDAY) and abs(to - wall) < _FARTHEST:
        to += step
    return to, ""


def _key(cadence: Cadence, wall: datetime) -> str:
    """What names the slot in local calendar time: no coarser than what makes it unlike all others."""
    several = len(cadence.at) > 1 or cadence.every is Every.CRON
    if several:
        return f"{wall:%Y-%m-%dT%H:%M}"
    if cadence.every in (Every.WEEK, Every.TWO_WEEKS) and len(cadence.on) == 1:
        year, week, _ = wall.isocalendar()
        return f"{year}-W{week:02d}"
    if cadence.every is Every.MONTH and len(cadence.on) == 1:
        return f"{wall:%Y-%m}"
    return f"{wall:%Y-%m-%d}"
