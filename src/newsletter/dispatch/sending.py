"""Dispatch: an approved issue is frozen and sent to everyone on its list, each once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from newsletter.deliver.batch import Content
from newsletter.deliver.journal import discard, reader
from newsletter.deliver.pace.limits import NO_LIMITS, Limits
from newsletter.deliver.pace.warmup import remaining
from newsletter.deliver.pacer import Pacer
from newsletter.deliver.sender import Sender
from newsletter.deliver.transport import Transport
from newsletter.dispatch.freezing import Freezing
from newsletter.dispatch.local_hours import night_ends
from newsletter.errors import IssueStateError, SenderRefused
from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import IssueState
from newsletter.model.newsletter import Newsletter
from newsletter.model.settling import Terms
from newsletter.model.status import Status
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.templates import Templates
from newsletter.store.frozen import Enqueue
from newsletter.store.store import Store
from newsletter.store.workers import machine

#: Seconds between two looks for a batch that another worker may have left.
_LOOK = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """From an approved issue to a settled ledger.

    ``journals`` is the folder where senders note what they hand over; ``limits`` and ``warm_up_since`` say how fast.
    ``bounces`` and ``signer_for`` are as in ``render.letters``, the latter by domain.
    """

    store: Store
    links: Links
    templates: Templates
    actor: str
    clock: Callable[[], datetime]
    journals: Path
    limits: Limits = NO_LIMITS
    warm_up_since: date | None = None
    bounces: str | None = None
    signer_for: Callable[[str], Callable[[bytes, bytes], bytes] | None] = lambda _: None

    def send(
        self,
        issue_id: int,
        transport: Transport,
        *,
        stopping: Callable[[], bool] = lambda: False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Counter[DeliveryState]:
        """Send to everyone who has not had it; return what this run did. Running it again sends nothing twice.

        The relay is greeted before anything is frozen or claimed, so an unreachable one changes nothing. Other senders
        may be at the same issue: each batch has one, and whoever is left without one waits for the others to end.
        """
        issue = self.store.issues.get(issue_id)
        if issue.state is IssueState.FINISHED:
            return Counter()
        if issue.state is IssueState.DRAFT:
            raise IssueStateError(f"Issue {issue_id} is not approved; run: newsletter issue approve {issue_id}")
        if issue.state is IssueState.CANCELLED:
            raise IssueStateError(f"Issue {issue_id} was cancelled: nobody else gets it.")
        return asyncio.run(self._send(issue_id, transport, stopping, progress))

    async def _send(
        self, issue_id: int, transport: Transport, stopping: Callable[[], bool], progress: Callable[[int], None]
    ) -> Counter[DeliveryState]:
        async with transport:
            self.begin(issue_id)
            owner = self.store.workers.register(self.clock())
            sender = self.sender(owner, transport, stopping=stopping, progress=progress)
            try:
                async with sender:
                    while not stopping() and (batch_id := await self._next_batch(issue_id, stopping)) is not None:
                        await self.run_batch(sender, batch_id)
            finally:
                self.store.workers.leave(owner)
        self._finish(issue_id)
        return sender.outcomes

    def sender(
        self,
        owner: int,
        transport: Transport,
        *,
        stopping: Callable[[], bool] = lambda: False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Sender:
        """What runs batches of any issue as worker ``owner`` over an open transport."""
        return Sender(
            owner=owner, ledger=self.store.ledger, transport=transport, content_of=self.content_of,
            journals=self.journals, machine=machine(), now=self.clock,
            pacer=self.pacer, ledger_is_local=self.store.is_file,
            stopping=stopping, progress=progress,
        )  # fmt: skip

    @property
    def pacer(self) -> Pacer:
        """What says how fast mail may leave."""
        return Pacer(self.limits, self.store.rates, self.clock, self._left_today)

    def begin(self, issue_id: int, enqueue: Enqueue = lambda *_: None) -> None:
        """Freeze an approved issue; set a paused one going again. Of two who begin at once one freezes.

        From then on any worker may take its batches; ``enqueue`` tells an engine of them in the same transaction.
        """
        issue = self.store.issues.get(issue_id)
        if issue.state is IssueState.DRAFT:
            raise IssueStateError(f"Issue {issue_id} is not approved; run: newsletter issue approve {issue_id}")
        if issue.state is IssueState.CANCELLED:
            raise IssueStateError(f"Issue {issue_id} was cancelled: nobody else gets it.")
        if issue.state is IssueState.APPROVED:
            try:
                self.freezing.freeze(issue, self.store.newsletters.get(issue.newsletter), enqueue)
            except IssueStateError:
                # Somebody else was quicker, and may even have come to the end already.
                if self.store.issues.get(issue_id).state not in (IssueState.SENDING, IssueState.FINISHED):
                    raise
        elif issue.state is IssueState.PAUSED:
            self.store.issues.resume(issue_id, actor=self.actor, now=self.clock())

    async def run_batch(self, sender: Sender, batch_id: int) -> None:
        """Run one batch as far as it goes now, whichever engine asks. A sender who is refused pauses the issue."""
        if self._waits(self.store.ledger.issue_of(batch_id)):
            return
        try:
            taken = await sender.run(batch_id)
        except SenderRefused as error:
            issue_id = self.store.ledger.issue_of(batch_id)
            self.store.issues.pause(issue_id, str(error), actor=self.actor, now=self.clock())
            raise
        if taken is not None:
            self._finish(taken.issue_id)

    def _waits(self, issue_id: int) -> bool:
        """Whether an issue has to wait for its hours or for another day; then it says until when."""
        now = self.clock()
        issue = self.store.issues.get(issue_id)
        newsletter = self.store.newsletters.get(issue.newsletter)
        # Where readers have hours of their own it is a matter of each of them, and not of the whole issue.
        until, reason = None if issue.local_hours else _opens_at(newsletter, now), "quiet hours"
        if until is None and self._left_today() == 0:
            until, reason = datetime.combine(now.date() + timedelta(days=1), time(), UTC), "warming up"
        if until is None:
            return False
        self.store.issues.wait_until(issue_id, until, reason, actor=self.actor, now=now)
        return True

    def _left_today(self) -> int | None:
        """How many mails warming up allows still; ``None`` if nothing is being warmed up."""
        if self.warm_up_since is None:
            return None
        (days, under_way), today = self.store.accounts.by_day(), self.clock().date()
        before = sum(self.warm_up_since.isoformat() <= day < today.isoformat() for day in days)
        idle = max((today - self.warm_up_since).days - before, 0)
        return remaining(
            today, began=self.warm_up_since, sent_today=days.get(today.isoformat(), 0) + under_way, idle_days=idle
        )

    def wind_up(self) -> int:
        """Take everybody off the queues of cancelled issues, whoever died over them; return how many those are."""
        fates = reader(self.journals, machine())
        closed = 0
        for issue_id in self.store.endings.cancelled():
            for leftover in self.store.ledger.bury(issue_id, fates=fates, now=self.clock()):
                discard(self.journals, leftover)
            closed += self.store.endings.close_cancelled(issue_id, now=self.clock())
        return closed

    def content_of(self, issue_id: int) -> Content:
        """How rows of an issue become mails."""
        issue = self.store.issues.get(issue_id)
        newsletter = self.store.newsletters.get(issue.newsletter)
        manners = newsletter.manners
        domain = newsletter.sender.rpartition("@")[2]
        return Content(
            mail_for=letters(
                issue_id, int(newsletter.id or 0), self.freezing.read(issue_id, newsletter), self.links,
                bounces=self.bounces, sign=self.signer_for(domain),
            ),
            terms=Terms(
                unknown=manners.unknown, give_up_after=manners.max_age, began=issue.send_at or issue.frozen_at or self.clock()
            ),
            quiet=lambda now: not issue.local_hours and _opens_at(newsletter, now) is not None,
            night=(lambda zone, now: night_ends(newsletter, zone, now)) if issue.local_hours else None,
        )  # fmt: skip

    def _finish(self, issue_id: int) -> None:
        """The issue has gone out; whose mailbox does not exist is not written to again."""
        if self.store.issues.finish(issue_id, actor=self.actor, now=self.clock()):
            self.store.suppressions.learn(issue_id, now=self.clock())

    def status(self, issue_id: int) -> Status:
        """How far an issue has come."""
        return Status(
            issue=self.store.issues.get(issue_id),
            counts=(counted := self.store.accounts.counts(issue_id)).states,
            suppressed=counted.suppressed,
            replies=counted.replies,
            maybe_sent=counted.maybe_sent,
            rate=self.store.workers.rate(issue_id),
            next_due=self.store.ledger.next_due(issue_id),
        )

    @property
    def freezing(self) -> Freezing:
        """What makes and reads the frozen copy."""
        return Freezing(
            store=self.store, links=self.links, templates=self.templates, actor=self.actor, clock=self.clock
        )

    async def _next_batch(self, issue_id: int, stopping: Callable[[], bool]) -> int | None:
        """The next batch that nobody is at; ``None`` once nothing is left for now, here or with other workers."""
        while not stopping():
            if open_batches := self.store.ledger.open(self.clock(), issue_id=issue_id, limit=1):
                return open_batches[0]
            if not self.store.ledger.running(issue_id) and not self._waits_to_begin(issue_id):
                return None
            await asyncio.sleep(_LOOK)
        return None

    def _waits_to_begin(self, issue_id: int) -> bool:
        issue = self.store.issues.get(issue_id)
        return issue.state is IssueState.SENDING and issue.send_at is not None and issue.send_at > self.clock()


def _opens_at(newsletter: Newsletter, now: datetime) -> datetime | None:
    return night_ends(newsletter, "", now)
