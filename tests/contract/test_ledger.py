"""The ledger's promises, on both databases."""

import subprocess
import sys
from datetime import timedelta

import pytest

from builders import NOW, issue, newsletter, subscriber
from newsletter.errors import IssueStateError, StoreError
from newsletter.model.delivery import MAX_AGE, DeliveryState, Settlement
from newsletter.model.issue import IssueState, SectionKind
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.store.issues import Audience, FrozenVariant
from newsletter.store.store import Store

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
    _freeze(store, letter.id or 0)
    assert sum(store.deliveries.counts(1).values()) == 3
    assert "unsubscribed@example.com" not in {row.email for row in store.deliveries.rows(1)}


def test_who_may_not_be_mailed_is_asked_at_the_claim_and_the_reason_kept(frozen: Store) -> None:
    _leave(frozen, 2, SubscriptionState.UNSUBSCRIBED)
    _leave(frozen, 4, SubscriptionState.PAUSED)
    claim = frozen.deliveries.claim(1, frozen.workers.register(NOW), limit=10, now=NOW)
    assert ([row.subscriber_id for row in claim.rows], claim.suppressed) == ([1, 3, 5], 2)
    assert frozen.deliveries.suppressed_by_reason(1) == {"unsubscribed": 1, "paused": 1}


def test_a_batch_of_people_who_left_is_not_the_end_of_the_list(frozen: Store) -> None:
    for person in (1, 2, 3):
        _leave(frozen, person, SubscriptionState.UNSUBSCRIBED)
    owner = frozen.workers.register(NOW)
    first = frozen.deliveries.claim(1, owner, limit=3, now=NOW)
    assert (first.rows, first.suppressed, first.empty) == ((), 3, False)
    assert [row.subscriber_id for row in frozen.deliveries.claim(1, owner, limit=3, now=NOW).rows] == [4, 5]
    assert frozen.deliveries.claim(1, owner, limit=3, now=NOW).empty


def test_two_senders_never_claim_the_same_person(frozen: Store) -> None:
    one, two = frozen.workers.register(NOW), frozen.workers.register(NOW)
    claims = [frozen.deliveries.claim(1, owner, limit=3, now=NOW).rows for owner in (one, two)]
    assert [[row.subscriber_id for row in rows] for rows in claims] == [[1, 2, 3], [4, 5]]


def test_outcomes_can_be_settled_only_by_who_claimed(frozen: Store) -> None:
    one, two = frozen.workers.register(NOW), frozen.workers.register(NOW)
    frozen.deliveries.claim(1, one, limit=1, now=NOW)
    with pytest.raises(StoreError, match="took over"):
        frozen.deliveries.settle(1, two, [_sent(1)], now=NOW)
    frozen.deliveries.settle(1, one, [_sent(1)], now=NOW)
    assert frozen.deliveries.counts(1)[DeliveryState.SENT] == 1


def test_the_states_always_add_up_to_the_frozen_list(frozen: Store) -> None:
    owner = frozen.workers.register(NOW)
    frozen.deliveries.claim(1, owner, limit=4, now=NOW)
    outcomes = [
        _sent(1),
        Settlement(subscriber_id=2, state=DeliveryState.BOUNCED, reply_code=550, reply_text="no such user"),
        Settlement(subscriber_id=3, state=DeliveryState.UNKNOWN, maybe_sent=True),
    ]
    frozen.deliveries.settle(1, owner, outcomes, now=NOW)
    counts = frozen.deliveries.counts(1)
    assert sum(counts.values()) == 5
    assert (counts[DeliveryState.CLAIMED], counts[DeliveryState.QUEUED]) == (1, 1)


def test_a_deferred_person_is_claimed_again_only_when_due(frozen: Store) -> None:
    owner = frozen.workers.register(NOW)
    frozen.deliveries.claim(1, owner, limit=9, now=NOW)
    due = NOW + timedelta(minutes=5)
    rest = [_sent(person) for person in (2, 3, 4, 5)]
    frozen.deliveries.settle(
        1, owner, [Settlement(subscriber_id=1, state=DeliveryState.DEFERRED, due_at=due), *rest], now=NOW
    )
    assert frozen.deliveries.claim(1, owner, limit=9, now=due - timedelta(seconds=1)).empty
    again = frozen.deliveries.claim(1, owner, limit=9, now=due).rows
    assert [(row.subscriber_id, row.attempt) for row in again] == [(1, 2)]


def test_a_living_neighbours_claims_are_left_alone(frozen: Store) -> None:
    frozen.deliveries.claim(1, frozen.workers.register(NOW), limit=3, now=NOW)
    assert frozen.deliveries.recover(1, max_age=MAX_AGE, now=NOW + timedelta(hours=1)) == 0
    assert frozen.deliveries.counts(1)[DeliveryState.CLAIMED] == 3


def test_a_dead_senders_claims_are_queued_again_and_marked(frozen: Store) -> None:
    with _somebody_who_dies() as dead_pid:
        owner = _register_as(frozen, dead_pid)
        frozen.deliveries.claim(1, owner, limit=3, now=NOW)
        assert frozen.deliveries.recover(1, max_age=MAX_AGE, now=NOW) == 0
    assert frozen.deliveries.recover(1, max_age=MAX_AGE, now=NOW) == 3
    assert frozen.deliveries.counts(1)[DeliveryState.QUEUED] == 5
    assert frozen.deliveries.maybe_sent(1) == 3


def test_maybe_sent_is_never_cleared(frozen: Store) -> None:
    owner = frozen.workers.register(NOW)
    frozen.deliveries.claim(1, owner, limit=1, now=NOW)
    frozen.deliveries.settle(
        1, owner, [Settlement(subscriber_id=1, state=DeliveryState.UNKNOWN, maybe_sent=True)], now=NOW
    )
    frozen.deliveries.recover(1, max_age=MAX_AGE, now=NOW)
    frozen.deliveries.claim(1, owner, limit=1, now=NOW)
    frozen.deliveries.settle(1, owner, [_sent(1)], now=NOW)
    assert frozen.deliveries.rows(1)[0].maybe_sent


def test_a_deferred_person_expires_with_the_issue(frozen: Store) -> None:
    owner = frozen.workers.register(NOW)
    frozen.deliveries.claim(1, owner, limit=1, now=NOW)
    frozen.deliveries.settle(1, owner, [Settlement(subscriber_id=1, state=DeliveryState.DEFERRED, due_at=NOW)], now=NOW)
    frozen.deliveries.recover(1, max_age=MAX_AGE, now=NOW + MAX_AGE + timedelta(seconds=1))
    assert frozen.deliveries.counts(1)[DeliveryState.EXPIRED] == 1


def test_an_issue_is_frozen_once(frozen: Store) -> None:
    with pytest.raises(IssueStateError, match="is sending"):
        frozen.issues.freeze(1, 1, Audience(variants={"": VARIANT}, variant_of={"": ""}), actor="t", now=NOW)


def test_a_reader_who_changes_their_mind_during_the_freeze_is_not_lost(store: Store) -> None:
    letter = store.newsletters.save(newsletter())
    skipping = Subscription(subscriber=subscriber(), newsletter="", skips=frozenset({SectionKind.MAGAZINE}))
    store.subscribers.add(letter.id or 0, [skipping], now=NOW)
    store.issues.save_draft(letter.id or 0, issue(), actor="t", now=NOW)
    store.issues.approve(1, "0" * 64, actor="t", now=NOW)
    with pytest.raises(StoreError, match="run the command again"):
        store.issues.freeze(
            1, letter.id or 0, Audience(variants={"": VARIANT}, variant_of={"": ""}), actor="t", now=NOW
        )
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
    store.issues.freeze(
        1,
        letter.id or 0,
        Audience(variants={"": VARIANT, "magazine": VARIANT}, variant_of=variant_of),
        actor="t",
        now=NOW,
    )
    assert [row.variant for row in store.deliveries.rows(1)] == ["", "magazine", ""]


def _frozen(store: Store, *emails: str) -> Store:
    letter = store.newsletters.save(newsletter())
    store.subscribers.add(
        letter.id or 0, [Subscription(subscriber=subscriber(e), newsletter="") for e in emails], now=NOW
    )
    _freeze(store, letter.id or 0)
    return store


def _freeze(store: Store, newsletter_id: int) -> None:
    store.issues.save_draft(newsletter_id, issue(), actor="t", now=NOW)
    store.issues.approve(1, "0" * 64, actor="t", now=NOW)
    store.issues.freeze(1, newsletter_id, Audience(variants={"": VARIANT}, variant_of={"": ""}), actor="t", now=NOW)


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
    import sqlalchemy as sa  # noqa: PLC0415 - only here does a test reach below the store

    from newsletter.store import workers  # noqa: PLC0415 - the same
    from newsletter.store.tables import worker  # noqa: PLC0415 - the same

    owner = store.workers.register(NOW)
    with store.engine.begin() as connection:
        started = workers._process_started(pid)
        connection.execute(sa.update(worker).where(worker.c.id == owner).values(pid=pid, process_started=started))
    return owner


def test_a_worker_number_is_never_given_twice(store: Store) -> None:
    first = store.workers.register(NOW)
    store.workers.leave(first)
    assert store.workers.register(NOW) > first
