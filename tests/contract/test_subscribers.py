from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from builders import NOW, newsletter, subscriber
from newsletter.errors import NotFoundError
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import Frequency, Subscription, SubscriptionState
from newsletter.store.bulk import Row
from newsletter.store.engine import reading
from newsletter.store.store import Store
from newsletter.store.subscription_rows import topics_map, topics_text
from newsletter.store.tables import subscription


@pytest.fixture
def letter(store: Store) -> int:
    return store.newsletters.save(newsletter()).id or 0


def test_an_address_in_other_letter_case_is_the_same_person(store: Store, letter: int) -> None:
    for email in ("Ann@example.com", "ann@EXAMPLE.com"):
        store.subscribers.add(letter, [Subscription(subscriber=subscriber(email), newsletter="")], now=NOW)
    assert [s.subscriber.email for s in store.subscribers.of(letter)] == ["Ann@example.com"]


def test_an_import_never_brings_back_somebody_who_left(store: Store, letter: int) -> None:
    wanted = Subscription(subscriber=subscriber(), newsletter="")
    store.subscribers.add(letter, [wanted], now=NOW)
    found = next(store.subscribers.of(letter))
    store.subscribers.change(replace(found, state=SubscriptionState.UNSUBSCRIBED), letter, actor="t", now=NOW)
    again = store.subscribers.add(letter, [wanted], now=NOW)
    assert (again.new, again.known, again.suppressed) == (0, 0, 1)
    assert next(store.subscribers.of(letter)).state is SubscriptionState.UNSUBSCRIBED


def test_an_import_that_fails_in_the_middle_adds_nobody(store: Store, letter: int) -> None:
    def people() -> object:
        yield Subscription(subscriber=subscriber("a@example.com"), newsletter="")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        store.subscribers.add(letter, people(), now=NOW)  # type: ignore[arg-type]  # a generator that breaks off
    assert list(store.subscribers.of(letter)) == []


def test_a_change_is_on_the_audit_trail_once(store: Store, letter: int) -> None:
    store.subscribers.add(letter, [Subscription(subscriber=subscriber(), newsletter="")], now=NOW)
    wanted = replace(next(store.subscribers.of(letter)), skips=frozenset({SectionKind.MAGAZINE, SectionKind.BRIEFING}))
    for _ in range(2):
        store.subscribers.change(wanted, letter, actor="subscriber", now=NOW)
    wanted = replace(wanted, subscriber=replace(wanted.subscriber, seen_at=NOW))
    person = wanted.subscriber.id
    trail = store.audit.of(f"subscriber {person}")
    assert [(entry.action, entry.detail["skips"]) for entry in trail] == [("subscription.changed", "briefing+magazine")]
    assert store.subscribers.get(person or 0, letter) == wanted


def test_a_subscription_that_does_not_exist_is_not_found(store: Store, letter: int) -> None:
    with pytest.raises(NotFoundError):
        store.subscribers.get(7, letter)


def test_of_two_lines_for_one_person_the_first_counts_and_the_order_is_kept(store: Store, letter: int) -> None:
    rows = [
        Row("b@x.example", "b@x.example", "Bob"),
        Row("A@x.example", "a@x.example", "", "paused", "magazine"),
        Row("a@X.example", "a@x.example", "Ann"),
    ]
    added = store.subscribers.add_rows(letter, rows, now=NOW)
    assert (added.new, added.known) == (2, 1)
    found = list(store.subscribers.of(letter))
    assert [(s.subscriber.email, s.subscriber.name, str(s.state)) for s in found] == [
        ("b@x.example", "Bob", "active"),
        ("A@x.example", "", "paused"),
    ]


@pytest.mark.parametrize("name", ["a\\b", "tab\there", "line\nend", "\\N", "“”", "\r", "\\."])
def test_a_name_arrives_as_it_was_written(store: Store, letter: int, name: str) -> None:
    store.subscribers.add_rows(letter, [Row("a@x.example", "a@x.example", name)], now=NOW)
    assert next(store.subscribers.of(letter)).subscriber.name == name


def test_one_transaction_may_add_two_lists(store: Store, letter: int) -> None:
    for n in range(2):
        row = Row(f"r{n}@x.example", f"r{n}@x.example")
        assert store.subscribers.add_rows(letter, [row], now=NOW).new == 1
    assert store.subscribers.add_rows(letter, [], now=NOW).new == 0


LATER = NOW + timedelta(days=9)


@pytest.fixture
def reader(store: Store, letter: int) -> Subscription:
    store.subscribers.add(letter, [Subscription(subscriber=subscriber(), newsletter="")], now=NOW)
    return next(store.subscribers.of(letter))


def test_whoever_was_added_gets_every_issue_when_it_leaves(reader: Subscription) -> None:
    assert (reader.frequency, reader.topics, reader.hour, reader.paused_until) == (Frequency.EVERY, {}, None, None)
    assert reader.subscriber.timezone == ""


def test_everything_that_a_reader_decides_is_read_as_it_was_written(
    store: Store, letter: int, reader: Subscription
) -> None:
    wanted = replace(
        reader,
        subscriber=replace(reader.subscriber, timezone="America/St_Johns"),
        state=SubscriptionState.PAUSED,
        skips=frozenset({SectionKind.EVENTS}),
        frequency=Frequency.MONTHLY,
        topics={"Harbour & Sea": Frequency.EVERY, "Crime": Frequency.NEVER, "Övrigt": Frequency.BREAKING},
        hour=0,
        paused_until=LATER,
    )
    store.subscribers.change(wanted, letter, actor="subscriber", now=NOW)
    wanted = replace(wanted, subscriber=replace(wanted.subscriber, seen_at=NOW))
    assert store.subscribers.get(wanted.subscriber.id or 0, letter) == wanted
    assert store.subscribers.find("READER@example.com", letter) == wanted
    assert list(store.subscribers.of(letter)) == [wanted]
    (entry,) = store.audit.of(f"subscriber {wanted.subscriber.id}")
    assert entry.detail["topics"] == "Crime=never+Harbour & Sea=every+Övrigt=breaking"
    assert (entry.detail["timezone"], entry.detail["paused_until"]) == ("America/St_Johns", LATER.isoformat())
    store.subscribers.change(wanted, letter, actor="subscriber", now=LATER)
    assert len(store.audit.of(f"subscriber {wanted.subscriber.id}")) == 1


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="+=", exclude_categories=["Cs"]), min_size=1),
        st.sampled_from(Frequency),
    )
)
def test_the_stored_form_of_topics_keeps_them_whatever_they_are_called(topics: dict[str, Frequency]) -> None:
    assert topics_map(topics_text(topics)) == topics
    assert topics_text(dict(reversed(topics.items()))) == topics_text(topics)


def test_a_pause_ends_with_resuming_and_with_leaving(store: Store, letter: int, reader: Subscription) -> None:
    paused = replace(reader, state=SubscriptionState.PAUSED, paused_until=LATER)
    for state in (SubscriptionState.ACTIVE, SubscriptionState.UNSUBSCRIBED):
        store.subscribers.change(paused, letter, actor="t", now=NOW)
        store.subscribers.change(replace(paused, state=state), letter, actor="t", now=NOW)
        now = next(store.subscribers.of(letter))
        assert (now.state, now.paused_until) == (state, None)
    without_end = replace(paused, paused_until=None)
    store.subscribers.change(without_end, letter, actor="t", now=NOW)
    now = next(store.subscribers.of(letter))
    assert (now.state, now.paused_until) == (SubscriptionState.PAUSED, None)


def test_a_pause_needs_a_moment_with_a_zone(store: Store, letter: int, reader: Subscription) -> None:
    naive = replace(reader, state=SubscriptionState.PAUSED, paused_until=LATER.replace(tzinfo=None))
    with pytest.raises(StatementError, match="without a timezone"):
        store.subscribers.change(naive, letter, actor="t", now=NOW)
    assert next(store.subscribers.of(letter)) == reader


_EVERY, _WEEKLY, _MONTHLY = Frequency.EVERY, Frequency.WEEKLY, Frequency.MONTHLY
Wishes = tuple[Frequency, dict[str, Frequency]]


@pytest.mark.parametrize(
    ("before", "after", "given_up"),
    [
        ((_WEEKLY, {}), (_EVERY, {}), "weekly"),
        ((_MONTHLY, {}), (_WEEKLY, {}), "monthly"),
        ((_EVERY, {}), (_WEEKLY, {"Crime": _MONTHLY}), ""),
        ((_EVERY, {"Crime": _MONTHLY}), (_EVERY, {}), "monthly"),
        ((_EVERY, {"Crime": _MONTHLY}), (_EVERY, {"Crime": _WEEKLY}), "monthly"),
        ((_WEEKLY, {}), (_WEEKLY, {"Crime": Frequency.NEVER}), "weekly"),
        ((_WEEKLY, {}), (_EVERY, {"Crime": _WEEKLY}), "weekly"),
        ((_WEEKLY, {}), (_WEEKLY, {"Crime": _WEEKLY}), ""),
        ((_WEEKLY, {"Crime": _MONTHLY}), (_EVERY, {}), "weekly monthly"),
    ],
)
def test_it_is_kept_when_somebody_gave_up_reviews(
    store: Store, letter: int, reader: Subscription, before: Wishes, after: Wishes, given_up: str
) -> None:
    store.subscribers.change(
        replace(reader, frequency=before[0], topics=before[1]), letter, actor="t", now=NOW - timedelta(days=3)
    )
    store.subscribers.change(replace(reader, frequency=after[0], topics=after[1]), letter, actor="t", now=NOW)
    assert _left_at(store) == (NOW if "weekly" in given_up else None, NOW if "monthly" in given_up else None)


def test_a_later_change_of_something_else_does_not_forget_it(store: Store, letter: int, reader: Subscription) -> None:
    for frequency in (_WEEKLY, _EVERY):
        store.subscribers.change(replace(reader, frequency=frequency), letter, actor="t", now=NOW)
    store.subscribers.change(replace(reader, hour=7), letter, actor="t", now=LATER)
    assert _left_at(store) == (NOW, None)


def test_an_import_changes_nothing_of_what_somebody_decided(store: Store, letter: int, reader: Subscription) -> None:
    wanted = replace(reader, frequency=_WEEKLY, topics={"Crime": _MONTHLY}, hour=7)
    store.subscribers.change(wanted, letter, actor="t", now=NOW)
    store.subscribers.add(letter, [Subscription(subscriber=subscriber(), newsletter="")], now=LATER)
    assert next(store.subscribers.of(letter)) == wanted


def test_whoever_has_no_subscription_to_this_newsletter_is_not_found_by_address(store: Store, letter: int) -> None:
    other = store.newsletters.save(newsletter("town"))
    store.subscribers.add(other.id or 0, [Subscription(subscriber=subscriber(), newsletter="")], now=NOW)
    with pytest.raises(NotFoundError):
        store.subscribers.find("reader@example.com", letter)


def _left_at(store: Store) -> tuple[datetime | None, datetime | None]:
    with reading(store.engine) as connection:
        found = connection.execute(sa.select(subscription.c.left_weekly_at, subscription.c.left_monthly_at)).one()
    return found[0], found[1]
