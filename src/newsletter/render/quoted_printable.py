"""Quoted-printable (RFC 2045, 6.7) that can be cut at slots: fixed parts are encoded once, a value later.

The standard library's encoder may begin an encoded line with a dot, which every SMTP server on the way then has to stuff
and strip; ours writes ``=2E`` there. No line is longer than 76 characters.
"""

_WIDTH = 75  # and one more for the soft line break
_SAFE = frozenset(range(33, 127)) - {ord("=")} | {ord(" "), ord("\t")}
_OCTETS = [chr(octet) if octet in _SAFE else f"={octet:02X}" for octet in range(256)]
#: Ends an encoded line without ending the line of text.
SOFT_BREAK = b"=\r\n"


def encode(text: str) -> bytes:
    """``text`` with CRLF line ends, beginning at the start of a line and ending where the text ends."""
    return b"\r\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> bytes:
    octets = line.encode()
    encoded: list[str] = []
    length = 0
    for place, octet in enumerate(octets):
        word = _OCTETS[octet]
        at_end = place == len(octets) - 1
        if at_end and octet in b" \t":  # white space at the end of a line may be lost on the way
            word = f"={octet:02X}"
        if length + len(word) > _WIDTH:
            encoded.append("=\r\n")
            length = 0
        if length == 0 and word == ".":
            word = "=2E"
        encoded.append(word)
        length += len(word)
    return "".join(encoded).encode("ascii")
