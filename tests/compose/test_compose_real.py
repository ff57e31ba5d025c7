"""Two real pages of one magazine and one week: one is a round-up, the other tells its main story."""

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from builders import NOW, newsletter
from newsletter.compose.choose.cluster import stories
from newsletter.compose.digest import compose
from newsletter.compose.guard.gate import check, source_text
from newsletter.compose.quotes import keys
from newsletter.compose.tell.summary import standing_sentences
from newsletter.ingest.read import read_path
from newsletter.model.article import Article, ArticleKind
from newsletter.model.issue import Issue
from newsletter.model.quotation import same_words
from newsletter.model.sentences import sentences, word_count
from newsletter.model.slot import Slot

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SEEDS.is_dir() and os.environ.get("CI") != "true", reason="the real pages are not here"),
]


@cache
def pages() -> dict[ArticleKind, Article]:
    now = datetime(2026, 11, 19, tzinfo=UTC)
    return {page.kind: page for page in (read_path(path, now=now) for path in sorted(SEEDS.glob("*.txt")))}


@cache
def issue() -> Issue:
    return compose(newsletter(), Slot("2024-W43", "Europe/Berlin"), list(pages().values()), number=1, now=NOW)


def test_the_splitter_finds_the_sentences_a_reader_counts() -> None:
    counts = {kind: sum(len(sentences(text)) for text in page.body) for kind, page in pages().items()}
    assert counts == {ArticleKind.ROUNDUP: 14, ArticleKind.ARTICLE: 34}


def test_the_two_pages_are_one_story_and_the_round_up_leads() -> None:
    both = tuple(pages().values())
    assert stories(both) == (both,)
    (lead,) = issue().sections[0].items
    assert lead.headline == pages()[ArticleKind.ROUNDUP].headline_without_series
    assert tuple(paragraph.text for paragraph in lead.paragraphs) == pages()[ArticleKind.ROUNDUP].body
    assert [also.headline for also in lead.also] == [pages()[ArticleKind.ARTICLE].headline]


def test_the_quotation_that_both_pages_hold_is_printed_once() -> None:
    shared = [
        one
        for one in keys(pages()[ArticleKind.ROUNDUP].body)
        if any(same_words(one, other) for other in keys(pages()[ArticleKind.ARTICLE].body))
    ]
    assert len(shared) == 1
    items = [item for section in issue().sections for item in section.items]
    found = keys(
        text for item in items for text in [p.text for p in item.paragraphs] + [a.line or "" for a in item.also]
    )
    assert sum(same_words(key, shared[0]) for key in found) == 1


def test_the_issue_has_the_figures_of_the_page() -> None:
    by_heading = {section.heading: section for section in issue().sections}
    words = {
        heading: [word_count(" ".join(p.text for p in item.paragraphs)) for item in section.items]
        for heading, section in by_heading.items()
    }
    lead, bullets, white_house, state, cards = words.values()
    assert (lead, bullets, white_house, state) == ([290], [44, 77, 54, 59], [160], [124])
    assert len(cards) == 3
    assert not issue().left_out


def test_the_unchanged_texts_raise_no_block() -> None:
    for page in pages().values():
        source = source_text(page)
        for text in (page.headline, page.dek or "", *standing_sentences(page)):
            assert check(text, source) == ()
