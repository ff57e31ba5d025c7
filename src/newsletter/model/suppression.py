"""Addresses that nothing may be sent to, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SuppressionReason(StrEnum):
    """Why an address is suppressed, the weightiest first; a weightier reason takes the place of another."""

    #: They told their mailbox provider that our mail is spam.
    COMPLAINT = "complaint"
    #: An editor or the list of another product says so.
    MANUAL = "manual"
    #: There is no such mailbox.
    BOUNCE = "bounce"
    #: They had everything deleted that we knew of them.
    ERASED = "erased"
    #: They unsubscribed; kept when the rest of them is forgotten.
    UNSUBSCRIBED = "unsubscribed"


#: What a person can undo by asking for the newsletter again and confirming it from the mailbox itself.
LIFTED_BY_CONFIRMING = frozenset({SuppressionReason.ERASED, SuppressionReason.UNSUBSCRIBED})
#: Of these not even the question may be sent there.
NEVER_WRITTEN_TO = frozenset(SuppressionReason) - LIFTED_BY_CONFIRMING


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """One suppressed address, of which the keyed hash alone is kept. ``newsletter_id`` 0 means all newsletters."""

    address_hash: str
    newsletter_id: int
    reason: SuppressionReason
    at: datetime
    note: str = ""
    lifted_at: datetime | None = None


def weightier(one: SuppressionReason, other: SuppressionReason) -> SuppressionReason:
    """The one of two reasons that stays."""
    order = list(SuppressionReason)
    return min(one, other, key=order.index)
