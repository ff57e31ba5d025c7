"""The clock on the wall of a place, and the instants that it shows."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=1024)
def place(name: str) -> ZoneInfo:
    """The time zone of that IANA name; ``KeyError``, ``ValueError`` or ``OSError`` if there is none.

    Readers live in all of them, and the standard library remembers eight.
    """
    return ZoneInfo(name)


def instant(wall: datetime) -> datetime:
    """The instant in UTC at which the clock on the wall of ``wall.tzinfo`` reads ``wall``.

    When clocks are put back, the first of the two, or the second where ``wall.fold`` is 1. When they are put forward
    over it, the moment at which they are.
    """
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if wall.fold else first
    # The clocks go forward between ``second`` and ``first``: look for the second in which they do.
    before, after = second, first
    offset = after.astimezone(wall.tzinfo).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(wall.tzinfo).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
