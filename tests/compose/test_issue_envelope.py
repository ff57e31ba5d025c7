from hypothesis import given
from hypothesis import strategies as st

from builders import article
from newsletter.compose.tell.envelope import PREHEADER, SUBJECT, cut, preheader, subject

LONG = "The harbour council votes for dearer ferry tickets and two boats from a yard that nobody in town has heard of"


def test_a_short_headline_is_the_subject_whole() -> None:
    assert subject(article("Ferry fares rise")) == "Ferry fares rise"


def test_a_long_headline_is_cut_after_a_word() -> None:
    line = subject(article(LONG))
    assert line.endswith("…")
    assert LONG.startswith(line[:-1] + " ")
    assert len(line) <= SUBJECT


@given(st.text(), st.integers(10, 120))
def test_a_cut_text_never_exceeds_its_limit_and_is_one_line(text: str, most: int) -> None:
    line = cut(text, most)
    assert len(line) <= most
    assert len(line.splitlines()) <= 1
    assert "  " not in line
    assert line == line.strip()


def test_the_preheader_is_the_dek() -> None:
    dek = "The council says that the increase pays for two new boats."
    assert preheader(article(dek=dek), ["Library opens on Sundays"]) == dek


def test_a_long_dek_is_cut() -> None:
    line = preheader(article(dek=LONG + " and much more."), [])
    assert line.endswith("…")
    assert 40 <= len(line) <= PREHEADER


def test_without_a_dek_the_preheader_names_what_else_is_in() -> None:
    line = preheader(article(dek=None), ["Library opens on Sundays", "Grey seals are back on the sandbank"])
    assert line == "Also: Library opens on Sundays; Grey seals are back on the sandbank"


def test_a_short_dek_is_filled_up() -> None:
    assert preheader(article(dek="Nobody was hurt."), ["Library opens on Sundays"]) == (
        "Nobody was hurt. Also: Library opens on Sundays"
    )


def test_without_anything_else_the_preheader_is_how_the_lead_begins() -> None:
    page = article(dek=None)
    assert preheader(page, []) == page.body[0]


def test_the_preheader_never_repeats_the_subject() -> None:
    page = article("Ferry fares rise", dek="Ferry fares rise.", body=())
    assert preheader(page, ["Ferry Fares Rise"]) == ""
