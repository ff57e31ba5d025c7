"""The calendar as editors see it: what became of the last slots, what is due, and what the cadence makes next."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.errors import NewsletterError, NotFoundError
from newsletter.model.cadence import Break, Cadence, Move
from newsletter.model.newsletter import Newsletter
from newsletter.model.planned import PlannedSlot, SlotState
from newsletter.schedule.cadence import Due, due_between
from newsletter.schedule.holidays import holidays_of
from newsletter.schedule.planning import planned
from newsletter.store.store import Store

#: A slot that is named in a command lies within this time from now.
_REACH = timedelta(days=400)
#: Until its time has come, the cadence alone says where such a slot lies.
_CAN_MOVE = (SlotState.OPEN, SlotState.SKIPPED)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Reads the calendar of newsletters, and changes their exceptions."""

    store: Store

    def slots(self, newsletter: Newsletter, now: datetime, *, ahead: int, back: timedelta) -> list[PlannedSlot]:
        """The slots from ``back`` ago to the next ``ahead``, in their order; what has no row yet is reckoned."""
        cadence = newsletter.cadence
        if cadence is None:
            return []
        known = self.store.slots.of(int(newsletter.id or 0), since=now - back)
        reckoned = planned(newsletter, known, now, holidays=holidays_of(cadence.holidays), ahead=ahead)
        there = {slot.key: slot for slot in known if slot.due <= now or slot.state not in _CAN_MOVE}
        found = {slot.key: slot for slot in known} | {slot.key: _as_known(slot, known) for slot in reckoned} | there
        return sorted(found.values(), key=lambda slot: (slot.due, slot.key))

    def pending(self, newsletter: Newsletter, key: str | None, now: datetime) -> PlannedSlot:
        """The slot of that key which can still be sent; without a key the held one that is due, else the next.

        ``NotFoundError`` if there is none.
        """
        waiting = self.store.slots.pending(int(newsletter.id or 0))
        wanted = [slot for slot in waiting if key in (None, slot.key)]
        if not wanted:
            raise NotFoundError(f"There is no slot to be sent; see: newsletter schedule list {newsletter.slug}")
        due = [slot for slot in wanted if slot.due <= now]
        return due[-1] if due else wanted[0]

    def skip(self, newsletter: Newsletter, which: str, *, until: date | None, why: str, now: datetime) -> Newsletter:
        """Let a slot, or all days from one to ``until``, pass without an issue."""
        cadence, due = self._of(newsletter, which, now)
        first = due.day
        if until and until < first:
            raise NewsletterError(f"{until} lies before {first}.")
        added = Break(first=first, last=until or first, why=why)
        return self._save(newsletter, replace(cadence, breaks=(*cadence.breaks, added)))

    def unskip(self, newsletter: Newsletter, which: str, now: datetime) -> Newsletter:
        """Take back the breaks and moves of a slot."""
        cadence, due = self._of(newsletter, which, now)
        breaks = tuple(pause for pause in cadence.breaks if not pause.first <= due.day <= pause.last)
        moves = tuple(move for move in cadence.moves if move.day != due.day)
        if (breaks, moves) == (cadence.breaks, cadence.moves):
            raise NewsletterError(f"{which} is neither skipped nor moved by an editor.")
        return self._save(newsletter, replace(cadence, breaks=breaks, moves=moves))

    def move(self, newsletter: Newsletter, which: str, to: datetime, *, now: datetime) -> Newsletter:
        """Have a slot's issue leave at another time, local to the newsletter; its key stays."""
        cadence, due = self._of(newsletter, which, now)
        if to.replace(tzinfo=ZoneInfo(newsletter.timezone)) <= now:
            raise NewsletterError("That time is past; to send an issue at once: newsletter schedule run-now")
        others = tuple(move for move in cadence.moves if move.day != due.day)
        return self._save(newsletter, replace(cadence, moves=(*others, Move(day=due.day, to=to))))

    def _of(self, newsletter: Newsletter, which: str, now: datetime) -> tuple[Cadence, Due]:
        """The cadence, and its slot of that key or day."""
        cadence = newsletter.cadence
        if cadence is None:
            raise NewsletterError(f"{newsletter.title} has no cadence; see: newsletter schedule set --help")
        holidays = holidays_of(cadence.holidays)
        for due in due_between(cadence, newsletter.timezone, now - _REACH / 40, now + _REACH, holidays=holidays):
            if which in (due.key, due.day.isoformat()):
                return cadence, due
        raise NotFoundError(f"The cadence makes no slot {which}; see: newsletter schedule next {newsletter.slug}")

    def _save(self, newsletter: Newsletter, cadence: Cadence) -> Newsletter:
        return self.store.newsletters.save(replace(newsletter, cadence=cadence))


def _as_known(slot: PlannedSlot, known: list[PlannedSlot]) -> PlannedSlot:
    """A reckoned slot with what its row knows besides."""
    there = next((one for one in known if one.key == slot.key), None)
    return replace(slot, issue_id=there.issue_id, composed_at=there.composed_at) if there else slot
