"""Lines of cron, reckoned by the clock on the wall: APScheduler's trigger in a zone that has no clock changes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from apscheduler.triggers.cron import CronTrigger

from newsletter.errors import ConfigError


def times(line: str, first: date, last: date) -> Iterator[datetime]:
    """The times (naive, local) at which a line of five fields fires, from the day ``first`` to the day ``last``.

    ``ConfigError`` if the line is not understood.
    """
    try:
        trigger = CronTrigger.from_crontab(line, timezone=UTC)
    except ValueError as error:
        raise ConfigError(f"{line!r} is no line of cron ({error}); write one such as: 30 7 * * mon-fri") from None
    at = datetime.combine(first, time(), UTC)
    end = datetime.combine(last + timedelta(days=1), time(), UTC)
    while (fires := trigger.get_next_fire_time(None, at)) is not None and fires < end:
        yield fires.replace(tzinfo=None)
        at = fires + timedelta(seconds=1)
