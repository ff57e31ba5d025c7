from dataclasses import replace

import pytest

from builders import article
from compose.harbour import BOATS, FARES, LIBRARY, SEALS, WEEK
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.brief import brief, cut_short, is_statement, under_headline
from newsletter.model.article import Article
from newsletter.model.sentences import word_count


def anything(_: str) -> bool:
    return False


def line(page: Article) -> str:
    found = brief(page, skip=anything)
    return found.text if found else ""


def below(page: Article) -> str:
    found = under_headline(page, skip=anything)
    return found.text if found else ""


@pytest.mark.parametrize("page", WEEK, ids=lambda page: page.headline)
def test_a_brief_line_is_like_a_title(page: Article) -> None:
    assert 7 <= word_count(line(page)) <= 15


def test_a_headline_of_seven_words_is_the_line() -> None:
    assert line(FARES) == FARES.headline


def test_a_series_stands_above_the_line_and_not_in_it() -> None:
    page = replace(FARES, headline=f"Harbour Watch: {FARES.headline}", series="Harbour Watch")
    assert line(page) == FARES.headline


@pytest.mark.parametrize(
    "headline",
    [
        "Will the ferry fares rise in the spring?",
        "Fares up again? The council of Skarrow says yes",
        "Live: the harbour council votes on ferry fares",
        "Video – the harbour council votes on ferry fares",
        "The harbour council votes on ferry fares | Podcast",
        "The storm at Skarrow – as it happened",
        "How the harbour council came to raise the fares",
        "Five things to know about the new ferry fares",
        "What the council says about the ferry fares:",
        "COUNCIL VOTES FOR HIGHER FARES FROM NEXT APRIL",
    ],
)
def test_a_headline_that_states_nothing_is_not_the_line(headline: str) -> None:
    assert not is_statement(headline)
    assert line(replace(FARES, headline=headline)) == FARES.dek


@pytest.mark.parametrize(
    "headline",
    [
        "Fares rise by a tenth: council of Skarrow votes",
        "Video of the storm is shown to the council",
        "“We float,” says the owner of the ferry",
        "Howard Vane mends the lamp of Cape Anvil",
    ],
)
def test_a_headline_that_states_something_is_the_line(headline: str) -> None:
    assert is_statement(headline)
    assert line(replace(FARES, headline=headline)) == headline


def test_without_a_headline_that_fits_the_dek_is_the_line() -> None:
    assert line(replace(FARES, headline="Fares")) == FARES.dek


def test_without_both_the_lead_is_cut_after_a_clause() -> None:
    page = replace(SEALS, headline="Seals", dek=None)
    assert line(page) == "Rangers counted 17 grey seals on the sandbank off the lighthouse on Wednesday."
    found = brief(page, skip=anything)
    assert found
    assert found.evidence == (page.body[0],)


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry company will raise its fares in April, unless the ministry pays for the new boats that it has ordered.",
        "The wall of Skarrow will be rebuilt next year, officials of the ministry told reporters in the school on Friday.",
        "The old ferry of Ternholm will be scrapped next year, according to three people in the harbour office of Port Maren.",
        "While the wind was blowing at ten from the west, the boats of Skarrow lay in the harbour for two whole days.",
        "The company of the ferry will buy ropes, buoys and lamps for the boats of Skarrow and of Ternholm in the spring.",
        "Bram Okkels calls it “the ugliest number on the coast of Haverne, and the dearest to paint on the bow of any boat”.",
        "“The ferry of Ternholm is a very old boat, and so am I, so we get along quite well,” said its master.",
    ],
)
def test_what_cannot_be_cut_without_harm_is_not_cut(sentence: str) -> None:
    assert word_count(sentence) > 15
    assert cut_short(sentence) is None


def test_a_cut_leaves_no_fragment_at_the_end() -> None:
    sentence = (
        "Lissel Bay was opened to its growers again, two weeks after the closing of the bay for the sake of the guests."
    )
    assert cut_short(sentence) == "Lissel Bay was opened to its growers again."


def test_what_is_not_english_is_not_cut() -> None:
    body = (
        "Der Hafenrat von Oldquay hat am Dienstag beschlossen, die Preise der Fähre im April um ein Zehntel zu erhöhen.",
    )
    page = replace(FARES, headline="Fähre", dek=None, body=body)
    assert line(replace(page, language="de")) == body[0]
    assert line(replace(page, language="en")) != body[0]


def test_a_line_that_is_whole_goes_before_one_that_breaks_off() -> None:
    body = ("The council heard " + "of ropes and buoys and " * 11 + "little else.",)
    assert line(replace(FARES, headline="Ferry fares to rise soon", dek=None, body=body)) == "Ferry fares to rise soon"
    broken = brief(replace(FARES, headline="Fares", dek=None, body=body), skip=anything)
    assert broken
    assert broken.cut
    assert word_count(broken.text) <= 30


def test_under_its_headline_an_article_is_not_called_by_it() -> None:
    assert below(LIBRARY) == LIBRARY.dek
    assert below(replace(LIBRARY, dek=LIBRARY.headline)) != LIBRARY.headline


def test_a_page_without_text_has_its_headline_and_nothing_below() -> None:
    page = replace(FARES, dek=None, body=())
    assert line(page) == FARES.headline
    assert below(page) == ""
    assert line(replace(page, headline="Fares")) == ""


def test_a_printed_quotation_is_not_the_line() -> None:
    page = replace(FARES, headline=f"“{BOATS[:60]}”", dek=None, body=(f"“{BOATS},” said Ines Okafor.",), quotes=())
    printed = Printed()
    printed.add(f"“{BOATS}.”")
    assert brief(page, skip=printed.holds) is None


def test_nobody_is_called_by_surname_in_a_line() -> None:
    page = replace(FARES, headline="Fares", dek="Okafor says that commuters will pay for the boats.")
    assert "Okafor" not in line(page)
    assert line(article("Fares", dek=page.dek)) == page.dek
