import itertools
import re
from dataclasses import replace

import pytest

from builders import image, issue, item, newsletter
from newsletter.errors import RenderError
from newsletter.model.issue import Paragraph, Section, SectionKind
from newsletter.render.checks import check_issue
from newsletter.render.compiled import PREFERENCES, SLOTS, UNSUBSCRIBE, Compiled, compile_issue
from weekly import HOSTILE, weekly

ARCHIVE = "https://news.example.org/harbour/2026-W47"


def _compiled(**changed: str) -> Compiled:
    return compile_issue(weekly(), newsletter(**changed), archive_url=ARCHIVE)


def test_the_same_issue_compiles_to_the_same_bytes() -> None:
    assert _compiled() == _compiled()
    assert _compiled().sha256 == _compiled().sha256


def test_any_change_of_a_word_changes_the_digest() -> None:
    assert _compiled().sha256 != _compiled(tagline="Another one").sha256
    assert _compiled().sha256 != replace(_compiled(), subject="Another").sha256


def test_what_an_author_wrote_is_text_and_never_markup() -> None:
    html = _compiled().html
    assert "Fares &amp; &lt;fees&gt;" in html
    assert "<fees>" not in html
    assert HOSTILE in _compiled().text
    assert "{{ not a template }}" in html


def test_both_parts_hold_the_same_links_and_headlines_in_the_same_order() -> None:
    compiled = _compiled()
    in_html = set(re.findall(r'href="([^"]*)"', compiled.html))
    assert {url.replace("&amp;", "&") for url in in_html} == set(re.findall(r"(?:https?://|__NL_)\S+", compiled.text))
    flat = " ".join(compiled.text.split())
    places = [flat.index(i.headline) for s in weekly().sections for i in s.items if i.headline]
    assert places == sorted(places)


def test_the_structure_is_one_h1_headings_in_order_and_real_lists() -> None:
    html = _compiled().html
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert html.count("<li ") == 3
    assert html.count("<blockquote") == 2


def test_every_table_is_for_layout_only_and_every_image_is_described_and_sized() -> None:
    html = _compiled().html
    assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", html))
    for img in re.findall(r"<img[^>]*>", html):
        assert re.search(r'alt="[^"]+"', img)
        assert re.search(r'width="\d+"', img)
        assert re.search(r'height="\d+"', img)


def test_dark_mode_and_phone_rules_survive_and_stay_small() -> None:
    blocks = re.findall(r"<style[^>]*>(.*?)</style>", _compiled().html, re.DOTALL)
    kept = blocks[-1]
    for rule in ("@media (prefers-color-scheme: dark)", "[data-ogsc]", "[data-ogsb]", "@media (max-width:600px)"):
        assert rule in kept
    assert len(kept) < 3_000


def test_nothing_in_the_mail_loads_from_elsewhere_but_its_pictures() -> None:
    html = _compiled().html
    assert not re.search(r"<link|<script|@import|url\(|<iframe|<form", html)
    assert set(re.findall(r'src="([^"]*)"', html)) == {image().url}


def test_lines_of_text_end_before_column_79_unless_an_address_is_longer() -> None:
    for line in _compiled().text.splitlines():
        assert len(line) <= 78 or " " not in line.strip(), line


def test_an_issue_in_a_language_from_right_to_left_says_so() -> None:
    assert _compiled(language="he").html.count('dir="rtl"') == 2
    assert 'lang="he"' in _compiled(language="he").html


def test_an_author_cannot_write_a_readers_slot() -> None:
    for hostile in (item(UNSUBSCRIBE), item("x", f"see {PREFERENCES}")):
        with pytest.raises(RenderError, match="__NL_"):
            compile_issue(issue(Section(kind=SectionKind.LEAD, items=(hostile,))), newsletter(), archive_url=ARCHIVE)


def test_a_subject_is_one_line_whatever_was_typed() -> None:
    compiled = compile_issue(issue(subject="Fares\r\nBcc: eve@example.com\n rise"), newsletter(), archive_url=ARCHIVE)
    assert compiled.subject == "Fares Bcc: eve@example.com rise"
    with pytest.raises(RenderError, match="subject"):
        compile_issue(issue(subject=" \n"), newsletter(), archive_url=ARCHIVE)


def test_an_unknown_theme_names_the_known_ones() -> None:
    with pytest.raises(RenderError, match=r"broadsheet, harbour"):
        _compiled(theme="neon")


def test_a_good_issue_has_no_findings() -> None:
    plain = issue(Section(kind=SectionKind.LEAD, items=(item(),)))
    compiled = compile_issue(plain, newsletter(), archive_url=ARCHIVE)
    assert compiled.html.startswith("<!doctype html>")
    assert check_issue(plain, newsletter(), compiled) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"preheader": " "}, "preheader is empty"),
        ({"sections": (Section(kind=SectionKind.LEAD, items=(item(image=image(alt="")),)),)}, "no description"),
        ({"sections": (Section(kind=SectionKind.LEAD, items=(item(url="/relative"),)),)}, "not a whole address"),
        ({"sections": (Section(kind=SectionKind.STORIES, heading="Empty", items=()),)}, "is empty"),
        ({"sections": (Section(kind=SectionKind.LEAD, items=(item("x", "word " * 30_000),)),)}, "Gmail cuts"),
    ],
)
def test_what_blocks_an_approval(changed: dict[str, object], said: str) -> None:
    broken = replace(weekly(), **changed)  # type: ignore[arg-type]  # fields of the table above
    found = check_issue(broken, newsletter(), compile_issue(broken, newsletter(), archive_url=ARCHIVE))
    assert [f.level for f in found if said in f.sentence] == ["error"]


def test_a_mail_without_postal_address_or_way_out_is_blocked() -> None:
    compiled = _compiled(postal_address=" ")
    found = {f.sentence for f in check_issue(weekly(), newsletter(postal_address=" "), compiled) if f.level == "error"}
    assert any("postal address" in sentence for sentence in found)
    bare = replace(compiled, html=compiled.html.replace(UNSUBSCRIBE, "https://x.example/"))
    assert any("unsubscribe link is missing" in f.sentence for f in check_issue(weekly(), newsletter(), bare))


def test_what_is_only_doubtful_is_a_warning() -> None:
    doubtful = replace(weekly(), subject="A very long subject " * 6, preheader="A very long subject " * 6)
    compiled = compile_issue(doubtful, newsletter(), archive_url="http://127.0.0.1:8000/harbour/2026-W47")
    found = check_issue(doubtful, newsletter(), compiled)
    assert {f.level for f in found} == {"warning"}
    assert len(found) == 4


def test_a_variant_leaves_out_what_its_readers_skip_and_never_the_lead() -> None:
    without = weekly().without(frozenset({SectionKind.LEAD, SectionKind.OTHER_NEWS}))
    html = compile_issue(without, newsletter(), archive_url=ARCHIVE).html
    assert "Bullet 1" not in html
    assert "Fares &amp;" in html
    assert all(slot in html for slot in SLOTS)


def test_an_item_without_picture_address_prints_no_broken_picture() -> None:
    lead = item(image=image(url=None), paragraphs=(Paragraph(text="Text"),))
    compiled = compile_issue(issue(Section(kind=SectionKind.LEAD, items=(lead,))), newsletter(), archive_url=ARCHIVE)
    assert "<img" not in compiled.html
