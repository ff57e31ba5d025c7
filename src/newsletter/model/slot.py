"""A slot: the one place in the calendar that an issue fills, named in the newsletter's own local time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_WEEK = re.compile(r"(\d{4})-W(\d{2})(?:\.[1-9]\d?)?")


@dataclass(frozen=True, slots=True)
class Slot:
    """A week, Monday 00:00 (included) to the next Monday 00:00 (excluded), local to ``timezone``.

    The key is the ISO 8601 week, ``2024-W43``; ``2024-W43.1`` is the first correction of that week's issue. It is local
    calendar time and not an instant, so a clock change moves no article into another issue.
    """

    key: str
    timezone: str

    def __post_init__(self) -> None:
        """Refuse a key that names no week of the calendar, with a ``ValueError`` that says so."""
        found = _WEEK.fullmatch(self.key)
        if not found:
            raise ValueError(f"{self.key!r} is not a slot; write an ISO week such as 2024-W43.")
        try:
            date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            raise ValueError(f"{self.key!r} names a week that the calendar does not have.") from None

    @classmethod
    def of(cls, moment: datetime, timezone: str) -> "Slot":
        """The slot that the timezone-aware ``moment`` falls in."""
        year, week, _ = moment.astimezone(ZoneInfo(timezone)).isocalendar()
        return cls(f"{year}-W{week:02d}", timezone)

    @property
    def week(self) -> str:
        """The ISO 8601 week, that of a correction too."""
        return self.key[:8]

    @property
    def monday(self) -> date:
        """The first day of the week."""
        return date.fromisocalendar(int(self.key[:4]), int(self.key[6:8]), 1)

    @property
    def starts(self) -> datetime:
        """The first instant of the week."""
        return datetime.combine(self.monday, datetime.min.time(), ZoneInfo(self.timezone))

    @property
    def ends(self) -> datetime:
        """The first instant after the week."""
        return datetime.combine(self.monday + timedelta(days=7), datetime.min.time(), ZoneInfo(self.timezone))

    def holds(self, moment: datetime) -> bool:
        """Whether the timezone-aware ``moment`` falls in this slot."""
        return self.starts <= moment < self.ends

    def holds_day(self, day: date) -> bool:
        """Whether the calendar day ``day`` falls in this slot."""
        return self.monday <= day < self.monday + timedelta(days=7)
