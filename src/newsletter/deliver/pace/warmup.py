"""Warming up: a new sending domain or relay begins small, because nobody knows it yet."""

from collections.abc import Sequence
from datetime import date

#: Messages on the first day, the second, and so on; after the last each day takes twice the one before.
RAMP = (50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
#: More than any list holds: from here on warming up limits nothing.
ENOUGH = 1_000_000_000


def allowed(day: int, ramp: Sequence[int] = RAMP) -> int:
    """How many messages may go on the ``day``-th day of warming up, counted from 0; none before it, at most ``ENOUGH``."""
    if day < 0:
        return 0
    beyond = day - len(ramp) + 1
    if beyond <= 0:
        return min(ramp[day], ENOUGH)
    # Doubling for a century of days is a number nobody needs.
    return min(ramp[-1] << min(beyond, ENOUGH.bit_length()), ENOUGH)


def remaining(today: date, *, began: date, sent_today: int, idle_days: int = 0, ramp: Sequence[int] = RAMP) -> int:
    """How many messages may still go ``today``, a day of the calendar that the caller counts ``sent_today`` by.

    ``began`` is the first day of warming up. ``idle_days`` of those since on which nothing went do not count: a day
    without mail makes nobody better known, and a weekly would otherwise be through after its second issue.
    """
    day = (today - began).days
    counted = max(day - max(idle_days, 0), 0) if day >= 0 else day
    return max(allowed(counted, ramp) - sent_today, 0)
