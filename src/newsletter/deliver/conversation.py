"""One connection to a relay: what is said, what is answered, and what is known when it ends."""

import asyncio
import ssl
from collections.abc import Iterable
from typing import cast

from newsletter.deliver.reply import NotAReplyError, Reply, take

#: More than this is not read ahead: nobody honest says so much unasked.
_UNASKED = 65_536
#: Seconds between two looks at a deadline.
_LOOK = 1.0


class ConversationEnded(Exception):  # noqa: N818 - reads as the outcome it is
    """The connection is closed: by the relay, by a deadline, or by us because the relay did not speak SMTP."""


class Conversation(asyncio.Protocol):
    """A connection that answers with a complete `Reply` or raises `ConversationEnded` and is closed.

    A deadline holds for a whole answer, not for each read, so that a relay that sends a byte a minute cannot hold us.
    A command is not sent while an answer that nobody asked for is waiting: it would pass for the command's own.
    """

    def __init__(self) -> None:
        self._unread = bytearray()
        self._owed = 1  # the greeting
        self._ended = False
        self._flushed = True
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self.capabilities: dict[str, str] = {}
        #: Mails that were announced over it.
        self.mails = 0

    @classmethod
    async def connect(cls, host: str, port: int, *, seconds: float) -> "Conversation":
        """Open a connection in clear text. Raises ``OSError``, ``TimeoutError`` included."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(seconds):
            _, conversation = await loop.create_connection(cls, host, port)
        return conversation

    async def encrypt(self, context: ssl.SSLContext, host: str, *, seconds: float) -> None:
        """Go over to TLS. Raises ``ssl.SSLError``, other ``OSError``, or `ConversationEnded`.

        Clear text that came in before the relay's TLS ends the conversation: whoever slipped it in must not be heard
        as the relay (CVE-2011-0411).
        """
        if self._unread or self._ended:
            raise self._end()
        assert self._transport is not None  # noqa: S101 - connected
        upgraded = await self._loop.start_tls(
            self._transport, self, context, server_hostname=host, ssl_handshake_timeout=seconds
        )
        if upgraded is None or self._ended:
            raise self._end()
        self._transport = upgraded
        self._transport.set_write_buffer_limits(high=0)
        self.capabilities = {}

    async def ask(self, command: str, *, seconds: float) -> Reply:
        """Say one command and return its answer. ``ValueError`` if it holds CR or LF or is not ASCII or UTF-8."""
        if "\r" in command or "\n" in command:
            raise ValueError("a command is one line")
        self.say((command.encode() + b"\r\n",), owed=1)
        return await self.reply(seconds=seconds)

    def say(self, parts: Iterable[bytes], *, owed: int) -> None:
        """Hand ``parts`` to the network without waiting; ``owed`` answers are expected to them."""
        if self._ended or self._transport is None or (self._owed == 0 and self._unread):
            raise self._end()
        self._owed += owed
        self._transport.writelines(parts)
        if self._transport.is_closing():  # it was closed already, or closed itself for nothing of this could be written
            self._flushed = False

    def heard(self) -> Reply | None:
        """The next answer, if it is here already: most of them come in one piece with others."""
        try:
            reply = take(self._unread) if self._unread else None
        except NotAReplyError as error:
            raise self._end() from error
        if reply is not None:
            self._owed -= 1
        return reply

    async def reply(self, *, seconds: float) -> Reply:
        """The next answer, at the latest ``seconds`` from now."""
        try:
            while (reply := take(self._unread)) is None:
                if self._ended:
                    raise self._end()
                self._deadline = self._loop.time() + seconds if self._waiter is None else self._deadline
                self._watch()
                self._waiter = self._loop.create_future()
                await self._waiter
        except NotAReplyError as error:
            raise self._end() from error
        finally:
            self._waiter = None
        self._owed -= 1
        return reply

    @property
    def flushed(self) -> bool:
        """Whether everything that was said may have left this machine.

        False is a proof that its last byte has not: it then stays so after the end.
        """
        return self._flushed

    @property
    def in_step(self) -> bool:
        """Whether every answer has been heard and none came unasked."""
        return not self._ended and not self._owed and not self._unread

    def close(self) -> None:
        """Hang up at once."""
        self._ended = True
        self._forget_timer()
        if self._transport is not None:
            self._transport.abort()

    # What asyncio tells us.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport, and have it say whenever a byte is left behind."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)

    def pause_writing(self) -> None:
        """Some of what was said is still here."""
        self._flushed = False

    def resume_writing(self) -> None:
        """All of it has gone to the network."""
        self._flushed = True

    def data_received(self, data: bytes) -> None:
        """Keep what came until somebody asks for it."""
        self._unread += data
        if len(self._unread) > _UNASKED and not self._waiter:
            self.close()
        self._wake()

    def eof_received(self) -> bool:
        """The relay says no more: what is still to be answered never will be."""
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - how it ended matters to nobody
        """Wake whoever waits."""
        self._ended = True
        self._wake()

    def _watch(self) -> None:
        """Have the deadline looked at in a moment: one timer serves many answers, for most of them come at once."""
        due = min(self._deadline, self._loop.time() + _LOOK)
        if self._timer is None or self._timer.when() > due:
            self._forget_timer()
            self._timer = self._loop.call_at(due, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() >= self._deadline:
            self.close()
            self._wake()
        else:
            self._watch()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _end(self) -> ConversationEnded:
        self.close()
        return ConversationEnded("The conversation with the relay ended.")
