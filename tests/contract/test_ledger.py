"""The ledger's promises, on both databases."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from builders import NOW, issue, newsletter, subscriber
from newsletter.errors import Fenced, IssueStateError, StoreError
from newsletter.model.delivery import (
    MAX_AGE,
    BatchState,
    Claim,
    DeliveryState,
    Fate,
    Leftover,
    Settlement,
    Taken,
    Unknown,
)
from newsletter.model.issue import IssueState, SectionKind
from newsletter.model.manners import Manners
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.store import workers
from newsletter.store.batches import SIZE
from newsletter.store.frozen import Audience, FrozenVariant
from newsletter.store.store import Store
from newsletter.store.tables import worker

VARIANT = FrozenVariant(subject="s", html="<p>", text="t", sha256="0" * 64)


@pytest.fixture
def frozen(store: Store) -> Store:
    """A store with issue 1 frozen for five people."""
    return _frozen(store, *(f"r{n}@example.com" for n in range(5)))


def test_everybody_who_has_not_left_is_in_the_frozen_list(store: Store) -> None:
    letter = store.newsletters.save(newsletter())
    states = {f"{state}@example.com": state for state in SubscriptionState}
    people = [Subscription(subscriber=subscriber(email), newsletter="", state=state) for email, state in states.items()]
    store.subscribers.add(letter.id or 0, people, now=NOW)
    _freeze(store)
    assert sum(_states(store).values()) == 3
    assert "unsubscribed@example.com" not in {row.email for row in store.accounts.rows(1)}


def test_who_may_not_be_mailed_is_asked_at_the_claim_and_the_reason_kept(frozen: Store) -> None:
    _leave(frozen, 2, SubscriptionState.UNSUBSCRIBED)
    _leave(frozen, 4, SubscriptionState.PAUSED)
    claim = _claim(frozen, _take(frozen))
    assert ([row.subscriber_id for row in claim.rows], claim.suppressed) == ([1, 3, 5], 2)
    assert frozen.accounts.counts(1).suppressed == {"unsubscribed": 1, "paused": 1}


def test_somebody_whose_subscription_is_gone_is_accounted_for(frozen: Store) -> None:
    with frozen.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM subscription WHERE subscriber_id = 3"))
    assert _claim(frozen, _take(frozen)).suppressed == 1
    assert frozen.accounts.counts(1).suppressed == {"erased": 1}


def test_whoever_leaves_while_they_wait_for_a_lane_is_named_at_the_next_commit(frozen: Store) -> None:
    taken = _take(frozen)
    first, *others = _claim(frozen, taken).rows
    _leave(frozen, 3, SubscriptionState.UNSUBSCRIBED)
    sent = Settlement(subscriber_id=first.subscriber_id, state=DeliveryState.SENT)
    left = frozen.ledger.settle(taken, [sent], now=NOW, waiting=[row.subscriber_id for row in others])
    assert left == {3: "unsubscribed"}
    spared = [Settlement(subscriber_id=person, state=DeliveryState.SUPPRESSED, reason=left[person]) for person in left]
    frozen.ledger.settle(taken, spared, now=NOW)
    counts = frozen.accounts.counts(1)
    assert (counts.suppressed, counts.states) == ({"unsubscribed": 1}, frozen.accounts.recount(1))


def test_a_batch_of_people_who_left_is_not_the_end_of_the_list(frozen: Store) -> None:
    for person in (1, 2, 3):
        _leave(frozen, person, SubscriptionState.UNSUBSCRIBED)
    taken = _take(frozen)
    first = _claim(frozen, taken, limit=3)
    assert (first.rows, first.suppressed, first.empty) == ((), 3, False)
    assert [row.subscriber_id for row in _claim(frozen, taken, after=first.last).rows] == [4, 5]
    assert _claim(frozen, taken, after=5).empty


def test_two_senders_never_have_the_same_batch(frozen: Store) -> None:
    one, two = frozen.workers.register(NOW), frozen.workers.register(NOW)
    assert _take(frozen, one) is not None
    assert frozen.ledger.take(1, two, fates=_nothing, now=NOW) is None
    assert frozen.ledger.open(NOW) == []


def test_nothing_is_claimed_of_an_issue_that_is_paused(frozen: Store) -> None:
    taken = _take(frozen)
    frozen.issues.pause(1, "A wrong figure.", actor="t", now=NOW)
    assert _claim(frozen, taken).stopped
    assert frozen.ledger.pulse([taken], taken.owner, 0, now=NOW) == {1: IssueState.PAUSED}
    stranger = replace(taken, epoch=taken.epoch + 1)
    assert frozen.ledger.pulse([stranger], taken.owner, 0, now=NOW) == {1: None}


def test_outcomes_can_be_settled_only_by_who_has_the_batch(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken)
    for stranger in (replace(taken, owner=taken.owner + 1), replace(taken, epoch=taken.epoch - 1)):
        with pytest.raises(Fenced, match="took over"):
            frozen.ledger.settle(stranger, [_sent(1)], now=NOW)
    frozen.ledger.settle(taken, [_sent(1)], now=NOW)
    assert _states(frozen)[DeliveryState.SENT] == 1


def test_the_states_always_add_up_to_the_frozen_list(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken, limit=4)
    frozen.ledger.settle(
        taken,
        [
            _sent(1),
            Settlement(subscriber_id=2, state=DeliveryState.BOUNCED, reply_code=550, reply_text="5.1.1 no such user"),
            Settlement(subscriber_id=3, state=DeliveryState.UNKNOWN, maybe_sent=True),
        ],
        now=NOW,
    )
    counts = frozen.accounts.counts(1)
    assert sum(counts.states.values()) == 5
    assert (counts.states[DeliveryState.CLAIMED], counts.states[DeliveryState.QUEUED]) == (1, 1)
    assert counts.replies == {"250": 1, "550 5.1.1": 1}
    assert counts.maybe_sent == 1
    assert counts.states == frozen.accounts.recount(1)


def test_a_deferred_person_is_claimed_again_only_when_due(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken)
    due = NOW + timedelta(minutes=5)
    rest = [_sent(person) for person in (2, 3, 4, 5)]
    deferred = Settlement(subscriber_id=1, state=DeliveryState.DEFERRED, due_at=due)
    frozen.ledger.settle(taken, [deferred, *rest], now=NOW)
    assert _claim(frozen, taken, now=due - timedelta(seconds=1)).empty
    assert frozen.ledger.give_back(taken, now=NOW) is BatchState.WAITING
    assert frozen.ledger.next_due(1) == due
    assert frozen.ledger.open(due - timedelta(seconds=1)) == []
    again = frozen.ledger.take(1, taken.owner, fates=_nothing, now=due)
    assert again is not None
    assert [(row.subscriber_id, row.attempt) for row in _claim(frozen, again, now=due).rows] == [(1, 2)]


def test_a_living_neighbours_batch_is_left_alone(frozen: Store) -> None:
    _claim(frozen, _take(frozen), limit=3)
    later = NOW + timedelta(hours=1)
    assert frozen.ledger.open(later) == []
    assert frozen.ledger.take(1, frozen.workers.register(NOW), fates=_nothing, now=later) is None
    assert _states(frozen)[DeliveryState.CLAIMED] == 3


def test_a_dead_senders_claims_become_what_its_journal_says(frozen: Store) -> None:
    fates = {1: Fate.ACCEPTED, 2: Fate.AMBIGUOUS, 3: Fate.UNSENT}
    _die_with_claims(frozen)
    asked: list[Leftover] = []

    def journal(leftover: Leftover) -> dict[int, Fate]:
        asked.append(leftover)
        return fates

    assert frozen.ledger.take(1, frozen.workers.register(NOW), fates=journal, now=NOW) is not None
    assert [(one.batch_id, one.epoch) for one in asked] == [(1, 1)]
    rows = {row.subscriber_id: row for row in frozen.accounts.rows(1)}
    assert [(rows[n].state, rows[n].maybe_sent) for n in (1, 2, 3, 4)] == [
        (DeliveryState.SENT, False),
        (DeliveryState.QUEUED, True),
        (DeliveryState.QUEUED, False),
        (DeliveryState.QUEUED, False),
    ]
    assert frozen.accounts.counts(1).states == frozen.accounts.recount(1)
    assert frozen.accounts.counts(1).maybe_sent == 1


def test_without_a_journal_that_can_be_trusted_every_claim_may_have_been_sent(frozen: Store) -> None:
    _die_with_claims(frozen)
    frozen.ledger.take(1, frozen.workers.register(NOW), fates=lambda _: None, now=NOW)
    assert _states(frozen)[DeliveryState.QUEUED] == 5
    assert frozen.accounts.counts(1).maybe_sent == 4


def test_where_a_newsletter_wants_it_the_ambiguous_is_held_and_not_sent_again(frozen: Store) -> None:
    letter = frozen.newsletters.get("harbour")
    frozen.newsletters.save(replace(letter, manners=Manners(unknown=Unknown.HOLD)))
    _die_with_claims(frozen)
    taken = frozen.ledger.take(1, frozen.workers.register(NOW), fates=lambda _: {1: Fate.AMBIGUOUS}, now=NOW)
    assert taken is not None
    assert _states(frozen)[DeliveryState.UNKNOWN] == 1
    assert [row.subscriber_id for row in _claim(frozen, taken, now=NOW + timedelta(days=9)).rows] == [2, 3, 4, 5]


def test_what_is_held_is_not_woken_by_a_time_from_before(frozen: Store) -> None:
    """A reader was deferred, tried again, and the sender died in that second try."""
    letter = frozen.newsletters.get("harbour")
    frozen.newsletters.save(replace(letter, manners=Manners(unknown=Unknown.HOLD)))
    taken = _take(frozen)
    _claim(frozen, taken, limit=1)
    frozen.ledger.settle(taken, [Settlement(subscriber_id=1, state=DeliveryState.DEFERRED, due_at=NOW)], now=NOW)
    frozen.ledger.give_back(taken, now=NOW)
    _die_with_claims(frozen)
    again = frozen.ledger.take(1, frozen.workers.register(NOW), fates=lambda _: {1: Fate.AMBIGUOUS}, now=NOW)
    assert again is not None
    assert 1 not in {row.subscriber_id for row in _claim(frozen, again, now=NOW + timedelta(days=9)).rows}


def test_who_left_in_good_order_but_for_a_batch_may_be_followed_at_once(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken, limit=2)
    frozen.workers.leave(taken.owner)
    assert frozen.ledger.open(NOW) == [1]


def test_a_worker_of_another_machine_counts_as_dead_once_it_is_silent(frozen: Store) -> None:
    taken = _take(frozen)
    _set_worker(frozen, taken.owner, host="another.example")
    assert frozen.ledger.open(NOW + timedelta(seconds=19)) == []
    _set_worker(frozen, taken.owner, heartbeat_at=datetime.now(UTC) - timedelta(days=900))
    assert frozen.ledger.open(NOW + timedelta(seconds=21)) == [1]


def test_maybe_sent_is_never_cleared(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken, limit=1)
    unknown = Settlement(subscriber_id=1, state=DeliveryState.UNKNOWN, maybe_sent=True, due_at=NOW)
    frozen.ledger.settle(taken, [unknown], now=NOW)
    _claim(frozen, taken, limit=1)
    frozen.ledger.settle(taken, [_sent(1)], now=NOW)
    assert frozen.accounts.rows(1)[0].maybe_sent
    assert frozen.accounts.counts(1).maybe_sent == 1


def test_a_deferred_person_expires_with_the_issue(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken, limit=1)
    frozen.ledger.settle(taken, [Settlement(subscriber_id=1, state=DeliveryState.DEFERRED, due_at=NOW)], now=NOW)
    assert frozen.ledger.expire(taken, max_age=MAX_AGE, now=NOW + MAX_AGE) == 0
    assert frozen.ledger.expire(taken, max_age=MAX_AGE, now=NOW + MAX_AGE + timedelta(seconds=1)) == 1
    assert _states(frozen)[DeliveryState.EXPIRED] == 1


def test_what_was_not_sent_is_given_back(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken, limit=3)
    frozen.ledger.settle(taken, [_sent(1)], now=NOW)
    assert frozen.ledger.give_back(taken, now=NOW) is BatchState.QUEUED
    assert (_states(frozen)[DeliveryState.QUEUED], _states(frozen)[DeliveryState.CLAIMED]) == (4, 0)
    assert frozen.ledger.open(NOW) == [1]


def test_a_list_is_cut_into_neighbours_and_the_canary_goes_first_and_alone(store: Store) -> None:
    letter = store.newsletters.save(newsletter())
    emails = [f"r{n}@example.com" for n in range(SIZE + 50)]
    store.subscribers.add(
        letter.id or 0, [Subscription(subscriber=subscriber(e), newsletter="") for e in emails], now=NOW
    )
    _freeze(store, canary=20)
    assert store.ledger.open(NOW) == [1]
    taken = _take(store)
    assert len(_claim(store, taken, limit=SIZE).rows) == 20
    refused = Settlement(subscriber_id=1, state=DeliveryState.BOUNCED, reply_code=550)
    store.ledger.settle(taken, [refused, *[_sent(person) for person in range(2, 21)]], now=NOW)
    store.ledger.give_back(taken, now=NOW)
    assert store.issues.get(1).state is IssueState.SENDING
    assert store.ledger.open(NOW) == [2, 3]


def test_a_canary_that_fares_badly_stops_the_rest(store: Store) -> None:
    _frozen(store, *(f"r{n}@example.com" for n in range(40)), canary=10)
    taken = _take(store)
    _claim(store, taken, limit=50)
    refused = [Settlement(subscriber_id=n, state=DeliveryState.BOUNCED, reply_code=550) for n in (1, 2)]
    store.ledger.settle(taken, [*refused, *[_sent(person) for person in range(3, 11)]], now=NOW)
    store.ledger.give_back(taken, now=NOW)
    assert store.issues.get(1).state is IssueState.PAUSED
    assert "Of the first 10 readers 2 were refused" in store.issues.get(1).pause_reason
    assert store.ledger.open(NOW) == []


def test_an_issue_can_be_recalled_until_the_first_batch_is_taken(store: Store) -> None:
    _frozen(store, "a@example.com", send_at=NOW + timedelta(minutes=10))
    assert store.ledger.open(NOW + timedelta(minutes=9)) == []
    store.frozen.recall(1, actor="t", now=NOW)
    assert (store.issues.get(1).state, store.accounts.rows(1)) == (IssueState.APPROVED, [])
    store.frozen.freeze(1, Audience(variants={"": VARIANT}, variant_of={"": ""}), actor="t", now=NOW)
    _take(store)
    with pytest.raises(IssueStateError, match="has begun to leave"):
        store.frozen.recall(1, actor="t", now=NOW)


def test_nobody_of_a_cancelled_issue_is_left_over(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken, limit=2)
    frozen.ledger.settle(taken, [_sent(1)], now=NOW)
    frozen.issues.cancel(1, actor="t", now=NOW)
    assert frozen.endings.close_cancelled(1, now=NOW) == 0, "somebody is at it still"
    frozen.ledger.give_back(taken, now=NOW)
    assert frozen.endings.close_cancelled(1, now=NOW) == 4
    counts = frozen.accounts.counts(1)
    assert (counts.states[DeliveryState.SENT], counts.suppressed) == (1, {"cancelled": 4})
    assert counts.states == frozen.accounts.recount(1)


def test_what_a_killed_sender_had_claimed_of_a_cancelled_issue_is_judged_and_closed(frozen: Store) -> None:
    _die_with_claims(frozen)
    frozen.issues.cancel(1, actor="t", now=NOW)
    assert frozen.endings.close_cancelled(1, now=NOW) == 0
    (leftover,) = frozen.ledger.bury(1, fates=lambda _: {1: Fate.ACCEPTED, 2: Fate.AMBIGUOUS}, now=NOW)
    assert (leftover.batch_id, leftover.epoch) == (1, 1)
    assert frozen.endings.close_cancelled(1, now=NOW) == 4
    counts = frozen.accounts.counts(1)
    assert (counts.states[DeliveryState.SENT], counts.suppressed, counts.maybe_sent) == (1, {"cancelled": 4}, 1)
    assert counts.states == frozen.accounts.recount(1)


def test_what_a_living_sender_has_of_a_cancelled_issue_is_left_to_it(frozen: Store) -> None:
    _claim(frozen, _take(frozen), limit=2)
    frozen.issues.cancel(1, actor="t", now=NOW)
    assert frozen.ledger.bury(1, fates=_nothing, now=NOW) == []
    assert _states(frozen)[DeliveryState.CLAIMED] == 2


def test_those_who_were_refused_can_be_served_again_as_a_new_generation(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken)
    refused = Settlement(subscriber_id=2, state=DeliveryState.BOUNCED, reply_code=550)
    frozen.ledger.settle(taken, [refused, *[_sent(person) for person in (1, 3, 4, 5)]], now=NOW)
    frozen.ledger.give_back(taken, now=NOW)
    assert frozen.issues.finish(1, actor="t", now=NOW)
    assert frozen.endings.send_again(1, {DeliveryState.BOUNCED}, actor="t", now=NOW) == 1
    assert frozen.issues.get(1).state is IssueState.SENDING
    (row,) = _claim(frozen, _take(frozen)).rows
    assert (row.subscriber_id, row.generation) == (2, 1)


def test_what_nobody_knew_is_settled_by_evidence_and_only_that(frozen: Store) -> None:
    _die_with_claims(frozen)
    taken = frozen.ledger.take(1, frozen.workers.register(NOW), fates=lambda _: {2: Fate.AMBIGUOUS}, now=NOW)
    assert taken is not None
    frozen.ledger.give_back(taken, now=NOW)
    assert frozen.endings.prove(1, 2, state=DeliveryState.SENT, reply="queued as 4Zx", now=NOW)
    assert not frozen.endings.prove(1, 2, state=DeliveryState.SENT, reply="queued as 4Zx", now=NOW)
    assert not frozen.endings.prove(1, 3, state=DeliveryState.SENT, reply="queued as 4Zy", now=NOW)
    row = frozen.accounts.rows(1)[1]
    assert (row.state, row.maybe_sent, row.reason) == (DeliveryState.SENT, True, "evidence")


def test_a_correction_goes_to_exactly_those_who_may_have_the_faulty_copy(frozen: Store) -> None:
    taken = _take(frozen)
    _claim(frozen, taken)
    outcomes = [
        _sent(1),
        Settlement(subscriber_id=2, state=DeliveryState.BOUNCED, reply_code=550),
        Settlement(subscriber_id=3, state=DeliveryState.UNKNOWN, maybe_sent=True),
        _sent(4),
    ]
    frozen.ledger.settle(taken, outcomes, now=NOW)
    _leave(frozen, 4, SubscriptionState.UNSUBSCRIBED)
    correction = frozen.issues.save_draft(1, issue(slot="2026-W48", corrects=1), actor="t", now=NOW)
    frozen.issues.approve(correction.id or 0, "0" * 64, actor="t", now=NOW)
    _freeze_approved(frozen, correction.id or 0)
    assert [row.subscriber_id for row in frozen.accounts.rows(correction.id or 0)] == [1, 3]


def test_an_issue_is_frozen_once(frozen: Store) -> None:
    with pytest.raises(IssueStateError, match="is sending"):
        frozen.frozen.freeze(1, Audience(variants={"": VARIANT}, variant_of={"": ""}), actor="t", now=NOW)


def test_a_reader_who_changes_their_mind_during_the_freeze_is_not_lost(store: Store) -> None:
    letter = store.newsletters.save(newsletter())
    skipping = Subscription(subscriber=subscriber(), newsletter="", skips=frozenset({SectionKind.MAGAZINE}))
    store.subscribers.add(letter.id or 0, [skipping], now=NOW)
    store.issues.save_draft(letter.id or 0, issue(), actor="t", now=NOW)
    store.issues.approve(1, "0" * 64, actor="t", now=NOW)
    with pytest.raises(StoreError, match="run the command again"):
        store.frozen.freeze(1, Audience(variants={"": VARIANT}, variant_of={"": ""}), actor="t", now=NOW)
    assert store.issues.get(1).state is IssueState.APPROVED


def test_each_reader_is_queued_with_the_variant_that_skips_what_they_skip(store: Store) -> None:
    letter = store.newsletters.save(newsletter())
    skips = (frozenset[SectionKind](), frozenset({SectionKind.MAGAZINE}), frozenset({SectionKind.BRIEFING}))
    people = [
        Subscription(subscriber=subscriber(f"{n}@example.com"), newsletter="", skips=s) for n, s in enumerate(skips)
    ]
    store.subscribers.add(letter.id or 0, people, now=NOW)
    store.issues.save_draft(letter.id or 0, issue(), actor="t", now=NOW)
    store.issues.approve(1, "0" * 64, actor="t", now=NOW)
    variant_of = {"": "", "magazine": "magazine", "briefing": ""}
    store.frozen.freeze(
        1,
        Audience(variants={"": VARIANT, "magazine": VARIANT}, variant_of=variant_of),
        actor="t",
        now=NOW,
    )
    assert [row.variant for row in store.accounts.rows(1)] == ["", "magazine", ""]


def _frozen(store: Store, *emails: str, **given: Any) -> Store:
    letter = store.newsletters.save(newsletter())
    store.subscribers.add(
        letter.id or 0, [Subscription(subscriber=subscriber(e), newsletter="") for e in emails], now=NOW
    )
    _freeze(store, **given)
    return store


def _freeze(store: Store, **given: Any) -> None:
    store.issues.save_draft(1, issue(), actor="t", now=NOW)
    store.issues.approve(1, "0" * 64, actor="t", now=NOW)
    _freeze_approved(store, 1, **given)


def _freeze_approved(store: Store, issue_id: int, **given: Any) -> None:
    audience = Audience(variants={"": VARIANT}, variant_of={"": ""}, **given)
    store.frozen.freeze(issue_id, audience, actor="t", now=NOW)


def _nothing(_: Leftover) -> dict[int, Fate]:
    return {}


def _take(store: Store, owner: int | None = None) -> Taken:
    (batch_id, *_) = store.ledger.open(NOW)
    taken = store.ledger.take(batch_id, owner or store.workers.register(NOW), fates=_nothing, now=NOW)
    assert taken is not None
    return taken


def _claim(store: Store, taken: Taken, *, after: int = 0, limit: int = 10, now: datetime = NOW) -> Claim:
    return store.ledger.claim(taken, after=after, limit=limit, now=now)


def _states(store: Store) -> dict[DeliveryState, int]:
    return store.accounts.counts(1).states


def _die_with_claims(store: Store) -> None:
    """A real process takes batch 1, claims the first four, and dies."""
    with _somebody_who_dies() as dead_pid:
        _claim(store, _take(store, _register_as(store, dead_pid)), limit=4)
        assert store.ledger.open(NOW) == []


def _leave(store: Store, person: int, state: SubscriptionState) -> None:
    found = store.subscribers.get(person, 1)
    changed = Subscription(subscriber=found.subscriber, newsletter=found.newsletter, state=state)
    store.subscribers.change(changed, 1, actor="t", now=NOW)


def _sent(person: int) -> Settlement:
    return Settlement(subscriber_id=person, state=DeliveryState.SENT, reply_code=250, reply_text="ok")


class _somebody_who_dies:  # noqa: N801 - reads as what it is where it is used
    """A real process that lives inside the ``with`` block and is gone after it."""

    def __enter__(self) -> int:
        self.process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        return self.process.pid

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def _register_as(store: Store, pid: int) -> int:
    """A worker row as the process ``pid`` would have written it."""
    owner = store.workers.register(NOW)
    _set_worker(store, owner, pid=pid, process_started=workers._process_started(pid))
    return owner


def _set_worker(store: Store, owner: int, **values: Any) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.update(worker).where(worker.c.id == owner).values(values))


def test_a_worker_number_is_never_given_twice(store: Store) -> None:
    first = store.workers.register(NOW)
    store.workers.leave(first)
    assert store.workers.register(NOW) > first
