from dataclasses import replace

from builders import article
from compose.harbour import FARES, FARES_ELSEWHERE, SEALS, STRIKE, WEEK
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.numbers import numbers
from newsletter.model.article import Article, Quote
from newsletter.model.issue import Item


def anything(_: str) -> bool:
    return False


def found(*pages: Article, most: int = 9) -> list[Item]:
    return list(numbers(pages, skip=anything, most=most))


def headlines(*pages: Article, most: int = 9) -> list[str | None]:
    return [item.headline for item in found(*pages, most=most)]


def story(number: int, *sentences: str) -> Article:
    page = article(f"Story of the harbour, part {number}", body=sentences, dek=None, id=number)
    return replace(page, url=f"https://review.example/{number}")


def test_a_number_is_a_figure_over_the_sentence_it_stands_in() -> None:
    (item,) = found(replace(FARES, id=12))
    assert item.headline == "12 percent"
    assert [paragraph.text for paragraph in item.paragraphs] == [FARES.body[0]] == list(item.evidence)
    assert (item.outlet, item.url, item.article_id) == (FARES.outlet, FARES.url, 12)
    assert item.why == "a figure of “Ferry fares rise by 12 percent in April”"


def test_the_key_names_article_and_sentence() -> None:
    (item,) = found(replace(FARES, id=12))
    # The first six hexadecimal digits of the sentence's sha256.
    assert item.key == "a12.n707d87"


def test_a_number_that_two_articles_give_comes_once() -> None:
    assert headlines(FARES, FARES_ELSEWHERE) == ["12 percent"]


def test_an_article_gives_one_number() -> None:
    assert headlines(story(1, "The yard of Oldquay will lose 1,200 jobs.", "Fares to Oldquay rise by 9 percent.")) == [
        "9 percent"
    ]


def test_what_the_headline_counts_goes_first() -> None:
    page = story(1, "The harbour of Skarrow shelters 61 boats.", "The harbour of Skarrow sold 90 nets.")
    assert headlines(page) == ["61 boats"]
    assert headlines(replace(page, headline="Harbour sells 90 nets")) == ["90 nets"]


def test_a_figure_that_is_reported_goes_before_one_that_is_said() -> None:
    said = "“The wall will cost 74 million crowns,” said Katrin Dabrow of Skarrow."
    assert headlines(story(1, said, "The wall of Skarrow will cost 70 million crowns.")) == ["70 million crowns"]


def test_a_sentence_that_names_a_place_or_person_goes_before_one_that_does_not() -> None:
    assert headlines(
        story(1, "The old wall will cost 74 million crowns.", "The wall of Skarrow will cost 70 million crowns.")
    ) == ["70 million crowns"]


def test_a_record_goes_before_a_percentage() -> None:
    assert headlines(
        story(1, "Fares to Skarrow rise by 3 percent.", "Boats of Skarrow sold 90 tonnes, the most since 2011.")
    ) == ["Most since 2011"]


def test_what_stands_far_below_is_hardly_the_news() -> None:
    between = ["Nothing was heard of the other boats."] * 25
    page = story(1, "The harbour of Skarrow shelters 61 boats.", *between, "Fares to Skarrow rise by 3 percent.")
    assert headlines(page) == ["61 boats"]


def test_strong_figures_go_before_counts_and_all_stand_in_the_order_given() -> None:
    counted = story(1, "The harbour of Skarrow shelters 61 boats.")
    paid = story(2, "The wall of Skarrow will cost 74 million crowns.")
    record = story(3, "The wind at Skarrow was the strongest since 1978.")
    assert headlines(counted, paid, record, most=2) == ["74 million crowns", "Strongest since 1978"]
    assert headlines(counted, paid, record, most=3) == ["61 boats", "74 million crowns", "Strongest since 1978"]
    assert headlines(counted, paid, record, most=0) == []


def test_a_sentence_that_leans_on_another_gives_no_number() -> None:
    assert headlines(story(1, "The wall is old.", "It will cost 74 million crowns in all.")) == []


def test_a_long_sentence_gives_no_number() -> None:
    long = "The wall of Skarrow will cost 74 million crowns" + " and a great deal of patience" * 7
    assert headlines(story(1, f"{long} too.")) == []
    assert headlines(story(1, "The wall of Skarrow will cost 74 million crowns too.")) == ["74 million crowns"]


def test_a_figure_that_is_quoted_needs_its_speaker_beside_it() -> None:
    quoted = "“The wall of our town will cost 74 million crowns.”"
    assert headlines(story(1, "The hall was full of people.", quoted)) == []
    assert headlines(story(1, f"{quoted[:-2]},” said Katrin Dabrow.")) == ["74 million crowns"]
    cut_short = story(1, "Katrin Dabrow spoke.", f"{quoted[:-2]},” Dabrow said.")
    assert headlines(replace(cut_short, quotes=(Quote(text=quoted[1:-1], speaker="Katrin Dabrow"),))) == []


def test_a_printed_quotation_gives_no_number() -> None:
    page = story(1, "“The wall of our town will cost 74 million crowns,” said Katrin Dabrow.")
    printed = Printed()
    printed.add("“The wall of our town will cost 74 million crowns.”")
    assert list(numbers([page], skip=printed.holds, most=3)) == []


def test_the_week_has_numbers_in_its_own_order() -> None:
    items = found(*WEEK)
    order = [page.url for page in WEEK]
    assert len(items) >= 3
    assert [item.url for item in items] == sorted((item.url for item in items), key=order.index)
    assert headlines(SEALS) == ["17 grey seals"]
    assert headlines(STRIKE) == []
