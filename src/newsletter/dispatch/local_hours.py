"""When a reader's copy leaves: at the hour that they chose by their own clock, and not in their night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.deliver.pace.quiet import opens_at
from newsletter.model.newsletter import Newsletter
from newsletter.model.wall import instant, place

_DAY = timedelta(days=1)


def night_ends(newsletter: Newsletter, zone: str, now: datetime) -> datetime | None:
    """When the newsletter's quiet hours end in ``zone`` (its own if empty); ``None`` if it is not quiet there."""
    quiet = newsletter.manners.quiet
    return opens_at(now, quiet, zone or newsletter.timezone) if quiet else None


def leaves_at(newsletter: Newsletter, send_at: datetime, zone: str, hour: int | None) -> datetime:
    """When the copy of a reader with that ``zone`` and ``hour`` leaves: at ``send_at`` or later, and within a day.

    Whose hour it is at ``send_at`` gets it at once. An hour that the clocks jump over falls on the jump, of one that comes
    twice the first counts; a copy that would come in quiet hours by the reader's clock waits for their end.
    """
    due = send_at if hour is None else _next(send_at, place(zone or newsletter.timezone), hour)
    return night_ends(newsletter, zone, due) or due


def _next(send_at: datetime, zone: ZoneInfo, hour: int) -> datetime:
    local = send_at.astimezone(zone)
    if local.hour == hour:
        return send_at
    wall = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    due = instant(wall)
    return due if due > send_at else instant((wall.replace(tzinfo=None) + _DAY).replace(tzinfo=zone))
