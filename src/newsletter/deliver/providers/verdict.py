"""What a provider's answer means for one mail: a receipt, or the sentence that pauses the issue."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from newsletter.errors import SenderRefused
from newsletter.model.delivery import Receipt, Verdict

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
#: RFC 9110, 10.2.3: seconds or a date.
_RETRY_AFTER = re.compile(r"[0-9A-Za-z,: ]{1,32}")
_TEXT = 200
#: So much of what a provider says is looked at; the search for addresses is quadratic in hostile text.
_READ = 2_000

_OK, _REDIRECTS, _BAD_REQUEST, _SERVER_ERRORS = 200, 300, 400, 500
_UNPROCESSABLE = 422
_NOT_ALLOWED = frozenset({401, 403})
#: 408 and 425 (RFC 9110, 15.5.9; RFC 8470) say that the request was not acted on, 429 that there were too many.
_NOT_NOW = frozenset({408, 425, 429})
#: RFC 9110, 15.6.3 and 15.6.5: a gateway speaks, and does not know what became of the request behind it.
_GATEWAY = frozenset({502, 504})


class Blame(Enum):
    """Whom or what a refusal is about."""

    #: This recipient's address.
    READER = auto()
    #: Us: the key, the account, the sender's domain, the request.
    SENDER = auto()
    #: The moment: later it may do.
    NOT_NOW = auto()
    #: Nobody knows: the mail may have been taken all the same.
    OPEN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer. ``headers`` are named in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is one of success (2xx)."""
        return _OK <= self.status < _REDIRECTS

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON object that the body is; empty if it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def text(self, *names: str) -> str:
        """The first of the fields ``names`` that is a string with something in it, or nothing."""
        fields = self.fields
        return next((fields[name] for name in names if isinstance(fields.get(name), str) and fields[name]), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A provider's refusal, read by who knows its dialect.

    ``words`` are the provider's own, as they came. ``blame`` is None where the words say nothing about it: then the
    status decides. ``advice`` tells what to do when it is the sender's fault.
    """

    words: str
    blame: Blame | None = None
    advice: str = ""


def taken(name: str, answer: Answer, identifier: str) -> Receipt:
    """The receipt for an answer of success by which the provider ``name`` calls the mail ``identifier``.

    Without one it is doubtful that the provider itself has spoken: a proxy in between may be as friendly.
    """
    if identifier:
        return Receipt(verdict=Verdict.ACCEPTED, code=answer.status, text=_plain(identifier)[:_TEXT])
    text = f"{name} gave the mail no identifier; it may have arrived."
    return Receipt(verdict=Verdict.UNKNOWN, code=answer.status, text=text)


def not_taken(name: str, answer: Answer, complaint: Complaint, secrets: Iterable[str]) -> Receipt:
    """The receipt for an answer without success of the provider ``name``. Raises `SenderRefused`.

    Addresses and ``secrets`` are taken out of its words: of the first also because refusals in the same words are what
    the breaker counts.
    """
    code = answer.status
    words = _told(complaint.words, secrets)
    match complaint.blame or _blame(code):
        case Blame.READER:
            return Receipt(verdict=Verdict.REFUSED, code=code, text=words[:_TEXT])
        case Blame.NOT_NOW:
            return Receipt(verdict=Verdict.DEFERRED, code=code, text=_later(words, answer))
        case Blame.OPEN:
            return Receipt(verdict=Verdict.UNKNOWN, code=code, text=f"It may have arrived. {words}"[:_TEXT])
        case Blame.SENDER:
            advice = complaint.advice or _advice(code)
            said = f" It said: {words[:_TEXT]}" if words else ""
            raise SenderRefused(f"{name} refuses mail from us ({code}). {advice}{said}")


def _blame(status: int) -> Blame:
    """What the status alone says."""
    if status in _NOT_NOW:
        return Blame.NOT_NOW
    # A request that cannot be understood is laid to this one mail: should it be the sender's fault after all, equal
    # refusals in a row pause the issue, whereas one odd address must not pause it for everybody.
    if status in (_BAD_REQUEST, _UNPROCESSABLE):
        return Blame.READER
    if status < _OK or status in _GATEWAY:
        return Blame.OPEN
    return Blame.NOT_NOW if status >= _SERVER_ERRORS else Blame.SENDER


def _advice(status: int) -> str:
    if status in _NOT_ALLOWED:
        return "Check key and secret under [provider], what the key may do, and the state of the account."
    return "Check kind, endpoint and region under [provider], and the state of the account."


def _later(words: str, answer: Answer) -> str:
    after = answer.headers.get("retry-after", "").strip()
    suffix = f" (Retry-After: {after})" if _RETRY_AFTER.fullmatch(after) else ""
    return f"{words[: _TEXT - len(suffix)]}{suffix}".strip()


def _told(words: str, secrets: Iterable[str]) -> str:
    """``words`` on one line, harmless, without addresses and secrets."""
    words = words[:_READ]
    for secret in filter(None, secrets):
        words = words.replace(secret, "[secret]")
    return _plain(_ADDRESS.sub("[address]", words))


def _plain(words: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
