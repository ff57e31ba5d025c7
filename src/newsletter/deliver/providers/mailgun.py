"""Mailgun: one mail a request to messages.mime."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from secrets import token_hex

from newsletter.deliver.envelope import Envelope
from newsletter.deliver.providers.exchange import Question
from newsletter.deliver.providers.verdict import Answer, Blame, Complaint
from newsletter.model.delivery import Mail

_TO = re.compile(r"(\bto['\"]? parameter\b|['\"]to['\"])", re.IGNORECASE)
_FROM = re.compile(r"(\bfrom['\"]? parameter\b|['\"]from['\"])", re.IGNORECASE)
#: Sandbox subdomains are for test purposes only; Domain ... is not allowed to send; Account disabled, on probation ...
_ACCOUNT = re.compile(
    r"\b(sandbox|authorized recipients|not allowed to send|disabled|suspended|probation)\b", re.IGNORECASE
)
_NOT_FOUND = 404
_SAYS_WHY = frozenset({400, 403})
#: So much is repeated of an answer that is no JSON.
_BARE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailgun:
    """Mailgun at ``endpoint``, which is the one of the region that ``domain``, the sending domain, was made in.

    The mail is given as it is (``messages.mime``), and Mailgun keeps our Message-ID, by which its events name the mail;
    no tag is set, for it would show in the mail as a header of its own. Mailgun adds headers and its signature, and
    takes its own envelope sender. Tracking is switched off in each request, altogether and by kind.

    There is no key that makes a second request harmless, so a mail in doubt may come twice.
    """

    endpoint: str
    #: Empty: the domain of the sender's address.
    domain: str
    key: str = field(repr=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return "Mailgun"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key, also as it stands in the request."""
        return (self.key, self._login)

    @property
    def _login(self) -> str:
        return b64encode(f"api:{self.key}".encode()).decode()

    def question(self, mail: Mail, envelope: Envelope) -> Question:
        """The request, a form (RFC 7578) with the mail as its file."""
        boundary = f"nl-{token_hex(16)}"  # 128 random bits do not occur in a mail
        fields = {"to": envelope.recipient, "o:tracking": "no", "o:tracking-opens": "no", "o:tracking-clicks": "no"}
        parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields.items()]
        file = 'name="message"; filename="message.eml"\r\nContent-Type: message/rfc822'
        domain = self.domain or envelope.sender.rpartition("@")[2]
        return Question(
            url=f"{self.endpoint}/v3/{domain}/messages.mime",
            headers={
                "Authorization": f"Basic {self._login}",
                "Content-Type": f"multipart/form-data; boundary={boundary}",
            },
            body=b"".join((*parts, _part(boundary, file, mail.content), f"--{boundary}--\r\n".encode())),
        )

    def taken_as(self, answer: Answer) -> str:
        """The id of Mailgun, which is the mail's Message-ID."""
        return answer.text("id")

    def complaint(self, answer: Answer) -> Complaint:
        """By the words: Mailgun has no codes of its own.

        Its documentation has 500 retried and leaves nothing open. What a gateway says (502, 504) stays open.
        """
        said = answer.text("message", "Error") or answer.body[:_BARE].decode(errors="replace")
        blame, advice = _blame(answer.status, said)
        return Complaint(words=said, blame=blame, advice=advice)


def _blame(status: int, said: str) -> tuple[Blame | None, str]:
    if status == _NOT_FOUND:
        return Blame.SENDER, "Check domain and region under [provider]: the domain is not known there."
    if status not in _SAYS_WHY:
        return None, ""
    if _ACCOUNT.search(said):
        return Blame.SENDER, "Mailgun does not let the domain or the account send; see its control panel."
    if _FROM.search(said):
        return Blame.SENDER, "Correct the newsletter's sender, or verify its domain at Mailgun."
    return (Blame.READER, "") if _TO.search(said) else (None, "")


def _part(boundary: str, disposition: str, content: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"
