from dataclasses import replace

import pytest

from builders import NOW, newsletter, subscriber
from newsletter.errors import NotFoundError
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.store.store import Store


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
    assert (again.new, again.known) == (0, 1)
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
    person = wanted.subscriber.id
    trail = store.audit.of(f"subscriber {person}")
    assert [(entry.action, entry.detail["skips"]) for entry in trail] == [("subscription.changed", "briefing+magazine")]
    assert store.subscribers.get(person or 0, letter) == wanted


def test_a_subscription_that_does_not_exist_is_not_found(store: Store, letter: int) -> None:
    with pytest.raises(NotFoundError):
        store.subscribers.get(7, letter)


def test_of_two_lines_for_one_person_the_first_counts_and_the_order_is_kept(store: Store, letter: int) -> None:
    rows = [
        ("b@x.example", "b@x.example", "Bob", "active", ""),
        ("A@x.example", "a@x.example", "", "paused", "magazine"),
    ]
    rows += [("a@X.example", "a@x.example", "Ann", "active", "")]
    added = store.subscribers.add_rows(letter, rows, now=NOW)
    assert (added.new, added.known) == (2, 1)
    found = list(store.subscribers.of(letter))
    assert [(s.subscriber.email, s.subscriber.name, str(s.state)) for s in found] == [
        ("b@x.example", "Bob", "active"),
        ("A@x.example", "", "paused"),
    ]


@pytest.mark.parametrize("name", ["a\\b", "tab\there", "line\nend", "\\N", "“”", "\r", "\\."])
def test_a_name_arrives_as_it_was_written(store: Store, letter: int, name: str) -> None:
    store.subscribers.add_rows(letter, [("a@x.example", "a@x.example", name, "active", "")], now=NOW)
    assert next(store.subscribers.of(letter)).subscriber.name == name


def test_one_transaction_may_add_two_lists(store: Store, letter: int) -> None:
    for n in range(2):
        row = (f"r{n}@x.example", f"r{n}@x.example", "", "active", "")
        assert store.subscribers.add_rows(letter, [row], now=NOW).new == 1
    assert store.subscribers.add_rows(letter, [], now=NOW).new == 0
