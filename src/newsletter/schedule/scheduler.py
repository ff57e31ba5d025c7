"""The scheduler: at every look it makes the slots that came up, and does about each what the rules say.

It may be called at any time, as often as anybody likes and by as many processes as there are: what was done is in the
store, and doing it again changes nothing. A slot is leased while one of them is at it, so that others do not do the same
work for nothing; should that one die, the lease ends and another goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsletter.errors import ConfigError, NewsletterError, NothingToSend, RenderError, StoreAway, StoreError
from newsletter.model.cadence import Cadence
from newsletter.model.issue import Edition, Issue
from newsletter.model.newsletter import Newsletter
from newsletter.model.planned import Cause, Decision, PlannedSlot, SlotState
from newsletter.pipeline import Press
from newsletter.schedule.decide import Situation, Step, decide, held, skipped
from newsletter.schedule.guard import Guard, Seen
from newsletter.schedule.holidays import holidays_of
from newsletter.schedule.planning import planned
from newsletter.store.frozen import Enqueue

#: Seconds that a scheduler keeps a slot to itself; a dead one is replaced after that and one more look.
LEASE = 40.0
#: Who approves what no person has to.
POLICY = "the newsletter's policy"
#: A review is composed no earlier than so long before it is due.
_REVIEW_AHEAD = timedelta(days=1)
#: Slots from so long ago may still be on the way.
_LOOK_BACK = timedelta(days=62)


@dataclass(slots=True)
class Scheduler:
    """Looks at the calendar for ``press``. ``lessee`` is its name among schedulers; ``say`` hears what it did."""

    press: Press
    guard: Guard
    lessee: str
    enqueue: Enqueue = lambda *_: None
    say: Callable[[str], None] = lambda _: None
    _is_behind: bool = False

    def look(self) -> None:
        """Do what is due now, for every newsletter that has a cadence; one that is in trouble keeps up no other."""
        now = self.press.clock()
        seen = self.guard.look(now)
        if seen.is_behind:
            if not self._is_behind:
                self.say(
                    "The clock shows a time before the last look, so nothing is planned; if it is right now: "
                    "newsletter schedule release"
                )
            self._is_behind = True
            return
        self._is_behind = False
        self.press.store.subscribers.wake(now)
        for newsletter in self.press.store.newsletters.all():
            if newsletter.cadence is not None:
                try:
                    self._keep(newsletter, newsletter.cadence, seen, now)
                except StoreAway:
                    raise
                except NewsletterError as error:
                    self.say(f"{newsletter.title}: {error}")
        self.press.store.instance.tick(now)

    def next_due(self) -> datetime | None:
        """When the next open slot is due; ``None`` if there is none."""
        store, now = self.press.store, self.press.clock()
        waiting = [slot.due for letter in store.newsletters.all() for slot in store.slots.pending(int(letter.id or 0))]
        return min((due for due in waiting if due > now), default=None)

    def run_now(self, newsletter: Newsletter, slot: PlannedSlot) -> Decision:
        """Send a slot now that is not due, or was held: its approved issue, or else what the policy allows.

        ``NewsletterError`` says why it cannot be sent; then nothing has changed.
        """
        cadence, now = newsletter.cadence or Cadence(), self.press.clock()
        at = replace(
            self._situation(newsletter, cadence, slot, Seen(), now), slot=replace(slot, state=SlotState.OPEN, due=now)
        )
        step = decide(at)
        decision = step if isinstance(step, Decision) else self._send(newsletter, slot, step)
        if decision.state is not SlotState.SENT:
            raise NewsletterError(f"It cannot be sent: {decision.why}")
        self.press.store.slots.decide(slot, decision, actor=self.press.actor, now=now)
        return decision

    def outlook(self, newsletter: Newsletter, slot: PlannedSlot) -> Step | Decision:
        """What would happen to a slot if it were due now."""
        cadence, now = newsletter.cadence or Cadence(), self.press.clock()
        situation = self._situation(newsletter, cadence, slot, Seen(), now)
        return decide(replace(situation, slot=replace(slot, state=SlotState.OPEN, due=now)))

    # ---- one newsletter

    def _keep(self, newsletter: Newsletter, cadence: Cadence, seen: Seen, now: datetime) -> None:
        store, newsletter_id = self.press.store, int(newsletter.id or 0)
        known = store.slots.of(newsletter_id, since=now - _LOOK_BACK)
        wanted = planned(newsletter, known, now, holidays=holidays_of(cadence.holidays))
        if missing := [slot for slot in wanted if not _is_there(slot, known)]:
            store.slots.plan(missing, now=now)
        keys = {slot.key for slot in wanted}
        for slot in store.slots.pending(newsletter_id):
            if slot.due > now and slot.key not in keys and slot.state is SlotState.OPEN:
                store.slots.drop(slot)
            else:
                self._look_at(newsletter, cadence, slot, seen, now)

    def _look_at(self, newsletter: Newsletter, cadence: Cadence, slot: PlannedSlot, seen: Seen, now: datetime) -> None:
        if slot.opens > now or (slot.edition is not Edition.REGULAR and now < slot.due - _REVIEW_AHEAD):
            return
        step = decide(self._situation(newsletter, cadence, slot, seen, now))
        if step is not Step.WAIT and self.press.store.slots.lease(slot, self.lessee, seconds=LEASE, now=now):
            try:
                self._do(newsletter, slot, step, now)
            finally:
                self.press.store.slots.let_go(slot, self.lessee)
        self._remind(newsletter, cadence, slot, now)

    def _situation(
        self, newsletter: Newsletter, cadence: Cadence, slot: PlannedSlot, seen: Seen, now: datetime
    ) -> Situation:
        store, newsletter_id = self.press.store, int(newsletter.id or 0)
        issue = store.issues.find(newsletter_id, slot.key)
        moved = bool(seen.jumped_from and seen.jumped_from < slot.due <= now)
        later = (s for s in store.slots.pending(newsletter_id) if s.edition is slot.edition)
        return Situation(
            slot=slot, cadence=cadence, now=now, issue=issue.state if issue else None,
            approved_before=bool(issue and store.issues.approved_last(int(issue.id or 0))), alarm=seen.alarm,
            clock_moved=f"The clock was put forward over it, from {seen.jumped_from:%Y-%m-%d %H:%M} UTC." if moved else "",
            superseded=any(slot.due < other.due <= now for other in later),
        )  # fmt: skip

    def _do(self, newsletter: Newsletter, slot: PlannedSlot, step: Step | Decision, now: datetime) -> None:
        if step is Step.COMPOSE:
            self._compose(newsletter, slot)
            return
        decision = step if isinstance(step, Decision) else self._send(newsletter, slot, step)
        if self.press.store.slots.decide(slot, decision, actor="the scheduler", now=now):
            self.say(f"{newsletter.title}, {slot.key}: {decision.state}. {decision.why}".strip())

    # ---- one slot

    def _compose(self, newsletter: Newsletter, slot: PlannedSlot) -> Issue | None:
        """Bring the draft up to date; ``None`` if there is nothing to send."""
        try:
            issue = self._made(newsletter, slot)
        except NothingToSend:
            self.press.store.slots.composed(slot, None, now=self.press.clock())
            return None
        self.press.store.slots.composed(slot, issue.id, now=self.press.clock())
        return issue

    def _made(self, newsletter: Newsletter, slot: PlannedSlot) -> Issue:
        desk, store = self.press.desk, self.press.store
        wanted = desk.slot(newsletter, slot.key)
        if slot.edition is Edition.REGULAR:
            return desk.compose(newsletter, wanted)
        if not store.subscribers.want(int(newsletter.id or 0), slot):
            raise NothingToSend("No reader asked for it.")
        return desk.review(newsletter, wanted, slot.edition)

    def _send(self, newsletter: Newsletter, slot: PlannedSlot, step: Step) -> Decision:
        """Give the order to send, after what has to come before it; what goes wrong holds the slot."""
        try:
            issue = self._approved(newsletter, slot, step)
            self.press.dispatch.begin(int(issue.id or 0), self.enqueue)
        except (StoreError, ConfigError):
            raise  # not the issue's fault: at the next look it is tried again
        except NewsletterError as error:
            return self._failed(newsletter, slot, error)
        return Decision(state=SlotState.SENT, issue_id=issue.id)

    def _failed(self, newsletter: Newsletter, slot: PlannedSlot, error: NewsletterError) -> Decision:
        """What becomes of a slot whose issue could not be sent; another scheduler may have been quicker."""
        there = self.press.store.issues.find(int(newsletter.id or 0), slot.key)
        if there is not None and there.frozen_at is not None:
            return Decision(state=SlotState.SENT, issue_id=there.id)
        if isinstance(error, NothingToSend):
            passed = skipped(f"There is nothing to send. {error}")
            return passed if slot.edition is Edition.REGULAR else replace(passed, told="")
        return held(Cause.CHECKS if isinstance(error, RenderError) else Cause.TROUBLE, str(error))

    def _approved(self, newsletter: Newsletter, slot: PlannedSlot, step: Step) -> Issue:
        desk = self.press.desk
        if step is Step.SEND_IF_SOUND:
            issue = self._compose(newsletter, slot)
            if issue is None:
                is_review = slot.edition is not Edition.REGULAR
                raise NothingToSend(
                    "No reader asked for it." if is_review else "Nothing has come in since the last issue."
                )
            return desk.approve(int(issue.id or 0), actor=POLICY, needed=1)
        there = self.press.store.issues.of_slot(newsletter.slug, slot.key)
        if step is Step.SEND_APPROVED_LAST:
            return desk.approve_as_before(int(there.id or 0), actor=POLICY)
        return there

    def _remind(self, newsletter: Newsletter, cadence: Cadence, slot: PlannedSlot, now: datetime) -> None:
        """Tell the editors once, in good time, that a draft waits."""
        remind = slot.closes - timedelta(hours=cadence.remind_hours)
        if remind <= now < slot.due and cadence.editors and slot.edition is Edition.REGULAR:
            text = f"The issue of {slot.key} is due."
            self.press.store.notices.ask(int(newsletter.id or 0), slot.key, "ready", text, now=now)


def _is_there(wanted: PlannedSlot, known: Sequence[PlannedSlot]) -> bool:
    """Whether a slot has a row, and nothing about it has been changed since."""
    there = next((slot for slot in known if slot.key == wanted.key), None)
    if there is None:
        return False
    if there.state not in (SlotState.OPEN, SlotState.SKIPPED):
        return True
    return (there.due, there.closes, there.state, there.why) == (wanted.due, wanted.closes, wanted.state, wanted.why)
