"""A sender: lanes over a transport, and the batches that it runs one after the other.

Lanes outlive batches, so that no connection is idle while the last mails of a batch are answered.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self, TypeVar

from newsletter.deliver import journal
from newsletter.deliver.batch import BatchRun, Content, Ledger, Means
from newsletter.deliver.breaker import Breaker, told
from newsletter.deliver.fence import Fence
from newsletter.deliver.journal import Journal
from newsletter.deliver.outbox import Outbox
from newsletter.deliver.pacer import Pacer
from newsletter.deliver.transport import Transport
from newsletter.errors import Fenced, NewsletterError, RelayUnreachable, SenderRefused, StoreAway
from newsletter.model.delivery import DeliveryState, Fate, Leftover, Receipt, Taken
from newsletter.model.issue import IssueState

#: Seconds between two signs of life in the ledger; also how soon a pause is noticed.
PULSE = 1.0
#: Seconds after which a lane that could not connect, while others could, is tried again.
LANE_AGAIN = 30.0
#: Seconds between two tries to reach a database that does not answer: the first and the longest.
AWAY = (0.2, 5.0)
#: Seconds that mails on their way have to be answered in once the sender is to stop.
LAST_MAILS = 30.0

#: Seconds between two looks at what no event tells.
_LOOK = 0.2

T = TypeVar("T")


class WholeLedger(Ledger, Protocol):
    """What a sender needs of the store beyond what a run over a batch needs."""

    def take(
        self, batch_id: int, owner: int, *, fates: Callable[[Leftover], Mapping[int, Fate] | None], now: datetime
    ) -> Taken | None:
        """Make a batch ours, or find that somebody else has it."""
        ...

    def pulse(self, taken: Sequence[Taken], owner: int, rate: float, *, now: datetime) -> dict[int, IssueState | None]:
        """Show that we live; say of each batch how its issue stands, or that it is not ours any more."""
        ...


@dataclass
class Sender:
    """Runs batches as worker ``owner``. ``content_of`` tells of an issue by its id, once for each.

    ``pacer`` says how fast; ``journals`` is the folder of journals, and ``machine`` names this start of this machine.
    ``stopping`` is asked before every mail; ``ledger_is_local`` if it is a file here and not a server; ``progress`` hears
    how many rows have just left the queue. Used inside ``async with``.
    """

    owner: int
    ledger: WholeLedger
    transport: Transport
    content_of: Callable[[int], Content]
    journals: Path
    machine: str
    now: Callable[[], datetime]
    pacer: Pacer
    ledger_is_local: bool = False
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[int], None] = lambda _: None
    outcomes: Counter[DeliveryState] = field(default_factory=Counter)

    async def __aenter__(self) -> Self:
        """Start the lanes and the pulse. The transport must be open."""
        self._fence = Fence()
        self._outbox = Outbox(self._fence, self.stopping)
        self._breaker = Breaker(self.transport.connections)
        self._failure: NewsletterError | None = None
        #: A fault of ours that ended a lane: what the letters at hand there have come to, the journal tells.
        self._crash: Exception | None = None
        self._runs: list[BatchRun] = []
        self._contents: dict[int, Content] = {}
        self._answered = 0
        # One thread: what is done to the ledger is done in the order in which it happened.
        self._database = None if self.ledger_is_local else ThreadPoolExecutor(1, "ledger")
        self._means = Means(
            ledger=self.ledger, outbox=self._outbox, patiently=self._patiently, now=self.now,
            lanes=self.transport.connections, pacer=self.pacer, saw=self._saw, failed=self._fail, progress=self.progress,
        )  # fmt: skip
        self._alive = 0
        self._tasks = [asyncio.create_task(self._lane()) for _ in range(self.transport.connections)]
        self._heart = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the lanes after the letters that they have."""
        self._outbox.close()
        self._heart.cancel()
        await asyncio.gather(*self._tasks, self._heart, return_exceptions=True)
        with suppress(NewsletterError):  # what was learnt since the last pulse; nothing depends on it
            await self._off_the_wire(self.pacer.learn)
        if self._database is not None:
            self._database.shutdown()

    @property
    def failed(self) -> bool:
        """Whether it sends no more; another one has to be made."""
        return self._failure is not None

    async def run(self, batch_id: int) -> Taken | None:
        """Take a batch and run it until it has nothing left for now; ``None`` if it was not to be had.

        Raises what ended it early: a ``TransportError`` with everything settled and given back, ``Fenced``, a
        ``StoreError``, or a fault of ours as it is.
        """
        if failure := self._failure or self._crash:
            raise failure
        judged: list[Leftover] = []
        fates = journal.reader(self.journals, self.machine)

        def asked(leftover: Leftover) -> Mapping[int, Fate] | None:
            judged.append(leftover)
            return fates(leftover)

        taken = await self._patiently(lambda: self.ledger.take(batch_id, self.owner, fates=asked, now=self.now()))
        if taken is None:
            return None
        for leftover in judged:
            journal.discard(self.journals, leftover)
        await self._run_taken(taken)
        return taken

    async def _run_taken(self, taken: Taken) -> None:
        content = self._contents.get(taken.issue_id) or self.content_of(taken.issue_id)
        self._contents[taken.issue_id] = content
        run = BatchRun(taken, content, Journal.begin(self.journals, taken, self.machine), self._means)
        self._runs.append(run)
        try:
            await run.run()
            refused = [person for batch, person in self._breaker.refused if batch == taken.batch_id]
            await run.finish(refused if self._breaker.sender_refused else ())
        finally:
            self._runs.remove(run)
            self.outcomes.update(run.outcomes)
        if failure := self._failure or self._crash:
            raise failure

    def _saw(self, batch_id: int, person: int, receipt: Receipt) -> None:
        self._answered += 1
        self._breaker.saw(batch_id, person, receipt)
        if self._breaker.sender_refused:
            self._fail(
                SenderRefused(
                    f"The relay refused {len(self._breaker.refused)} readers in a row with the same words "
                    f"({told(receipt)}), so the fault is likely ours; they are queued again."
                )
            )
        elif self._breaker.relay_gone:
            self._fail(RelayUnreachable(f"The relay breaks off every conversation ({told(receipt)})."))

    def _fail(self, failure: NewsletterError) -> None:
        """Stop everything in good order, for the first reason given."""
        self._failure = self._failure or failure
        self._outbox.close()
        for run in self._runs:
            run.stop()

    def _crashed(self, fault: Exception) -> None:
        self._crash = self._crash or fault
        self._outbox.close()

    async def _lane(self) -> None:
        """One lane. While others carry mail one may fail to connect: some relays take fewer connections than we want."""
        while not self._outbox.ended:
            self._alive += 1
            try:
                await self.transport.carry(self._outbox)
            except RelayUnreachable as error:
                if self._alive <= 1:
                    self._fail(error)
            except NewsletterError as error:
                self._fail(error)
            except Exception as fault:  # noqa: BLE001 - whatever it is, nobody may wait for ever for the letter it had
                self._crashed(fault)
            finally:
                self._alive -= 1
            if self._crash is not None and not self._alive:
                for run in self._runs:
                    run.abandon(self._crash)
            await self._rest(LANE_AGAIN)

    async def _rest(self, seconds: float) -> None:
        """Wait, unless there is nothing to wait for any more or nobody else at work."""
        for _ in range(int(seconds / _LOOK)):
            if self._outbox.ended or not self._alive:
                return
            await asyncio.sleep(_LOOK)

    async def _beat(self) -> None:
        """Show signs of life, stop what is to go on no longer, and end what does not end by itself."""
        ended = 0.0
        while True:
            began, before = self._fence.now(), self._answered
            await asyncio.sleep(PULSE)
            ended += PULSE if self._outbox.ended else 0
            if ended > LAST_MAILS:
                for task in self._tasks:
                    task.cancel()
            try:
                await self._pulse((self._answered - before) / max(self._fence.now() - began, PULSE))
            except StoreAway:
                continue
            except NewsletterError as error:
                self._fail(error)
            except Exception as fault:  # noqa: BLE001 - without a pulse nothing leaves, so nobody may wait for it
                self._crashed(fault)

    async def _pulse(self, rate: float) -> None:
        began, runs = self._fence.now(), list(self._runs)
        taken = [run.taken for run in runs]
        await self._off_the_wire(self.pacer.learn)
        going = await self._off_the_wire(lambda: self.ledger.pulse(taken, self.owner, rate, now=self.now()))
        self._fence.renew(began)
        for run in runs:
            state = going[run.taken.batch_id]
            if state is None and not run.over:  # one that ended meanwhile has given its batch back itself
                raise Fenced("Another sender took over this one's readers, so it stops. See: newsletter issue status")
            if state is not IssueState.SENDING:
                run.stop()

    async def _patiently(self, call: Callable[[], T]) -> T:
        """``call`` off the wire; while the database does not answer, again and again, for nothing may be forgotten."""
        wait = AWAY[0]
        while True:
            try:
                return await self._off_the_wire(call)
            except StoreAway:
                if self.stopping():
                    raise
            except Fenced as error:
                self._fail(error)
                raise
            await asyncio.sleep(wait)
            wait = min(wait * 2, AWAY[1])

    async def _off_the_wire(self, call: Callable[[], T]) -> T:
        """A file on this machine answers sooner than a thread could be woken for it; a server may take its time."""
        if self._database is None:
            return call()
        return await asyncio.get_running_loop().run_in_executor(self._database, call)
