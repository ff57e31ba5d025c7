import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.sentences import sentences, tokens, word_count, words


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Navy sailed on Monday.",
        "It begins on Oct. 3 and ends on Nov. 12.",
        "Mr. J. K. Alder met Gen. Ruiz in St. Anne.",
        "At 5 p.m. Thursday the gates closed.",
        "See fig. 3 and no. 4 of the report.",
        "The boats, e.g. Petrel and Gull, stay.",
        "It cost 3.5 million.",
        "“Why now?” she asked.",
        "He waited … and waited.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert sentences(text) == (text,)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He lives in the U.S. The boat does not.", 2),
        ("They said no. Others said yes.", 2),
        ("It opened at 9 a.m. Then it rained.", 2),
        ("Really?! Yes. (It rained.) We left.", 4),
        ("No full stop\n\nNew paragraph", 2),
        ("海は静かだ。船が出た！", 2),
        ("انتهى العمل؟ نعم انتهى. شكرا", 3),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts


def test_closing_marks_stay_with_the_sentence_they_close() -> None:
    assert sentences("“It sank. We swam.” Nobody laughed.") == ("“It sank.", "We swam.”", "Nobody laughed.")


@given(st.text(alphabet=string.printable + "“”’…。؟«»"))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("piece", [".", ".)", "a. ", "\n", "“", "A.B.", " \n", "x", '". '])
def test_a_megabyte_of_anything_is_split(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_words_are_counted_as_an_editor_counts_them() -> None:
    assert words("Council’s vote — 12 percent") == ("Council’s", "vote", "—", "12", "percent")
    assert word_count("  ") == 0


def test_tokens_are_folded_for_comparing() -> None:
    assert tokens("The Council’s U.S.-built boats, 3,000!") == ("the", "council", "u.s", "built", "boats", "3,000")
