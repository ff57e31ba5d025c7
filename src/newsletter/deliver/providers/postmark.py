"""Postmark: one mail a request to /email."""

import json
from dataclasses import dataclass, field
from typing import Any

from newsletter.deliver.envelope import Envelope
from newsletter.deliver.providers.exchange import Question, tag_of
from newsletter.deliver.providers.letter import take_apart
from newsletter.deliver.providers.verdict import Answer, Blame, Complaint
from newsletter.model.delivery import Mail

_INVALID, _INACTIVE, _MAINTENANCE, _RATE = 300, 406, 100, 429
_SENDER_SIGNATURE = "Confirm the sender's domain or address (sender signature) at Postmark."
_OUR_REQUEST = "It does not understand our request; update newsletter, or report it as a bug."
_STREAM = "Check stream under [provider]: it has to be a broadcast stream of the server that the key belongs to."

#: By ErrorCode: what the sender has to do.
_SENDER = {
    10: "Check key under [provider]: it has to be a server token.",
    400: _SENDER_SIGNATURE,
    401: _SENDER_SIGNATURE,
    402: _OUR_REQUEST,
    403: _OUR_REQUEST,
    405: "The account may not send more mails; add to the plan at Postmark.",
    409: _OUR_REQUEST,
    411: _OUR_REQUEST,
    412: "The account waits for Postmark's approval and may mail its own domain only; ask Postmark for it.",
    413: "The account may not send; ask Postmark's support.",
}
_SERVER_ERRORS, _UNAVAILABLE = 500, 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmark:
    """Postmark at ``endpoint``, by a server's token (``key``), through the broadcast ``stream`` of that server.

    Postmark takes no raw MIME. The mail is taken apart and Postmark encodes it anew: subject, text, HTML, the mailboxes
    and the List headers stay as they are, but not the bytes, so a DKIM signature of ours does not survive (Postmark
    signs) and "exactly these bytes" cannot be promised of an accepted mail. ``X-PM-KeepID`` keeps our Message-ID, and
    the metadata ``message-id`` (what stands before its @) is repeated in Postmark's events.

    A second request makes a second mail: there is no key against it. Tracking is switched off in each request; that
    does not outweigh open tracking that is on for the whole server, which the operator has to switch off there.
    """

    endpoint: str
    stream: str
    key: str = field(repr=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return "Postmark"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token."""
        return (self.key,)

    def question(self, mail: Mail, envelope: Envelope) -> Question:
        """The request; `SenderRefused` for a mail that cannot be taken apart."""
        letter = take_apart(mail.content)
        headers = [{"Name": name, "Value": value} for name, value in letter.headers]
        fields: dict[str, Any] = {
            "From": letter.sender,
            "To": envelope.recipient,
            "ReplyTo": letter.reply_to,
            "Subject": letter.subject,
            "TextBody": letter.text,
            "HtmlBody": letter.html,
            "Headers": [*headers, {"Name": "X-PM-KeepID", "Value": "true"}],
            "MessageStream": self.stream,
            "TrackOpens": False,
            "TrackLinks": "None",
        }
        if tag := tag_of(mail.message_id):
            fields["Metadata"] = {"message-id": tag}
        return Question(
            url=f"{self.endpoint}/email",
            headers={"Content-Type": "application/json", "X-Postmark-Server-Token": self.key},
            # Postmark refuses empty fields that it does not need.
            body=json.dumps({name: value for name, value in fields.items() if value != ""}).encode(),
        )

    def taken_as(self, answer: Answer) -> str:
        """The MessageID of Postmark. An ErrorCode beside it would say that the mail was not taken."""
        return "" if answer.fields.get("ErrorCode") else answer.text("MessageID")

    def complaint(self, answer: Answer) -> Complaint:
        """By the ErrorCode, and by the status where there is none."""
        code = answer.fields.get("ErrorCode")
        code = code if type(code) is int else 0
        said = answer.text("Message")
        blame, advice = _blame(answer.status, code, said)
        return Complaint(words=f"{code or ''} {said}".strip(), blame=blame, advice=advice)


def _blame(status: int, code: int, said: str) -> tuple[Blame | None, str]:
    if code in (_MAINTENANCE, _RATE) or status == _UNAVAILABLE:
        return Blame.NOT_NOW, ""
    if status >= _SERVER_ERRORS:
        # The documentation says of 500 that the message is lost "in most cases": in the others it is not.
        return Blame.OPEN, ""
    if code in _SENDER:
        return Blame.SENDER, _SENDER[code]
    if code == _INVALID and ("'From'" in said or "'Reply-To'" in said or "'ReplyTo'" in said):
        return Blame.SENDER, _SENDER_SIGNATURE
    if code in (_INVALID, _INACTIVE):
        return Blame.READER, ""
    return (Blame.SENDER, _STREAM) if "stream" in said.lower() else (None, "")
