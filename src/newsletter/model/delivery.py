"""A delivery: one issue to one subscriber, and what became of it."""

import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
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


class Security(StrEnum):
    """How the conversation is kept private. Once TLS is asked for, nothing is ever sent in clear text instead."""

    NONE = "none"
    #: Begin in clear text and change over (RFC 3207), usually on port 587.
    STARTTLS = "starttls"
    #: TLS from the first byte (RFC 8314), usually on port 465.
    TLS = "tls"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row that is ours to send."""

    subscriber_id: int
    email: str
    name: str
    variant: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one claim brought: rows to send, and how many it took off the queue because they may not be mailed.

    The queue is empty only when both are: a run of people who have left must not look like the end.
    """

    rows: tuple[Claimed, ...]
    suppressed: int

    @property
    def empty(self) -> bool:
        """Whether nothing is left to claim."""
        return not self.rows and not self.suppressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the ledger is told about one claimed row. ``due_at`` only for ``deferred``."""

    subscriber_id: int
    state: DeliveryState
    reason: str = ""
    reply_code: int = 0
    reply_text: str = ""
    maybe_sent: bool = False
    due_at: datetime | None = None


#: How long after a "not now" the next try comes (RFC 5321, 4.5.4.1; the first after five minutes, RFC 6647).
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=6))
#: After this long a deferred mail is given up: a weekly is not worth having once the next one is near.
MAX_AGE = timedelta(hours=48)


def next_try(now: datetime, attempt: int) -> datetime:
    """When a mail that was deferred at its ``attempt``-th try (from 1) may be tried again."""
    return now + RETRY_AFTER[min(attempt, len(RETRY_AFTER)) - 1]


def message_id(secret: str, issue_id: int, subscriber_id: int, domain: str) -> str:
    """The Message-ID (RFC 5322, 3.6.4) of one issue to one subscriber, angle brackets included.

    It is a keyed hash of the two numbers: a second try repeats it, so that a second copy can be recognised, and nobody
    can count the subscribers by it.
    """
    digest = hmac.new(secret.encode(), f"message-id:{issue_id}:{subscriber_id}".encode(), "sha256").digest()
    return f"<{b32encode(digest[:20]).decode().lower()}@{domain}>"


def settlement(subscriber_id: int, receipt: Receipt, *, attempt: int, now: datetime) -> Settlement:
    """What a receipt means for the row of the person it is about.

    A conversation that broke off before the mail was handed over says nothing about the person: the row is queued
    again. A 4xx reply waits its turn; a 5xx reply is final.
    """
    state, reason, due = DeliveryState.SENT, "", None
    if receipt.verdict is Verdict.REFUSED:
        state, reason = DeliveryState.BOUNCED, "refused"
    elif receipt.verdict is Verdict.UNKNOWN:
        state, reason = DeliveryState.UNKNOWN, "no answer"
    elif receipt.verdict is Verdict.DEFERRED and receipt.connection_lost:
        state = DeliveryState.QUEUED
    elif receipt.verdict is Verdict.DEFERRED:
        state, reason, due = DeliveryState.DEFERRED, "not now", next_try(now, attempt)
    return Settlement(
        subscriber_id=subscriber_id,
        state=state,
        reason=reason,
        reply_code=receipt.code,
        reply_text=receipt.text,
        maybe_sent=receipt.verdict is Verdict.UNKNOWN,
        due_at=due,
    )
