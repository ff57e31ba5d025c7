import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import image, issue, item
from newsletter.render.plain import Notes, bullet, quoted, underlined, wrap
from newsletter.render.words import breakable, edition, fit, place

TEXTS = st.text(st.characters(codec="utf-8"), max_size=400)


@given(TEXTS)
def test_wrapping_changes_white_space_only_and_keeps_to_72_columns(text: str) -> None:
    done = wrap(text)
    assert "".join(done.split()) == "".join(text.split())
    assert all(len(line) <= 72 for line in done.split("\n") if "://" not in line)


def test_an_address_is_never_broken() -> None:
    url = "https://x.example/" + "a" * 200
    assert url in wrap(f"see {url} now").split("\n")


def test_bullets_and_quotations_hang_together() -> None:
    lines = bullet("word " * 40).split("\n")
    assert lines[0].startswith("* word")
    assert all(line.startswith("  ") for line in lines[1:])
    assert quoted("“So.”", "Ann") == "    “So.”\n    -- Ann"
    assert quoted("“So.”", None) == "    “So.”"


def test_a_heading_is_underlined_as_long_as_its_longest_line() -> None:
    assert underlined("Fares") == "Fares\n-----"
    long = underlined("word " * 30).split("\n")
    assert len(long[-1]) == max(map(len, long[:-1]))


def test_a_link_keeps_its_number_and_is_listed_once() -> None:
    notes = Notes()
    assert [notes.note("https://a.example"), notes.note("https://b.example"), notes.note("https://a.example")] == [
        " [1]",
        " [2]",
        " [1]",
    ]
    assert notes.note(None) == ""
    assert notes.take() == [(1, "https://a.example"), (2, "https://b.example")]
    assert notes.take() == []


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("2026-W47", "16–22 November 2026"),
        ("2026-W49", "30 November – 6 December 2026"),
        ("2026-W53", "28 December 2026 – 3 January 2027"),
    ],
)
def test_a_week_is_named_with_as_much_as_changes_within_it(slot: str, words: str) -> None:
    assert edition(issue(slot=slot, number=3), "en") == f"No. 3, {words}"


def test_a_link_says_where_it_goes() -> None:
    assert place(item(outlet="Coast Courier")) == "Coast Courier"
    assert place(item(outlet=None, url="https://www.courier.example/a")) == "courier.example"


def test_a_picture_of_unknown_size_takes_its_column() -> None:
    assert fit(image(width=None, height=None), 560) == (560, None)
    assert fit(image(width=1, height=4000), 560) == (1, 700)


@given(
    st.lists(st.text(alphabet="abü-“ \n", max_size=90), max_size=40).map(" ".join),
    st.sampled_from([("", ""), ("* ", "  "), ("    -- ", "       ")]),
)
def test_lines_break_where_the_standard_library_breaks_them(text: str, begins: tuple[str, str]) -> None:
    kept_whole = " ".join(word for word in text.split() if len(word) <= 60)
    expected = textwrap.fill(
        kept_whole,
        72,
        initial_indent=begins[0],
        subsequent_indent=begins[1],
        break_long_words=False,
        break_on_hyphens=False,
    )
    assert wrap(kept_whole, *begins) == expected


def test_an_endless_word_gets_places_to_break_and_loses_nothing() -> None:
    word = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    broken = breakable(f"At {word}, said she.")
    assert broken.replace("\u200b", "") == f"At {word}, said she."
    assert max(len(part) for part in broken.replace("\u200b", " ").split()) <= 16


@pytest.mark.parametrize(
    "text",
    [
        "ordinary words of any sentence",
        "港口委员会周二投票决定从四月起将渡轮票价提高百分之十二并订购两艘新船",
        "เรือข้ามฟากจะขึ้นราคาตั้งแต่เดือนเมษายนเป็นต้นไป",
    ],
)
def test_a_text_that_programs_can_break_is_left_alone(text: str) -> None:
    assert breakable(text) == text


def test_no_place_to_break_parts_what_a_reader_sees_as_one_letter() -> None:
    family = "👩\u200d👩\u200d👧\u200d👦"
    assert [part for part in breakable(family * 10).split("\u200b") if part.strip(family)] == []
