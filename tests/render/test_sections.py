"""How each kind of section is told from the others, in the mail, in its text part and on the public page."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from lxml.html import HtmlElement

from builders import issue, item
from newsletter.model.issue import Issue, Item, Paragraph, Section, SectionKind
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.web import render_web
from newsletter.render.words import figure, label
from render.sample_issue import ARCHIVE, letter, rich_issue

HOME = "https://news.example.org/harbour"
PAID = item("Oilskins", "They last.", outlet="Ketch & Daughters", url="https://ketch.example/a")


def only(kind: SectionKind, *items: Item, **given_: Any) -> Issue:
    return issue(Section(kind=kind, items=items, **given_))


def mail(given_: Issue, language: str = "en") -> Compiled:
    return compile_issue(given_, letter(language=language), archive_url=ARCHIVE)


def web(given_: Issue, language: str = "en") -> str:
    return render_web(given_, letter(language=language), canonical_url=ARCHIVE, home_url=HOME)


def trees(given_: Issue) -> list[HtmlElement]:
    return [lxml_html.document_fromstring(page.encode()) for page in (mail(given_).html, web(given_))]


def words(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en-GB", "Sponsored"),
        ("de", "Anzeige"),
        ("fr", "Sponsorisé"),
        ("es-MX", "Patrocinado"),
        ("ru", "Реклама"),
        ("UK", "Реклама"),
        ("tlh", "Sponsored"),
    ],
)
def test_what_is_paid_for_says_so_in_the_readers_language_whatever_the_item_says(language: str, word: str) -> None:
    given_ = only(SectionKind.SPONSOR, PAID)
    compiled = mail(given_, language)
    for part in (compiled.html, compiled.text, web(given_, language)):
        assert word in part
        assert part.index(word) < part.index("Oilskins")


def test_every_paid_item_carries_the_word_and_nothing_else_does() -> None:
    assert mail(only(SectionKind.SPONSOR, PAID, PAID)).text.count("Sponsored") == 2
    for kind in set(SectionKind) - {SectionKind.SPONSOR}:
        compiled = mail(only(kind, PAID))
        assert "Sponsored" not in compiled.html + compiled.text + web(only(kind, PAID))


def test_only_links_that_are_paid_for_are_marked_so_and_all_of_them_are() -> None:
    for tree in trees(rich_issue()):
        marked = {str(a.get("href")) for a in tree.iter("a") if a.get("rel") == "sponsored"}
        unmarked = {str(a.get("href")) for a in tree.iter("a") if a.get("rel") != "sponsored"}
        assert marked == {"https://ketch.example/oilskins"}
        assert "https://ketch.example/oilskins" not in unmarked


def test_the_text_part_fences_what_is_paid_for() -> None:
    text = mail(rich_issue()).text
    fences = [match.start() for match in re.finditer(r"^\.{72}$", text, re.MULTILINE)]
    assert len(fences) == 2
    assert fences[0] < text.index("Oilskins") < fences[1] < text.index("More stories")


@pytest.mark.parametrize(
    ("given_", "above"),
    [
        ({"series": "Harbour Watch", "series_number": 12}, "Harbour Watch No. 12"),
        ({"series": "Harbour Watch", "series_number": 12, "label": "Harbour Watch"}, "Harbour Watch No. 12"),
        ({"series": "Harbour Watch", "series_number": 0}, "Harbour Watch No. 0"),
        ({"series": "Harbour Watch"}, "Harbour Watch"),
        ({"series": "Harbour Watch", "series_number": 12, "label": "Coast"}, "Coast"),
        ({"label": "Coast"}, "Coast"),
        ({}, None),
    ],
)
def test_the_line_above_an_instalment_is_its_series_and_its_number(given_: dict[str, Any], above: str | None) -> None:
    assert label(item(**given_), "en") == above


@pytest.mark.parametrize("kind", [SectionKind.LEAD, SectionKind.STORIES, SectionKind.SERIES, SectionKind.MAGAZINE])
def test_an_instalment_is_named_wherever_it_stands(kind: SectionKind) -> None:
    given_ = only(kind, item(series="Harbour Watch", series_number=12))
    for tree in trees(given_):
        assert [words(p) for p in tree.find_class("kicker") if "Watch" in words(p)] == ["Harbour Watch No. 12"]
    assert "HARBOUR WATCH NO. 12" in mail(given_).text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("417,380 crowns", ("417,380", "crowns")),
        ("2.4 million crowns", ("2.4", "million crowns")),
        ("12\N{NO-BREAK SPACE}%", ("12", "%")),
        ("12%", ("12%", "")),
        ("Eleven", ("Eleven", "")),
        ("about 140 people", ("", "about 140 people")),
        ("1,018,000,000 kilowatt-hours", ("", "1,018,000,000 kilowatt-hours")),
        ("", ("", "")),
    ],
)
def test_of_a_figure_the_number_is_set_large_and_its_unit_below(text: str, parts: tuple[str, str]) -> None:
    assert figure(text) == parts


@given(st.text(max_size=40))
def test_no_word_of_a_figure_is_lost(text: str) -> None:
    assert " ".join(figure(text)).split() == text.split()


def test_a_figure_stands_above_its_sentence_and_names_its_source() -> None:
    given_ = only(
        SectionKind.NUMBERS,
        item("2.4 million crowns", "So much the bags cost.", outlet="Coast Courier", url="https://courier.example/b"),
        heading="The week in numbers",
    )
    for tree in trees(given_):
        (shown,) = tree.find_class("figure")
        assert (shown.tag, words(shown)) == ("h3", "2.4 million crowns")
        assert [words(a) for a in tree.iter("a") if a.get("href") == "https://courier.example/b"] == ["Coast Courier"]
    assert "2.4 million crowns [1]\n    So much the bags cost.\n" in mail(given_).text


def test_an_event_is_one_line_of_day_place_and_linked_name() -> None:
    carols = item("Carols", paragraphs=(), label="Sat 28 Nov, 16:00, Cape Anvil", url="https://review.example/carols")
    given_ = only(SectionKind.EVENTS, carols, heading="What is on")
    for tree in trees(given_):
        assert [words(p) for p in tree.find_class("when")] == ["Sat 28 Nov, 16:00, Cape Anvil"]
        assert [words(a) for a in tree.iter("a") if a.get("href") == carols.url] == ["Carols"]
    assert "* Sat 28 Nov, 16:00, Cape Anvil: Carols [1]\n" in mail(given_).text


def test_a_line_of_other_news_may_be_two_sentences_and_names_its_outlet_at_the_end() -> None:
    told = "The pilots get a new boat in January. She is two metres longer and has a heated handrail."
    line = item(None, told, outlet="Coast Courier", url="https://courier.example/pilots")
    for tree in trees(only(SectionKind.OTHER_NEWS, line)):
        (bullet,) = (li for li in tree.iter("li") if "pilots" in words(li))
        assert words(bullet) == f"{told} Read it at Coast Courier"


@pytest.mark.parametrize("kind", list(SectionKind))
def test_no_kind_of_section_is_left_out_of_any_copy(kind: SectionKind) -> None:
    given_ = only(kind, item(None, paragraphs=(Paragraph(text="Just this."),), url=None))
    compiled = mail(given_)
    for part in (compiled.html, compiled.text, web(given_)):
        assert part.count("Just this.") == 1


@pytest.mark.parametrize("kind", list(SectionKind))
def test_no_words_of_an_item_become_markup(kind: SectionKind) -> None:
    evil = "<b>12</b> & so on"
    given_ = only(kind, item(evil, evil, label=evil, series=evil, outlet=evil), heading=evil)
    for page in (mail(given_).html, web(given_)):
        assert "<b>" not in page
