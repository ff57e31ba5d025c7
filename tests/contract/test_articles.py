from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from builders import NOW, article, image, provenance
from newsletter.errors import NotFoundError
from newsletter.model.article import (
    ArticleKind,
    Briefing,
    Byline,
    DateEvidence,
    OtherNews,
    Quote,
    RelatedCard,
)
from newsletter.model.slot import Slot
from newsletter.store.articles import Added
from newsletter.store.store import Store


def test_an_article_comes_back_exactly_as_it_went_in(store: Store) -> None:
    full = article(
        kind=ArticleKind.ROUNDUP,
        kicker="ferries",
        series="Harbour Watch",
        byline=Byline(raw="Reporting | Coast", kind="Reporting", section="Coast"),
        language="en",
        blockquotes=("“We sail in any weather.”",),
        sections=(
            OtherNews(heading="Other Harbour News This Week:", items=("A crane fell over.", "Nobody was hurt.")),
            Briefing(
                heading="From Port Briefing on Nov. 18", source="Port Briefing", date_text="Nov. 18",
                paragraphs=("The port is open.",), day=date(2026, 11, 18),
            ),
        ),
        quotes=(Quote(text="We sail in any weather.", speaker="Ines Vold", paragraph=7),),
        images=(image(),),
        related=(RelatedCard(title="The sea wall", section="Towns", excerpt=("It leaks.",), image=image(alt="A wall")),),
        attributed_sources=("Coast Courier",),
        dates=DateEvidence(explicit=("Nov. 18",), weekdays_tied=(("Wednesday", "Nov. 18"),), week=(date(2026, 11, 16), date(2026, 11, 20))),
        provenance=provenance(boilerplate=("Follow us",), source_file="page.txt"),
    )  # fmt: skip
    stored, added = store.articles.add(full, now=NOW)
    assert added is Added.NEW
    assert store.articles.get(stored.id or 0) == replace(full, id=stored.id)


def test_the_same_page_twice_is_one_article(store: Store) -> None:
    first, _ = store.articles.add(article(url="https://review.example/a"), now=NOW)
    again, added = store.articles.add(article(url="https://review.example/a/?utm_source=mail"), now=NOW)
    assert (again.id, added) == (first.id, Added.UNCHANGED)


def test_a_page_that_changed_keeps_its_number(store: Store) -> None:
    first, _ = store.articles.add(article(), now=NOW)
    changed, added = store.articles.add(article(dek="The council thinks again."), now=NOW)
    assert (changed.id, added) == (first.id, Added.CHANGED)
    assert store.articles.get(first.id or 0).dek == "The council thinks again."


def test_a_text_without_address_is_known_by_its_content(store: Store) -> None:
    store.articles.add(article(url=None), now=NOW)
    assert store.articles.add(article(url=None), now=NOW)[1] is Added.UNCHANGED
    assert store.articles.add(article(url=None, dek="Another one."), now=NOW)[1] is Added.NEW


def test_a_period_holds_what_was_published_in_it_and_what_has_no_date(store: Store) -> None:
    slot = Slot("2026-W47", "Europe/Berlin")
    moments = {
        "before": datetime(2026, 11, 15, 22, 59, tzinfo=UTC),
        "first instant": datetime(2026, 11, 15, 23, 0, tzinfo=UTC),
        "last instant": datetime(2026, 11, 22, 22, 59, tzinfo=UTC),
        "after": datetime(2026, 11, 22, 23, 0, tzinfo=UTC),
        "undated": None,
    }
    for name, moment in moments.items():
        store.articles.add(article(name, url=f"https://review.example/{name[:5]}", published=moment), now=NOW)
    found = [found.headline for found in store.articles.around(slot.starts, slot.ends)]
    assert found == ["first instant", "last instant", "undated"]


def test_an_unknown_number_says_how_to_find_the_known_ones(store: Store) -> None:
    with pytest.raises(NotFoundError, match="newsletter article list"):
        store.articles.get(99)
