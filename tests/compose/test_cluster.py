from dataclasses import replace

from builders import article
from compose.harbour import (
    BOATS,
    FARES,
    FARES_ELSEWHERE,
    LIBRARY,
    MEALS,
    ROUND_UP,
    SEA_WALL,
    SEA_WALL_ELSEWHERE,
    SEALS,
    STRIKE,
    WEEK,
)
from newsletter.compose.choose.cluster import stories


def test_tellings_of_one_story_are_together_and_all_other_stories_apart() -> None:
    assert stories([*WEEK, ROUND_UP]) == (
        (FARES, FARES_ELSEWHERE, ROUND_UP),
        (STRIKE,),
        (LIBRARY,),
        (SEALS,),
        (SEA_WALL, SEA_WALL_ELSEWHERE),
        (MEALS,),
    )


def test_different_stories_are_apart_even_when_they_are_all_there_is() -> None:
    assert stories([FARES, STRIKE]) == ((FARES,), (STRIKE,))


def test_a_shared_quotation_of_six_words_joins_what_words_do_not() -> None:
    profile = replace(LIBRARY, body=(*LIBRARY.body, f"She has been quoted since: “{BOATS.removeprefix('We are ')}.”"))
    assert stories([FARES, profile]) == ((FARES, profile),)


def test_a_shared_catchword_joins_nothing() -> None:
    one = replace(LIBRARY, body=(*LIBRARY.body, "It is “very, very good” news."))
    other = replace(SEALS, body=(*SEALS.body, "It is “very, very good” news."))
    assert stories([one, other]) == ((one,), (other,))


def test_a_quotation_counts_in_the_story_and_not_in_what_a_round_up_adds_below_it() -> None:
    pumps = replace(SEA_WALL, body=(*SEA_WALL.body, ROUND_UP.sections[1].paragraphs[1]))  # type: ignore[union-attr] # a briefing
    assert stories([ROUND_UP, pumps]) == ((ROUND_UP,), (pumps,))


def test_articles_without_words_are_stories_of_their_own() -> None:
    empty = [article("", dek=None, body=(), url=f"https://review.example/{i}") for i in range(3)]
    assert len(stories(empty)) == 3


def test_one_quotation_said_over_and_over_is_no_trouble() -> None:
    droning = replace(LIBRARY, body=("“" + "again and " * 20_000 + "again.”",))
    assert stories([droning, SEALS]) == ((droning,), (SEALS,))
