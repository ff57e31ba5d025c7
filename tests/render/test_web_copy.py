import json
import re

from lxml import html as lxml_html

from builders import NOW
from newsletter.model.newsletter import Newsletter
from newsletter.render.web import render_web
from render.sample_issue import ARCHIVE, letter, rich_issue

HOME = "https://news.example.org/harbour"
EVIL = "</script><script>alert(1)</script>"


def page(newsletter: Newsletter | None = None, **given: object) -> str:
    return render_web(rich_issue(**given), newsletter or letter(), canonical_url=ARCHIVE, home_url=HOME)


def test_the_public_copy_holds_the_whole_issue_and_nothing_personal() -> None:
    shown = page()
    tree = lxml_html.document_fromstring(shown.encode())
    assert [len(list(tree.iter(name))) for name in ("main", "nav", "h1")] == [1, 1, 1]
    headings = ["".join(map(str, h.itertext())).strip() for h in tree.iter("h1", "h2", "h3")]
    expected = [name for s in rich_issue().sections for name in (s.heading, *(i.headline for i in s.items)) if name]
    assert headings == expected
    assert "__NL_" not in shown
    assert "nsubscribe" not in shown


def test_search_engines_and_previews_are_told_what_it_is() -> None:
    shown = page()
    assert f'<link rel="canonical" href="{ARCHIVE}">' in shown
    assert '<meta property="og:image" content="https://pictures.example/ferry.jpg">' in shown
    about = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)
    assert about
    assert json.loads(about[1])["headline"] == rich_issue().subject


def test_no_word_of_an_author_can_end_an_element() -> None:
    shown = page(letter(title=EVIL, organisation=EVIL), subject=EVIL, preheader=EVIL)
    assert shown.count("<script") == 1
    about = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)
    assert about
    assert json.loads(about[1])["description"] == EVIL


def test_the_page_loads_nothing_but_pictures() -> None:
    tree = lxml_html.document_fromstring(page().encode())
    assert [link.get("rel") for link in tree.iter("link")] == ["canonical"]
    assert [e for e in tree.iter("script", "iframe", "object") if e.tag != "script" or e.get("src")] == []
    assert not re.search(r"@import|url\(", page())


def test_it_can_be_read_in_the_dark_and_on_paper() -> None:
    assert "@media (prefers-color-scheme: dark)" in page()
    assert "@media print" in page()


def test_the_page_says_when_the_issue_went_out_and_nothing_before_that() -> None:
    assert "datePublished" not in page()
    assert "published_time" not in page()
    shown = page(frozen_at=NOW)
    assert '"datePublished": "2026-11-19T12:00:00+00:00"' in shown
    assert '<meta property="article:published_time" content="2026-11-19T12:00:00+00:00">' in shown
