"""A delivery: one issue to one subscriber, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum


class DeliveryState(StrEnum):
    """The states of a row in the ledger. Their sum is always the number of people in the frozen list."""

    QUEUED = "queued"
    #: A sender has taken the row and may be talking to the relay about it.
    CLAIMED = "claimed"
    #: The relay answered 250: it owns the mail now.
    SENT = "sent"
    #: The relay said "not now" (4xx); a later run tries again.
    DEFERRED = "deferred"
    #: The relay refused this recipient or this message for good (5xx).
    BOUNCED = "bounced"
    #: Not mailed because the subscriber may not be mailed; the reason is stored beside it.
    SUPPRESSED = "suppressed"
    #: Deferred until the issue was too old to be worth sending.
    EXPIRED = "expired"
    #: The mail was handed over but no complete answer came back: it may have arrived.
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What a transport says of one mail."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    #: The body went out and no complete reply came: the receiver may own the mail (RFC 1047).
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A finished message. ``content`` is the RFC 5322 message, CRLF line ends, not dot-stuffed."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to one mail: the verdict, the SMTP reply code (0 when there was none) and its text.

    ``connection_lost`` tells the caller that the conversation is over and has to be opened anew.
    """

    verdict: Verdict
    code: int = 0
    text: str = ""
    connection_lost: bool = False
