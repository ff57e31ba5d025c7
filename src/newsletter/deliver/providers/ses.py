"""Amazon SES, version 2 of its interface: SendEmail with raw content."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from newsletter.deliver.envelope import Envelope
from newsletter.deliver.providers.exchange import Question, tag_of
from newsletter.deliver.providers.sigv4 import Signer
from newsletter.deliver.providers.verdict import Answer, Blame, Complaint
from newsletter.model.delivery import Mail

_PATH = "/v2/email/outbound-emails"
_SIGNATURE = "Check key, secret and region under [provider], and this machine's clock."
_CONTENT = "It takes no mail of this content; check the issue, and what it says below."

#: By the name of the error: what the sender has to do.
_SENDER = {
    "AccountSuspendedException": "The account may not send any more; ask AWS support.",
    "SendingPausedException": "Sending is paused; resume it for the account or the configuration set in SES.",
    "MailFromDomainNotVerifiedException": "Mend the MX record of the identity's MAIL FROM domain.",
    "AccessDeniedException": "Allow the key ses:SendEmail and ses:SendRawEmail for the sender's identity.",
    "AccessDenied": "Allow the key ses:SendEmail and ses:SendRawEmail for the sender's identity.",
    "ExpiredTokenException": _SIGNATURE,
    "IncompleteSignatureException": _SIGNATURE,
    "InvalidClientTokenId": _SIGNATURE,
    "InvalidSignatureException": _SIGNATURE,
    "MissingAuthenticationTokenException": _SIGNATURE,
    "RequestExpired": _SIGNATURE,
    "SignatureDoesNotMatch": _SIGNATURE,
    "UnrecognizedClientException": _SIGNATURE,
}
_NOT_NOW = frozenset(
    {"TooManyRequestsException", "LimitExceededException", "Throttling", "ThrottlingException", "ServiceUnavailable"}
)
_ABOUT_A_MAIL = frozenset({"MessageRejected", "BadRequestException", "InvalidParameterValue", "ValidationException"})
#: Illegal address, Missing final '@domain', Domain contains dot-dot, Local address contains ..., User name is missing.
_ADDRESS = re.compile(r"\b(address|domain|user name|recipient)\b", re.IGNORECASE)
_INTERNAL, _UNAVAILABLE = 500, 503


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmazonSes:
    """SES in ``region`` at ``endpoint``, with an access key. The mail is given as it is (``Content.Raw``).

    What SES does to it all the same: it replaces Message-ID and Date by its own, takes its own envelope sender, and adds
    a Feedback-ID and its signature. A DKIM signature of ours holds only if it leaves Message-ID and Date out. Our
    Message-ID goes along as the tag ``message-id`` (what stands before the @), which SES repeats in its events.

    It has no key that makes a second request harmless, so a mail in doubt may come twice; and no switch for tracking in
    a request: SES follows opens and clicks only by a configuration set that asks for it, and none is named here. One
    that is the identity's default applies all the same; the operator has to keep tracking out of it.
    """

    endpoint: str
    region: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    clock: Callable[[], datetime] = _now

    @property
    def name(self) -> str:
        """What people call it."""
        return "Amazon SES"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The access key; its name too, which AWS repeats in errors."""
        return (self.key, self.secret)

    def question(self, mail: Mail, envelope: Envelope) -> Question:
        """The request; signed now, so it has to be sent within minutes."""
        fields: dict[str, Any] = {
            # Named here, To and Cc of the mail decide nothing.
            "Destination": {"ToAddresses": [envelope.recipient]},
            "Content": {"Raw": {"Data": b64encode(mail.content).decode()}},
        }
        if tag := tag_of(mail.message_id):
            fields["EmailTags"] = [{"Name": "message-id", "Value": tag}]
        body = json.dumps(fields).encode()
        url = self.endpoint + _PATH
        signer = Signer(key=self.key, secret=self.secret, region=self.region, service="ses")
        headers = {"Content-Type": "application/json"}
        signed = signer.sign(method="POST", url=url, headers=headers, body=body, at=self.clock())
        return Question(url=url, headers=signed, body=body)

    def taken_as(self, answer: Answer) -> str:
        """The MessageId of SES."""
        return answer.text("MessageId")

    def complaint(self, answer: Answer) -> Complaint:
        """By the error's name, which is in a header, or in the body where a gateway has dropped that."""
        kind = answer.headers.get("x-amzn-errortype") or answer.text("__type", "code")
        kind = kind.partition(":")[0].rpartition("#")[2]
        said = answer.text("message", "Message")
        blame, advice = _blame(answer.status, kind, said)
        # What AWS says of a signature repeats the whole header that it did not like.
        words = kind if advice == _SIGNATURE else f"{kind}: {said}".strip(": ")
        return Complaint(words=words, blame=blame, advice=advice)


def _blame(status: int, kind: str, said: str) -> tuple[Blame | None, str]:
    if kind in _SENDER:
        return Blame.SENDER, _SENDER[kind]
    if kind in _NOT_NOW or status == _UNAVAILABLE:
        return Blame.NOT_NOW, ""
    if status >= _INTERNAL:
        # "An unknown error": the documentation has 5xx retried slowly "to reduce the likelihood of duplicates", so it
        # leaves open whether the mail was taken. Only 503 says that it was not.
        return Blame.OPEN, ""
    return _about_a_mail(kind, said) if kind in _ABOUT_A_MAIL else (None, "")


def _about_a_mail(kind: str, said: str) -> tuple[Blame | None, str]:
    """The same, for the errors that are told apart by their words only."""
    if "not verified" in said:
        return Blame.SENDER, (
            "Verify the sender's domain in this region; while the account is in the sandbox, readers' addresses have to "
            "be verified too, so ask AWS for production access."
        )
    if _ADDRESS.search(said):
        return Blame.READER, ""
    return (Blame.SENDER, _CONTENT) if kind == "MessageRejected" else (None, "")
