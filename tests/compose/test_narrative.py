from dataclasses import replace

import pytest

from builders import article
from compose.harbour import BOATS, FARES, WEEK
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.narrative import narrative
from newsletter.model.article import Article, Quote
from newsletter.model.sentences import word_count


def anything(_: str) -> bool:
    return False


def told(page: Article) -> str:
    line = narrative(page, skip=anything)
    return line.text if line else ""


LEAD = "The harbour council of Skarrow voted on Tuesday to raise the ferry fares by a tenth from the first of April."
LATER = "Commuters from the islands had collected signatures for a cheaper monthly ticket and will hear about it in January."


@pytest.mark.parametrize("page", WEEK, ids=lambda page: page.headline)
def test_a_narrative_is_one_or_two_whole_sentences_in_source_order(page: Article) -> None:
    line = narrative(page, skip=anything)
    assert line
    assert line.text == " ".join(line.evidence)
    places = [" ".join(page.body).index(sentence) for sentence in line.evidence]
    assert places == sorted(places)
    assert len(line.evidence) in (1, 2)


@pytest.mark.parametrize(
    "page", [page for page in WEEK if sum(map(word_count, page.body)) > 50], ids=lambda p: p.headline
)
def test_a_narrative_has_forty_to_seventy_five_words_where_the_article_allows_it(page: Article) -> None:
    assert 36 <= word_count(told(page)) <= 75


def test_the_sentence_that_adds_most_follows_the_first() -> None:
    again = LEAD.replace("voted on Tuesday", "decided")
    assert told(article(body=(LEAD, again, LATER))) == f"{LEAD} {LATER}"


def test_the_next_sentence_of_the_paragraph_goes_before_one_that_adds_more() -> None:
    following = LEAD.replace("voted on Tuesday", "decided")
    assert told(article(body=(f"{LEAD} {following}", LATER))) == f"{LEAD} {following}"


def test_a_pronoun_is_not_torn_from_the_sentence_it_leans_on() -> None:
    torn = "It means that a day ticket to Ternholm and back will cost eleven crowns more than it did last year."
    assert told(article(body=(LEAD, torn, LATER))) == f"{LEAD} {LATER}"


def of_words(count: int) -> str:
    return "The council of Skarrow heard of " + "ropes " * (count - 7) + "today."


def test_a_first_sentence_that_has_the_length_is_not_made_too_long() -> None:
    assert word_count(of_words(50)) == 50
    assert told(article(body=(of_words(50), of_words(26)))) == of_words(50)
    assert told(article(body=(of_words(50), of_words(25)))) == f"{of_words(50)} {of_words(25)}"


def test_two_sentences_may_be_somewhat_too_long_where_one_would_be_much_too_short() -> None:
    assert told(article(body=(of_words(12), of_words(70)))) == f"{of_words(12)} {of_words(70)}"


def test_never_more_than_ninety_words_are_told() -> None:
    assert told(article(body=(of_words(91), LEAD))) == LEAD
    assert told(article(body=(of_words(91),))) == ""
    assert told(article(body=(of_words(90),))) == of_words(90)


def test_somebody_who_was_not_introduced_is_not_told_of() -> None:
    surname = "Okafor will hear in January what the commuters of the islands say about a cheaper monthly ticket for the ferry."
    page = article(body=(f"{LEAD} {surname}", LATER))
    assert told(page) == f"{LEAD} {surname}"
    quoted = replace(page, quotes=(Quote(text="We float", speaker="Ines Okafor"),))
    assert told(quoted) == f"{LEAD} {LATER}"


def test_a_short_article_is_told_with_what_it_has() -> None:
    assert told(article(body=("The crane was mended today.",))) == "The crane was mended today."
    assert told(article(body=("The crane was mended today.", "The lamp is next."))) == (
        "The crane was mended today. The lamp is next."
    )


def test_an_article_without_a_sentence_that_stands_alone_is_not_told() -> None:
    assert narrative(article(body=()), skip=anything) is None
    assert (
        narrative(article(body=("The chair said:", "“We float.”"), blockquotes=("“We float.”",)), skip=anything) is None
    )


def test_a_printed_quotation_is_not_told_again() -> None:
    quoting = f"“{BOATS},” Ines Okafor told the commuters of Skarrow and Ternholm who had come to the hall."
    page = replace(FARES, body=(quoting, LEAD, LATER))
    assert told(page).startswith(quoting)
    printed = Printed()
    printed.add(f"“{BOATS}.”")
    line = narrative(page, skip=printed.holds)
    assert line
    assert line.text == f"{LEAD} {LATER}"
