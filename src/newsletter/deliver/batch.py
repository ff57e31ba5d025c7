"""One run over one batch: claim, send, settle, until the batch has nothing left for now.

What a kill at any point leaves behind: claimed rows, and a journal that tells the fate of all of them but those whose
last byte was on its way, at most one for each connection.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from newsletter.deliver.fence import clock
from newsletter.deliver.journal import Journal
from newsletter.deliver.outbox import Outbox
from newsletter.deliver.pacer import Pacer
from newsletter.errors import NewsletterError, StoreError
from newsletter.model.delivery import (
    HOUR,
    PACED,
    BatchState,
    Claim,
    Claimed,
    DeliveryState,
    Mail,
    Receipt,
    Settlement,
    Taken,
    Verdict,
)
from newsletter.model.settling import Terms, settlement

#: Outcomes written in one durable commit, and rows claimed in one.
FLUSH = 50
#: Outcomes wait no longer than this, in seconds, for their commit.
FLUSH_AFTER = 0.05
#: Rows are claimed for about so many seconds of sending: whoever unsubscribes later than that gets nothing.
CLAIM_AHEAD = 1.0
MOST_CLAIMED = 100
#: Seconds between two looks at whether the last mails have been answered.
_LOOK = 0.01
#: Seconds that a sender which cannot write outcomes down gives the relay for its last answers.
_LAST_ANSWERS = 30
#: Seconds between two looks at whether waiting still makes sense.
_PATIENCE = 0.2

T = TypeVar("T")


class Ledger(Protocol):
    """What a run over a batch needs of the store; each call is one transaction and may raise ``Fenced``."""

    def claim(self, taken: Taken, *, after: int, limit: int, now: datetime) -> Claim:
        """Take up to ``limit`` rows beyond subscriber ``after`` who may be mailed right now."""
        ...

    def settle(
        self, taken: Taken, settlements: Sequence[Settlement], *, now: datetime, waiting: Sequence[int] = ()
    ) -> Mapping[int, str]:
        """Write outcomes down in one durable commit; say which of those ``waiting`` have left since, and why."""
        ...

    def expire(self, taken: Taken, *, max_age: timedelta, now: datetime) -> int:
        """Give up what was deferred for too long."""
        ...

    def requeue(self, taken: Taken, subscriber_ids: Sequence[int]) -> None:
        """Put refused rows back on the queue."""
        ...

    def give_back(self, taken: Taken, *, now: datetime) -> BatchState:
        """Let go of the batch; rows that no mail went out for are queued again."""
        ...


class Patiently(Protocol):
    """Runs a call to the ledger away from the wire, and again as long as the database does not answer."""

    def __call__(self, call: Callable[[], T]) -> Awaitable[T]:
        """Return what ``call`` returned."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a sender must know of an issue: how a row becomes a mail, and what its newsletter wants."""

    mail_for: Callable[[Claimed], Mail]
    terms: Terms = field(default_factory=Terms)
    #: Whether mail has to wait at that moment: quiet hours.
    quiet: Callable[[datetime], bool] = lambda _: False
    #: When a reader's night ends, by their time zone; nothing if it is day there. For readers with hours of their own.
    night: Callable[[str, datetime], datetime | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a sender lends to its runs. ``now`` tells the time, ``lanes`` is how many mails may be on their way at once.

    ``saw`` hears every receipt with its batch and reader, ``failed`` why nothing more can be sent, and ``progress`` how
    many rows have just left the queue.
    """

    ledger: Ledger
    outbox: Outbox
    patiently: Patiently
    now: Callable[[], datetime]
    lanes: int
    pacer: Pacer
    saw: Callable[[int, int, Receipt], None]
    failed: Callable[[NewsletterError], None]
    progress: Callable[[int], None]


class BatchRun:
    """A run over one batch that was just taken."""

    def __init__(self, taken: Taken, content: Content, journal: Journal, means: Means) -> None:
        self.taken = taken
        self.mail_for = content.mail_for
        self.outcomes: Counter[DeliveryState] = Counter()
        self._content, self._journal, self._means = content, journal, means
        #: Whether the batch is about to be given back, or was.
        self.over = False
        self._stopped = False
        self._again = False
        self._open: set[int] = set()
        self._marked: set[int] = set()
        self._unsettled: list[Settlement] = []
        self._flushing: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._lost: Exception | None = None

    def stop(self) -> None:
        """Claim nothing more, and take back what no lane has taken: the issue is paused, cancelled or in trouble."""
        self._stopped = True

    def abandon(self, fault: Exception) -> None:
        """No lane is left, and one ended without a word about its letters: do not wait for them."""
        self._lost = fault
        self._marked.clear()

    async def run(self) -> None:
        """Claim and send until nothing is left for now, and settle what was sent, whatever happens.

        What was claimed and not sent is given back by ``finish``, which is not to be called after an exception: then
        the journal is left for whoever takes the batch next.
        """
        try:
            await self._ask(
                lambda: self._ledger.expire(
                    self.taken, max_age=self._content.terms.give_up_after, now=self._means.now()
                )
            )
            await self._claim_and_send()
        finally:
            for row in self._means.outbox.drop(self):
                self._open.discard(row.subscriber_id)
            try:
                await self._all_settled()
            finally:
                await self._all_answered()
                self._journal.close()

    async def finish(self, refused: Sequence[int] = ()) -> None:
        """Let go of the batch; ``refused`` are people whose refusal turned out to be ours, and who are queued again."""
        self.over = True
        if refused:
            await self._ask(lambda: self._ledger.requeue(self.taken, refused))
            self.outcomes[DeliveryState.BOUNCED] -= len(refused)
        await self._ask(lambda: self._ledger.give_back(self.taken, now=self._means.now()))
        self._journal.end()

    @property
    def _ledger(self) -> Ledger:
        return self._means.ledger

    async def _ask(self, call: Callable[[], T]) -> T:
        return await self._means.patiently(call)

    async def _claim_and_send(self) -> None:
        lanes, outbox = self._means.lanes, self._means.outbox
        after, limit = self.taken.first - 1, 2 * lanes
        while not self._stopped and not outbox.ended:
            began, before = clock(), self._settled
            claim = await self._claim(after, limit)
            if claim.stopped:
                return
            if claim.empty:
                await self._all_settled()
                if not self._again:
                    return
                self._again, after = False, self.taken.first - 1
                continue
            after = claim.last
            self._open.update(row.subscriber_id for row in claim.rows)
            outbox.put(claim.rows, self)
            await outbox.low(lanes)
            rate = (self._settled - before + lanes) / max(clock() - began, 0.001)
            limit = int(min(MOST_CLAIMED, max(2 * lanes, rate * CLAIM_AHEAD)))

    async def _claim(self, after: int, limit: int) -> Claim:
        limit, wait = await self._ask(lambda: self._means.pacer.permits(limit))
        if not limit:
            # What was permitted before still goes: taken back now it would be claimed again at once, for ever.
            await self._all_settled()
        while wait > 0 and not self._stopped and not self._means.outbox.ended:
            await asyncio.sleep(min(wait, _PATIENCE))
            wait -= _PATIENCE
        if not limit or self._stopped or self._means.outbox.ended or self._content.quiet(self._means.now()):
            return Claim(stopped=True)
        claim = await self._ask(lambda: self._ledger.claim(self.taken, after=after, limit=limit, now=self._means.now()))
        if claim.suppressed:
            self.outcomes[DeliveryState.SUPPRESSED] += claim.suppressed
            self._means.progress(claim.suppressed)
        awake, asleep = self._by_night(claim.rows)
        go, held = await self._ask(lambda: self._means.pacer.sort(awake))
        for reason, rows in ((HOUR, asleep), (PACED, held)):
            for row, due in rows:
                self._open.add(row.subscriber_id)
                self._settle_soon(
                    Settlement(subscriber_id=row.subscriber_id, state=DeliveryState.DEFERRED, reason=reason, due_at=due)
                )
        return replace(claim, rows=go, suppressed=claim.suppressed + len(held) + len(asleep))

    def _by_night(self, rows: Sequence[Claimed]) -> tuple[Sequence[Claimed], Sequence[tuple[Claimed, datetime]]]:
        """Those who may get mail at this hour, and those whose night it is with the end of it."""
        night = self._content.night
        if night is None:
            return rows, ()
        now = self._means.now()
        ends = {zone: night(zone, now) for zone in {row.timezone for row in rows}}
        asleep = [(row, end) for row in rows if (end := ends[row.timezone]) is not None]
        return [row for row in rows if ends[row.timezone] is None], asleep

    @property
    def _settled(self) -> int:
        return sum(self.outcomes.values())

    # What the outbox tells: the `Addressee` of our rows.

    def handing_over(self, row: Claimed) -> bool:
        """Note in the journal that this mail may arrive from now on."""
        try:
            self._journal.handing_over(row.subscriber_id)
        except StoreError as error:
            self._means.failed(error)
            return False
        self._marked.add(row.subscriber_id)
        return True

    def done(self, row: Claimed, mail: Mail | None, receipt: Receipt) -> None:
        """Keep an outcome for the next commit; it is in the journal until then."""
        person = row.subscriber_id
        if person in self._marked and receipt.verdict is not Verdict.UNKNOWN:
            self._journal.answered(person, accepted=receipt.verdict is Verdict.ACCEPTED)
        self._marked.discard(person)
        outcome = settlement(self.taken.issue_id, row, mail, receipt, self._content.terms, self._means.now())
        self._again |= outcome.state is DeliveryState.QUEUED
        self._means.saw(self.taken.batch_id, person, receipt)
        self._means.pacer.saw(row, receipt)
        self._settle_soon(outcome)

    def _settle_soon(self, outcome: Settlement) -> None:
        self._unsettled.append(outcome)
        if len(self._unsettled) >= FLUSH:
            self._flush_soon()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_AFTER, self._flush_soon)

    # Settling.

    def _flush_soon(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        """Write outcomes down, and at once again if so many came meanwhile. If that fails the journal has them still."""
        enough = 1
        while len(self._unsettled) >= enough:
            enough = FLUSH
            settled, self._unsettled = self._unsettled, []
            waiting = self._means.outbox.waiting(self)
            try:
                left = await self._ask(
                    lambda: self._ledger.settle(self.taken, settled, now=self._means.now(), waiting=waiting)  # noqa: B023 - awaited here
                )
            except NewsletterError as error:
                self._unsettled = settled + self._unsettled
                self._lost = error
                self._means.failed(error)
                return
            self._open.difference_update(outcome.subscriber_id for outcome in settled)
            self.outcomes.update(outcome.state for outcome in settled)
            self._means.progress(sum(outcome.state is not DeliveryState.QUEUED for outcome in settled))
            self._take_back(left)
        if self._unsettled and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_AFTER, self._flush_soon)

    def _take_back(self, left: Mapping[int, str]) -> None:
        """Who has left while they waited for a lane gets nothing, though claimed a second ago."""
        for row in self._means.outbox.drop(self, left) if left else ():
            reason = left[row.subscriber_id]
            self._unsettled.append(
                Settlement(subscriber_id=row.subscriber_id, state=DeliveryState.SUPPRESSED, reason=reason)
            )

    async def _all_settled(self) -> None:
        """Wait until every row that a lane took is settled. Raises what kept it from being written down."""
        while self._open:
            await asyncio.sleep(_LOOK)
            self._flush_soon()
            if self._flushing is not None:
                await self._flushing
            if self._lost is not None:
                raise self._lost

    async def _all_answered(self) -> None:
        """Where outcomes cannot be settled any more, the journal at least is told of the mails on their way."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_ANSWERS):
                while self._marked:  # noqa: ASYNC110 - lanes answer one by one, and this is the rare end
                    await asyncio.sleep(_LOOK)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
