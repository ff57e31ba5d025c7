from dataclasses import replace

from builders import article
from compose.harbour import FARES, PUMPS, ROUND_UP
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.verbatim import briefings, cards, own_bullets, own_heading
from newsletter.model.article import OtherNews, RelatedCard


def test_the_round_ups_heading_is_taken_without_its_colon() -> None:
    assert own_heading([FARES, ROUND_UP]) == "Other Harbour News This Week"
    assert own_heading([FARES]) is None


def test_the_round_ups_bullets_are_taken_word_for_word() -> None:
    news = next(section for section in ROUND_UP.sections if isinstance(section, OtherNews))
    items = list(own_bullets([FARES, ROUND_UP], Printed()))
    assert tuple(item.paragraphs[0].text for item in items) == news.items
    assert {(item.url, item.outlet, item.headline) for item in items} == {(ROUND_UP.url, ROUND_UP.outlet, None)}


def test_a_briefing_keeps_its_heading_and_its_quotations_in_running_text() -> None:
    (section,) = briefings([ROUND_UP], Printed())
    assert section.heading == "From Town Hall Briefing on Nov. 18"
    (item,) = section.items
    assert item.url == ROUND_UP.url
    assert not any(paragraph.quotation for paragraph in item.paragraphs)
    assert item.paragraphs[1].text == f"“{PUMPS},” Adair said."


def test_the_same_briefing_in_two_round_ups_is_printed_once() -> None:
    assert len(list(briefings([ROUND_UP, replace(ROUND_UP, url="https://post.example/x")], Printed()))) == 1


def test_a_briefing_loses_a_paragraph_whose_quotation_is_printed() -> None:
    printed = Printed()
    printed.add(f"“{PUMPS}.”")
    (section,) = briefings([ROUND_UP], printed)
    assert [paragraph.text for paragraph in section.items[0].paragraphs] == [
        "Spokesman Tom Adair was asked about the cellars in Mill Street. He said that grants would follow."
    ]


def test_a_card_shows_the_beginning_of_its_excerpt() -> None:
    (card,) = cards([ROUND_UP], [], Printed())
    assert (card.headline, card.label, card.url) == ("The last sailmaker of Mill Street", "People", None)
    assert card.image == ROUND_UP.related[0].image
    assert [paragraph.text for paragraph in card.paragraphs] == [
        "She learned the trade from her aunt. She still sews by hand."
    ]


def test_a_card_holds_whole_sentences_of_60_words_at_most() -> None:
    sentences = ["The " + "very " * 27 + f"last {i}." for i in range(3)]
    page = article(related=(RelatedCard(title="Ropes", excerpt=(" ".join(sentences),)), RelatedCard(title="Knots")))
    ropes, knots = cards([page], [], Printed())
    assert [paragraph.text for paragraph in ropes.paragraphs] == [" ".join(sentences[:2])]
    assert knots.paragraphs == ()


def test_a_card_is_printed_once_and_not_for_what_is_in_the_issue() -> None:
    page = replace(ROUND_UP, url="https://post.example/x")
    assert len(list(cards([ROUND_UP, page], [], Printed()))) == 1
    assert not list(cards([ROUND_UP], ["The Last Sailmaker of Mill Street!"], Printed()))
