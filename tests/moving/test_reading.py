"""Files as people really have them: any encoding, any separator, cut off, swollen, hostile."""

import csv
import io
import pickle
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import NewsletterError
from newsletter.moving.newcomer import Newcomer, Problem, Standing
from newsletter.moving.people import stricter
from newsletter.moving.reading import open_list

FILES = Path(__file__).parent / "files"


def people(path: Path) -> list[Newcomer | Problem]:
    return list(open_list(path).people())


def emails(path: Path) -> list[str]:
    return [one.email for one in people(path) if isinstance(one, Newcomer)]


def written(tmp_path: Path, content: bytes | str, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_line_ends_and_separators_are_found(tmp_path: Path, encoding: str, end: str, delimiter: str) -> None:
    rows = [["name", "email", ""], ["Zoë", "zoe@example.com", ""], ["Jürgen Groß", "groß@example.com", ""]]
    text = end.join(delimiter.join(row) for row in rows) + end
    content = text.encode(encoding) if encoding != "utf-16-le" else b"\xff\xfe" + text.encode(encoding)
    found = people(written(tmp_path, content))
    assert [(one.name, one.email) for one in found if isinstance(one, Newcomer)] == [
        ("Zoë", "zoe@example.com"), ("Jürgen Groß", "groß@example.com"),
    ]  # fmt: skip


def test_a_byte_that_is_no_utf8_far_down_loses_no_row_before_it(tmp_path: Path) -> None:
    rows = "".join(f"Reader {n},r{n}@example.com\n" for n in range(5000))
    path = written(tmp_path, b"name,email\n" + rows.encode() + b"Zo\xeb,zoe@example.com\n")
    found = people(path)
    assert len(found) == 5001
    assert isinstance(found[-1], Newcomer)
    assert found[-1].name == "Zoë"


def test_a_quotation_mark_that_is_not_closed_is_told_with_its_lines(tmp_path: Path) -> None:
    rows = "".join(f"Reader {n},r{n}@example.com\n" for n in range(8000))
    path = written(tmp_path, f'name,email\nAnn,ann@example.com\n"Bob,bob@example.com\n{rows}')
    first, *rest = people(path)
    assert isinstance(first, Newcomer)
    told = next(one for one in rest if isinstance(one, Problem))
    assert "quotation mark" in told.sentence


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Ann,ann@example.com,more,and more", "4 cells"), ("Ann", "missing"), ('Ann,"a b"@example.com', "no e-mail address"),
        (f"Ann,{'a' * 300}@example.com", "no e-mail address"), ("Ann,ann@example.com%0d", "no e-mail address"),
        ("A\x00nn,ann@exam\x00ple.com", "no e-mail address"), ("Ann,ann@localhost", "no e-mail address"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_told_and_the_next_one_is_in(tmp_path: Path, row: str, said: str) -> None:
    path = written(tmp_path, f"name,email\n{row}\nBob,bob@example.com\n")
    problem, bob = people(path)
    assert isinstance(problem, Problem)
    assert (problem.line, said in problem.sentence, "example" in problem.sentence) == (2, True, False)
    assert isinstance(bob, Newcomer)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Ann Lee <ann@EXAMPLE.com>", "ann@example.com"), (" ann@example.com ", "ann@example.com"), ("a.nn+x@example.com", "a.nn+x@example.com"),
        ("zoë@example.com", "zoë@example.com"), ("ann@xn--bcher-kva.example", "ann@bücher.example"), ("mailto:ann@example.com", "ann@example.com"),
    ],
)  # fmt: skip
def test_addresses_are_made_normal(tmp_path: Path, cell: str, kept: str) -> None:
    assert emails(written(tmp_path, f"email,x\n{cell},\n")) == [kept]


def test_no_heading_is_needed_where_a_column_holds_addresses(tmp_path: Path) -> None:
    assert emails(written(tmp_path, "Ann,ann@example.com\nBob,bob@example.com\n")) == [
        "ann@example.com",
        "bob@example.com",
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "email\n", ";;;\n"])
def test_a_file_of_nothing_is_told_or_has_nobody(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, content)
    if content.strip("\n\ufeff;") == "":
        with pytest.raises(NewsletterError, match="empty"):
            people(path)
    else:
        assert people(path) == []


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    with pytest.raises(NewsletterError, match="list_members"):
        open_list(written(tmp_path, pickle.dumps({"a": 1}), "config.pck"))


def archive(tmp_path: Path, files: dict[str, bytes]) -> Path:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def mailchimp(tmp_path: Path, *order: str) -> Path:
    parts = [f"mailchimp_{one}.csv" for one in order]
    return archive(tmp_path, {name: (FILES / name).read_bytes() for name in parts})


@pytest.mark.parametrize(
    "order", [("subscribed", "unsubscribed", "cleaned"), ("cleaned", "subscribed", "unsubscribed")]
)
def test_an_archive_tells_first_who_left(tmp_path: Path, order: tuple[str, ...]) -> None:
    reading = open_list(mailchimp(tmp_path, *order))
    assert reading.parts[-1].generation == "subscribed"
    standings = [one.standing for one in reading.people() if isinstance(one, Newcomer)]
    assert sorted(map(str, standings)) == ["active", "active", "suppressed", "unsubscribed"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../../evil.csv": b"email\n"}, "outside"), ({"/evil.csv": b"email\n"}, "outside"), ({"a.zip": b""}, "archive inside"),
        ({"a.txt.gz": b""}, "archive inside"), ({"readme.md": b"x"}, "no CSV"), ({"bomb.csv": b"email\n" + b"a" * 50_000_000}, "beyond all measure"),
    ],
)  # fmt: skip
def test_an_unsafe_archive_is_not_unpacked(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    with pytest.raises(NewsletterError, match=said):
        open_list(archive(tmp_path, files))


def test_a_long_list_is_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("email", "name", "town"))
        writer.writerows((f"reader{n}@example.com", f"Reader {n}", "Port") for n in range(100_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in open_list(path).people())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert peak < 20_000_000


def test_the_stricter_of_two_lines_about_one_person_counts() -> None:
    active, left, banned = (
        Newcomer(line=1, email="a@example.com", standing=s)
        for s in (Standing.ACTIVE, Standing.UNSUBSCRIBED, Standing.SUPPRESSED)
    )
    assert stricter(active, left) is stricter(left, active) is left
    assert stricter(left, banned) is stricter(banned, left) is banned


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=2000),
        st.text(max_size=500).map(str.encode),
        st.lists(st.lists(st.text(max_size=20), max_size=6), max_size=8).map(
            lambda rows: ("email,name\n" + "\n".join(",".join(row) for row in rows)).encode("utf-8", "surrogatepass")
        ),
        st.sampled_from(sorted(path.read_bytes() for path in FILES.iterdir())).flatmap(
            lambda whole: st.integers(0, len(whole)).map(lambda cut: whole[:cut] + b"\x00\xff" + whole[cut:])
        ),
    )
)
def test_no_bytes_at_all_end_in_anything_but_a_sentence(tmp_path: Path, content: bytes) -> None:
    with suppress(NewsletterError):
        for one in people(written(tmp_path, content)):
            assert isinstance(one, Newcomer | Problem)


def test_cells_of_a_spreadsheet_are_text(tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["email", "name"], ["ann@example.com", "=HYPERLINK(1)"], ["bob@example.com", "'+49 1"]])
    ann, bob = people(written(tmp_path, out.getvalue()))
    assert isinstance(ann, Newcomer)
    assert isinstance(bob, Newcomer)
    assert (ann.name, bob.name) == ("=HYPERLINK(1)", "+49 1")
