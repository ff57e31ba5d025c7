"""An SMTP server on loopback that answers as it is told, wrongly if need be: for faults that no real server shows.

    with scripted_smtp(RCPT="451 4.7.1 Greylisted") as server: ...

An answer is a line of text, raw bytes, or an action on the connection such as `hang`; a list holds the answers to the
first, second, ... time it is asked, the last one staying. Everything not told is answered as a good server would.
"""

import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TypeAlias

Action: TypeAlias = Callable[[socket.socket], None]
Answer: TypeAlias = str | bytes | Action

#: GREETING is said first, DOT after the mail, the others after the command of that name.
GOOD: dict[str, Answer] = {
    "GREETING": "220 scripted.example ESMTP",
    "EHLO": b"250-scripted.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    "MAIL": "250 2.1.0 Go on",
    "RCPT": "250 2.1.5 Go on",
    "DATA": "354 Send the mail",
    "DOT": "250 2.0.0 Kept",
    "RSET": "250 2.0.0 Forgotten",
    "QUIT": "221 2.0.0 Goodbye",
}


class Gone(Exception):  # noqa: N818 - not an error: the conversation is over
    """The connection has ended."""


def hang(connection: socket.socket) -> None:
    """Say nothing until the client gives up."""
    with suppress(OSError):
        while connection.recv(65_536):
            pass
    raise Gone


def stall_until(over: Event) -> Action:
    """Neither read nor say anything until ``over`` is set."""

    def action(_: socket.socket) -> None:
        over.wait()
        raise Gone

    return action


def hang_up(connection: socket.socket) -> None:
    """Close the connection in good order."""
    raise Gone


def reset(connection: socket.socket) -> None:
    """Close the connection with an RST, as a crash or a firewall does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Gone


def cut_off_after(start: bytes) -> Action:
    """Say ``start`` and close the connection."""

    def action(connection: socket.socket) -> None:
        connection.sendall(start)
        raise Gone

    return action


def drip(text: bytes, seconds: float) -> Action:
    """Say ``text`` one byte at a time with ``seconds`` between."""
    pause = Event()

    def action(connection: socket.socket) -> None:
        for byte in text:
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                raise Gone from None
            pause.wait(seconds)

    return action


def then(said: bytes, action: Action) -> Action:
    """Say ``said``, then do ``action``."""

    def both(connection: socket.socket) -> None:
        connection.sendall(said)
        action(connection)

    return both


class Scripted:
    """The running server. ``heard`` holds the commands of all connections, ``mails`` what came before each dot."""

    def __init__(self, script: dict[str, list[Answer]]) -> None:
        self.host = "127.0.0.1"
        self.heard: list[str] = []
        self.mails: list[bytes] = []
        self.connections = 0
        self._script = script
        self._listener = socket.create_server((self.host, 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: socket.socket | None = None
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        """End the conversation, if one is going on, and the server."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        if connection := self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                self._open, _ = self._listener.accept()
                self.connections += 1
                with self._open as connection, suppress(Gone, OSError):
                    self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            self._answer(connection, "GREETING")
            while line := lines.readline():
                self.heard.append(line.decode(errors="replace").removesuffix("\r\n"))
                verb = self.heard[-1].partition(" ")[0].upper()
                if self._answer(connection, verb).startswith(b"354"):
                    self._take_mail(lines)
                    self._answer(connection, "DOT")
                if verb == "QUIT":
                    return

    def _take_mail(self, lines: Iterator[bytes]) -> None:
        mail = b""
        for line in lines:
            if line == b".\r\n":
                self.mails.append(mail)
                return
            mail += line
        raise Gone

    def _answer(self, connection: socket.socket, key: str) -> bytes:
        answers = self._script.get(key, ["500 5.5.1 What?"])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, str):
            answer = f"{answer}\r\n".encode()
        if isinstance(answer, bytes):
            connection.sendall(answer)
            return answer
        answer(connection)
        return b""


@contextmanager
def scripted_smtp(**script: Answer | Sequence[Answer]) -> Iterator[Scripted]:
    """Run a server on a free port that answers by ``script``, whose keys are those of ``GOOD`` and any command."""
    answers = {key: [answer] for key, answer in GOOD.items()}
    for key, told in script.items():
        answers[key] = list(told) if isinstance(told, list) else [told]  # type: ignore[list-item]  # str is a sequence
    server = Scripted(answers)
    try:
        yield server
    finally:
        server.stop()
