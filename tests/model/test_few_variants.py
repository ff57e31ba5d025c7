"""However readers choose, an issue is made in few mails, and nobody loses what they want by it."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.few_variants import bounded
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import OPTIONAL_SECTIONS
from newsletter.model.variant import Variant

_VARIANTS = st.builds(
    Variant,
    st.frozensets(st.sampled_from(OPTIONAL_SECTIONS), max_size=4),
    st.frozensets(st.sampled_from(["a1", "a2", "a3", "a4"])),
)


@given(
    st.dictionaries(st.text(max_size=3), st.tuples(_VARIANTS, st.integers(1, 50)), max_size=20),
    st.integers(1, 6),
)
def test_there_are_never_more_and_each_holds_all_that_was_wanted(
    chosen: dict[str, tuple[Variant, int]], most: int
) -> None:
    wanted = {text: variant for text, (variant, _) in chosen.items()}
    made = bounded(wanted, {text: count for text, (_, count) in chosen.items()}, most)
    assert made.keys() == wanted.keys()
    assert len(set(made.values())) <= most
    for text, variant in made.items():
        assert variant.skips <= wanted[text].skips
        assert variant.had <= wanted[text].had
    if len(set(wanted.values())) <= most:
        assert made == wanted


def test_what_most_readers_want_is_made_exactly_and_the_rare_get_the_nearest() -> None:
    events, both = frozenset({SectionKind.EVENTS}), frozenset({SectionKind.EVENTS, SectionKind.NUMBERS})
    wanted = {
        "all": Variant(),
        "many": Variant(events),
        "few": Variant(both),
        "one": Variant(frozenset({SectionKind.SERIES})),
    }
    made = bounded(wanted, {"all": 9, "many": 8, "few": 2, "one": 1}, most=2)
    assert made == {"all": Variant(), "many": Variant(events), "few": Variant(events), "one": Variant()}
