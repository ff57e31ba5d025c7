"""What happens to a slot now: the rules, as one pure function.

When things go wrong the order is: never send the wrong thing, never send twice, rather send late, and at the worst send
nothing; what is held is always told.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from newsletter.model.cadence import Cadence, Policy
from newsletter.model.issue import Edition, IssueState
from newsletter.model.planned import Cause, Decision, PlannedSlot, SlotState

#: A draft is brought up to date so often while its slot is open, besides at its deadline.
RENEW_EVERY = timedelta(minutes=15)
_LEFT_THE_HOUSE = (IssueState.SENDING, IssueState.PAUSED, IssueState.FINISHED, IssueState.CANCELLED)
#: Causes that an approval within the time of grace does away with.
_APPROVAL_MENDS = (Cause.UNAPPROVED, Cause.CHECKS)


class Step(Enum):
    """What is to be done about a slot."""

    WAIT = auto()
    #: Bring its draft up to date.
    COMPOSE = auto()
    #: Give the order to send what is approved.
    SEND = auto()
    #: Send what was approved last, though the draft was changed since.
    SEND_APPROVED_LAST = auto()
    #: Compose it, and send it if every check passes.
    SEND_IF_SOUND = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that a decision about a slot depends on.

    ``issue`` is the state of its issue, ``None`` while there is none; ``approved_before`` says whether anything of it was
    ever approved. ``alarm`` says why nothing is sent by itself at all, ``clock_moved`` that the clock was put forward over
    the slot, ``superseded`` that a later slot has come up too.
    """

    slot: PlannedSlot
    cadence: Cadence
    now: datetime
    issue: IssueState | None = None
    approved_before: bool = False
    alarm: str = ""
    clock_moved: str = ""
    superseded: bool = False

    @property
    def late(self) -> timedelta:
        """By how much the slot is overdue."""
        return self.now - self.slot.due


def decide(at: Situation) -> Step | Decision:
    """What is to be done, or what becomes of the slot."""
    if at.issue in _LEFT_THE_HOUSE:
        return Decision(state=SlotState.SENT)
    if at.now < at.slot.due:
        return _before_its_time(at)
    if at.slot.state is SlotState.HELD:
        return _held(at)
    if at.alarm or at.clock_moved:
        return held(Cause.RESTORED, at.alarm) if at.alarm else held(Cause.CLOCK, at.clock_moved)
    if at.late > at.cadence.grace:
        return _too_late(at)
    return _by_policy(at)


def held(cause: Cause, why: str) -> Decision:
    """Hold the slot, and tell the editors what they can do."""
    told = why if cause in _APPROVAL_MENDS else f"{why} To send it after all: newsletter schedule run-now"
    return Decision(state=SlotState.HELD, cause=cause, why=why, told=told)


def skipped(why: str) -> Decision:
    """Let the slot pass, and tell the editors."""
    return Decision(state=SlotState.SKIPPED, why=why, told=why)


def _before_its_time(at: Situation) -> Step | Decision:
    slot = at.slot
    if slot.opens > at.now or at.issue is IssueState.APPROVED:
        return Step.WAIT
    if slot.composed_at is None:
        return Step.COMPOSE
    is_stale = at.now - slot.composed_at >= RENEW_EVERY and slot.composed_at < slot.closes
    has_closed = slot.composed_at < slot.closes <= at.now
    return Step.COMPOSE if is_stale or has_closed else Step.WAIT


def _held(at: Situation) -> Step | Decision:
    if at.superseded:
        return skipped("It was held, nobody released it, and the next issue has come up.")
    may_go = at.slot.cause in _APPROVAL_MENDS and at.late <= at.cadence.grace and not at.alarm
    return Step.SEND if may_go and at.issue is IssueState.APPROVED else Step.WAIT


def _too_late(at: Situation) -> Decision:
    if at.superseded:
        return skipped("Nothing was running when it was due, and the next issue has come up.")
    hours = at.late / timedelta(hours=1)
    return held(
        Cause.LATE,
        f"Nothing was running when it was due {hours:.0f} hours ago, and it is not sent so late without being asked for "
        f"(grace_hours = {at.cadence.grace_hours:g}).",
    )


def _by_policy(at: Situation) -> Step | Decision:
    if at.issue is IssueState.APPROVED:
        return Step.SEND
    if at.slot.edition is not Edition.REGULAR or at.cadence.policy is Policy.AUTO:
        return Step.SEND_IF_SOUND  # all that a review tells was approved when it was sent first
    if at.cadence.policy is Policy.SKIP:
        return skipped("Nobody approved it in time.")
    if at.cadence.policy is Policy.SKELETON and at.approved_before:
        return Step.SEND_APPROVED_LAST
    why = "Nobody has approved it." if at.issue else "There is no draft that could be approved."
    hours = f"Approve it within {at.cadence.grace_hours:g} hours, and it leaves at once."
    return replace(held(Cause.UNAPPROVED, why), told=f"{why} {hours}" if at.issue else why)
