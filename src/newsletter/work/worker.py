"""A worker: one open transport, one sender, and batches of whatever issues are under way.

Which batch is whose is decided by the ledger alone. An engine only says "look at this batch"; to be told twice, or late,
or about a batch that somebody else has, does no harm.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from newsletter.deliver.fence import clock
from newsletter.deliver.sender import Sender
from newsletter.deliver.transport import Transport
from newsletter.errors import Fenced, NewsletterError, RelayUnreachable, SenderRefused, StoreAway
from newsletter.pipeline import Press

#: Seconds to leave a relay alone that could not be reached: at first, doubled each time, and at most.
REST = (5.0, 300.0)
#: Seconds after which a conversation with nothing to say is ended.
IDLE = 60.0


@dataclass
class Worker:
    """Runs batches for ``press`` over what ``transport`` opens. ``say`` hears a sentence for whatever ends.

    One failing issue stops no other: a refused sender pauses that issue, and a relay that cannot be reached is left alone
    for a while, with every reader still on the queue.
    """

    press: Press
    transport: Callable[[], Transport]
    say: Callable[[str], None]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _sender: Sender | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _busy: int = 0
    _used_at: float = 0.0
    _rest_until: float = 0.0
    _rest: float = REST[0]
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def resting(self) -> bool:
        """Whether it waits for a relay that could not be reached."""
        return clock() < self._rest_until

    async def deliver(self, batch_id: int) -> bool:
        """Run one batch as far as it goes now; return whether the worker may go on with the next."""
        try:
            sender = await self._ready()
        except NewsletterError as error:
            return await self._failed(error)
        self._busy += 1
        try:
            await self.press.dispatch.run_batch(sender, batch_id)
        except NewsletterError as error:
            return await self._failed(error)
        finally:
            self._busy -= 1
            self._used_at = clock()
        self._rest = REST[0]
        return not self.stop.is_set()

    async def deliver_open(self) -> None:
        """Run every batch that somebody should run, one after the other, until none is left for now."""
        now = self.press.clock
        while not self.stop.is_set() and not self.resting:
            open_batches = self.press.store.ledger.open(now(), limit=1)
            if not open_batches:
                break
            before = self.press.store.issues.get(self.press.store.ledger.issue_of(open_batches[0]))
            await self.deliver(open_batches[0])
            after = self.press.store.issues.get(int(before.id or 0))
            if after.state is not before.state:
                self.say(f"Issue {after.id} is {after.state}. {after.pause_reason}".strip())
        await self.tidy()

    async def tidy(self) -> None:
        """Take readers of cancelled issues off the queue, and end a conversation that nobody needs."""
        self.press.dispatch.wind_up()
        if self._sender is not None and not self._busy and clock() - self._used_at > IDLE:
            await self.close()

    async def close(self) -> None:
        """End the conversations, after the mails on their way have been answered."""
        self._sender = None
        stack, self._stack = self._stack, AsyncExitStack()
        await stack.aclose()

    async def _ready(self) -> Sender:
        """A sender that works; another one after a failure."""
        async with self._opening:
            if self._sender is None or self._sender.failed:
                await self.close()
                transport = await self._stack.enter_async_context(self.transport())
                owner = self.press.store.workers.register(self.press.clock())
                self._stack.callback(self.press.store.workers.leave, owner)
                sender = self.press.dispatch.sender(owner, transport, stopping=self.stop.is_set)
                self._sender = await self._stack.enter_async_context(sender)
            return self._sender

    async def _failed(self, error: NewsletterError) -> bool:
        """Say what happened, and whether to go on at once."""
        self.say(str(error))
        if isinstance(error, RelayUnreachable | StoreAway):
            self._rest_until = clock() + self._rest
            self._rest = min(self._rest * 2, REST[1])
            return False
        if not isinstance(error, SenderRefused | Fenced):
            self._rest_until = clock() + REST[0]
        return isinstance(error, SenderRefused | Fenced)
