"""Any order of steps that people, workers and clocks can take: what always holds for an issue and its deliveries."""

import os
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from builders import NOW, issue, newsletter, subscriber
from newsletter.errors import Fenced, IssueStateError
from newsletter.model.delivery import Claimed, DeliveryState, Fate, Settlement, Taken
from newsletter.model.issue import IssueState
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.store.frozen import Audience, FrozenVariant
from newsletter.store.store import Store
from simulation.lives import template

_READERS = 8
_AUDIENCE = Audience(
    variants={"": FrozenVariant(subject="s", html="h", text="t", sha256="0" * 64)}, variant_of={"": ""}
)
_OUTCOMES = (
    DeliveryState.SENT,
    DeliveryState.DEFERRED,
    DeliveryState.BOUNCED,
    DeliveryState.UNKNOWN,
    DeliveryState.QUEUED,
)
_MADE = Path(tempfile.mkdtemp(prefix="life-cycle-"))
_PEOPLE = st.integers(1, _READERS)
_WORKERS, _LIMITS = st.integers(0, 1), st.integers(1, 4)
_MAILS = st.lists(
    st.tuples(st.sampled_from(_OUTCOMES), st.sampled_from(["no", "no", "no", "before", "after"])), max_size=4
)
_HANDED_OVER: Counter[str] = Counter()


class Life(RuleBasedStateMachine):
    """One issue, two workers, a clock that jumps. What the relay took is counted here, by nobody else's word."""

    def __init__(self) -> None:
        super().__init__()
        made = _MADE / "template.db"
        if not made.exists():
            template(_MADE)
        self.file = Path(tempfile.mkstemp(suffix=".db", dir=_MADE)[1])
        shutil.copy(made, self.file)
        self.store = Store(f"sqlite:///{self.file}")
        self.now = NOW
        self.owners: dict[int, int] = {}
        self.taken: dict[int, Taken] = {}
        self.claimed: dict[int, dict[int, Claimed]] = {}
        self.fates: dict[tuple[int, int, int], dict[int, Fate]] = {}
        self.copies: Counter[tuple[int, int]] = Counter()
        self.doubts: Counter[tuple[int, int]] = Counter()
        self.owned_up: set[int] = set()
        self.left: set[int] = set()
        self.edits = 0

    @initialize(sent_at_once=st.booleans())
    def people_and_an_issue(self, sent_at_once: bool) -> None:  # noqa: FBT001 - drawn
        letter = self.store.newsletters.save(newsletter())
        people = [Subscription(subscriber=subscriber(f"r{n}@example.com"), newsletter="") for n in range(_READERS)]
        self.store.subscribers.add(letter.id or 0, people, now=NOW)
        self.store.issues.save_draft(letter.id or 0, issue(), actor="editor", now=NOW)
        if sent_at_once:
            self.approve()
            self.begin()

    def teardown(self) -> None:
        self.store.close()
        for file in _MADE.glob(f"{self.file.name}*"):
            file.unlink()

    # What editors do.

    @rule()
    def approve(self) -> None:
        self._if_allowed(lambda: self.store.issues.approve(1, "0" * 64, actor="editor", now=self.now))

    @rule()
    def edit(self) -> None:
        before = self.store.issues.get(1).state
        self.edits += 1
        draft = issue(subject=f"Edit {self.edits}")
        self._if_allowed(lambda: self.store.issues.save_draft(1, draft, actor="editor", now=self.now))
        if before is IssueState.APPROVED:
            assert self.store.issues.get(1).state is IssueState.DRAFT, "an edit voids the approval"

    @rule()
    def begin(self) -> None:
        self._if_allowed(lambda: self.store.frozen.freeze(1, _AUDIENCE, actor="editor", now=self.now))

    @rule(what=st.sampled_from(["pause", "resume", "resume", "again", "recall", "cancel"]))
    def change_their_mind(self, what: str) -> None:
        issues, endings = self.store.issues, self.store.endings
        if what == "again":
            failed = {DeliveryState.BOUNCED, DeliveryState.EXPIRED}
            if self.store.issues.get(1).state in (IssueState.SENDING, IssueState.PAUSED, IssueState.FINISHED):
                endings.send_again(1, failed, actor="editor", now=self.now)
        elif what == "recall":
            self._if_allowed(lambda: self.store.frozen.recall(1, actor="editor", now=self.now))
        elif what == "pause":
            self._if_allowed(lambda: issues.pause(1, "Wait.", actor="editor", now=self.now))
        elif what == "resume":
            self._if_allowed(lambda: issues.resume(1, actor="editor", now=self.now))
        else:
            self._if_allowed(lambda: issues.cancel(1, actor="editor", now=self.now))
            if issues.get(1).state is IssueState.CANCELLED:
                endings.close_cancelled(1, now=self.now)

    # What readers do.

    @rule(person=_PEOPLE, state=st.sampled_from(list(SubscriptionState)))
    def wish(self, person: int, state: SubscriptionState) -> None:
        there = self.store.subscribers.get(person, 1)
        self.store.subscribers.change(replace(there, state=state), 1, actor="reader", now=self.now)
        (self.left.discard if state is SubscriptionState.ACTIVE else self.left.add)(person)

    # What workers do.

    @rule(worker=_WORKERS, limit=_LIMITS, mails=_MAILS, let_go=st.booleans())
    def work(self, worker: int, limit: int, mails: list[tuple[DeliveryState, str]], let_go: bool) -> None:  # noqa: FBT001 - drawn
        """A stretch of work: a batch, some rows of it, some mails, and perhaps the batch given back."""
        self.take(worker)
        if worker in self.taken:
            self.claim(worker, limit)
        for outcome, dies in mails:
            self.hand_over(worker, outcome, dies)
        if let_go and worker in self.taken:
            self.let_go(worker)

    @rule(worker=_WORKERS, limit=_LIMITS, mails=_MAILS)
    def work_on(self, worker: int, limit: int, mails: list[tuple[DeliveryState, str]]) -> None:
        """The same without letting go: drawn twice as often, for this is what the ledger is for."""
        self.work(worker, limit, mails, let_go=False)

    def take(self, worker: int) -> None:
        if worker in self.taken:
            return
        owner = self.owners.setdefault(worker, self.store.workers.register(self.now))
        for batch_id in self.store.ledger.open(self.now, limit=1):
            taken = self.store.ledger.take(
                batch_id,
                owner,
                fates=lambda dead: self.fates.get((dead.batch_id, dead.owner, dead.epoch)),
                now=self.now,
            )
            if taken is not None:
                self.taken[worker], self.claimed[worker] = taken, {}
                self.fates[taken.batch_id, taken.owner, taken.epoch] = {}

    def claim(self, worker: int, limit: int) -> None:
        with suppress(Fenced):
            claim = self.store.ledger.claim(self.taken[worker], after=0, limit=limit, now=self.now)
            assert not {row.subscriber_id for row in claim.rows} & self.left, "somebody was claimed after leaving"
            assert not claim.rows or self.store.issues.get(1).state is IssueState.SENDING
            self.claimed[worker].update({row.subscriber_id: row for row in claim.rows})

    def hand_over(self, worker: int, outcome: DeliveryState, dies: str) -> None:
        """One mail, to its end or to the worker's: before its answer was noted, or after."""
        if not self.claimed.get(worker):
            return
        person, row = self.claimed[worker].popitem()
        taken = self.taken[worker]
        fates = self.fates[taken.batch_id, taken.owner, taken.epoch]
        mail = person, row.generation
        _HANDED_OVER[outcome if dies == "no" else f"died {dies}"] += 1
        arrived = outcome in (DeliveryState.SENT, DeliveryState.UNKNOWN)
        self.copies[mail] += arrived
        if dies != "no":
            accepted = Fate.ACCEPTED if outcome is DeliveryState.SENT else Fate.UNSENT
            sure = dies == "after" and outcome is not DeliveryState.UNKNOWN
            fates[person] = accepted if sure else Fate.AMBIGUOUS
            self.doubts[mail] += not sure
            self._die(worker)
            return
        self.doubts[mail] += outcome is DeliveryState.UNKNOWN
        due = self.now + timedelta(hours=1) if outcome in (DeliveryState.DEFERRED, DeliveryState.UNKNOWN) else None
        settled = Settlement(
            subscriber_id=person, state=outcome, due_at=due, maybe_sent=outcome is DeliveryState.UNKNOWN,
            reply_code=0 if outcome in (DeliveryState.UNKNOWN, DeliveryState.QUEUED) else 250, reply_text="as it may be",
        )  # fmt: skip
        self.store.ledger.settle(taken, [settled], now=self.now)

    def let_go(self, worker: int) -> None:
        self.claimed.pop(worker)
        self.store.ledger.give_back(self.taken.pop(worker), now=self.now)
        self.store.issues.finish(1, actor="worker", now=self.now)

    @rule(hours=st.sampled_from([-24, -1, 1, 2, 24]))
    def jump(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # What always holds.

    @invariant()
    def everybody_is_counted_once(self) -> None:
        counts = self.store.accounts.counts(1)
        assert counts.states == self.store.accounts.recount(1)

    @invariant()
    def nobody_has_more_copies_than_there_were_doubts(self) -> None:
        assert all(count <= 1 + self.doubts[mail] for mail, count in self.copies.items())

    @invariant()
    def doubt_is_owned_up_to_for_good(self) -> None:
        rows = self.store.accounts.rows(1)
        now = {row.subscriber_id for row in rows if row.maybe_sent}
        assert self.owned_up <= now
        self.owned_up = now

    @invariant()
    def sent_means_that_the_relay_took_it(self) -> None:
        for row in self.store.accounts.rows(1):
            if row.state is DeliveryState.SENT:
                assert any(count for (person, _), count in self.copies.items() if person == row.subscriber_id)

    @invariant()
    def a_finished_issue_has_nothing_left_to_do(self) -> None:
        if self.store.issues.get(1).state is IssueState.FINISHED:
            states = self.store.accounts.counts(1).states
            assert not states[DeliveryState.QUEUED] + states[DeliveryState.CLAIMED] + states[DeliveryState.DEFERRED]

    def _die(self, worker: int) -> None:
        self.claimed.pop(worker)
        self.taken.pop(worker)
        self.store.workers.leave(self.owners.pop(worker))  # whoever has left holds its batches no more than the dead do

    def _if_allowed(self, step: object) -> None:
        with suppress(IssueStateError):
            step()  # type: ignore[operator]  # a step


def test_whatever_is_done_in_whatever_order_the_ledger_is_right() -> None:
    steps = settings(
        max_examples=int(os.environ.get("LIFE_EXAMPLES", "40")), stateful_step_count=50, derandomize=True,
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    _HANDED_OVER.clear()
    run_state_machine_as_test(Life, settings=steps)
    print(f"{_HANDED_OVER.total()} mails were handed over: {dict(_HANDED_OVER)}")
    assert _HANDED_OVER.total() >= 150, "too little happened to prove anything"
