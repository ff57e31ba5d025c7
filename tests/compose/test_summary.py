from dataclasses import replace

import pytest

from builders import article
from compose.harbour import BOATS, FARES, ROUND_UP, WEEK
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.summary import LEAD, STORY, summarise
from newsletter.model.article import Article
from newsletter.model.sentences import word_count


def anything(_: str) -> bool:
    return False


@pytest.mark.parametrize("page", WEEK, ids=lambda page: page.headline)
def test_a_summary_is_whole_sentences_of_the_article_in_its_order(page: Article) -> None:
    text = " ".join(page.body)
    places = [text.index(sentence) for sentence in summarise(page, STORY, skip=anything)]
    assert len(places) >= 2
    assert places == sorted(places)


@pytest.mark.parametrize("page", WEEK, ids=lambda page: page.headline)
def test_a_summary_never_exceeds_its_words(page: Article) -> None:
    assert word_count(" ".join(summarise(page, STORY, skip=anything))) <= 60
    assert word_count(" ".join(summarise(page, LEAD, skip=anything))) <= 90


def test_a_summary_below_45_words_takes_one_sentence_more() -> None:
    body = tuple(f"The {thing} of the old harbour was mended today." for thing in ("crane", "lamp", "pier", "shed"))
    assert len(summarise(article(body=body), STORY, skip=anything)) == 3


def test_the_first_sentence_leaves_room_for_a_second() -> None:
    long = "The council heard " + "of ropes and buoys and " * 11 + "little else."
    page = article(body=(long, "The crane was mended today.", "The lamp was mended yesterday."))
    assert summarise(page, STORY, skip=anything) == page.body[1:]


def test_the_lead_weighs_more_than_what_follows() -> None:
    facts = [f"The {a} keeps a {b} in the {c}." for a, b, c in zip("abcdefgh", "ijklmnop", "qrstuvwx", strict=True)]
    words = [fact.replace(" keeps a ", "berg keeps a ").replace(" in the ", "burg in the ") for fact in facts]
    assert summarise(article(body=tuple(words)), replace(STORY, enough=0), skip=anything) == tuple(words[:2])


def test_a_sentence_that_says_the_same_again_is_passed_over() -> None:
    body = (
        "The ferry company will raise its fares by 12 percent.",
        "Fares of the ferry company will rise by 12 percent.",
        "Two boats from Gdansk replace those built in 1987.",
    )
    assert summarise(article(body=body), replace(STORY, enough=0), skip=anything) == (body[0], body[2])


def test_fragments_introductions_and_block_quotations_do_not_stand_alone() -> None:
    chosen = summarise(ROUND_UP, LEAD, skip=anything)
    assert chosen == (
        ROUND_UP.body[0],
        "The company will order two boats from a yard in Gdansk.",
        "The present ones were built in 1987.",
    )
    assert summarise(article(body=("Left to be.", "So it goes:")), STORY, skip=anything) == ()


def test_a_sentence_with_a_printed_quotation_is_not_chosen() -> None:
    printed = Printed()
    assert BOATS in " ".join(summarise(FARES, LEAD, skip=printed.holds))
    printed.add(f"“{BOATS}”")
    again = summarise(FARES, LEAD, skip=printed.holds)
    assert len(again) == 3
    assert BOATS not in " ".join(again)


def test_only_the_first_80_sentences_are_read() -> None:
    body = (*("Rain fell on the old pier.",) * 80, "The council resigned over fares on Tuesday.")
    assert summarise(article(body=body), STORY, skip=anything)[-1] == body[0]
