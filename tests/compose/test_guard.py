import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from compose.harbour import BOATS, FARES, NEWSLETTER, ROUND_UP, SLOT, WEEK
from newsletter.compose.digest import compose
from newsletter.compose.guard.gate import MissKind, check, guarded, source_text
from newsletter.model.article import Article

SOURCE = source_text(FARES)


def spans(text: str, source: str, kind: MissKind) -> list[str]:
    return [miss.span for miss in check(text, source) if miss.kind is kind]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("12,000 came", "12000 came"),
        ("Seventeen boats", "17 boats"),
        ("17 boats", "seventeen boats"),
        ("the 1st boat", "the first boat"),
        ("one hundred", "1 of 100"),
        ("3.5 percent", "3.5 per cent"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(text: str, source: str) -> None:
    assert not spans(text, source, MissKind.NUMBER)


@pytest.mark.parametrize("text", ["112 boats", "2 boats", "1.2 boats", "twelve boats", "12 boats"])
def test_a_number_that_is_only_part_of_another_is_a_miss(text: str) -> None:
    assert spans(text, "121 boats and 3.12 more, 1,212 in all", MissKind.NUMBER)


def test_a_quotation_must_be_verbatim_but_for_its_marks() -> None:
    assert not spans(f'"{BOATS.upper()}!" she said', SOURCE, MissKind.QUOTATION)
    assert spans(f"“{BOATS.replace('boats', 'ships')}”", SOURCE, MissKind.QUOTATION)
    assert not spans("a “big” boat", SOURCE, MissKind.QUOTATION)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The Ukrainians left", "They left Ukraine"),
        ("A ship of NATO", "The North Atlantic Treaty Organization sent a ship"),
        ("They are from the U.S. Navy", "The US Navy"),
        ("They met on Monday with President Okafor", "Okafor’s guests"),
        ("Boats sank", "a boat"),
    ],
)
def test_a_name_may_change_its_ending_or_be_an_acronym(text: str, source: str) -> None:
    assert not spans(text, source, MissKind.NAME)


def test_a_swapped_name_is_a_warning_and_does_not_block() -> None:
    misses = check("The chair, Ines Adair, said so.", SOURCE)
    assert [(miss.kind, miss.span, miss.blocks) for miss in misses] == [(MissKind.NAME, "Adair", False)]
    assert spans("They met Austin", "They met in Australia", MissKind.NAME) == ["Austin"]


def test_a_text_with_a_wrong_number_gives_way_to_its_source_sentence() -> None:
    wrong = guarded("Fares rise by 21 percent.", SOURCE, fallback=FARES.body[0])
    assert wrong.text == FARES.body[0]
    assert [miss.span for miss in wrong.misses] == ["21"]
    right = guarded("Fares rise by 12 percent.", SOURCE, fallback=FARES.body[0])
    assert (right.text, right.misses) == ("Fares rise by 12 percent.", ())


@pytest.mark.parametrize("articles", [WEEK, (ROUND_UP,)], ids=["week", "round-up"])
def test_every_text_of_an_issue_passes_its_own_gate(articles: tuple[Article, ...]) -> None:
    dated = tuple(page if page.published else replace(page, published=WEEK[0].published) for page in articles)
    sources = {page.url: source_text(page) for page in dated}
    issue = compose(NEWSLETTER, SLOT, dated, number=1, now=NOW)
    checked = 0
    for item in (item for section in issue.sections for item in section.items if item.url):
        for paragraph in item.paragraphs:
            assert check(paragraph.text, sources[item.url]) == ()
            checked += 1
        for also in item.also:
            assert check(f"{also.headline}. {also.line}", sources[also.url]) == ()
            checked += 1
    assert checked >= 4


@given(st.data())
def test_a_changed_number_never_passes(data: st.DataObject) -> None:
    page = data.draw(st.sampled_from([*WEEK, ROUND_UP]))
    source = source_text(page)
    known = set(re.findall(r"\d+", source.replace(",", "")))
    sentence = data.draw(st.sampled_from([text for text in page.body if re.search(r"\d", text)] or ["It is 5."]))
    changed = data.draw(st.integers(21, 10**6).map(str).filter(lambda number: number not in known))
    found = data.draw(st.sampled_from(list(re.finditer(r"\d+(?:,\d+)*", sentence))))
    mutant = sentence[: found.start()] + changed + sentence[found.end() :]
    assert changed in [miss.span for miss in check(mutant, source) if miss.blocks]


@given(st.data())
def test_a_quotation_with_a_changed_word_never_passes(data: st.DataObject) -> None:
    words = BOATS.split()
    at = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(
        st.text("abcdefghijklmnopqrstuvwxyz", min_size=1).filter(lambda word: word != words[at].lower().strip(","))
    )
    mutant = " ".join([*words[:at], other, *words[at + 1 :]])
    assert any(miss.kind is MissKind.QUOTATION for miss in check(f"“{mutant}”", SOURCE))
