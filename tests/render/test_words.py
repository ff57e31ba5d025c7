import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import item
from newsletter.render import plain
from newsletter.render.words import direction, read_at, week


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("2026-W47", "16–22 November 2026"),
        ("2026-W18", "27 April – 3 May 2026"),
        ("2026-W53", "28 December 2026 – 3 January 2027"),
    ],
)
def test_a_week_is_said_in_words(slot: str, words: str) -> None:
    assert week(slot) == words


def test_a_link_says_where_it_goes() -> None:
    assert read_at(item(outlet="Coast Courier")) == "Read it at Coast Courier"
    assert read_at(item(outlet=None, url="https://courier.example/a")) == "Read it at courier.example"


def test_the_direction_of_a_language_is_known() -> None:
    assert [direction(code) for code in ("en", "ar", "he-IL", "de")] == ["ltr", "rtl", "rtl", "ltr"]


@given(st.text(max_size=300))
def test_wrapping_loses_no_word_and_keeps_the_width(text: str) -> None:
    lines = plain.wrap(text).splitlines()
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= plain.WIDTH or " " not in line for line in lines)


def test_a_link_has_one_number_however_often_it_is_named() -> None:
    notes = plain.Notes()
    assert [notes.note("https://a.example"), notes.note("https://b.example"), notes.note("https://a.example")] == [
        " [1]",
        " [2]",
        " [1]",
    ]
    assert notes.take() == [(1, "https://a.example"), (2, "https://b.example")]
    assert notes.take() == []
    assert notes.note(None) == ""
