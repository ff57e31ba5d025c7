import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compose.harbour import FARES, FARES_ELSEWHERE, LIBRARY, ROUND_UP, SEALS, SLOT, STRIKE, WEEK
from newsletter.compose.choose.period import Picked
from newsletter.compose.choose.select import Story, rank
from newsletter.model.article import Article


def ranked(*stories: tuple[Article, ...], recent: tuple[str, ...] = ()) -> tuple[Story, ...]:
    picked = [[Picked(page, page.published) for page in story] for story in stories]
    return rank(picked, SLOT, recent_headlines=recent)


def share(story: Story, words: str) -> float:
    return sum(term.share for term in story.main.score.terms if term.words.startswith(words))


@given(st.lists(st.sampled_from([*WEEK, ROUND_UP]), min_size=1, unique_by=lambda page: page.url))
def test_the_shares_shown_add_up_to_the_score_shown(pages: list[Article]) -> None:
    for story in ranked(*((page,) for page in pages), recent=("A library in the sea",)):
        *terms, score = str(story.main.score).split("; ")
        shown = [float(term.rpartition(" ")[2]) for term in terms]
        assert math.isclose(sum(shown), float(score.removeprefix("score ")), abs_tol=0.001)
        assert math.isclose(story.main.score.value, float(score.removeprefix("score ")), abs_tol=0.001)


def test_coverage_counts_sources_and_not_articles() -> None:
    twice = (FARES, FARES_ELSEWHERE, replace(STRIKE, headline="x"))
    (story,) = ranked(twice)
    assert story.main.why.startswith("2 sources +0.88")
    assert share(ranked((FARES,))[0], "1 source") == round(0.8 * math.log(2), 2)


def test_what_many_headlines_speak_of_is_hot() -> None:
    stories = ranked(
        (FARES,), (STRIKE,), (LIBRARY,), (replace(FARES_ELSEWHERE, headline="Ferry fares: what they buy"),)
    )
    heat = {story.main.article.headline: share(story, "heat") for story in stories}
    assert heat[FARES.headline] > heat[LIBRARY.headline] == 0


def test_length_counts_relative_to_the_window() -> None:
    longer, shorter = replace(LIBRARY, body=LIBRARY.body * 2), SEALS
    by = {story.main.article.url: share(story, "length") for story in ranked((longer,), (shorter,))}
    assert by == {longer.url: 0.4, shorter.url: -0.4}


def test_recency_halves_every_three_days_before_the_slot_ends() -> None:
    for day, expected in ((23, 0.4), (20, 0.2), (17, 0.1)):
        page = replace(SEALS, published=datetime(2026, 11, day - 1, 23, 0, tzinfo=UTC))
        assert share(ranked((page,))[0], "recency") == expected


def test_a_round_up_leads_and_a_series_counts() -> None:
    story, *_ = ranked(*((page,) for page in WEEK), (ROUND_UP,))
    assert story.main.article == ROUND_UP
    assert share(story, "round-up") == 10
    assert share(story, "series") == 0.3


def test_what_was_in_a_recent_issue_ranks_lower() -> None:
    assert share(ranked((SEALS,), recent=(SEALS.headline,))[0], "like a recent headline") == -0.6
    assert share(ranked((SEALS,), recent=(LIBRARY.headline,))[0], "like a recent headline") == 0


def test_the_main_telling_of_a_story_is_its_best() -> None:
    (story,) = ranked((FARES_ELSEWHERE, FARES))
    assert [story.main.article, *(other.article for other in story.others)] == [FARES, FARES_ELSEWHERE]


@pytest.mark.parametrize("order", [1, -1])
def test_equals_stand_by_date_then_address(order: int) -> None:
    a = replace(SEALS, url="https://review.example/a")
    b = replace(SEALS, url="https://review.example/b")
    assert [story.main.article for story in ranked(*[(a,), (b,)][::order])] == [a, b]


def test_the_score_line_says_why_an_undated_article_is_here() -> None:
    (story,) = rank([[Picked(replace(SEALS, published=None), None, "undated: taken by its arrival")]], SLOT)
    assert story.main.why == "undated: taken by its arrival; 1 source +0.55; score 0.55"
