"""A real SMTP server in a process of its own, so that what it received outlives the sender that is killed.

Run as ``python smtp_process.py FOLDER``: it prints its port, and for each accepted mail appends one line
``recipient<TAB>message-id`` to FOLDER/received before it answers 250: the referee's own book.
"""

import asyncio
import email
import os
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class _Referee:
    def __init__(self, book: Path) -> None:
        self.book = os.open(book, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        message_id = email.message_from_bytes(envelope.original_content)["Message-ID"]
        os.write(self.book, f"{envelope.rcpt_tos[0]}\t{message_id}\n".encode())
        # A relay takes its time: a kill shall find the sender in every phase of the conversation.
        await asyncio.sleep(0.002)
        return "250 2.0.0 Kept"


async def _serve(folder: Path) -> None:
    referee = _Referee(folder / "received")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(referee, hostname="sink.example"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # ends when the test closes our standard input
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
