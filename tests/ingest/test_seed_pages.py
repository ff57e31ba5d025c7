"""Two real pages against what a careful reader took from them, one key at a time."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.ingest.page_text import read_page
from newsletter.ingest.profiles import recognise
from newsletter.model.article import Article, Provenance
from newsletter.model.article_view import article_view

pytestmark = pytest.mark.real

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
PAGES = ("diplomacy-watch", "article")
ARTICLE_KEYS = {"body", "bullets", "mixed_quote_marks"}
ROUNDUP_KEYS = {"lead", "lead_blockquotes", "title_without_series", "attributed_sources", "kicker_note"}
SHARED_KEYS = {
    *("source_file", "site", "kind", "kicker", "title", "series", "dek", "byline", "section_labels", "date_published"),
    *("date_evidence", "sections", "quotes", "image_credits", "hero_image_credit", "footer_repeat", "related"),
    *("boilerplate", "newsletter_blurb", "word_counts"),
}
#: Remarks in a reader's own words, and a week that rests on knowing both pages.
REMARKS = {"kicker_note", "inferred_year_reason", "inferred_reason", "inferred_week"}


@pytest.fixture(scope="module", autouse=True)
def _seeds() -> None:
    if not SEEDS.is_dir():
        assert os.environ.get("CI") != "true", f"the real pages are missing: {SEEDS}"
        pytest.skip(f"the real pages are not there: {SEEDS}")


def gold(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SEEDS / "gold" / f"{page}.json").read_text(encoding="utf-8"))
    return found


def text(page: str) -> str:
    return (SEEDS / f"{page}.txt").read_text(encoding="utf-8")


def read(page: str) -> Article:
    profile = recognise(text(page).splitlines())
    assert profile is not None
    fetched_at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    provenance = Provenance(parser=f"profile:{profile.name}", fetched_at=fetched_at, source_file=f"{page}.txt")
    return read_page(text(page), profile, provenance=provenance)


def view(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(article_view(read(page))))
    return found


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("key", sorted(SHARED_KEYS - {"date_evidence", "quotes", "related"}))
def test_a_real_page_gives_what_a_reader_takes_from_it(page: str, key: str) -> None:
    assert view(page)[key] == gold(page)[key]


@pytest.mark.parametrize("key", sorted(ROUNDUP_KEYS - REMARKS))
def test_a_real_round_up_gives_what_only_round_ups_have(key: str) -> None:
    assert view("diplomacy-watch")[key] == gold("diplomacy-watch")[key]


@pytest.mark.parametrize("key", sorted(ARTICLE_KEYS))
def test_a_real_article_gives_what_only_articles_have(key: str) -> None:
    assert view("article")[key] == gold("article")[key]


@pytest.mark.parametrize("page", PAGES)
def test_every_quotation_has_its_speaker_and_its_paragraph(page: str) -> None:
    found, expected = view(page)["quotes"], gold(page)["quotes"]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == other


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("card", range(3))
def test_every_card_is_told_from_its_neighbours(page: str, card: int) -> None:
    found, expected = view(page)["related"], gold(page)["related"]
    assert len(found) == len(expected)
    assert found[card] == expected[card]


@pytest.mark.parametrize("page", PAGES)
def test_the_evidence_for_its_date_is_what_a_reader_finds(page: str) -> None:
    found, expected = view(page)["date_evidence"], gold(page)["date_evidence"]
    for key in set(expected) - REMARKS - {"must_not_use"}:
        assert found[key] == expected[key], key
    assert sorted(found["must_not_use"]) == sorted(expected["must_not_use"])


@pytest.mark.parametrize("page", PAGES)
def test_no_key_that_a_reader_fills_goes_untested(page: str) -> None:
    assert set(gold(page)) <= SHARED_KEYS | ARTICLE_KEYS | ROUNDUP_KEYS
    assert set(gold(page)) - REMARKS <= set(view(page))


def test_both_pages_have_the_same_keys() -> None:
    assert set(view(PAGES[0])) == set(view(PAGES[1]))
    assert {"id", "url", "outlet", "content_hash", "published", "parser"} <= set(view(PAGES[0]))


@pytest.mark.parametrize("page", PAGES)
def test_every_line_of_a_real_page_is_kept_once(page: str) -> None:
    article = read(page)
    shown = view(page)
    kept = [article.headline, shown["dek"], shown["byline"]["raw"], shown["kicker"], *shown["body"]]
    kept += [*shown["image_credits"], *shown["boilerplate"], *shown["footer_repeat"].values()]
    for section in shown["sections"]:
        kept += [section["heading"], *section.get("items", section.get("paragraphs", ()))]
    for card in shown["related"]:
        kept += [card["image_alt"], card["image_credit"], *card["stray_caption_lines"]]
        kept += [card["title"], card["section"], *card["excerpt"]]
    assert sorted(kept) == sorted(line.strip() for line in text(page).splitlines() if line.strip())


@pytest.mark.parametrize("page", PAGES)
def test_no_author_and_no_date_is_invented(page: str) -> None:
    article = read(page)
    assert article.byline is not None
    assert article.byline.author is None
    assert article.published is None


@pytest.mark.parametrize("page", PAGES)
def test_a_real_page_reads_the_same_with_windows_line_ends_and_without_blank_lines(page: str) -> None:
    profile = recognise(text(page).splitlines())
    assert profile is not None
    original = read(page)
    for variant in (text(page).replace("\n", "\r\n"), "\n".join(filter(str.strip, text(page).splitlines()))):
        assert read_page(variant, profile, provenance=original.provenance) == original
