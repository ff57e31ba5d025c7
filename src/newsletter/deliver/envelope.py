"""What must be true of a mail before anything is said about it to anybody.

The checks that stop SMTP injection (CR LF in an address) and SMTP smuggling (CVE-2023-51764: line ends that two servers
read differently) stand here once, for every transport, so that a mailbox refuses what a relay would.
"""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from newsletter.errors import AddressError, SenderRefused
from newsletter.model.address import is_plain
from newsletter.model.delivery import Mail, Receipt, Verdict

#: RFC 5322, 2.1.1: octets that a line may hold before its CRLF.
_LONGEST_LINE = 998


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The two addresses as they go over the wire: local part as given, domain as A-label (RFC 5891)."""

    sender: str
    recipient: str

    @property
    def needs_smtputf8(self) -> bool:
        """Whether a local part has characters that only RFC 6531 can carry."""
        return not (self.sender + self.recipient).isascii()


def wire_address(address: str) -> str:
    """``address`` with its domain as an A-label. Raises `AddressError` for anything but a plain ``local@domain``.

    It is refused rather than mended: a mended address is somebody else's.
    """
    if is_plain(address):
        return address
    try:
        checked = validate_email(address, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError:
        raise AddressError("The address is malformed. Correct it in the subscriber list.") from None
    return f"{address.rpartition('@')[0]}@{checked.ascii_domain}"


def seal(mail: Mail) -> Envelope | Receipt:
    """The envelope of ``mail``, or the receipt that refuses it because its recipient cannot be mailed.

    Raises `SenderRefused` when the sender's address or the content is malformed, which is no recipient's fault.
    """
    try:
        sender = wire_address(mail.sender)
    except AddressError:
        raise SenderRefused("The sender's address is malformed. Correct the newsletter's sender.") from None
    if not mail.proved and not _can_be_sent(mail.content):
        raise SenderRefused(
            "The mail holds a NUL, a line end that is not CRLF or a line of more than 998 octets, and was not sent. "
            "Render the issue again; if that does not help, report it as a bug."
        )
    try:
        return Envelope(sender=sender, recipient=wire_address(mail.recipient))
    except AddressError as error:
        return Receipt(verdict=Verdict.REFUSED, text=str(error))


def dotted(mail: Mail) -> tuple[bytes, bytes]:
    """``mail`` as it follows DATA: its content with leading dots doubled, and what marks the end (RFC 5321, 4.5.2)."""
    content = mail.content if mail.proved else _stuffed(mail.content)
    return content, b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"


def _stuffed(content: bytes) -> bytes:
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..").removeprefix(b"\r\n")


def _can_be_sent(content: bytes) -> bool:
    ends = content.count(b"\r\n")
    if not content.count(b"\r") == content.count(b"\n") == ends or b"\0" in content:
        return False
    return max(map(len, content.split(b"\r\n"))) <= _LONGEST_LINE
