"""What other programs sent comes into the archive as it was published, and nothing else does."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.errors import NewsletterError
from newsletter.model.past_issue import PastIssue
from newsletter.moving.cleaning import DEEPEST, clean
from newsletter.moving.history import open_history
from newsletter.moving.newcomer import Problem

BODY = "<h1>Boats</h1>\n<p>Two <b>boats</b>.</p>"


def table(heading: str, *rows: Sequence[str], bom: bool = False) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([heading.split(","), *rows])
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def archive(path: Path, files: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


SUBSTACK: dict[str, bytes | str] = {
    "posts.csv": table(
        "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url",
        ("101.ferry-fares", "2024-03-15T06:00:00.000Z", "true", "", "newsletter", "everyone", "Ferry fares\nrise", "Twice a year", ""),
        ("102.paid-only", "2024-03-22T06:00:00.000Z", "true", "", "newsletter", "only_paid", "For members", "", ""),
        ("103.draft", "", "false", "", "newsletter", "everyone", "Not yet", "", ""),
        ("104.lost", "2024-04-01T06:00:00.000Z", "true", "", "newsletter", "everyone", "Lost", "", ""),
        ("105.nameless", "2024-04-02T06:00:00.000Z", "true", "", "newsletter", "everyone", "", "", ""),
        bom=True,
    ),
    "posts/101.ferry-fares.html": BODY,
    "posts/105.nameless.html": BODY,
}  # fmt: skip
BUTTONDOWN: dict[str, bytes | str] = {
    "emails.csv": table(
        "id,secondary_id,subject,publish_date,source,slug",
        ("a-1", "1", "Ferry fares rise", "2024-03-15 06:00:00", "app", "ferry-fares"),
        ("a-2", "2", "Élan vital", "2024-03-22T06:00:00Z", "app", ""),
        ("a-3", "3", "Not yet", "", "app", "draft"),
    ),
    "emails/ferry-fares.md": "# Boats\n\nTwo **boats**. <script>x</script>",
    "emails/2.html": BODY,
}
BEEHIIV = table(
    "id,web_title,status,audience,content_tags,url,web_subtitle,email_subject_line,email_preview_text,content_html,thumbnail_url,created_at",
    ("p1", "Ferry fares rise", "confirmed", "free", "", "https://old.example.com/p/ferry-fares", "Twice a year", "", "Two boats", BODY, "", "2024-03-15 06:00:00 UTC"),
    ("p2", "For members", "confirmed", "premium", "", "", "", "", "", BODY, "", "2024-03-15 06:00:00 UTC"),
    ("p3", "Not yet", "draft", "free", "", "", "", "", "", BODY, "", "2024-03-15 06:00:00 UTC"),
)  # fmt: skip
GHOST = json.dumps({"db": [{"data": {"posts": [
    {"title": "Ferry fares rise", "slug": "ferry-fares", "html": BODY, "custom_excerpt": "Twice a year", "status": "published",
     "visibility": "public", "type": "post", "published_at": "2024-03-15T06:00:00.000Z"},
    {"title": "Of long ago", "slug": "old", "html": BODY, "status": "published", "published_at": 1710482400000},
    {"title": "About us", "slug": "about", "html": BODY, "status": "published", "type": "page", "published_at": "2024-03-15T06:00:00Z"},
    {"title": "For members", "slug": "m", "html": BODY, "status": "sent", "visibility": "paid", "published_at": "2024-03-15T06:00:00Z"},
    {"title": "Not yet", "slug": "d", "html": BODY, "status": "draft", "published_at": None},
    {"title": "In another form", "slug": "l", "html": None, "lexical": "{}", "status": "published", "published_at": "2024-03-15T06:00:00Z"},
]}}]}).encode()  # fmt: skip


@pytest.fixture(params=["substack", "buttondown", "beehiiv", "ghost"])
def export(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    product = str(request.param)
    if product in ("substack", "buttondown"):
        return product, archive(tmp_path / "export.zip", SUBSTACK if product == "substack" else BUTTONDOWN)
    path = tmp_path / ("posts.csv" if product == "beehiiv" else "ghost.json")
    path.write_bytes(BEEHIIV if product == "beehiiv" else GHOST)
    return product, path


LEFT_OUT = {
    "substack": ["paying readers", "never published", "not in the export", "no title"],
    "buttondown": ["never published"],
    "beehiiv": ["paying readers", "never published"],
    "ghost": ["a page and no post", "paying readers", "never published", "not in the export"],
}


def test_published_posts_become_past_issues_and_all_others_are_named_with_the_reason(export: tuple[str, Path]) -> None:
    product, path = export
    history = open_history(path)
    found = list(history.issues())
    first, *_ = [one for one in found if isinstance(one, PastIssue)]
    assert (history.product, first.source) == (product, product)
    assert first.key == "2024-03-15-ferry-fares"
    assert (first.headline, first.published_at) == ("Ferry fares rise", datetime(2024, 3, 15, 6, tzinfo=UTC))
    assert "<h2>Boats</h2>" in first.html
    assert "boats" in first.html
    assert "script" not in first.html
    wrong = [one.sentence for one in found if isinstance(one, Problem)]
    assert all(said in sentence for said, sentence in zip(LEFT_OUT[product], wrong, strict=True))


def test_what_an_export_says_beside_the_text_comes_too(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_bytes(BEEHIIV)
    first = next(iter(open_history(tmp_path / "posts.csv").issues()))
    assert isinstance(first, PastIssue)
    assert (first.dek, first.preheader, first.url) == (
        "Twice a year",
        "Two boats",
        "https://old.example.com/p/ferry-fares",
    )


def test_a_folder_is_read_as_the_archive_is(tmp_path: Path) -> None:
    for name, content in SUBSTACK.items():
        (tmp_path / "export" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "export" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    in_archive = list(open_history(archive(tmp_path / "export.zip", SUBSTACK)).issues())
    assert list(open_history(tmp_path / "export").issues()) == in_archive


def test_times_without_a_zone_are_those_of_utc_and_names_are_fit_for_an_address(tmp_path: Path) -> None:
    found = [
        one for one in open_history(archive(tmp_path / "b.zip", BUTTONDOWN)).issues() if isinstance(one, PastIssue)
    ]
    assert [one.key for one in found] == ["2024-03-15-ferry-fares", "2024-03-22-elan-vital"]
    assert found[0].published_at == datetime(2024, 3, 15, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "files",
    [{"../posts.csv": "x"}, {"posts.csv": b"0" * 30_000_000}, {"inner.zip": "x"}],
    ids=["outside", "bomb", "nested"],
)
def test_an_archive_that_is_not_safe_is_not_read(files: dict[str, bytes | str], tmp_path: Path) -> None:
    with pytest.raises(NewsletterError, match="archive"):
        open_history(archive(tmp_path / "bad.zip", files))


@pytest.mark.parametrize(
    "content", [b"", b"email\nann@example.com\n", b"{}", b'{"db": []}', b"[" * 100_000, b"\xff\xfe\x00"]
)
def test_what_is_no_export_of_posts_is_refused_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    for name in ("export.csv", "export.json"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NewsletterError, match="no export of posts that is known"):
            open_history(tmp_path / name)
    with pytest.raises(NewsletterError, match="There is no file"):
        open_history(tmp_path / "missing.zip")


HOSTILE = [
    "<script>alert(1)</script>", "<p onclick=alert(1)>x</p>", '<a href="javascript:alert(1)">x</a>', "<svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>", "<style>*{display:none}</style>", '<form action="https://x.example"><input></form>',
    '<iframe src="https://x.example"></iframe>', '<p style="position:fixed">x</p>', '<a href="data:text/html,x">x</a>',
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>", "<base href=https://x.example>",
    '<meta http-equiv=refresh content="0">', "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<img src="http://x.example/a.png">', '<img src="https://count.example/o.gif" width="1" height="1">',
    '<img src="https://count.example/o.gif" style="width:1px;height:1px">',
]  # fmt: skip


@pytest.mark.parametrize("html", HOSTILE)
def test_of_a_hostile_text_only_what_is_read_is_left(html: str) -> None:
    cleaned = clean(f"<p>before</p>{html}<p>after</p>")
    assert "before" in cleaned
    for bad in (
        "alert",
        "javascript",
        "onerror",
        "style",
        "<form",
        "iframe",
        "data:",
        "<base",
        "http-equiv",
        "count.example",
        "http:",
    ):
        assert bad not in cleaned, cleaned


def test_pictures_are_loaded_late_and_without_saying_from_where() -> None:
    cleaned = clean('<img src="https://x.example/a.png" alt="A boat" onload="x">')
    assert set(cleaned.strip("<>").split(" ", 1)[1].replace('alt="A boat"', "alt").split()) == {
        "alt", 'loading="lazy"', 'referrerpolicy="no-referrer"', 'src="https://x.example/a.png"',
    }  # fmt: skip


def test_what_is_nested_to_keep_its_reader_busy_is_refused_and_a_long_page_is_not() -> None:
    with pytest.raises(NewsletterError, match="nested"):
        clean("<div>" * (DEEPEST + 1))
    assert clean("<p>x" * 5000).count("<p>") == 5000
    assert clean("<div><p>x</p></div>" * 5000).count("<div>") == 5000
