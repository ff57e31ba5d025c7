"""A real SMTP server (aiosmtpd) that keeps all that it was given: ``python gate_sink.py FOLDER``.

It prints its port and serves until its standard input ends. FOLDER/mails.jsonl has a line for each accepted mail, with
its recipients and its octets after the dots were taken off; FOLDER/wire-N what connection N sent, to the octet.
"""

import asyncio
import json
import sys
from itertools import count
from pathlib import Path
from typing import TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session


class Tapped(SMTP):
    """The server of one connection, which writes down what comes in before anything is made of it."""

    def __init__(self, keeper: "Keeper", wire: Path) -> None:
        super().__init__(keeper, hostname="gate.example", enable_SMTPUTF8=True)
        self._wire = wire.open("wb")

    def data_received(self, data: bytes) -> None:
        """Write down, and go on."""
        self._wire.write(data)
        super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        """Close the book as well."""
        self._wire.close()
        super().connection_lost(error)


class Keeper:
    """Keeps the mails. ``book`` gets a line for each."""

    def __init__(self, book: TextIO) -> None:
        self._book = book

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer PIPELINING, which aiosmtpd can do and does not say (it reads on from one stream)."""
        _ = server, envelope
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep the mail before it is answered for."""
        _ = server, session
        content = (envelope.original_content or b"").decode("latin-1")
        print(json.dumps({"recipients": envelope.rcpt_tos, "content": content}), file=self._book, flush=True)
        return "250 2.0.0 Kept"


async def serve(folder: Path, book: TextIO) -> None:
    """Take mail until standard input ends."""
    keeper, numbers = Keeper(book), count()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Tapped(keeper, folder / f"wire-{next(numbers)}"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    with (Path(sys.argv[1]) / "mails.jsonl").open("w", encoding="utf-8") as opened:
        asyncio.run(serve(Path(sys.argv[1]), opened))
