"""A slot: the one place in the calendar that an issue fills, named in the newsletter's own local time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_KEY = re.compile(r"(\d{4}-W\d{2}|\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?|\d{4}-\d{2})(?:\.[1-9]\d?)?")
_WEEK = "W"
_DAY = timedelta(days=1)
#: How long the keys of a month and of a day are; those of a minute are longer.
_MONTH_LENGTH, _DAY_LENGTH = len("2026-11"), len("2026-11-20")


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the calendar, local to ``timezone``: a week (``2024-W43``, ISO 8601), a day, a month, or a minute.

    The key of a day is ``2024-10-25``, of a month ``2024-10``; ``2024-10-25T16:00`` is the day, for a newsletter that
    appears several times on it. ``2024-W43.1`` is the first correction of that week's issue. A key is local calendar time
    and not an instant, so a clock change moves no article into another issue.

    ``opens`` and ``closes`` are given where a cadence says when the issue's news begins and ends; without them it is
    the calendar that does.
    """

    key: str
    timezone: str
    opens: datetime | None = None
    closes: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a key that names nothing in the calendar, with a ``ValueError`` that says so."""
        if not _KEY.fullmatch(self.key):
            raise ValueError(
                f"{self.key!r} is not a slot; write an ISO week such as 2024-W43, a day (2024-10-25) or a month (2024-10)."
            )
        try:
            _first(self.base)
        except ValueError:
            kind = "week" if _WEEK in self.key else "month" if len(self.base) == _MONTH_LENGTH else "day"
            raise ValueError(f"{self.key!r} names a {kind} that the calendar does not have.") from None

    @classmethod
    def of(cls, moment: datetime, timezone: str) -> "Slot":
        """The week that the timezone-aware ``moment`` falls in."""
        year, week, _ = moment.astimezone(ZoneInfo(timezone)).isocalendar()
        return cls(f"{year}-W{week:02d}", timezone)

    @property
    def base(self) -> str:
        """The slot itself, that of a correction too."""
        return self.key.partition(".")[0]

    @property
    def begins(self) -> datetime:
        """Its place among others, by the clock on the wall: where the calendar has its week, day, month or minute."""
        wall = time.fromisoformat(self.base[_DAY_LENGTH + 1 :]) if "T" in self.key else time()
        return datetime.combine(_first(self.base), wall)

    @property
    def first_day(self) -> date:
        """The first day that its issue tells of."""
        return self._local(self.opens).date() if self.opens else _first(self.base)

    @property
    def last_day(self) -> date:
        """The last day that its issue tells of."""
        if self.closes:
            return (self._local(self.closes) - timedelta(microseconds=1)).date()
        return _after(self.base) - _DAY

    @property
    def starts(self) -> datetime:
        """The first instant that its issue tells of."""
        return self.opens or datetime.combine(_first(self.base), time(), ZoneInfo(self.timezone))

    @property
    def ends(self) -> datetime:
        """The first instant after that."""
        return self.closes or datetime.combine(_after(self.base), time(), ZoneInfo(self.timezone))

    def holds(self, moment: datetime) -> bool:
        """Whether the timezone-aware ``moment`` falls in this slot."""
        return self.starts <= moment < self.ends

    def holds_day(self, day: date) -> bool:
        """Whether the calendar day ``day`` falls in this slot."""
        return self.first_day <= day <= self.last_day

    def weeks_from(self, day: date) -> int:
        """How many weeks ``day`` lies after this slot, negative before it; 0 in it, and in the week that it closes."""
        last = max(self.last_day, self.first_day)
        first = min(self.first_day, last - 6 * _DAY)
        if day > last:
            return (day - last - _DAY).days // 7 + 1
        return min((day - first).days // 7, 0)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.timezone))


def _first(key: str) -> date:
    if _WEEK in key:
        return date.fromisocalendar(int(key[:4]), int(key[6:8]), 1)
    if len(key) == _MONTH_LENGTH:
        return date.fromisoformat(f"{key}-01")
    return datetime.fromisoformat(key).date()


def _after(key: str) -> date:
    """The first day after the week, month or day."""
    first = _first(key)
    if _WEEK in key:
        return first + 7 * _DAY
    if len(key) == _MONTH_LENGTH:
        return (first.replace(day=28) + 4 * _DAY).replace(day=1)
    return first + _DAY
