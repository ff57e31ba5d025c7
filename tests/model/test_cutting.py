import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.cutting import closed, cut_at, first_words, flat

#: What a reader sees as one character, though it is several.
CHARACTERS = [
    "a",
    "e\u0301",
    "שָׁ",
    "مُّ",
    "👩‍👩‍👧",
    "👍🏽",
    "🇺🇦",
    "❤\ufe0f",
    "각",
    "\u1100\u1161\u11a8",
    "क्ष",
    "🏴\U000e0067\U000e0062\U000e007f",
    "א",
    " ",
]


@given(st.lists(st.sampled_from(CHARACTERS), max_size=30), st.integers(8, 60))
def test_a_text_is_never_cut_inside_what_a_reader_sees_as_one_character(characters: list[str], most: int) -> None:
    text = "".join(characters)
    whole = {len("".join(characters[:count])) for count in range(len(characters) + 1)}
    head = cut_at(text, most)
    assert text.startswith(head)
    assert len(head) <= most
    assert len(head) in whole


def test_a_flag_is_not_made_of_the_halves_of_two() -> None:
    assert cut_at("🇺🇦🇩🇪", 3) == "🇺🇦"


def test_a_character_longer_than_the_room_is_broken_all_the_same() -> None:
    assert len(cut_at("a" + "\u0301" * 100, 10)) == 10


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("\u2067אבג", "\u2067אבג\u2069"),
        ("\u202bא \u2066b", "\u202bא \u2066b\u2069\u202c"),
        ("\u2067אבג\u2069", "\u2067אבג\u2069"),
        ("אבג\u200f", "אבג\u200f"),
    ],
)
def test_a_directional_run_that_a_cut_left_open_is_ended(text: str, whole: str) -> None:
    assert closed(text) == whole


def test_white_space_is_folded_but_for_no_break_spaces() -> None:
    assert flat(" «\u00a0oui\u00a0»\n\t 12\u202f%\u2028et ") == "«\u00a0oui\u00a0» 12\u202f% et"
    assert first_words("«\u00a0oui\u00a0» dit-elle", 2) == "«\u00a0oui"
    assert first_words("one two", 5) == "one two"
