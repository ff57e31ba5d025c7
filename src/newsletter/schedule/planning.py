"""Which slots a newsletter should have rows of, now: those that came up since the last look, and the next ones."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.model.cadence import Cadence, Every
from newsletter.model.issue import Edition
from newsletter.model.newsletter import Newsletter
from newsletter.model.planned import PlannedSlot, SlotState
from newsletter.model.slot import Slot
from newsletter.model.wall import instant
from newsletter.schedule.cadence import Due, Holidays, due_between, next_due

#: So many slots are kept ahead: the next one, and the one whose news begins before that has left.
_AHEAD = 2
#: The news of the first issue ever begins so long before it.
_FIRST_PERIOD = timedelta(days=7)
_DAY = timedelta(days=1)


def planned(
    newsletter: Newsletter,
    known: Sequence[PlannedSlot],
    now: datetime,
    *,
    holidays: Holidays,
    ahead: int = _AHEAD,
) -> list[PlannedSlot]:
    """The slots of ``newsletter`` that came up after the last of ``known``, and the next ``ahead``; reviews among them.

    A newsletter whose cadence is new has no past: its first slot is the next one.
    """
    cadence = newsletter.cadence
    if cadence is None:
        return []
    regular = [slot for slot in known if slot.edition is Edition.REGULAR]
    came_up = [slot.due for slot in regular if slot.due <= now]
    dues = due_between(cadence, newsletter.timezone, max(came_up, default=now), now, holidays=holidays)
    dues += next_due(cadence, newsletter.timezone, now, count=ahead, holidays=holidays)
    return [*_with_periods(newsletter, cadence, regular, dues, holidays), *_reviews(newsletter, cadence, known, now)]


def _with_periods(
    newsletter: Newsletter, cadence: Cadence, known: Sequence[PlannedSlot], dues: Sequence[Due], holidays: Holidays
) -> list[PlannedSlot]:
    """Each slot's news begins where that of the last one ended which is not skipped."""
    if not dues:
        return []
    first = dues[0].at
    told = [slot.closes for slot in known if slot.due < first and slot.state is not SlotState.SKIPPED]
    opens = max(told, default=None) or _before(newsletter, cadence, first, holidays)
    made = []
    for due in dues:
        closes = max(due.at - cadence.deadline, opens)
        state = SlotState.SKIPPED if due.why_not else SlotState.OPEN
        made.append(
            PlannedSlot(
                newsletter_id=int(newsletter.id or 0),
                key=due.key,
                due=due.at,
                opens=opens,
                closes=closes,
                state=state,
                why=due.why_not,
            )
        )
        if state is SlotState.OPEN:
            opens = closes
    return made


def _before(newsletter: Newsletter, cadence: Cadence, first: datetime, holidays: Holidays) -> datetime:
    """Where the news of the very first issue begins: where that of the one before it would have ended."""
    for period in (_DAY, _FIRST_PERIOD, 5 * _FIRST_PERIOD):
        earlier = due_between(
            cadence, newsletter.timezone, first - period - _DAY, first - _DAY / 1440, holidays=holidays
        )
        if found := [due.at for due in earlier if not due.why_not]:
            return min(found[-1], first - _DAY) - cadence.deadline
    return first - _FIRST_PERIOD


def _reviews(
    newsletter: Newsletter, cadence: Cadence, known: Sequence[PlannedSlot], now: datetime
) -> list[PlannedSlot]:
    """The reviews for readers who want a mail a week or a month, where the newsletter appears more often than that."""
    made = []
    for edition, rare in ((Edition.WEEKLY, Every.WEEK), (Edition.MONTHLY, Every.MONTH)):
        if newsletter.appears_at_most(rare):
            continue
        last = [slot.due for slot in known if slot.edition is edition and slot.due <= now]
        moment = max(last, default=now)
        while True:
            review = _review_after(newsletter, cadence, edition, moment)
            made.append(review)
            if review.due > now:
                break
            moment = review.due
    return made


def _review_after(newsletter: Newsletter, cadence: Cadence, edition: Edition, moment: datetime) -> PlannedSlot:
    """The first review due after ``moment``: on the first day after its week or month that is not in a break."""
    zone = ZoneInfo(newsletter.timezone)
    slot = _period(edition, moment.astimezone(zone) - 35 * _DAY, newsletter.timezone)
    while True:
        day = slot.last_day + _DAY
        while any(pause.first <= day <= pause.last for pause in cadence.breaks):
            day += _DAY
        due = instant(datetime.combine(day, time.fromisoformat(cadence.at[0]), zone))
        if due > moment:
            return PlannedSlot(
                newsletter_id=int(newsletter.id or 0), key=slot.key, edition=edition, due=due,
                opens=slot.starts, closes=min(slot.ends, due),
            )  # fmt: skip
        slot = _period(edition, slot.ends.astimezone(zone) + _DAY / 2, newsletter.timezone)


def _period(edition: Edition, moment: datetime, timezone: str) -> Slot:
    if edition is Edition.WEEKLY:
        return Slot.of(moment, timezone)
    return Slot(f"{moment:%Y-%m}", timezone)
