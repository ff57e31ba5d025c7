"""Header fields of one line each: what goes in is what a strict parser gets out, and nothing else gets in."""

import re
from email.header import Header

from email_validator import EmailNotValidError, validate_email

from newsletter.errors import AddressError, HeaderRefused
from newsletter.model.address import is_plain

#: What could end a header or hide one: controls, the line separators of Unicode, and halves of a character.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_LINE = 76
_MAX_LINE = 998


def field(name: str, value: str) -> bytes:
    """A field whose value is fixed syntax (RFC 5322, 2369, 8058): ASCII, never folded, never an encoded word."""
    _refuse_controls(name, value)
    line = f"{name}: {value}\r\n".encode("ascii", "strict") if value.isascii() else b""
    if not line or len(line) > _MAX_LINE:
        raise HeaderRefused(f"The header {name} is not ASCII or longer than {_MAX_LINE} characters; shorten its parts.")
    return line


def free_text(name: str, value: str) -> bytes:
    """A field of free text such as Subject; encoded words (RFC 2047) where it is not short ASCII."""
    _refuse_controls(name, value)
    if value.isascii() and len(name) + 2 + len(value) <= _LINE and "=?" not in value:
        return f"{name}: {value}\r\n".encode("ascii")
    encoded = Header(value, "utf-8", header_name=name, maxlinelen=_LINE).encode(linesep="\r\n")
    return f"{name}: {encoded}\r\n".encode("ascii")


def mailbox(name: str, display: str, address: str) -> bytes:
    """A field that holds one address: ``From: "Ann, Dr." <ann@example.org>``."""
    _refuse_controls(name, display)
    wire = wire_address(address)
    if not display:
        return f"{name}: {wire}\r\n".encode()
    phrase = _phrase(name, display)
    folded = f"{name}: {phrase} <{wire}>"
    if len(folded) - (folded.rfind("\n") + 1) > _LINE:
        folded = f"{name}: {phrase}\r\n <{wire}>"
    return f"{folded}\r\n".encode()


def wire_address(address: str) -> str:
    """The address as it is sent: the domain as an A-label (RFC 5891); ``AddressError`` if it is none."""
    if is_plain(address):
        return address
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise AddressError("An address is malformed; correct it in the subscriber list or the newsletter.") from None
    return found.ascii_email or f"{found.local_part}@{found.ascii_domain}"


def quoted(text: str) -> str:
    """``text`` as a quoted-string (RFC 5322, 3.2.4)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _phrase(name: str, display: str) -> str:
    short = display.isascii() and len(name) + len(display) < _LINE - 6 and "=?" not in display
    if not short:
        return Header(display, "utf-8", header_name=name, maxlinelen=_LINE).encode(linesep="\r\n")
    return display if _ATOMS.fullmatch(display) and display == " ".join(display.split()) else quoted(display)


def _refuse_controls(name: str, value: str) -> None:
    if _CONTROL.search(value):
        raise HeaderRefused(f"The header {name} would hold a line break or control character; take it out of the text.")
