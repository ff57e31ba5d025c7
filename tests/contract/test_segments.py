"""A segment means the same readers in either database as its rule does, and an issue may go to one alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOW, newsletter, subscriber
from newsletter.errors import IssueStateError, NotFoundError
from newsletter.model.segment import All, Any, Condition, Not, Rule, Usual, matches
from newsletter.model.segment_words import parse
from newsletter.model.subscriber import READER, Frequency, Subscription, SubscriptionState
from newsletter.model.suppression import SuppressionReason
from newsletter.store.store import Store

NAMES, VALUES = ("City", 'Ho"me. $town', "'x", ""), ("Berlin", "berlin", "Ber", "%", "_", "")
TOPICS, ZONES = ("Harbour", "Harbour = old", "Crime"), ("", "Asia/Tokyo", "Europe/Berlin")
DAYS = ("2026-01-01", "2026-11-19", "2030-01-01")


@st.composite
def readers(draw: st.DrawFn, number: int) -> Subscription:
    person = subscriber(
        f"r{number}@{draw(st.sampled_from(('example.com', 'Example.org')))}", language=draw(st.sampled_from(("", "de", "en"))),
        timezone=draw(st.sampled_from(ZONES)), plain=draw(st.booleans()),
        attributes=draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=3)),
    )  # fmt: skip
    return Subscription(
        subscriber=person, newsletter="harbour", state=draw(st.sampled_from(SubscriptionState)),
        frequency=draw(st.sampled_from([one for one in Frequency if one is not Frequency.NEVER])),
        topics=draw(st.dictionaries(st.sampled_from(TOPICS), st.sampled_from(Frequency))),
        since=NOW - timedelta(days=draw(st.sampled_from((0, 10, 400)))), source=draw(st.sampled_from(VALUES)),
    )  # fmt: skip


def _conditions() -> st.SearchStrategy[Condition]:
    texts, moments = st.sampled_from(("is", "has")), st.sampled_from(("joined", "seen"))
    return st.one_of(
        st.builds(Condition, st.just("topic"), st.just("is"), st.sampled_from(TOPICS)),
        st.builds(Condition, st.just("language"), st.just("is"), st.sampled_from(("de", "en", "fr"))),
        st.builds(Condition, st.just("timezone"), st.just("is"), st.sampled_from(("Asia/Tokyo", "Europe/Berlin", "UTC"))),
        st.builds(Condition, st.sampled_from(("source", "email")), texts, st.sampled_from((*VALUES, "example", "@example.org"))),
        st.builds(Condition, st.just("attribute"), texts, st.sampled_from(VALUES), st.sampled_from((*NAMES, "none"))),
        st.builds(Condition, st.just("cadence"), st.just("is"), st.sampled_from(("every", "monthly"))),
        st.builds(Condition, st.just("state"), st.just("is"), st.sampled_from(("active", "paused", "unsubscribed"))),
        st.builds(Condition, st.just("format"), st.just("is"), st.sampled_from(("html", "text"))),
        st.builds(Condition, moments, st.sampled_from(("after", "before")), st.sampled_from(DAYS)),
        st.builds(Condition, moments, st.just("within"), st.sampled_from(("0", "30", "36500"))),
    )  # fmt: skip


def _deeper(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(All, several), st.builds(Any, several))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_database_means_whom_the_rule_means(store: Store, data: st.DataObject) -> None:
    letter = store.newsletters.save(newsletter(f"n{data.draw(st.integers(0, 10**12))}"))
    number = int(letter.id or 0)
    tag = f"{number}x"
    people = [data.draw(readers(f"{tag}{place}")) for place in range(8)]  # type: ignore[arg-type]
    store.subscribers.add(number, people, now=NOW)
    for found in list(store.subscribers.of(number))[:3]:
        store.subscribers.change(found, number, actor=READER, now=NOW - timedelta(days=5))
    known = list(store.subscribers.of(number))
    usual = Usual(language=letter.language, timezone=letter.timezone)
    for rule in data.draw(st.lists(st.recursive(_conditions(), _deeper, max_leaves=4), min_size=8, max_size=8)):
        meant = {one.subscriber.email for one in store.segments.readers(number, rule, now=NOW)}
        assert meant == {one.subscriber.email for one in known if matches(rule, one, usual, NOW)}, rule
        active = [one for one in known if one.state is SubscriptionState.ACTIVE]
        assert store.segments.count(number, rule, now=NOW) == sum(matches(rule, one, usual, NOW) for one in active)


def test_a_saved_segment_keeps_its_rule_and_counts_whom_it_means_now(store: Store) -> None:
    letter = store.newsletters.save(newsletter()).id or 0
    people = [
        Subscription(subscriber=subscriber(f"{name}@example.com"), newsletter="harbour") for name in ("ann", "bob")
    ]
    store.subscribers.add(letter, people, now=NOW)
    store.segments.save(letter, "all of us", parse("cadence is every"), actor="t", now=NOW)
    assert store.segments.get(letter, "all of us", now=NOW).count == 2
    store.suppressions.add("ann@example.com", SuppressionReason.BOUNCE, actor="t", now=NOW)
    (saved,) = store.segments.all(letter, now=NOW)
    assert (saved.name, saved.rule, saved.count) == ("all of us", parse("cadence is every"), 1)
    store.segments.save(letter, "all of us", parse("cadence is weekly"), actor="t", now=NOW)
    assert store.segments.get(letter, "all of us", now=NOW).count == 0
    store.segments.remove(letter, "all of us", actor="t", now=NOW)
    with pytest.raises(NotFoundError, match="newsletter segment list"):
        store.segments.get(letter, "all of us", now=NOW)
    with pytest.raises(NotFoundError):
        store.segments.remove(letter, "all of us", actor="t", now=NOW)
    actions = [entry.action for entry in store.audit.of(f"newsletter {letter}")]
    assert actions[-3:] == ["segment.saved", "segment.saved", "segment.removed"]


def test_no_issue_can_be_directed_that_is_not_there(store: Store) -> None:
    with pytest.raises(IssueStateError):
        store.segments.direct(1, None, actor="t", now=datetime.now(UTC))
