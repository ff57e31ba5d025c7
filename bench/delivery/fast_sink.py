"""A cheap SMTP server that counts and throws away: ``python fast_sink.py BOOK``.

It prints its port, takes every mail, and writes the recipients of each to BOOK, one a line, once the mail is complete.
When its standard input ends it prints one JSON object: mails accepted, their octets on the wire (RFC 5321, 4.5.2: with
the dots that were doubled, without the one that ends them), and connections. It offers PIPELINING (RFC 2920).
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_END = b"\r\n.\r\n"
#: So many octets of what came may be the beginning of the end.
_KEPT = len(_END) - 1
_ANSWERS = {
    b"EHLO": b"250-fast-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n",
    b"HELO": b"250 fast-sink.example\r\n",
    b"MAIL": b"250 2.1.0 Go on\r\n",
    b"RSET": b"250 2.0.0 Go on\r\n",
    b"NOOP": b"250 2.0.0 Yes\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}


@dataclass(slots=True)
class Tally:
    """What was taken so far."""

    book: BinaryIO
    accepted: int = 0
    octets: int = 0
    connections: int = 0


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._rest = b""
        self._octets = 0
        self._in_mail = False
        self._leaving = False
        self._recipients: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a stream server is always given
        self._transport = transport
        self._tally.connections += 1
        transport.write(b"220 fast-sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer whatever is complete, in one write."""
        self._rest += data
        answers = []
        while answer := self._mail() if self._in_mail else self._command():
            answers.append(answer)
        if answers:
            self._transport.write(b"".join(answers))
        if self._leaving:
            self._transport.close()

    def _mail(self) -> bytes | None:
        end = self._rest.find(_END)
        if end < 0:
            if (past := len(self._rest) - _KEPT) > 0:
                self._octets += past
                self._rest = self._rest[past:]
            return None
        # The line break put before the mail and the one that belongs to it and to its end are as long as each other.
        self._tally.octets += self._octets + end
        self._tally.accepted += 1
        self._tally.book.write(b"".join(recipient + b"\n" for recipient in self._recipients))
        self._rest = self._rest[end + len(_END) :]
        self._recipients, self._octets, self._in_mail = [], 0, False
        return b"250 2.0.0 Counted\r\n"

    def _command(self) -> bytes | None:
        line, found, rest = self._rest.partition(b"\r\n")
        if not found:
            return None
        self._rest = rest
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._recipients.append(line[line.find(b"<") + 1 : line.find(b">")])
            return b"250 2.1.5 Go on\r\n"
        if verb in {b"MAIL", b"RSET"}:
            self._recipients = []
        if verb == b"DATA":
            if not self._recipients:
                return b"503 5.5.1 For whom?\r\n"
            self._in_mail = True
            self._rest = b"\r\n" + self._rest  # an empty mail is its end at once
            return b"354 Go on\r\n"
        self._leaving = verb == b"QUIT"
        return _ANSWERS.get(verb, b"502 5.5.1 Not here\r\n")


async def serve(book: BinaryIO) -> None:
    """Take mail until standard input ends."""
    tally = Tally(book)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(tally), "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    print(json.dumps({"accepted": tally.accepted, "octets": tally.octets, "connections": tally.connections}))


if __name__ == "__main__":
    with Path(sys.argv[1]).open("wb") as opened:
        asyncio.run(serve(opened))
