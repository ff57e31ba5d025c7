"""Where the relay is and how to talk to it: what the operator configures under ``relay``."""

from dataclasses import dataclass, field
from pathlib import Path

from newsletter.model.delivery import Login, Security

__all__ = ["Login", "Security", "SmtpRelay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpRelay:
    """A relay. Times are in seconds; each is the limit for a whole step, however slowly its bytes drip in.

    ``helo`` is the name that this machine calls itself by; receivers want it to resolve to the sending address, and
    ``None`` asks the system for it. ``ca_file`` holds the certificates to trust in place of the system's, for a relay
    with a private CA. ``dot_timeout`` is how long to wait for the answer to a mail that has been handed over; RFC 5321,
    4.5.3.2.6 asks for 600, and less makes duplicates. ``command_timeout`` is the same for every other answer.
    Of several relays those of the lowest ``rank`` share the mail by ``weight``; one of a higher rank is used when none
    before it can be reached. It is brought at most ``per_second`` mails by all senders together. ``login`` says what
    ``password`` is.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str = field(default="", repr=False)
    login: Login = Login.PASSWORD
    helo: str | None = None
    ca_file: Path | None = None
    connections: int = 10
    weight: int = 1
    rank: int = 0
    per_second: float | None = None
    connect_timeout: float = 60
    command_timeout: float = 60
    dot_timeout: float = 600
    max_messages_per_connection: int = 500

    @property
    def place(self) -> str:
        """What it is called in a sentence."""
        return f"{self.host}:{self.port}"
