"""From a frozen issue to one reader's message, at the cost of a join.

Everything that is the same for all readers is encoded once, with named gaps; each gap begins on a line of its own, so
that no value can push a fixed line over its length.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from hashlib import sha256
from html import escape

from newsletter.errors import RenderError
from newsletter.model.delivery import Mail
from newsletter.model.newsletter import Newsletter
from newsletter.render import headers
from newsletter.render.compiled import Compiled
from newsletter.render.quoted_printable import SOFT_BREAK, encode
from newsletter.render.slots import SLOTS

_SLOT = re.compile("(" + "|".join(SLOTS) + ")")
_PART = "Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A message with gaps. ``segments`` alternates encoded octets and the slots that are filled in between them."""

    sender: str
    fixed_headers: bytes
    segments: tuple[bytes | str, ...]

    @classmethod
    def build(
        cls, compiled: Compiled, fixed_headers: bytes, addresses: Mapping[str, str], *, plain: bool = False
    ) -> "Skeleton":
        """Encode what all readers share, or those who want text alone.

        ``addresses`` is what stands before the token in the address of each slot.
        """
        sender = parseaddr(_value_of(b"From", fixed_headers))[1]
        if plain:
            before, found, _ = fixed_headers.rpartition(b"Content-Type: multipart/alternative;")
            if not found:
                raise RenderError("The frozen headers of the issue do not say what it is made of; freeze it anew.")
            parts = _cut(compiled.text, addresses)
            return cls(sender, before + _PART.format(kind="text/plain").encode(), tuple(_merged(parts)))
        return cls(sender, fixed_headers, tuple(_merged(bodies(compiled, addresses))))

    def mail(
        self, *, sender: str, recipient: str, message_id: str, own_headers: bytes, tokens: Mapping[str, bytes]
    ) -> Mail:
        """One reader's message. ``own_headers`` and ``tokens`` are what is personal in it.

        Tokens are letters, digits, hyphens and underscores, which no encoding changes; headers come from ``headers``,
        which lets nothing else through. So the whole is as well-formed as its parts, and ``proved``.
        """
        filled = {slot: SOFT_BREAK + token + SOFT_BREAK for slot, token in tokens.items()}
        parts = [own_headers, self.fixed_headers]
        parts += [segment if isinstance(segment, bytes) else filled[segment] for segment in self.segments]
        return Mail(
            sender=sender, recipient=recipient, message_id=message_id, content=b"".join(parts),
            proved=True, digest=sha256(own_headers + b"".join(tokens.values())).digest(),
        )  # fmt: skip


def bodies(compiled: Compiled, addresses: Mapping[str, str]) -> list[bytes | str]:
    """Both parts of a message below its headers (RFC 2046, 5.1.4), with a gap for the token of every slot."""
    boundary = boundary_of(compiled)
    in_html = {slot: escape(address) for slot, address in addresses.items()}
    return [
        f"\r\n--{boundary}\r\n{_PART.format(kind='text/plain')}".encode(),
        *_cut(compiled.text, addresses),
        f"\r\n--{boundary}\r\n{_PART.format(kind='text/html')}".encode(),
        *_cut(compiled.html, in_html),
        f"\r\n--{boundary}--\r\n".encode(),
    ]


def boundary_of(compiled: Compiled) -> str:
    """What parts the bodies: a function of what they hold, so that the same mail is the same bytes."""
    return f"nl-{sha256(compiled.sha256.encode()).hexdigest()[:32]}"


def fixed_headers(compiled: Compiled, newsletter: Newsletter, *, archive_url: str, slot: str) -> bytes:
    """The headers that all readers of a compiled issue share, frozen with it.

    RFC 5322, 2919 (List-Id), 2369 (List-*), 8058 (one click), 3834 (Auto-Submitted), and Gmail's Feedback-ID, whose
    four fields are counted each by itself and so hold nothing that is personal. ``HeaderRefused`` or ``AddressError`` if
    the newsletter's own names are bad.
    """
    title = newsletter.title if newsletter.title.isascii() else newsletter.slug
    replies = (headers.mailbox("Reply-To", "", newsletter.reply_to),) if newsletter.reply_to else ()
    domain = headers.wire_address(newsletter.sender).rpartition("@")[2]
    home = archive_url.rpartition("/")[0]
    return b"".join(
        (
            headers.mailbox("From", newsletter.sender_name, newsletter.sender),
            *replies,
            headers.free_text("Subject", compiled.subject),
            headers.field("List-Id", f"{headers.quoted(title)} <{newsletter.slug}.{domain}>"),
            headers.field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            headers.field("List-Help", f"<{home}>"),
            headers.field("List-Archive", f"<{home}>"),
            headers.field("List-Post", "NO"),
            headers.field("Feedback-ID", f"{slot}:{newsletter.slug}:weekly:{_sender_id(domain)}"),
            headers.field("Auto-Submitted", "auto-generated"),
            headers.field("X-Auto-Response-Suppress", "OOF, AutoReply"),
            headers.field("Content-Language", newsletter.language),
            headers.field("MIME-Version", "1.0"),
            headers.field("Content-Type", f'multipart/alternative; boundary="{boundary_of(compiled)}"'),
        )
    )


def _sender_id(domain: str) -> str:
    """What stays the same for everything that this domain sends: 5 to 15 characters, as Gmail wants it."""
    return f"nl{sha256(domain.encode()).hexdigest()[:10]}"


def _value_of(name: bytes, header_block: bytes) -> str:
    """The unfolded value of the first field of that name."""
    unfolded = header_block.replace(b"\r\n ", b" ")
    found = next(line for line in unfolded.split(b"\r\n") if line.startswith(name + b": "))
    return found.partition(b": ")[2].decode("ascii")


def _cut(text: str, addresses: Mapping[str, str]) -> list[bytes | str]:
    """A body encoded in pieces: before each gap its address, and the slot for the token."""
    pieces: list[bytes | str] = []
    place = 0
    for slot in _SLOT.finditer(text):
        pieces += [encode(text[place : slot.start()] + addresses[slot[0]]), slot[0]]
        place = slot.end()
    return [*pieces, encode(text[place:])]


def _merged(segments: list[bytes | str]) -> list[bytes | str]:
    """The same with neighbouring octets joined, so that a message is as few parts as it has gaps."""
    merged: list[bytes | str] = []
    for segment in segments:
        if isinstance(segment, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] += segment
        else:
            merged.append(segment)
    return merged
