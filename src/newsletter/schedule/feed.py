"""The feed of planned slots for anybody's calendar program (RFC 5545)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from newsletter.model.newsletter import Newsletter
from newsletter.model.planned import PlannedSlot, SlotState

#: What a calendar program shows as the length of a slot, which has none.
_LENGTH = timedelta(minutes=15)


def feed(slots: Sequence[tuple[Newsletter, PlannedSlot]], *, url: str, now: datetime) -> bytes:
    """The slots as a calendar; those that are skipped are marked as cancelled. ``url`` is where the desk is."""
    calendar = Calendar()
    calendar.add("prodid", "-//newsletter//schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Newsletters")
    for newsletter, slot in slots:
        calendar.add_component(_event(newsletter, slot, url, now))
    return bytes(calendar.to_ical())


def _event(newsletter: Newsletter, slot: PlannedSlot, url: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{newsletter.slug}-{slot.key}@{newsletter.sender.rpartition('@')[2]}")
    event.add("dtstamp", now)
    event.add("dtstart", slot.due)
    event.add("dtend", slot.due + _LENGTH)
    event.add("summary", f"{newsletter.title}, {slot.key}")
    event.add("status", "CANCELLED" if slot.state is SlotState.SKIPPED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("url", url)
    if slot.why:
        event.add("description", slot.why)
    return event
