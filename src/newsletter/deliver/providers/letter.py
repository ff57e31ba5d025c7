"""A finished mail taken apart again, for providers that take no raw MIME."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from newsletter.errors import SenderRefused

_FOLD = re.compile(r"\r?\n(?=[ \t])")
#: What the provider writes itself from the other fields, or what would be wrong once it has encoded the mail anew.
_NOT_PASSED_ON = frozenset(
    {"from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "mime-version", "return-path", "received"}
    | {"dkim-signature", "authentication-results"}
)
_NOT_PASSED_ON_PREFIXES = ("content-", "arc-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's parts as text, decoded. ``reply_to``, ``text`` and ``html`` are empty where the mail has none.

    ``sender`` and ``reply_to`` are mailboxes as RFC 5322, 3.4 writes them, with names in Unicode. ``headers`` are the
    fields that a provider has to be told of, in order, each value on one line.
    """

    sender: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def take_apart(content: bytes) -> Letter:
    """The parts of ``content``, an RFC 5322 message with a text part, an HTML part or both.

    What is lost: Date and Content-Language, the encoding and order of everything, and with them any DKIM signature of
    ours. `SenderRefused` where more would be lost: a mail with attachments, or one that cannot be read.
    """
    try:
        return _letter(message_from_bytes(content, policy=policy.default))
    # The standard library's parser promises nothing about what it raises for a malformed header.
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        raise SenderRefused(
            "The mail cannot be taken apart for this provider, and was not sent. Render the issue again; if that does "
            'not help, report it as a bug, or set another kind under [provider] ("ses" and "mailgun" take it whole).'
        ) from None


def _letter(message: EmailMessage) -> Letter:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    for part in message.walk():
        other = part is not text and part is not html and not part.is_multipart()
        if other or part.defects:
            raise ValueError
    return Letter(
        sender=_mailboxes(message, "From"),
        reply_to=_mailboxes(message, "Reply-To"),
        subject=str(message.get("Subject", "")),
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
        headers=tuple(_passed_on(message)),
    )


def _mailboxes(message: EmailMessage, name: str) -> str:
    field = message.get(name)
    return ", ".join(str(address) for address in field.addresses) if field else ""


def _passed_on(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for name, raw in message.raw_items():
        if name.lower() in _NOT_PASSED_ON or name.lower().startswith(_NOT_PASSED_ON_PREFIXES):
            continue
        value = _FOLD.sub("", raw).strip()
        if not value.isascii():
            raise ValueError
        # Everything but free text goes on as it stands: the parser would rewrite a long List-Unsubscribe.
        yield name, str(message[name]) if "=?" in value else value
