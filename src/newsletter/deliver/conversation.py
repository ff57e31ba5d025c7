"""One connection to a relay: the standard library's SMTP client with its unsafe habits replaced."""

import smtplib
import socket
import ssl
from time import monotonic

from newsletter.deliver.reply import NotAReplyError, Reply, take

_CHUNK = 65_536


class Conversation(smtplib.SMTP):
    """A connection that answers with a complete `Reply` or raises ``SMTPServerDisconnected`` and is closed.

    Kept of the base class are its parsing of EHLO, STARTTLS and the login. Replaced are three things:

    * An answer that is cut short or garbled counts as none (smtplib reads ``25`` as the code 25).
    * A deadline holds for a whole step, not for each read, so that a relay that sends a byte a minute cannot hold us.
    * A command is not sent while an answer that nobody asked for is waiting: it would pass for the command's own.

    Not used are ``mail``, ``rcpt`` and ``data``: they rewrite addresses and hide whether the final dot went out.
    """

    def __init__(self, host: str, port: int, helo: str | None, *, tls: ssl.SSLContext | None, patience: float) -> None:
        """Connect and read the greeting, with TLS from the first byte when ``tls`` is given.

        ``patience`` is the time for that, and later for each command with its answer, in seconds; it may be changed.
        """
        self.patience = patience
        self._tls = tls
        self._unread = bytearray()
        self.allow(patience)
        super().__init__(host, port, helo, timeout=patience)

    def allow(self, seconds: float) -> None:
        """Start the clock: what comes next has to be over within ``seconds``."""
        self._deadline = monotonic() + seconds

    def ask(self, command: str) -> Reply:
        """Send ``command`` and return its answer. Raises ``ValueError`` if it holds CR or LF."""
        self.putcmd(command)
        return self.reply()

    def reply(self) -> Reply:
        """The next answer. Raises ``SMTPServerDisconnected`` when no complete one comes within the time allowed."""
        try:
            while (reply := take(self._unread)) is None:
                self._unread += self._received()
        except (NotAReplyError, OSError) as error:
            raise self._lost() from error
        return reply

    # What follows are smtplib's own steps; everything else in it is built on them.

    def connect(
        self,
        host: str = "localhost",
        port: int = 0,
        source_address: object = None,  # noqa: ARG002 - the base class's signature; we bind to no address
    ) -> tuple[int, bytes]:
        """Open the connection and return the greeting."""
        self.sock = socket.create_connection((host, port), self._remaining())
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=host)
        return self.getreply()

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Start the clock and send a command."""
        self.allow(self.patience)
        super().putcmd(cmd, args)

    def send(self, s: bytes | str) -> None:  # type: ignore[override]  # smtplib sends nothing but these two
        """Send all of ``s``. If it raises, the last byte of it was not handed to the network."""
        if self.sock is None or self._unread:
            raise self._lost()
        rest = memoryview(s.encode() if isinstance(s, str) else s)
        try:
            while rest:
                self.sock.settimeout(self._remaining())
                rest = rest[self.sock.send(rest) :]
        except OSError as error:
            raise self._lost() from error

    def getreply(self) -> tuple[int, bytes]:
        """The next answer in smtplib's form."""
        reply = self.reply()
        return reply.code, b"\n".join(reply.lines)

    def _received(self) -> bytes:
        if self.sock is None:
            raise ConnectionError
        self.sock.settimeout(self._remaining())
        if data := self.sock.recv(_CHUNK):
            return data
        raise ConnectionError

    def _remaining(self) -> float:
        if (seconds := self._deadline - monotonic()) > 0:
            return seconds
        raise TimeoutError

    def _lost(self) -> smtplib.SMTPServerDisconnected:
        self.close()
        return smtplib.SMTPServerDisconnected("The conversation with the relay ended.")
