"""Lists of people as they come: of any length, from any spreadsheet, all of it or nothing."""

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli.people import person
from newsletter.cli.people_file import _special_ends, read_people
from newsletter.errors import AddressError, NewsletterError
from newsletter.model.address import is_plain
from newsletter.store.bulk import Row

_WORD = st.text("abcXYZ019_+-.", min_size=1, max_size=12)
_DOMAIN = st.text("abcxyz019-.", min_size=1, max_size=14)


def listed(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    file = tmp_path / "people.csv"
    file.write_bytes(text.encode(encoding))
    return file


@given(
    st.builds(
        "{}@{}".format, _WORD, st.one_of(_DOMAIN, st.sampled_from(["a.local", "b.test", "c.localhost", "d.invalid"]))
    )
)
def test_what_is_taken_at_a_glance_is_what_the_full_check_returns(address: str) -> None:
    if is_plain(address) and address.rpartition(".")[2] not in _special_ends():
        assert person(address, "").email == address


def test_the_glance_is_not_so_strict_that_it_takes_nobody() -> None:
    taken = ["ann@example.com", "Ann.Lee+news@mail.example.co.uk", "a_b-c@x1.org"]
    assert all(map(is_plain, taken))


@pytest.mark.parametrize("address", ["ann@printer.local", "ann@host.localhost", "ann@nowhere.invalid"])
def test_a_domain_that_is_nobodys_is_refused_in_a_list_too(tmp_path: Path, address: str) -> None:
    with pytest.raises(AddressError):
        person(address, "")
    with pytest.raises(NewsletterError, match="line 2"):
        list(read_people(listed(tmp_path, f"email\n{address}\n")))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_part_the_columns_in_any_order(tmp_path: Path, delimiter: str) -> None:
    text = "name,email,skips\nZoë,Zoe@BÜCHER.example,magazine|briefing\n\n,bob@example.com\n".replace(",", delimiter)
    assert list(read_people(listed(tmp_path, text, "utf-8-sig"))) == [
        Row("Zoe@bücher.example", "zoe@bücher.example", "Zoë", "active", "briefing+magazine"),
        Row("bob@example.com", "bob@example.com"),
    ]


def test_every_wrong_line_is_named_up_to_twenty(tmp_path: Path) -> None:
    text = "email\n" + "".join(f"good{n}@example.com\nbad {n}\n" for n in range(30))
    with pytest.raises(NewsletterError) as refused:
        list(read_people(listed(tmp_path, text)))
    lines = str(refused.value).splitlines()
    assert [line.split(":")[0].rpartition(" ")[2] for line in lines[:3]] == ["3", "5", "7"]
    assert lines[20:] == ["... and 10 more", "Nobody was imported."]


def test_a_line_with_more_cells_than_the_heading_is_no_guess(tmp_path: Path) -> None:
    with pytest.raises(NewsletterError, match="line 2: it has 2 cells and the heading 1"):
        list(read_people(listed(tmp_path, "email\nann@example.com,Ann\n")))


def test_a_quoted_cell_with_a_line_end_counts_its_lines(tmp_path: Path) -> None:
    with pytest.raises(NewsletterError, match="line 3: A name holds a line break"):
        list(read_people(listed(tmp_path, 'email,name\nann@example.com,"Ann\nLee"\n')))


@pytest.mark.parametrize("content", [b"email\n\xff\xfe@example.com\n", b"email\n" + b"a" * 200_000 + b"@example.com\n"])
def test_what_is_no_list_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    with pytest.raises(NewsletterError, match="Nobody was imported"):
        list(read_people(file))


def test_a_hyphen_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"email\nann@example.com\n")))
    assert [row[0] for row in read_people(Path("-"))] == ["ann@example.com"]
