"""A local mailbox behind a real SMTP server, so that the demo's mails take the way that real ones take."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from newsletter.errors import NewsletterError


class _Keeper:
    """aiosmtpd's handler: one file for each mail that was accepted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd's name and type
        """Write the mail, then answer 250: what was answered for is on the disk."""
        recipient = "".join(letter if letter.isalnum() or letter in "@.-_" else "_" for letter in envelope.rcpt_tos[0])
        await asyncio.to_thread((self.folder / f"{recipient}.eml").write_bytes, envelope.original_content)
        return "250 2.0.0 Kept"


@contextmanager
def local_mailbox(folder: Path) -> Iterator[int]:
    """Run an SMTP server on the loopback interface that keeps every mail in ``folder``; yield its port."""
    try:
        from aiosmtpd.smtp import SMTP
    except ModuleNotFoundError:
        raise NewsletterError(
            "The demo needs its own SMTP server; install it with: pip install 'newsletter[demo]'"
        ) from None

    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    keeper = _Keeper(folder)

    async def listen() -> asyncio.Server:
        return await loop.create_server(
            lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
        )

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
