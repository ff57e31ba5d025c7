"""What a mail server's refusal means: for the reader's row, for the reader, and for us.

Providers misuse codes, so the evidence is weighed in a fixed order: the enhanced status code in the text (RFC 3463 and
the IANA registry that continues it), the three-digit code (RFC 5321, 4.2.3), a reviewed table of phrases. What is
uncertain is decided for the reader: nobody is taken for gone on a guess, on a 4xx reply, or because we are blocked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from newsletter.model import refusal_phrases as phrases


class Stage(StrEnum):
    """What the server was answering."""

    #: The connection itself: greeting, EHLO, STARTTLS, AUTH.
    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    #: The word DATA, before any of the message went out.
    DATA = "data"
    #: The message and its final dot.
    DOT = "dot"


class RefusalKind(StrEnum):
    """Whom a refusal is about."""

    #: No such user or domain, null MX, moved, malformed. Final at RCPT: suppress at once.
    ADDRESS = "address"
    #: It exists and takes no mail: full, inactive, disabled. Final: a strike.
    MAILBOX = "mailbox"
    #: Our fault: policy, reputation, authentication, content, size.
    SENDER = "sender"
    #: Greylist, load, rate, network: it might have gone through at another moment.
    TRANSIENT = "transient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A judged refusal. ``enhanced`` is the status code found in the text, as "5.1.1".

    ``final`` says that the server wants no second try (5xx); at CONNECT and MAIL that is about us and not about the
    row. ``code`` is the three-digit code, 0 when there was none. ``greylisted``: only time will tell (RFC 6647).
    """

    kind: RefusalKind
    enhanced: str | None = None
    final: bool = False
    code: int = 0
    greylisted: bool = False

    @property
    def of_everybody(self) -> bool:
        """Whether it holds for all our mail to this provider for now, whoever it is for: 421 anywhere, and 4.7.x."""
        if self.final or self.greylisted:
            return False
        return self.code == _CLOSING or (self.enhanced or "").startswith("4.7.")

    @property
    def too_fast(self) -> bool:
        """Whether it may be a sign that we send too fast: of everybody, or 450 and 452 that name no reader as the cause."""
        if self.of_everybody:
            return True
        about_one = self.greylisted or (self.enhanced or "").startswith(("4.1.", "4.2."))
        return self.code in _LOAD and self.kind is RefusalKind.TRANSIENT and not about_one


def judge(code: int, text: str, stage: Stage) -> Refusal:
    """Judge the reply ``code`` and ``text`` (its lines joined by spaces, without the code) to ``stage``.

    ``code`` 0 stands for no reply at all. Anything that is not 5xx is not final, and never an ``address``.
    """
    plain = _plain(text)
    final = code // 100 == _NEVER
    status = _status(plain, code)
    greylisted = not final and code in _GREYLISTING and _is_greylisting(plain, status)
    said = RefusalKind.TRANSIENT if greylisted else _said(plain)
    return Refusal(
        kind=_kind(code, status, said, stage),
        enhanced=".".join(map(str, status)) if status else None,
        final=final,
        code=code,
        greylisted=greylisted,
    )


_CLOSING = 421
_NOT_NOW, _NEVER = 4, 5
_LOAD = (450, 452)
#: So much of a reply is read; longer ones only repeat themselves, and a hostile one could be slow to search.
_READ = 1_000
_GREYLISTING = (450, 451)
#: Codes that mean one thing whatever stands beside them (RFC 5321, 4.2.3; RFC 4954, 6; RFC 7504).
_BY_CODE = {
    421: RefusalKind.TRANSIENT,
    **dict.fromkeys((500, 501, 502, 503, 504, 521, 523, 530, 534, 535, 538, 555), RefusalKind.SENDER),
    551: RefusalKind.ADDRESS,
    556: RefusalKind.ADDRESS,
}
#: Sender's system address malformed, or not valid; Microsoft: several From addresses, daily limit reached.
_SENDERS_ADDRESS = (7, 8, 20, 90)
_Status = tuple[int, int, int]

# Neither a part of an IP address nor the version of a server that tells its name.
_ENHANCED = re.compile(r"(?<![\d.])([45])\.([0-7])\.(\d{1,3})(?!\.?\d)")
_ADDRESSES = re.compile(r"<[^<>\s]*@[^<>\s]*>|[^\s<>()\[\]]+@[^\s<>()\[\]]+")


def _matcher(*tables: phrases.Phrases) -> re.Pattern[str]:
    wanted: Iterable[str] = (re.escape(phrase) for table in tables for each in table.values() for phrase in each)
    return re.compile(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)")


_GREYLIST = _matcher(phrases.GREYLIST)
#: What does the reader least harm is looked for first.
_SAID = (
    (RefusalKind.SENDER, _matcher(phrases.SENDER)),
    (RefusalKind.TRANSIENT, _matcher(phrases.GREYLIST, phrases.TRANSIENT)),
    (RefusalKind.MAILBOX, _matcher(phrases.MAILBOX)),
    (RefusalKind.ADDRESS, _matcher(phrases.ADDRESS)),
)


def _plain(text: str) -> str:
    """Lower case, single spaces, and no addresses: a reader may be called no-such-user@example.org."""
    return " ".join(_ADDRESSES.sub(" ", text[:_READ]).lower().replace("’", "'").split())


def _status(plain: str, code: int) -> _Status | None:
    """The enhanced status code that says most: of the reply's own class rather than not, x.0.x only for want of another."""
    found: list[_Status] = [(int(a), int(b), int(c)) for a, b, c in _ENHANCED.findall(plain)]
    return min(found, key=lambda status: (status[0] != code // 100, status[1] == 0), default=None)


def _said(plain: str) -> RefusalKind | None:
    return next((kind for kind, pattern in _SAID if pattern.search(plain)), None)


def _is_greylisting(plain: str, status: _Status | None) -> bool:
    """Whether it says so, or is the usual reply of one that does not say so: 4.7.1 and at most "try again later"."""
    if _GREYLIST.search(plain):
        return True
    return status == (4, 7, 1) and _said(plain) in (None, RefusalKind.TRANSIENT) and "rate" not in plain


def _kind(code: int, status: _Status | None, said: RefusalKind | None, stage: Stage) -> RefusalKind:
    """Weigh the evidence, then take back what the stage or the class of the reply cannot mean."""
    final = code // 100 == _NEVER
    kind = (_by_status(status, said) if status else None) or _by_code(code, stage) or said or _otherwise(code, stage)
    if stage in (Stage.CONNECT, Stage.MAIL):  # nothing was said of any reader yet
        ours = final or kind is RefusalKind.SENDER
        return RefusalKind.SENDER if ours else RefusalKind.TRANSIENT
    if kind is not RefusalKind.ADDRESS:
        return kind
    if said not in (None, RefusalKind.ADDRESS):  # "5.1.1 ... over quota" and the like
        return said
    if not final:
        return RefusalKind.TRANSIENT
    # A server that has accepted the reader at RCPT does not say at the dot that there is no such reader.
    certain = stage is Stage.RCPT and (status is None or status[0] == _NEVER)
    return RefusalKind.ADDRESS if certain else RefusalKind.MAILBOX


def _by_status(status: _Status, said: RefusalKind | None) -> RefusalKind | None:
    """What an enhanced code means (RFC 3463, 3.2 to 3.8); ``None`` where it says nothing."""
    _, subject, detail = status
    kind: RefusalKind | None = None
    match subject:
        case 1:
            kind = RefusalKind.SENDER if detail in _SENDERS_ADDRESS else RefusalKind.ADDRESS
        case 2:
            kind = _of_mailbox(detail, said)
        case 3:
            kind = RefusalKind.SENDER if detail == 4 else RefusalKind.TRANSIENT  # noqa: PLR2004 - x.3.4, message too big
        case 4:  # routing; only a host that is not there is more than a hitch
            kind = said if said in (RefusalKind.ADDRESS, RefusalKind.MAILBOX) else RefusalKind.TRANSIENT
        case 5:
            kind = said or _of_protocol(status)
        case 6:
            kind = RefusalKind.SENDER
        case 7:
            kind = _of_policy(status, said)
    return kind


def _of_mailbox(detail: int, said: RefusalKind | None) -> RefusalKind:
    """x.2.x: the mailbox, but for a mail too long for it (3); x.2.0 is also written by greylists and content filters."""
    if detail == 3:  # noqa: PLR2004 - x.2.3, message length exceeds administrative limit
        return RefusalKind.SENDER
    overruled = detail == 0 and said in (RefusalKind.SENDER, RefusalKind.TRANSIENT)
    return said if overruled and said else RefusalKind.MAILBOX


def _of_protocol(status: _Status) -> RefusalKind | None:
    """x.5.x without a known phrase: 5.5.0 says nothing, too many recipients (3) passes, else we got a command wrong."""
    if status[0] == _NOT_NOW or status[2] == 3:  # noqa: PLR2004 - x.5.3
        return RefusalKind.TRANSIENT
    return RefusalKind.SENDER if status[2] else None


def _of_policy(status: _Status, said: RefusalKind | None) -> RefusalKind:
    """x.7.x: us, but for an account that was shut (13), for 5.7.1, which is written for anything, and for mere pace."""
    if status[2] == 13:  # noqa: PLR2004 - x.7.13, user account disabled (RFC 5248)
        return RefusalKind.MAILBOX
    if status == (5, 7, 1):
        return said or RefusalKind.SENDER
    passing = status[0] == _NOT_NOW and said is RefusalKind.TRANSIENT
    return RefusalKind.TRANSIENT if passing else RefusalKind.SENDER


def _by_code(code: int, stage: Stage) -> RefusalKind | None:
    if code == 552 and stage is Stage.RCPT:  # noqa: PLR2004 - before the message: the storage is the reader's
        return RefusalKind.MAILBOX
    return _BY_CODE.get(code)


def _otherwise(code: int, stage: Stage) -> RefusalKind:
    """Without any evidence: a 5xx at RCPT is about the mailbox, after it about the message."""
    if code // 100 != _NEVER:
        return RefusalKind.TRANSIENT
    return RefusalKind.MAILBOX if stage is Stage.RCPT else RefusalKind.SENDER
