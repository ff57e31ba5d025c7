"""Quiet hours: when no mail goes out, by the clock on the wall of a place."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from newsletter.errors import ConfigError
from newsletter.model.wall import instant, place

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """From the time of day ``starts`` (quiet) to ``ends`` (no longer); past midnight if it ends before it starts."""

    starts: time
    ends: time

    @classmethod
    def parse(cls, written: str) -> "Hours":
        """Read "22:00-07:00"; ``ConfigError`` for anything else, and for hours that are no time at all."""
        found = _HOURS.fullmatch(written.strip())
        if not found or found.group(1, 2) == found.group(3, 4):
            raise ConfigError(f"{written!r} are no quiet hours; write them as 22:00-07:00.")
        first, minute, last, last_minute = (int(part) for part in found.groups())
        return cls(time(first, minute), time(last, last_minute))


def opens_at(now: datetime, hours: str, zone: str) -> datetime | None:
    """When mail may go again, in UTC; ``None`` if it may go now.

    ``now`` is timezone-aware, ``hours`` are written "22:00-07:00", ``zone`` is an IANA name; ``ConfigError`` for either
    if it is not understood. A night is one stretch: when clocks are put back while it begins or ends, it takes in both
    passes of the repeated hour; a beginning or end that the clocks jump over falls on the jump.
    """
    at = now.astimezone(UTC)
    opening: datetime | None = None
    for begins, ends in _nights(at.astimezone(_zone(zone)).date(), hours, zone):
        # A second night may begin before the first has ended, where the hours leave next to nothing open.
        if begins <= (opening or at) < ends:
            opening = ends
    return opening


@lru_cache(maxsize=4096)
def _nights(today: date, hours: str, zone: str) -> tuple[tuple[datetime, datetime], ...]:
    """The nights around a day, which all readers of a zone share."""
    quiet, place = Hours.parse(hours), _zone(zone)
    return tuple(_night(today + days * _DAY, quiet, place) for days in range(-2, 3))


def _zone(name: str) -> ZoneInfo:
    try:
        return place(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name; a folder of the time zone database
        raise ConfigError(f"{name!r} is not a time zone; write an IANA name such as Europe/Berlin.") from None


def _night(day: date, quiet: Hours, place: ZoneInfo) -> tuple[datetime, datetime]:
    """The quiet stretch that begins on ``day``, as instants in UTC."""
    last = day if quiet.starts < quiet.ends else day + _DAY
    begins = instant(datetime.combine(day, quiet.starts, place))
    return begins, instant(datetime.combine(last, quiet.ends, place).replace(fold=1))
