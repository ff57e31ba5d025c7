"""What is asked while sending looks at rows by their keys, on both databases, however long the list is."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from builders import NOW, newsletter
from newsletter.model.delivery import DeliveryState, Settlement, Taken
from newsletter.model.issue import Issue, IssueState
from newsletter.store import batches
from newsletter.store.frozen import Audience, FrozenVariant
from newsletter.store.store import Store
from newsletter.store.tables import subscriber, subscription

READERS = 6000
#: Tables that have as many rows as there are readers.
LONG = ("delivery", "subscriber", "subscription")
_VARIANT = FrozenVariant(subject="s", html="h", text="t", sha256="0" * 64)


@pytest.fixture
def long_list(store: Store) -> Store:
    """An issue under way to many readers, in batches of 1,000."""
    letter = store.newsletters.save(newsletter())
    with store.engine.begin() as connection:
        people = [
            {"id": n, "email": f"r{n}@example.com", "email_key": f"r{n}@example.com", "name": "", "created_at": NOW}
            for n in range(1, READERS + 1)
        ]
        connection.execute(sa.insert(subscriber), people)
        rows = [
            {"subscriber_id": n, "newsletter_id": letter.id, "state": "active", "skips": "", "changed_at": NOW}
            for n in range(1, READERS + 1)
        ]
        connection.execute(sa.insert(subscription), rows)
    draft = Issue(newsletter=letter.slug, slot="2026-W47", subject="s", preheader="p", sections=())
    issue = store.issues.save_draft(letter.id or 0, draft, actor="tester", now=NOW)
    store.issues.approve(issue.id or 0, "0" * 64, actor="tester", now=NOW)
    audience = Audience(variants={"": _VARIANT}, variant_of={"": ""})
    store.frozen.freeze(issue.id or 0, audience, actor="tester", now=NOW)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return store


def test_claiming_and_settling_find_rows_by_their_keys(long_list: Store) -> None:
    taken = _taken(long_list)
    with _asked(long_list) as statements:
        claim = long_list.ledger.claim(taken, after=0, limit=100, now=NOW)
        sent = [Settlement(subscriber_id=row.subscriber_id, state=DeliveryState.SENT) for row in claim.rows[:50]]
        waiting = [row.subscriber_id for row in claim.rows[50:]]
        assert long_list.ledger.settle(taken, sent, now=NOW, waiting=waiting) == {}
    assert len(claim.rows) == 100
    assert len(statements) >= 6
    assert _scans(long_list, statements) == []


def test_progress_is_shown_without_looking_at_readers(long_list: Store) -> None:
    with _asked(long_list) as statements:
        counts = long_list.accounts.counts(1)
    assert counts.states[DeliveryState.QUEUED] == READERS
    assert not [
        said for said, _ in statements if re.search(r"\b(FROM|JOIN) (delivery|subscriber|subscription)\b", said)
    ]


def test_resuming_and_taking_over_cost_a_batch_and_no_more(long_list: Store) -> None:
    taken = _taken(long_list)
    long_list.ledger.claim(taken, after=0, limit=100, now=NOW)
    long_list.workers.leave(taken.owner)
    with _asked(long_list) as statements:
        long_list.issues.pause(1, "Wait.", actor="tester", now=NOW)
        long_list.issues.resume(1, actor="tester", now=NOW)
        found = long_list.ledger.open(NOW, limit=10)
        again = long_list.ledger.take(found[0], long_list.workers.register(NOW), fates=lambda _: None, now=NOW)
        assert again is not None
        long_list.ledger.give_back(again, now=NOW)
    assert long_list.issues.get(1).state is IssueState.SENDING
    assert _scans(long_list, statements) == []


def test_a_scan_would_be_seen(long_list: Store) -> None:
    scanning = [("SELECT count(*) FROM delivery WHERE reply_text = 'x'", ())]
    assert _scans(long_list, scanning) == [scanning[0][0]]


def _taken(store: Store) -> Taken:
    first, *_ = store.ledger.open(NOW, limit=1)
    taken = store.ledger.take(first, store.workers.register(NOW), fates=lambda _: None, now=NOW)
    assert taken is not None
    assert taken.last - taken.first < batches.SIZE
    return taken


@contextmanager
def _asked(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """The statements that reach the database inside the block, each with (the first of) its values."""
    statements: list[tuple[str, Any]] = []

    def remember(_c: object, _cursor: object, said: str, values: Any, _context: object, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's signature
        if said.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            statements.append((said, values[0] if many else values))

    sa.event.listen(store.engine, "before_cursor_execute", remember)
    try:
        yield statements
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", remember)


def _scans(store: Store, statements: list[tuple[str, Any]]) -> list[str]:
    """Those that the database would answer by reading a long table through, or all subscriptions of a newsletter."""
    scan = re.compile(rf"(?:SCAN|Seq Scan on) (?:{'|'.join(LONG)})\b|\bix_subscription_newsletter_id_state\b")
    explain = "EXPLAIN QUERY PLAN " if store.is_file else "EXPLAIN "
    found = []
    with store.engine.connect() as connection:
        for said, values in statements:
            plan = connection.exec_driver_sql(explain + said, values).all()
            if scan.search("\n".join(str(row[-1]) for row in plan)):
                found.append(said)
    return found
