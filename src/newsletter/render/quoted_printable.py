"""Quoted-printable (RFC 2045, 6.7) that can be cut at slots: fixed parts are encoded once, a value later.

The standard library's encoder may begin an encoded line with a dot, which every SMTP server on the way then has to stuff
and strip; ours writes ``=2E`` there. No line is longer than 76 characters.
"""

import re

_WIDTH = 75  # and one more for the soft line break
#: What is written as it is: printable ASCII but the equals sign, and white space that does not end a line.
_UNSAFE = re.compile(rb"[^\t !-<>-~]|[\t ]\Z")
_ENCODED = {bytes([octet]): b"=%02X" % octet for octet in range(256)}
#: Ends an encoded line without ending the line of text.
SOFT_BREAK = b"=\r\n"


def encode(text: str) -> bytes:
    """``text`` with CRLF line ends, beginning at the start of a line and ending where the text ends."""
    return b"\r\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> bytes:
    encoded = _UNSAFE.sub(lambda octet: _ENCODED[octet[0]], line.encode())
    lines, place = [], 0
    while place < len(encoded):
        first, room = (b"=2E", _WIDTH - 2) if encoded.startswith(b".", place) else (b"", _WIDTH)
        end = place + room
        if end < len(encoded):
            # A sequence of three, =E2, stays together.
            cut = encoded.rfind(b"=", end - 2, end)
            end = end if cut < 0 else cut
        lines.append(first + encoded[place + bool(first) : end])
        place = end
    return SOFT_BREAK.join(lines)
