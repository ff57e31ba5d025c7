"""Clustering near n log n against clustering by comparing everything with everything."""

from collections.abc import Sequence
from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.clusters import bcubed
from bench.magazine import week
from builders import article
from compose.harbour import ROUND_UP, WEEK
from newsletter.compose.choose.cluster import ALIKE, LIKELY, agglomerate, lead_text, likely_pairs, stories
from newsletter.compose.terms import Vector, content_words, cosine, unit_vectors
from newsletter.model.article import Article

WORDS = ("anchor", "beacon", "canal", "dinghy", "estuary", "foghorn", "gull", "harbour", "inlet", "jetty")
documents = st.lists(st.sampled_from(WORDS), max_size=7)


def exact_groups(vectors: Sequence[Vector], joined: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Average-link clustering as the textbook has it: look at every pair of groups, merge the best, begin again."""
    groups = {i: [i] for i in range(len(vectors))}

    def merge(one: int, other: int) -> None:
        groups[len(vectors) + merges] = groups.pop(one) + groups.pop(other)

    def average(one: int, other: int) -> float:
        return round(fmean(cosine(vectors[i], vectors[j]) for i in groups[one] for j in groups[other]), 9)

    merges = 0
    for i, j in joined:
        one, other = (next(number for number, members in groups.items() if x in members) for x in (i, j))
        if one != other:
            merge(one, other)
            merges += 1
    while len(groups) > 1:
        unlike, one, other = min((-average(one, other), one, other) for one, other in combinations(sorted(groups), 2))
        if -unlike < ALIKE:
            break
        merge(one, other)
        merges += 1
    return sorted(sorted(members) for members in groups.values())


@given(st.lists(documents, min_size=1, max_size=16), st.data())
def test_groups_are_those_of_comparing_everything_with_everything(pool: list[list[str]], data: st.DataObject) -> None:
    vectors = unit_vectors(pool)
    number = st.integers(0, len(pool) - 1)
    joined = data.draw(st.lists(st.tuples(number, number), max_size=3))
    assert agglomerate(vectors, combinations(range(len(pool)), 2), joined) == exact_groups(vectors, joined)


@given(st.lists(documents, max_size=9))
def test_in_a_small_pool_no_pair_that_shares_a_word_is_overlooked(pool: list[list[str]]) -> None:
    sharing = [(i, j) for i, j in combinations(range(len(pool)), 2) if set(pool[i]) & set(pool[j])]
    assert likely_pairs(unit_vectors(pool)) == sharing


@given(st.permutations([*WEEK, ROUND_UP]))
def test_the_order_of_articles_does_not_change_the_stories(shuffled: list[Article]) -> None:
    def told(pool: Sequence[Article]) -> set[frozenset[str]]:
        return {frozenset(page.identity for page in story) for story in stories(pool)}

    assert told(shuffled) == told([*WEEK, ROUND_UP])


def made_up(articles: int) -> list[Vector]:
    return unit_vectors([content_words(lead_text(told.article)) for told in week(articles)])


def test_what_is_not_compared_hardly_changes_the_stories_of_a_large_week() -> None:
    vectors = made_up(600)
    everything = agglomerate(vectors, combinations(range(600), 2), ())
    assert bcubed(agglomerate(vectors, likely_pairs(vectors), ()), everything).f1 > 0.99


def test_the_pairs_compared_grow_hardly_faster_than_the_articles() -> None:
    """Four times as many articles: n log n of them would be 5.2 times as many pairs, all pairs 16 times."""
    few, more, most = (len(likely_pairs(made_up(count))) for count in (200, 400, 800))
    assert most <= 800 * LIKELY
    assert more / few < 2**1.3
    assert most / more < 2**1.3


@pytest.mark.parametrize("tellers", [30, 300])
def test_a_story_that_everybody_tells_hangs_together(tellers: int) -> None:
    """Each has its own choice of the story's words, and each word is shared by far more than are compared for it."""
    story = [f"fact{i}" for i in range(16)]
    tellings = [
        [word for i, word in enumerate(story) if (teller + 1) * 2654435761 >> (i + 8) & 1] for teller in range(tellers)
    ]
    others = [[f"other{i}{word}" for word in WORDS] for i in range(50)]
    vectors = unit_vectors([*tellings, *others])
    groups = agglomerate(vectors, likely_pairs(vectors), ())
    assert groups == agglomerate(vectors, combinations(range(len(vectors)), 2), ())
    assert groups[0] == list(range(tellers))


def test_a_saying_that_everybody_varies_is_not_one_quotation() -> None:
    def said(place: str, rest: str) -> str:
        return f"“{place} has waited nine long winters for a boat that sails on time.” {rest}"

    varied = [
        article(f"Notes{i}", dek=None, url=f"https://review.example/{i}", body=(said(f"Place{i}", own),))
        for i in range(40)
        for own in [" ".join(f"{word}{i}" for word in WORDS * 3)]
    ]
    again = article("Heard", dek=None, url="https://post.example/again", body=(said("Place7", "Nobody laughed."),))
    apart = stories([*varied, again])
    assert [story for story in apart if len(story) > 1] == [(varied[7], again)]
