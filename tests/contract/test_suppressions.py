"""Who must not be written to is not, whatever is imported, erased or restored."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOW, newsletter, subscriber
from newsletter.errors import ChoiceError
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.seal import Seal
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.model.suppression import SuppressionReason
from newsletter.store.bulk import Row
from newsletter.store.store import Store
from newsletter.store.suppressions import Ban, Suppressions

ANN, BOB = "Ann@example.com", "bob@example.com"
BOUNCE, COMPLAINT, MANUAL = SuppressionReason.BOUNCE, SuppressionReason.COMPLAINT, SuppressionReason.MANUAL
ERASED, LEFT = SuppressionReason.ERASED, SuppressionReason.UNSUBSCRIBED


@pytest.fixture
def letter(store: Store) -> int:
    return store.newsletters.save(newsletter()).id or 0


def join(store: Store, letter: int, email: str = ANN) -> Subscription:
    wanted = Subscription(subscriber=subscriber(email), newsletter="harbour")
    return store.subscribers.join(wanted, letter, now=NOW, evidence=[Consent(kind=ConsentKind.CONFIRMED, at=NOW)])


def added(store: Store, letter: int, *emails: str) -> tuple[int, int, int]:
    found = store.subscribers.add_rows(letter, [Row(email, email.casefold()) for email in emails], now=NOW)
    return found.new, found.known, found.suppressed


def suppress(store: Store, email: str, reason: SuppressionReason, letter: int = 0) -> None:
    store.suppressions.add(email, reason, actor="t", now=NOW, newsletter_id=letter)


def leave(store: Store, letter: int, found: Subscription) -> None:
    gone = replace(found, state=SubscriptionState.UNSUBSCRIBED, left_reason="too_often")
    store.subscribers.change(gone, letter, actor="subscriber", now=NOW)


def test_a_suppressed_address_is_not_imported_in_any_letter_case(store: Store, letter: int) -> None:
    suppress(store, ANN, COMPLAINT)
    assert added(store, letter, "ann@example.com", BOB) == (1, 0, 1)
    assert [one.subscriber.email for one in store.subscribers.of(letter)] == [BOB]


def test_of_one_newsletter_alone_it_stays_with_the_others(store: Store, letter: int) -> None:
    other = store.newsletters.save(newsletter(slug="tide")).id or 0
    suppress(store, ANN, MANUAL, letter)
    assert added(store, letter, ANN) == (0, 0, 1)
    assert added(store, other, ANN) == (1, 0, 0)


def test_a_reader_who_is_suppressed_keeps_what_they_chose(store: Store, letter: int) -> None:
    join(store, letter)
    suppress(store, ANN, BOUNCE)
    found = store.subscribers.find(ANN, letter)
    assert (found.state, found.subscriber.suppressed) == (SubscriptionState.ACTIVE, "bounce")
    assert store.suppressions.lift(ANN, actor="t", now=NOW)
    assert store.subscribers.find(ANN, letter).subscriber.suppressed == ""
    assert not store.suppressions.lift(ANN, actor="t", now=NOW)


def test_a_weightier_reason_stays(store: Store) -> None:
    for reason in (LEFT, COMPLAINT, BOUNCE, MANUAL, ERASED):
        suppress(store, ANN, reason)
    (found,) = store.suppressions.of(ANN)
    assert found.reason is COMPLAINT


def test_who_left_is_on_the_list_and_comes_back_only_by_themselves(store: Store, letter: int) -> None:
    leave(store, letter, join(store, letter))
    found = store.subscribers.find(ANN, letter)
    assert (found.state, found.left_at, found.left_reason) == (SubscriptionState.UNSUBSCRIBED, NOW, "too_often")
    assert [(one.newsletter_id, one.reason) for one in store.suppressions.of(ANN)] == [(letter, LEFT)]
    assert added(store, letter, ANN) == (0, 0, 1)
    again = join(store, letter)
    assert (again.state, again.left_at, again.left_reason) == (SubscriptionState.ACTIVE, None, "")
    assert store.suppressions.of(ANN) == []
    kinds = [one.kind for one in store.consents.of(1, letter)]
    assert kinds == [ConsentKind.CONFIRMED, ConsentKind.LEFT, ConsentKind.CONFIRMED]


@pytest.mark.parametrize("reason", [COMPLAINT, MANUAL, BOUNCE])
def test_nobody_joins_who_may_not_be_written_to(store: Store, letter: int, reason: SuppressionReason) -> None:
    suppress(store, ANN, reason)
    with pytest.raises(ChoiceError):
        join(store, letter)
    assert list(store.subscribers.of(letter)) == []


def test_many_at_once_are_the_same_as_one_by_one(store: Store, letter: int) -> None:
    people = [f"r{n}@example.com" for n in range(1200)]
    added(store, letter, *people)
    bans = [Ban(email, BOUNCE if n % 2 else LEFT, 0 if n % 2 else letter) for n, email in enumerate(people)]
    assert store.suppressions.add_all([*bans, *bans], now=NOW) == 1200
    assert store.suppressions.add_all(bans, now=NOW) == 0
    standing = {one.subscriber.email: (one.state, one.subscriber.suppressed) for one in store.subscribers.of(letter)}
    assert standing["r0@example.com"] == (SubscriptionState.UNSUBSCRIBED, "")
    assert standing["r1@example.com"] == (SubscriptionState.ACTIVE, "bounce")
    assert store.suppressions.count() == {(letter, LEFT): 600, (0, BOUNCE): 600}


def test_hashes_of_a_former_secret_count_and_those_of_another_one_do_not(store: Store) -> None:
    old, new, other = (Suppressions(store.engine, Seal(keys)) for keys in (("old",), ("new", "old"), ("other",)))
    old.add(ANN, COMPLAINT, actor="t", now=NOW)
    assert [one.reason for one in new.of(ANN)] == [COMPLAINT]
    assert other.of(ANN) == []


def test_an_erased_reader_is_nowhere_but_counted(store: Store, letter: int) -> None:
    found = join(store, letter)
    store.letters.take(1, now=NOW)
    store.erasure.erase(int(found.subscriber.id or 0), actor="t", now=NOW)
    assert list(store.subscribers.of(letter)) == []
    assert store.consents.of(1, letter) == []
    assert [(one.newsletter_id, one.reason) for one in store.suppressions.of(ANN)] == [(0, ERASED)]
    assert added(store, letter, ANN) == (0, 0, 1)
    again = join(store, letter)
    assert again.subscriber.id == 2


def test_everything_that_is_known_is_told_as_json(store: Store, letter: int) -> None:
    found = join(store, letter)
    known = store.erasure.everything(int(found.subscriber.id or 0), actor="ed", now=NOW)
    assert json.loads(json.dumps(known)) == known
    assert (known["person"]["email"], len(known["subscriptions"]), len(known["consents"])) == (ANN, 1, 1)
    assert store.audit.of("subscriber 1")[-1].actor == "ed"


def test_who_left_long_ago_is_forgotten_and_stays_away(store: Store, letter: int) -> None:
    leave(store, letter, join(store, letter))
    stays = join(store, letter, BOB)
    later = NOW + timedelta(days=200)
    assert store.erasure.gone_since(letter, 12, now=later) == []
    assert store.erasure.gone_since(letter, 6, now=later) == [1]
    store.erasure.retire(1, actor="t", now=later)
    assert [one.subscriber.id for one in store.subscribers.of(letter)] == [stays.subscriber.id]
    assert added(store, letter, ANN) == (0, 0, 1)


def test_who_does_not_answer_for_a_month_is_taken_off_and_who_does_is_not(store: Store, letter: int) -> None:
    join(store, letter)
    join(store, letter, BOB)
    later = NOW + timedelta(days=400)
    assert store.renewals.ask(letter, 12, now=later) == 2
    assert store.renewals.ask(letter, 12, now=later) == 0, "nobody is asked twice"
    for one in store.letters.take(10, now=later):
        store.letters.sent(one.id, now=later)
    assert store.renewals.end(letter, now=later + timedelta(days=29)) == 0
    store.renewals.stay(2, letter, page="/stay", network="", now=later + timedelta(days=3))
    assert store.renewals.end(letter, now=later + timedelta(days=30)) == 1
    states = {one.subscriber.email: (one.state, one.left_reason) for one in store.subscribers.of(letter)}
    assert states == {ANN: (SubscriptionState.UNSUBSCRIBED, "no answer"), BOB: (SubscriptionState.ACTIVE, "")}


def test_an_address_is_changed_when_both_mailboxes_agree(store: Store, letter: int) -> None:
    join(store, letter)
    store.address_changes.ask(1, letter, "new@example.com", now=NOW)
    assert sorted(one.recipient for one in store.letters.take(9, now=NOW)) == [ANN, "new@example.com"]
    assert store.address_changes.agree(1, "new_address", now=NOW).agreed == {"new_address"}
    assert store.subscribers.find(ANN, letter).subscriber.id == 1
    store.address_changes.agree(1, "old_address", now=NOW)
    found = store.subscribers.find("new@example.com", letter)
    assert (found.subscriber.id, found.subscriber.link_serial) == (1, 1)


def test_an_address_that_is_somebody_elses_is_not_taken(store: Store, letter: int) -> None:
    join(store, letter)
    join(store, letter, BOB)
    store.address_changes.ask(1, letter, BOB, now=NOW)
    store.address_changes.agree(1, "new_address", now=NOW)
    with pytest.raises(ChoiceError):
        store.address_changes.agree(1, "old_address", now=NOW)
    assert store.subscribers.find(ANN, letter).subscriber.id == 1


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["import", "import gone", "suppress", "erase", "leave", "join", "lift", "forget"]),
        st.sampled_from(["a@example.com", "b@example.com"]),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_whoever_may_not_be_written_to_never_can_after_any_imports_and_erasures(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    """Only the person (by confirming) and an editor (by lifting) make an address one that may be written to again."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('life')}/n.db") as store:
        store.upgrade()
        letter = store.newsletters.save(newsletter()).id or 0
        banned: dict[str, set[str]] = {"a@example.com": set(), "b@example.com": set()}
        for step, email in steps:
            _do(store, letter, step, email, banned[email])
            for one in store.subscribers.of(letter):
                mailable = one.state is SubscriptionState.ACTIVE and not one.subscriber.suppressed
                assert not (mailable and banned[one.subscriber.email]), (step, email, banned)


def _do(store: Store, letter: int, step: str, email: str, banned: set[str]) -> None:
    person = next((one for one in store.subscribers.of(letter) if one.subscriber.email == email), None)
    number = int(person.subscriber.id or 0) if person else 0
    if step == "import":
        added(store, letter, email)
    elif step == "import gone":
        store.subscribers.add_rows(letter, [Row(email, email, state="unsubscribed")], now=NOW)
        store.suppressions.add_all([Ban(email, LEFT, letter)], now=NOW)
        banned.add("left")
    elif step == "suppress":
        suppress(store, email, COMPLAINT)
        banned.add("complaint")
    elif step == "erase" and person:
        store.erasure.erase(number, actor="t", now=NOW)
        banned.add("erased")
    elif step == "leave" and person:
        leave(store, letter, person)
        banned.add("left")
    elif step == "forget" and person and person.state is SubscriptionState.UNSUBSCRIBED:
        store.erasure.retire(number, actor="t", now=NOW)
    elif step == "lift":
        store.suppressions.lift(email, actor="t", now=NOW)
        banned -= {"complaint", "erased"}
    elif step == "join" and "complaint" not in banned:
        join(store, letter, email)
        banned.clear()
