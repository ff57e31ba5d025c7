import pytest

from builders import article
from newsletter.compose.tell.alone import adjoin, goes_on, names_cut_short, stands_alone
from newsletter.model.article import Quote

HAAG = Quote(text="We pay for tags", speaker="Leonor Haag")


@pytest.mark.parametrize(
    "sentence",
    [
        "It was lifted on Monday.",
        "But the boats stayed in.",
        "Most of them were mended by night.",
        "These boats are older.",
        "“That is a lot of rope,” the warden said.",
        "The second was found on the beach.",
        "The two ministers signed it.",
        "In addition, the lamp was cleaned.",
        "Correction: the harbour has nine cranes.",
    ],
)
def test_a_sentence_that_goes_on_from_another_does_not_stand_alone(sentence: str) -> None:
    assert goes_on(sentence)
    assert not stands_alone(article(), sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The harbour was opened again on Monday.",
        "Italy lifted its ban on trawling.",
        "Theirry Vane mended the lamp.",
        "“We float,” said Ines Okafor of the council.",
        "Most boats were mended by night.",
        "The secondary school was flooded.",
    ],
)
def test_a_sentence_that_leans_on_nothing_stands_alone(sentence: str) -> None:
    assert stands_alone(article(), sentence)


def test_the_first_sentence_of_an_article_stands_alone_however_it_begins() -> None:
    page = article(body=("It rained on Skarrow for nine days. It rained on the ferry too.",))
    assert stands_alone(page, "It rained on Skarrow for nine days.")
    assert not stands_alone(page, "It rained on the ferry too.")


def test_a_person_is_not_met_by_surname() -> None:
    page = article(quotes=(HAAG,))
    assert names_cut_short(page, "Haag’s ministry will pay for pots.")
    assert not names_cut_short(page, "Leonor Haag will pay for pots.")
    assert not names_cut_short(page, "Haag will pay for pots.", after="The minister is Leonor Haag.")
    assert not names_cut_short(page, "The Haagen pier will be paid for.")


def test_sentences_adjoin_in_one_paragraph_only() -> None:
    page = article(body=("The pier is old. It creaks.", "It will be mended."))
    assert adjoin(page, "The pier is old.", "It creaks.")
    assert not adjoin(page, "It creaks.", "It will be mended.")
