"""From SQLite to PostgreSQL and back, with everything in place and an issue half sent."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOW, newsletter, subscriber
from newsletter.deliver.journal import Journal
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import StoreError
from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import IssueState
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.store import copying
from newsletter.store.store import Store
from newsletter.store.tables import metadata, worker
from newsletter.store.workers import machine
from test_aftermath import ready


@pytest.fixture
def elsewhere(postgres_url: str) -> Iterator[Store]:
    with Store(postgres_url) as store:
        yield store


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.engine.connect() as connection:
        return {t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=repr) for t in metadata.sorted_tables}


def test_everything_is_the_same_there_and_back(press: Press, elsewhere: Store, tmp_path: Path) -> None:
    ready(press, 5)
    press.dispatch.send(1, MemoryTransport())
    copied = copying.copy(press.store.engine, elsewhere.engine, now=NOW)
    assert (copied["delivery"], copied["subscriber"], copied["issue"]) == (5, 5, 1)
    assert everything(elsewhere) == everything(press.store)
    assert elsewhere.differences() == []
    with Store(f"sqlite:///{tmp_path / 'back.db'}") as back:
        copying.copy(elsewhere.engine, back.engine, now=NOW)
        assert everything(back) == everything(press.store)
        assert back.differences() == []


def test_new_rows_are_numbered_after_the_old_ones(press: Press, elsewhere: Store) -> None:
    ready(press, 5)
    copying.copy(press.store.engine, elsewhere.engine, now=NOW)
    person = Subscription(subscriber=subscriber("new@example.com"), newsletter="")
    assert elsewhere.subscribers.add(1, [person], now=NOW).new == 1
    assert max(row.subscriber.id or 0 for row in elsewhere.subscribers.of(1)) == 6


def test_an_issue_half_sent_goes_on_in_the_new_database(press: Press, elsewhere: Store) -> None:
    emails = ready(press, 9)
    relay = MemoryTransport()
    press.dispatch.send(1, relay, stopping=lambda: len(relay.mails) == 4)
    press.aftermath.pause(1, "Moving house.")
    copying.copy(press.store.engine, elsewhere.engine, now=NOW)
    moved = replace(press, store=elsewhere)
    moved.aftermath.resume(1)
    moved.dispatch.send(1, relay)
    assert Counter(mail.recipient for mail in relay.mails) == Counter(emails)
    assert elsewhere.issues.get(1).state is IssueState.FINISHED


def test_a_killed_senders_journal_is_believed_in_the_new_database(press: Press, elsewhere: Store) -> None:
    ready(press, 3)
    press.dispatch.begin(1)
    store = press.store
    taken = store.ledger.take(store.ledger.open(NOW)[0], store.workers.register(NOW), fates=lambda _: None, now=NOW)
    assert taken is not None
    first, second, third = store.ledger.claim(taken, after=0, limit=3, now=NOW).rows
    journal = Journal.begin(press.journals, taken, machine())
    for row in (first, second):
        journal.handing_over(row.subscriber_id)
    journal.answered(first.subscriber_id, accepted=True)
    journal.close()
    with store.engine.begin() as connection:
        connection.execute(sa.update(worker).values(process_started="killed long ago"))
    press.aftermath.pause(1, "Moving house.")
    copying.copy(store.engine, elsewhere.engine, now=NOW)
    moved, relay = replace(press, store=elsewhere), MemoryTransport()
    moved.aftermath.resume(1)
    moved.dispatch.send(1, relay)
    assert [mail.recipient for mail in relay.mails] == [second.email, third.email]
    rows = {row.email: row for row in elsewhere.accounts.rows(1)}
    assert all(row.state is DeliveryState.SENT for row in rows.values())
    assert [row.maybe_sent for row in (rows[first.email], rows[second.email], rows[third.email])] == [
        False,
        True,
        False,
    ]


def test_a_database_that_something_is_sent_from_is_not_copied(press: Press, elsewhere: Store) -> None:
    ready(press, 2)
    press.dispatch.begin(1)
    with pytest.raises(StoreError, match="newsletter issue pause 1"):
        copying.copy(press.store.engine, elsewhere.engine, now=NOW)
    press.aftermath.pause(1, "Moving house.")
    press.store.workers.register(NOW)
    with pytest.raises(StoreError, match="stop it first"):
        copying.copy(press.store.engine, elsewhere.engine, now=NOW)
    assert everything(elsewhere)["subscriber"] == []


def test_a_database_that_holds_something_is_not_written_over(press: Press, elsewhere: Store) -> None:
    ready(press, 2)
    copying.copy(press.store.engine, elsewhere.engine, now=NOW)
    with pytest.raises(StoreError, match="holds data already"):
        copying.copy(press.store.engine, elsewhere.engine, now=NOW)
    with pytest.raises(StoreError, match="the same database"):
        copying.copy(press.store.engine, press.store.engine, now=NOW)


def test_what_does_not_arrive_as_it_was_is_not_kept(
    press: Press, elsewhere: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(press, 4)
    real = copying._rows
    spoilt = iter([True])

    def losing(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, object]]]:
        for rows in real(connection, table):
            lost = table.name == "subscription" and connection.dialect.name == "postgresql" and next(spoilt, False)
            yield [{**rows[0], "skips": "lead"}, *rows[1:]] if lost else rows

    monkeypatch.setattr(copying, "_rows", losing)
    with pytest.raises(StoreError, match="subscription did not arrive"):
        copying.copy(press.store.engine, elsewhere.engine, now=NOW)
    assert not any(everything(elsewhere).values())


_NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_NAMES, max_size=12))
def test_whatever_people_are_called_arrives(postgres_url: str, tmp_path: Path, names: list[str]) -> None:
    file = tmp_path / "one.db"
    file.unlink(missing_ok=True)
    with Store(f"sqlite:///{file}") as here, Store(postgres_url) as there:
        here.upgrade()
        letter = here.newsletters.save(newsletter())
        people = [replace(subscriber(f"r{n}@example.com"), name=name) for n, name in enumerate(names)]
        here.subscribers.add(
            letter.id or 0, [Subscription(subscriber=person, newsletter="") for person in people], now=NOW
        )
        with there.engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        copying.copy(here.engine, there.engine, now=NOW)
        assert everything(there) == everything(here)
