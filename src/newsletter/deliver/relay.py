"""Where the relay is and how to talk to it: what the operator configures under ``relay``."""

from dataclasses import dataclass, field
from pathlib import Path

from newsletter.model.delivery import Security

__all__ = ["Security", "SmtpRelay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpRelay:
    """A relay. Times are in seconds; each is the limit for a whole step, however slowly its bytes drip in.

    ``helo`` is the name that this machine calls itself by; receivers want it to resolve to the sending address, and
    ``None`` asks the system for it. ``ca_file`` holds the certificates to trust in place of the system's, for a relay
    with a private CA. ``dot_timeout`` is how long to wait for the answer to a mail that has been handed over; RFC 5321,
    4.5.3.2.6 asks for 600, and less makes duplicates. ``command_timeout`` is the same for every other answer.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str = field(default="", repr=False)
    helo: str | None = None
    ca_file: Path | None = None
    connect_timeout: float = 60
    command_timeout: float = 60
    dot_timeout: float = 600
    max_messages_per_connection: int = 100
