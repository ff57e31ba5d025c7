"""A delivery: one issue to one subscriber, and what became of it."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache

from newsletter.model.refusal import Stage

#: The zero of clocks, for rows that have no time of their own.
EPOCH = datetime.fromtimestamp(0, UTC)


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


class Login(StrEnum):
    """What the relay's password is."""

    PASSWORD = "password"  # noqa: S105 - a word of the configuration
    #: An OAuth 2 access token.
    XOAUTH2 = "xoauth2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A finished message. ``content`` is the RFC 5322 message, CRLF line ends, not dot-stuffed.

    ``sender`` is where bounces go (RFC 5321, 4.4: the return path), which need not be the From address.
    ``proved`` says that the content was built from pieces that were each checked: every line end is CRLF, no line is too
    long, none begins with a dot. Then nobody has to look at every byte again. ``digest`` is the SHA-256 of what is
    personal in it, which with the frozen issue determines the rest.
    """

    sender: str
    recipient: str
    message_id: str
    content: bytes
    proved: bool = False
    digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to one mail: the verdict, the SMTP reply code (0 when there was none) and its text.

    ``connection_lost`` tells the caller that the conversation is over and has to be opened anew; ``stage`` is what was
    answered.
    """

    verdict: Verdict
    code: int = 0
    text: str = ""
    connection_lost: bool = False
    stage: Stage = Stage.DOT


class Unknown(StrEnum):
    """What a newsletter wants done about a mail that may have arrived (RFC 1047)."""

    #: Send it again, with the same Message-ID: better twice than not at all.
    RESEND = "resend"
    #: Leave it until there is evidence, or an editor decides: better not at all than twice.
    HOLD = "hold"


class BatchState(StrEnum):
    """Where a batch stands. Only ``running`` ones have an owner."""

    QUEUED = "queued"
    RUNNING = "running"
    #: All its rows are settled, some of them until later; see ``due_at``.
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A batch that is ours: the readers of one issue from ``first`` to ``last``, in the order of their numbers.

    ``owner`` and ``epoch`` are the token: whoever takes the batch over raises the epoch, and from then on nothing is
    settled under the old one.
    """

    batch_id: int
    issue_id: int
    newsletter_id: int
    first: int
    last: int
    owner: int
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Who had a batch before and never gave it back: enough to find the journal of that run and to judge it."""

    batch_id: int
    owner: int
    epoch: int
    host: str
    boot_id: str


#: The reason of a row that waits for its place in line, and for nothing else.
PACED = "paced"
#: The reason of a row that waits for its reader's own hour, or for the end of their night.
HOUR = "hour"


class Fate(StrEnum):
    """What the journal of a dead sender says of a row that it had claimed."""

    #: Its last byte was handed over and no answer was written down.
    AMBIGUOUS = "ambiguous"
    #: The relay answered 250: it owns the mail.
    ACCEPTED = "accepted"
    #: The mail was refused, or the conversation ended before its last byte.
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row that is ours to send. ``claimed_at`` is also the Date of its mail; ``paced`` says that it waited its turn.

    ``timezone`` is the reader's own; empty for that of the newsletter. ``plain`` says that they want text alone,
    ``link_serial`` how often they had the links to their preferences changed.
    """

    subscriber_id: int
    email: str
    name: str
    variant: str
    attempt: int
    generation: int = 0
    claimed_at: datetime = EPOCH
    paced: bool = False
    timezone: str = ""
    plain: bool = False
    link_serial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one claim brought: rows to send, and how many it took off the queue because they may not be mailed.

    The batch is through only when both are none: a run of people who have left must not look like the end.
    ``stopped`` says that the issue is paused or cancelled, so that nothing was claimed.
    """

    rows: tuple[Claimed, ...] = ()
    suppressed: int = 0
    #: The subscriber up to whom the batch has been looked through.
    last: int = 0
    stopped: bool = False

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
    digest: bytes = b""


#: After this long a deferred mail is given up: a weekly is not worth having once the next one is near.
MAX_AGE = timedelta(hours=48)


def identity(secret: str, issue_id: int, subscriber_id: int, generation: int = 0) -> str:
    """What names one issue to one subscriber in Message-ID and return path: 32 hexadecimal digits.

    It is a keyed hash (HMAC-SHA256, 128 bits) of the numbers: a second try repeats it, so that a second copy can be
    recognised, and nobody can count the subscribers by it or make up another's. An editor's explicit second sending is
    another ``generation``.
    """
    numbers = b"message-id:%d:%d" % (issue_id, subscriber_id) + (b":%d" % generation if generation else b"")
    proof = _keyed(secret).copy()
    proof.update(numbers)
    return proof.digest()[:16].hex()


@cache
def _keyed(secret: str) -> hmac.HMAC:
    """The hash with its key already in it: made for every mail it would cost more than all the rest of a mail's name."""
    return hmac.new(secret.encode(), digestmod="sha256")


def message_id(secret: str, issue_id: int, subscriber_id: int, domain: str) -> str:
    """The Message-ID (RFC 5322, 3.6.4) of one issue to one subscriber, angle brackets included."""
    return f"<{identity(secret, issue_id, subscriber_id)}@{domain}>"
