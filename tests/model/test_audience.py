"""Which items of an issue a reader wants."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import newsletter
from newsletter.model.audience import Wishes, goes_to, wanted
from newsletter.model.cadence import Cadence, Every
from newsletter.model.issue import Edition
from newsletter.model.subscriber import Frequency

EVERY, WEEKLY, MONTHLY, BREAKING, NEVER = Frequency
LETTER = newsletter(topics=("Harbour", "Crime"))
ITEMS = {"a1": ("harbour",), "a2": ("Crime", "Harbour"), "a3": ("Weather",), "a4": ()}
DAILY = Cadence(every=Every.DAY)


@pytest.mark.parametrize(
    ("cadence", "frequencies"),
    [
        (None, {EVERY, WEEKLY}),
        (Cadence(every=Every.WEEK, on=("friday",)), {EVERY, WEEKLY}),
        (Cadence(every=Every.WEEK, on=("tuesday", "friday")), {EVERY}),
        (Cadence(every=Every.WEEK, on=("friday",), at=("08:00", "18:00")), {EVERY}),
        (DAILY, {EVERY}),
        (Cadence(every=Every.MONTH, on=("1",)), {EVERY, WEEKLY, MONTHLY}),
    ],
)
def test_a_regular_issue_is_for_all_who_would_get_no_less_by_it(
    cadence: Cadence | None, frequencies: set[Frequency]
) -> None:
    assert goes_to(newsletter(cadence=cadence), Edition.REGULAR) == frequencies


@pytest.mark.parametrize(
    ("edition", "wishes", "keys"),
    [
        (Edition.REGULAR, Wishes(), {"a1", "a2", "a3", "a4"}),
        (Edition.REGULAR, Wishes(frequency=MONTHLY), None),
        (Edition.REGULAR, Wishes(topics={"Harbour": NEVER}), {"a2", "a3", "a4"}),
        (Edition.REGULAR, Wishes(frequency=MONTHLY, topics={"Harbour": EVERY}), {"a1", "a2"}),
        (Edition.REGULAR, Wishes(topics={"Harbour": NEVER, "Crime": NEVER}), {"a3", "a4"}),
        (Edition.MONTHLY, Wishes(), None),
        (Edition.MONTHLY, Wishes(frequency=MONTHLY), {"a1", "a2", "a3", "a4"}),
        (Edition.MONTHLY, Wishes(topics={"Harbour": MONTHLY}), {"a1"}),
        (Edition.MONTHLY, Wishes(left=True), {"a1", "a2", "a3", "a4"}),
        (Edition.MONTHLY, Wishes(frequency=BREAKING, left=True), set()),
        (Edition.WEEKLY, Wishes(frequency=MONTHLY, left=True), set()),
        (Edition.BREAKING, Wishes(frequency=BREAKING), {"a1", "a2", "a3", "a4"}),
        (Edition.BREAKING, Wishes(frequency=WEEKLY), None),
    ],
)
def test_what_a_reader_wants(edition: Edition, wishes: Wishes, keys: set[str] | None) -> None:
    assert wanted(LETTER, edition, ITEMS, wishes) == keys


_CHOICES = st.builds(
    Wishes,
    frequency=st.sampled_from([EVERY, WEEKLY, MONTHLY, BREAKING]),
    topics=st.dictionaries(st.sampled_from(LETTER.topics), st.sampled_from(list(Frequency))),
)


@given(_CHOICES, st.sampled_from([None, DAILY]))
def test_every_item_comes_to_everybody_in_one_edition_unless_they_want_it_never(
    wishes: Wishes, cadence: Cadence | None
) -> None:
    letter = newsletter(topics=LETTER.topics, cadence=cadence)
    editions = [e for e in Edition if e is not Edition.BREAKING and (cadence is not None or e is not Edition.WEEKLY)]
    for key, topics in ITEMS.items():
        comes = [e for e in editions if key in (wanted(letter, e, {key: topics}, wishes) or ())]
        own = [
            wishes.topics.get(t, wishes.frequency) for t in letter.topics if t.casefold() in map(str.casefold, topics)
        ]
        is_wanted = any(often in (EVERY, WEEKLY, MONTHLY) for often in own or [wishes.frequency])
        assert len(comes) == is_wanted


@given(_CHOICES)
def test_a_topic_nobody_offers_changes_nothing(wishes: Wishes) -> None:
    for edition, key in product(Edition, ITEMS):
        topics = ITEMS[key]
        with_one_more = wanted(LETTER, edition, {key: (*topics, "Sailing")}, wishes)
        assert with_one_more == wanted(LETTER, edition, {key: topics}, wishes)
