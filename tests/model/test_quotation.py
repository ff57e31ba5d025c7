import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.quotation import fold, is_quotation, quotations, same_words, spans

TEXT = st.text(alphabet=st.sampled_from("ab Zé“”\"‘’'«»„.,?!—-… 1\u00a0"), max_size=40)


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("Marsh said “yes” and “no.”", ("yes", "no.")),
        ('Marsh said "yes" and "no."', ("yes", "no.")),
        ('"We sail at noon," she said. "Be on time.”', ("We sail at noon,", "Be on time.")),
        ('“A curly mark closed by a straight one," she said.', ("A curly mark closed by a straight one,",)),
        ("She spoke of a “‘no-boats’ harbour”.", ("‘no-boats’ harbour",)),
        ("Er sagte „ja“ und »nein«.", ("ja", "nein")),
        ("Elle a dit « oui » hier.", ("oui",)),
    ],
)
def test_quotations_are_taken_verbatim_without_their_marks(paragraph: str, expected: tuple[str, ...]) -> None:
    assert spans(paragraph) == expected


@pytest.mark.parametrize(
    "paragraph",
    [
        "The pilots’ boat didn’t sail in the ’90s.",
        "It's the captain's 'best' guess.",
        'A 6" pipe and a 4" pipe.',
        "“ ”",
    ],
)
def test_apostrophes_single_marks_inches_and_empty_marks_are_no_quotations(paragraph: str) -> None:
    assert spans(paragraph) == ()


def test_a_quotation_that_goes_on_in_the_next_paragraph_reaches_to_the_end_of_this_one() -> None:
    assert spans("Marsh said: “We sail at noon.") == ("We sail at noon.",)
    assert spans('"We sail at noon.') == ("We sail at noon.",)
    assert quotations("“We sail at noon.")[0].closing == ""


def test_a_quotation_tells_which_marks_stand_around_it() -> None:
    found = quotations('So "she said.”')[0]
    assert (found.opening, found.closing) == ('"', "”")
    assert 'So "she said.”'[found.start : found.end] == '"she said.”'


def test_a_paragraph_is_a_quotation_only_if_nothing_stands_beside_it() -> None:
    assert is_quotation("“We sail at noon.”")
    assert not is_quotation("“We sail at noon,” she said.")
    assert not is_quotation("“We sail.” “At noon.”")
    assert not is_quotation("We sail at noon.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We don’t know — yet.", 'we don\'t know - "yet"'),
        ("three\u00a0boats,", "Three boats"),
        ("a pro‑boat coalition", "a pro-boat coalition"),
        ("so … it goes", "so ... it goes"),
    ],
)
def test_marks_dashes_spaces_punctuation_and_case_do_not_part_a_quotation_from_itself(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_other_words_have_another_key() -> None:
    assert fold("We sail at noon") != fold("We sail at one")
    assert fold("the resume") != fold("the résumé")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXT)
def test_every_quotation_stands_in_its_paragraph_in_order_and_overlaps_no_other(text: str) -> None:
    found = quotations(text)
    ends = [0, *(quotation.end for quotation in found)]
    assert all(end <= quotation.start for end, quotation in zip(ends, found, strict=False))
    assert all(quotation.text in text[quotation.start : quotation.end] for quotation in found)


@given(st.lists(st.sampled_from(["boats", "sail", "the pilots’ boat", "don’t", "3,000"]), min_size=1, max_size=6))
def test_any_words_between_marks_come_back_as_they_were(words: list[str]) -> None:
    inside = " ".join(words)
    assert spans(f"Marsh said “{inside}” on Friday.") == (inside,)
    assert re.sub(r"\W", "", fold(inside)) == re.sub(r"\W", "", inside.lower())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("we need boats", "we need boats", True),
        ("fair game", "fair game", False),
        ("we need two boats and soon", "yes we need two boats and soon he said", True),
        ("need two boats and soon", "we need two boats and soon", False),
        ("we need two boats and soo", "we need two boats and soon", False),
        ("", "", False),
    ],
)
def test_two_quotations_are_one_from_three_words_on_and_a_part_of_one_from_six(
    one: str, other: str, *, same: bool
) -> None:
    assert same_words(one, other) is same
    assert same_words(other, one) is same


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("Elle a dit «\u00a0Nous partons\u00a0» puis «\u202fnon\u202f».", ("Nous partons", "non")),
        ("« Il a crié « au large » hier », dit-elle.", ("Il a crié « au large » hier",)),
        ("« Il a crié “au large” hier », dit-elle.", ("Il a crié “au large” hier",)),
        ('Er sagte „Ja, klar" und „nein“.', ("Ja, klar", "nein")),
        ("Sie sagte: „Er rief ‚Leinen los‘ und ging.“", ("Er rief ‚Leinen los‘ und ging.",)),
        ("Она сказала: «Это „Чайка“», и ушла.", ("Это „Чайка“",)),
        ("Фирма «Торговый дом «Юг» молчит.", ("Торговый дом «Юг",)),
        ("Вона сказала: „Ні“ і «так».", ("Ні", "так")),
        ("Dijo «no» y “sí”.", ("no", "sí")),
        ("قال: «سنغادر غدا» ثم رحل.", ("سنغادر غدا",)),
    ],
)
def test_other_languages_marks_are_known_and_may_nest(paragraph: str, expected: tuple[str, ...]) -> None:
    assert spans(paragraph) == expected


def test_the_mark_in_a_hebrew_acronym_opens_and_closes_nothing() -> None:
    assert spans('דובר צה"ל אמר: "המנכ"לית של ארה"ב באה" והלך') == ('המנכ"לית של ארה"ב באה',)
