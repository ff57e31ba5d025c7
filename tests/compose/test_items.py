from dataclasses import replace

from builders import article
from compose.harbour import BOATS, FARES, FARES_ELSEWHERE, LIBRARY, MEALS, ROUND_UP, SEALS
from newsletter.compose.choose.select import Score, Story, Telling, Term
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.items import MOST_OTHERS, lead_item, line_item, story_item
from newsletter.model.article import Article, Quote
from newsletter.model.newsletter import Register
from newsletter.model.sentences import word_count


def story(main: Article, *others: Article) -> Story:
    def telling(page: Article) -> Telling:
        return Telling(page, Score((Term("1 source", 0.55),)))

    return Story(telling(main), tuple(map(telling, others)))


def test_a_round_up_leads_with_its_own_paragraphs_whole() -> None:
    item = lead_item(story(ROUND_UP), Printed())
    assert tuple(paragraph.text for paragraph in item.paragraphs) == ROUND_UP.body
    assert [(p.quotation, p.speaker) for p in item.paragraphs] == [(False, None)] * 3 + [(True, "Ines Okafor")]
    assert (item.label, item.headline, item.kicker) == ("Tide Table", "Higher fares, older boats", "harbour at dawn")
    assert (item.dek, item.byline, item.url) == (ROUND_UP.dek, "Reporting | Harbour", ROUND_UP.url)


def test_another_lead_is_a_summary_with_the_strongest_quotation_that_is_not_in_it() -> None:
    aside = "My mother took this boat to school and it was late for her as well"
    page = replace(
        FARES,
        body=(*FARES.body, f"“{aside},” said Tom Adair, who signed the petition of the commuters."),
        quotes=(*FARES.quotes, Quote(text=aside + ",", speaker="Tom Adair")),
    )
    item = lead_item(story(page), Printed())
    summary, quotation = item.paragraphs
    assert BOATS in summary.text
    assert item.evidence
    assert " ".join(item.evidence) == summary.text
    assert (quotation.text, quotation.quotation, quotation.speaker) == (f"“{aside}”", True, "Tom Adair")


def test_a_lead_without_another_quotation_is_its_summary() -> None:
    assert len(lead_item(story(FARES), Printed()).paragraphs) == 1


def test_a_lead_with_nothing_to_summarise_is_its_line() -> None:
    item = lead_item(story(replace(LIBRARY, body=())), Printed())
    assert [paragraph.text for paragraph in item.paragraphs] == [LIBRARY.dek]
    assert item.dek is None


def test_the_other_tellings_are_credited_with_a_line_each() -> None:
    (also,) = lead_item(story(FARES, FARES_ELSEWHERE), Printed()).also
    assert (also.headline, also.outlet, also.url) == (FARES_ELSEWHERE.headline, "Coast Post", FARES_ELSEWHERE.url)
    assert also.line
    assert word_count(also.line) <= 30


def test_not_more_tellings_are_credited_than_one_reads() -> None:
    many = [replace(FARES_ELSEWHERE, outlet=f"Paper {i}") for i in range(MOST_OTHERS + 3)]
    assert len(lead_item(story(FARES, *many), Printed()).also) == MOST_OTHERS


def test_a_story_carries_all_that_its_card_shows() -> None:
    item = story_item(story(FARES), Printed())
    assert item
    assert (item.label, item.headline, item.dek, item.url, item.image) == (
        "Transport",
        FARES.headline,
        FARES.dek,
        FARES.url,
        FARES.hero,
    )
    assert item.why == "1 source +0.55; score 0.55"
    assert len(item.evidence) >= 2


def test_an_article_without_two_sentences_is_no_story() -> None:
    assert story_item(story(article(body=("The crane was mended today.",))), Printed()) is None


def test_a_later_text_loses_the_sentence_with_the_printed_quotation() -> None:
    printed = Printed()
    lead_item(story(ROUND_UP), printed)
    item = story_item(story(FARES), printed)
    assert item
    assert BOATS not in item.paragraphs[0].text


def test_a_line_is_one_paragraph_without_a_headline() -> None:
    item = line_item(story(SEALS), Printed(), Register.NARRATIVE)
    assert item
    assert (item.headline, item.label, item.outlet, item.url) == (None, "Nature", "The Harbour Review", SEALS.url)
    (paragraph,) = item.paragraphs
    assert paragraph.text == " ".join(item.evidence)
    assert 1 < len(item.evidence) < 4
    assert set(item.evidence) <= set(SEALS.body)


def test_a_brief_line_is_like_a_title() -> None:
    item = line_item(story(SEALS), Printed(), Register.BRIEF)
    assert item
    assert [paragraph.text for paragraph in item.paragraphs] == [SEALS.headline]


def test_a_line_of_nothing_but_a_printed_quotation_is_none() -> None:
    printed = Printed()
    printed.add(f"“{BOATS}”")
    nothing_else = article("Live", dek=None, body=(f"“{BOATS},” she said.",))
    for register in Register:
        assert line_item(story(nothing_else), printed, register) is None


def test_a_cut_line_tells_the_editor() -> None:
    item = line_item(
        story(article("Live", dek=None, body=("Word " + "word " * 40 + "end.",))), Printed(), Register.BRIEF
    )
    assert item
    assert item.why.endswith("cut at 30 words")


def test_a_dek_that_the_text_repeats_is_not_printed_twice() -> None:
    item = story_item(story(replace(MEALS, dek=MEALS.body[0])), Printed())
    assert item
    assert item.dek is None


def test_a_kicker_that_is_the_headline_is_not_printed() -> None:
    item = story_item(story(replace(MEALS, kicker=MEALS.headline.upper())), Printed())
    assert item
    assert item.kicker is None
