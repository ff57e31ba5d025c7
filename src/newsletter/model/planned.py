"""A planned slot: a place in the calendar that the cadence has made, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.issue import Edition


class SlotState(StrEnum):
    """What became of a slot. Only ``open`` and ``held`` ones can still be sent."""

    OPEN = "open"
    #: The order to send was given; how far it came stands in the ledger of its issue.
    SENT = "sent"
    #: Its time came, and nothing was sent: somebody has to look.
    HELD = "held"
    #: Nothing will be sent.
    SKIPPED = "skipped"


class Cause(StrEnum):
    """Why a slot is held."""

    UNAPPROVED = "unapproved"
    CHECKS = "checks"
    LATE = "late"
    CLOCK = "clock"
    RESTORED = "restored"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSlot:
    """One slot of a newsletter. ``due`` is the instant at which its issue leaves.

    Its issue tells of what came between ``opens`` (included) and ``closes`` (excluded), and composing ends with the
    latter. ``why`` says in a sentence why it is held or skipped, ``cause`` the same in a word where it is held.
    """

    newsletter_id: int
    key: str
    due: datetime
    opens: datetime
    closes: datetime
    edition: Edition = Edition.REGULAR
    state: SlotState = SlotState.OPEN
    why: str = ""
    cause: Cause | None = None
    issue_id: int | None = None
    composed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a slot. ``told`` is the sentence that the editors get by mail; none if it is empty."""

    state: SlotState
    why: str = ""
    cause: Cause | None = None
    issue_id: int | None = None
    told: str = ""
