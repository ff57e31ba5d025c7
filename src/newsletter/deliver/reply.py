"""What a relay answers, read strictly.

``25`` and the end of the stream is no answer: taken for a soft refusal it would send a second copy of a mail that the
relay may own.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\r\n]*))?\r\n")
#: Nearly every answer.
_ONE_LINE = re.compile(rb"([2-5][0-9]{2})(?: ([^\r\n]*))?\r\n")
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
#: No honest answer comes near; EHLO of a large relay is about 1 KB.
_LONGEST = 65_536
_TEXT = 200
#: May answer any command: the relay is hanging up (RFC 5321, 3.8).
_CLOSING = 421


class Kind(IntEnum):
    """The first digit of a code (RFC 5321, 4.2.1)."""

    DONE = 2
    GO_ON = 3
    NOT_NOW = 4
    NEVER = 5


_KINDS = {int(kind): kind for kind in Kind}


class NotAReplyError(Exception):
    """The relay sent something that is not SMTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer: its code and the lines of its text, without the code."""

    code: int
    lines: tuple[bytes, ...]

    @property
    def kind(self) -> Kind:
        """What the first digit says."""
        return _KINDS[self.code // 100]

    @property
    def closing(self) -> bool:
        """Whether the relay is hanging up."""
        return self.code == _CLOSING

    @property
    def text(self) -> str:
        """The text on one line, without control characters, of at most 200 characters; hostile text is harmless."""
        text = b" ".join(self.lines).decode(errors="replace")
        if not text.isprintable():
            text = "".join(c if c.isprintable() else " " for c in text)
        return " ".join(text.split())[:_TEXT]

    @property
    def told(self) -> str:
        """Code and text for an error's sentence: relays quote addresses, so those are taken out."""
        return f"{self.code} {_ADDRESS.sub('[address]', self.text)}".strip()


def take(unread: bytearray) -> Reply | None:
    """Take the first complete reply off the front of ``unread``; ``None`` while its last line is still to come.

    A reply is CRLF lines ``[2345]dd``, each followed by a space, a hyphen (more to come) or nothing, with one code
    throughout (RFC 5321, 4.2.1). Raises `NotAReplyError` as soon as it can no longer become one.
    """
    if found := _ONE_LINE.match(unread):
        reply = Reply(int(found[1]), (found[2] or b"",))
        del unread[: found.end()]
        return reply
    codes: set[bytes] = set()
    lines: list[bytes] = []
    at = 0
    while found := _LINE.match(unread, at):
        at = found.end()
        codes.add(found[1])
        lines.append(found[3] or b"")
        if len(codes) > 1:
            raise NotAReplyError
        if found[2] != b"-":
            del unread[:at]
            return Reply(int(codes.pop()), tuple(lines))
    if unread.find(b"\n", at) >= 0 or len(unread) > _LONGEST:
        raise NotAReplyError
    return None
