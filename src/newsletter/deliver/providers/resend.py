"""Resend: one mail a request to /emails."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from newsletter.deliver.envelope import Envelope
from newsletter.deliver.providers.exchange import Question, tag_of
from newsletter.deliver.providers.letter import take_apart
from newsletter.deliver.providers.verdict import Answer, Blame, Complaint
from newsletter.model.delivery import Mail

_KEY = "Check key under [provider], and that it may send for the sender's domain."
_DOMAIN = "Verify the sender's domain at Resend, and let the newsletter's sender be in it."
_OUR_REQUEST = "It does not understand our request; update newsletter, or report it as a bug."
_FORBIDDEN, _SERVER_ERRORS = 403, 500

#: By the name of the error: what the sender has to do.
_SENDER = {
    "missing_api_key": _KEY,
    "invalid_api_key": _KEY,
    "restricted_api_key": _KEY,
    "suspended_api_key": _KEY,
    "invalid_from_address": _DOMAIN,
    "invalid_access": _KEY,
    "invalid_scope": _KEY,
    "invalid_region": _DOMAIN,
    "invalid_idempotency_key": _OUR_REQUEST,
    "missing_required_field": _OUR_REQUEST,
    "security_error": "Resend has held the mail back for a security matter; ask its support.",
}
_NOT_NOW = frozenset(
    {"rate_limit_exceeded", "daily_quota_exceeded", "monthly_quota_exceeded", "concurrent_idempotent_requests"}
)
_TO = re.compile(r"(`to`|['\"]to['\"]|\brecipient)")
_FROM = re.compile(r"(`from`|['\"]from['\"]|\bdomain is not verified\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """Resend at ``endpoint``, by a key that may send.

    Resend takes no raw MIME. The mail is taken apart and Resend encodes it anew: subject, text, HTML, the mailboxes and
    the List headers stay as they are, but not the bytes, so a DKIM signature of ours does not survive (Resend signs)
    and "exactly these bytes" cannot be promised of an accepted mail. Our Message-ID is asked for as a header; the tag
    ``message-id`` (what stands before its @) is repeated in Resend's events whatever becomes of the header.

    Our Message-ID is the Idempotency-Key too: within 24 hours a second request for the same mail makes no second copy,
    so that no failure of Resend's leaves a mail in doubt that has an answer. There is no switch for tracking in a
    request: it is a setting of the domain, off unless somebody switched it on.
    """

    endpoint: str
    key: str = field(repr=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return "Resend"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key."""
        return (self.key,)

    def question(self, mail: Mail, envelope: Envelope) -> Question:
        """The request; `SenderRefused` for a mail that cannot be taken apart."""
        letter = take_apart(mail.content)
        fields: dict[str, Any] = {
            "from": letter.sender,
            "to": [envelope.recipient],
            "reply_to": letter.reply_to,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "headers": dict(letter.headers),
        }
        if tag := tag_of(mail.message_id):
            fields["tags"] = [{"name": "message-id", "value": tag}]
        return Question(
            url=f"{self.endpoint}/emails",
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                "Idempotency-Key": mail.message_id,
            },
            body=json.dumps({name: value for name, value in fields.items() if value != ""}).encode(),
        )

    def taken_as(self, answer: Answer) -> str:
        """The id of Resend."""
        return answer.text("id")

    def complaint(self, answer: Answer) -> Complaint:
        """By the error's name, and by its words where the name covers more than one thing."""
        kind, said = answer.text("name"), answer.text("message")
        blame, advice = _blame(answer.status, kind, said)
        return Complaint(words=f"{kind}: {said}".strip(": "), blame=blame, advice=advice)


def _blame(status: int, kind: str, said: str) -> tuple[Blame | None, str]:
    if kind == "invalid_idempotent_request":
        # A request of ours with this Message-ID has been here before and looked otherwise; it may have been taken.
        return Blame.OPEN, ""
    if kind in _NOT_NOW or status >= _SERVER_ERRORS:
        # Gateways' errors too: the Idempotency-Key makes the next try harmless.
        return Blame.NOT_NOW, ""
    if kind in _SENDER:
        return Blame.SENDER, _SENDER[kind]
    if status == _FORBIDDEN or _FROM.search(said):
        return Blame.SENDER, _DOMAIN
    return (Blame.READER, "") if _TO.search(said) else (None, "")
