from dataclasses import replace

import pytest

from builders import article
from compose.harbour import BOATS, FARES, MEALS, WEEK
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.bullets import bullet, cut_off, has_text, shortened
from newsletter.model.article import Article
from newsletter.model.sentences import word_count


def line(page: Article) -> str:
    found = bullet(page, skip=Printed().holds)
    return found.text if found else ""


def test_the_dek_is_the_bullet() -> None:
    assert line(FARES) == FARES.dek


def test_the_lead_sentence_is_the_bullet_when_there_is_no_dek() -> None:
    assert line(replace(FARES, dek=None)) == FARES.body[0]


def test_a_dek_that_leans_on_its_headline_is_not_printed_alone() -> None:
    assert line(MEALS) == MEALS.body[0]
    assert line(replace(MEALS, body=())) == MEALS.dek


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("The port (the oldest on the coast) reopened today", "The port reopened today."),
        ("Meanwhile, the port reopened.", "The port reopened."),
        ("But the port reopened.", "The port reopened."),
        ("In addition, the port reopened.", "The port reopened."),
        ("On Wednesday, the port reopened.", "The port reopened."),
        ("But for the port, all is closed.", "But for the port, all is closed."),
        ("Earlier talks had failed.", "Earlier talks had failed."),
        ("“We float,” she said, “on hope.”", "“We float,” she said, “on hope.”"),
    ],
)
def test_asides_and_connectives_go(sentence: str, short: str) -> None:
    assert shortened(sentence) == short


TAIL = "and nobody in the town could remember when such a thing had last been tried by anybody at all there"


@pytest.mark.parametrize("opening", [", while", ", which", " because", " although", "; then", " –", ": thus", ", as"])
def test_a_long_sentence_ends_before_its_last_clause(opening: str) -> None:
    head = "The harbour council voted by nine to two for higher ferry fares from April"
    assert shortened(f"{head}{opening} {TAIL}.") == head + "."


def test_a_bullet_is_not_cut_below_ten_words() -> None:
    assert shortened(f"The council voted, {TAIL} {TAIL}.") is None


def test_a_bullet_does_not_end_in_the_middle_of_a_phrase() -> None:
    assert shortened(f"The company bought ropes and lamps and paint and other things such as {TAIL} {TAIL}.") is None


def test_a_leading_subordinate_clause_is_no_sentence() -> None:
    assert shortened(f"While the council was still counting the votes in the old hall, {TAIL} {TAIL}.") is None


@pytest.mark.parametrize(
    "attribution", [", officials said", ", according to the ministry", ", the Coast Post reported"]
)
def test_an_attribution_is_never_dropped(attribution: str) -> None:
    head = "The storm tore nine metres out of the old sea wall near Mill Street"
    assert shortened(f"{head}, {TAIL}{attribution}.") == f"{head}{attribution}."
    assert cut_off(f"{head} {TAIL}{attribution}.").endswith(f"…{attribution}.")


def test_a_sentence_is_not_cut_before_the_words_that_say_who_says_so() -> None:
    sentence = f"The storm tore nine metres out of the old sea wall, the engineers of the town told reporters in the hall, {TAIL}."
    assert shortened(sentence) == sentence.split(", and nobody", maxsplit=1)[0] + "."


def test_a_sentence_is_not_cut_inside_a_quotation() -> None:
    assert shortened(f"The chair of the harbour council told everybody “we shall pay, {TAIL}, {TAIL}”.") is None


def test_what_cannot_be_shortened_gives_way_to_the_next_sentence() -> None:
    page = article(dek=None, body=("word " * 40 + "end.", "The crane was mended today."))
    assert line(page) == "The crane was mended today."


def test_what_cannot_be_shortened_and_has_no_next_sentence_is_cut_with_an_ellipsis() -> None:
    found = bullet(article(dek=None, body=("Word " + "word " * 40 + "end.",)), skip=Printed().holds)
    assert found
    assert found.cut
    assert word_count(found.text) == 30
    assert found.text.endswith("word…")


def test_a_quotation_that_fills_a_bullet_is_closed_after_the_ellipsis() -> None:
    assert cut_off("“" + "word " * 40 + "end.”").endswith("word…”")


def test_a_script_without_spaces_is_cut_by_its_length() -> None:
    assert len(line(article(dek=None, body=("海" * 5000 + "。",)))) <= 301


def test_a_bullet_without_the_printed_quotation_takes_another_sentence() -> None:
    printed = Printed()
    printed.add(f"“{BOATS}”")
    found = bullet(replace(FARES, dek=f"“{BOATS}.”"), skip=printed.holds)
    assert found
    assert found.text == FARES.body[0]


def test_an_article_of_headline_alone_has_no_text() -> None:
    bare = article(dek=None, body=())
    assert not has_text(bare)
    assert bullet(bare, skip=Printed().holds) is None


@pytest.mark.parametrize("page", WEEK, ids=lambda page: page.headline)
def test_a_bullet_has_at_most_30_words_and_its_evidence_is_in_the_article(page: Article) -> None:
    found = bullet(page, skip=Printed().holds)
    assert found
    assert word_count(found.text) <= 30
    assert found.evidence == page.dek or found.evidence in " ".join(page.body)
