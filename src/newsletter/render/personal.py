"""From a compiled issue to one reader's message, at the cost of a join.

Everything that is the same for all readers is encoded once, with named gaps; each gap begins on a line of its own, so
that no value can push a fixed line over its length.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from newsletter.model.delivery import Mail
from newsletter.model.newsletter import Newsletter
from newsletter.render import headers
from newsletter.render.compiled import Compiled
from newsletter.render.quoted_printable import SOFT_BREAK, encode
from newsletter.render.slots import PREFERENCES, SLOTS, UNSUBSCRIBE

_SLOT = re.compile("(" + "|".join(SLOTS) + ")")
_PART = "Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A message with gaps. ``segments`` alternates encoded octets and the keys of what is filled in between them."""

    sender: str
    fixed_headers: bytes
    segments: tuple[bytes | tuple[str, str], ...]

    @classmethod
    def build(cls, compiled: Compiled, newsletter: Newsletter, *, archive_url: str) -> "Skeleton":
        """Encode what all readers share. ``HeaderRefused`` or ``AddressError`` if the newsletter's own names are bad."""
        fixed = _fixed_headers(compiled, newsletter, archive_url)
        return cls(headers.wire_address(newsletter.sender), fixed, tuple(_merged(bodies(compiled))))

    def mail(
        self,
        *,
        recipient_email: str,
        recipient_name: str,
        unsubscribe_url: str,
        preferences_url: str,
        message_id: str,
        date: datetime,
    ) -> Mail:
        """One reader's message. Values are escaped for the place that they go to before they are encoded."""
        urls = {UNSUBSCRIBE: unsubscribe_url, PREFERENCES: preferences_url}
        values = {("text", slot): _filling(url) for slot, url in urls.items()}
        values |= {("html", slot): _filling(escape(url)) for slot, url in urls.items()}
        own = (
            headers.mailbox("To", recipient_name, recipient_email),
            headers.field("Message-ID", message_id),
            headers.field("Date", format_datetime(date)),
            headers.field("List-Unsubscribe", f"<{unsubscribe_url}>"),
        )
        body = b"".join(segment if isinstance(segment, bytes) else values[segment] for segment in self.segments)
        return Mail(
            sender=self.sender,
            recipient=recipient_email,
            message_id=message_id,
            content=b"".join((*own, self.fixed_headers, body)),
        )


def bodies(compiled: Compiled) -> list[bytes | tuple[str, str]]:
    """Both parts of a message below its headers (RFC 2046, 5.1.4), with a gap for every slot."""
    boundary = boundary_of(compiled)
    return [
        f"\r\n--{boundary}\r\n{_PART.format(kind='text/plain')}".encode(),
        *_cut(compiled.text, "text"),
        f"\r\n--{boundary}\r\n{_PART.format(kind='text/html')}".encode(),
        *_cut(compiled.html, "html"),
        f"\r\n--{boundary}--\r\n".encode(),
    ]


def boundary_of(compiled: Compiled) -> str:
    """What parts the bodies: a function of what they hold, so that the same mail is the same bytes."""
    return f"nl-{sha256(compiled.sha256.encode()).hexdigest()[:32]}"


def _fixed_headers(compiled: Compiled, newsletter: Newsletter, archive_url: str) -> bytes:
    """RFC 5322, 2919 (List-Id), 2369 (List-*), 8058 (one click), 3834 (Auto-Submitted)."""
    title = newsletter.title if newsletter.title.isascii() else newsletter.slug
    replies = (headers.mailbox("Reply-To", "", newsletter.reply_to),) if newsletter.reply_to else ()
    domain = headers.wire_address(newsletter.sender).rpartition("@")[2]
    return b"".join(
        (
            headers.mailbox("From", newsletter.sender_name, newsletter.sender),
            *replies,
            headers.free_text("Subject", compiled.subject),
            headers.field("List-Id", f"{headers.quoted(title)} <{newsletter.slug}.{domain}>"),
            headers.field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            headers.field("List-Archive", f"<{archive_url.rpartition('/')[0]}>"),
            headers.field("List-Post", "NO"),
            headers.field("Auto-Submitted", "auto-generated"),
            headers.field("X-Auto-Response-Suppress", "OOF, AutoReply"),
            headers.field("Content-Language", newsletter.language),
            headers.field("MIME-Version", "1.0"),
            headers.field("Content-Type", f'multipart/alternative; boundary="{boundary_of(compiled)}"'),
        )
    )


def _cut(text: str, part: str) -> list[bytes | tuple[str, str]]:
    """A body encoded in pieces, with a gap for every slot."""
    pieces = _SLOT.split(text)
    return [(part, piece) if piece in SLOTS else encode(piece) for piece in pieces]


def _filling(value: str) -> bytes:
    """A value on encoded lines of its own: the text line goes on before and after it."""
    return SOFT_BREAK + encode(value) + SOFT_BREAK


def _merged(segments: list[bytes | tuple[str, str]]) -> list[bytes | tuple[str, str]]:
    """The same with neighbouring octets joined, so that a message is as few parts as it has gaps."""
    merged: list[bytes | tuple[str, str]] = []
    for segment in segments:
        if isinstance(segment, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] += segment
        else:
            merged.append(segment)
    return merged
