from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from builders import article, provenance
from compose.harbour import FARES, FARES_ELSEWHERE, LIBRARY, SEALS, SLOT, WEEK, with_evidence
from newsletter.compose.choose.period import days, pick
from newsletter.errors import NothingToSend
from newsletter.model.article import Article
from newsletter.model.slot import Slot

LATER = provenance(fetched_at=datetime(2027, 2, 1, tzinfo=UTC))


def undated(page: Article) -> Article:
    return replace(page, published=None, provenance=LATER)


def headlines(*articles: Article) -> list[str]:
    return [picked.article.headline for picked in pick(articles, SLOT)]


def test_an_article_is_in_by_its_date_in_the_newsletters_own_time() -> None:
    first = replace(LIBRARY, published=datetime(2026, 11, 15, 23, 0, tzinfo=UTC))  # Monday 00:00 in Berlin
    over = replace(SEALS, published=datetime(2026, 11, 22, 23, 0, tzinfo=UTC))  # the next Monday 00:00
    assert headlines(first, over) == [first.headline]


def test_an_undated_article_is_in_by_the_week_its_text_speaks_of() -> None:
    spoken = with_evidence(undated(LIBRARY), date(2026, 11, 16), date(2026, 11, 20))
    (picked,) = pick([spoken, with_evidence(undated(SEALS), date(2026, 11, 9), date(2026, 11, 13))], SLOT)
    assert picked.article == spoken
    assert "its text speaks of this week" in picked.reason


def test_a_date_outranks_what_the_text_speaks_of() -> None:
    old = with_evidence(
        replace(LIBRARY, published=datetime(2026, 10, 1, tzinfo=UTC)), date(2026, 11, 16), date(2026, 11, 20)
    )
    assert headlines(old, SEALS) == [SEALS.headline]


def test_an_undated_article_is_in_when_it_tells_the_story_of_one_that_is_in() -> None:
    pair = pick([FARES, undated(FARES_ELSEWHERE)], SLOT)
    assert [picked.reason for picked in pair] == ["", f"undated: tells the same story as “{FARES.headline}”"]


def test_an_undated_article_follows_one_that_is_in_by_its_arrival() -> None:
    pair = pick([undated(FARES), replace(FARES_ELSEWHERE, published=None)], SLOT)
    assert {picked.article.url: picked.reason for picked in pair} == {
        FARES.url: f"undated: tells the same story as “{FARES_ELSEWHERE.headline}”",
        FARES_ELSEWHERE.url: "undated: taken by its arrival",
    }


def test_an_undated_article_is_else_taken_by_its_arrival() -> None:
    arrived = replace(LIBRARY, published=None)
    (picked,) = pick([arrived, undated(SEALS)], SLOT)
    assert (picked.article, picked.reason) == (arrived, "undated: taken by its arrival")


def test_a_page_that_came_twice_is_taken_once() -> None:
    again = replace(FARES, url="https://review.example/fares/?utm_source=feed")
    assert headlines(again, FARES) == [FARES.headline]


def test_the_order_given_does_not_matter() -> None:
    assert pick(WEEK, SLOT) == pick(WEEK[::-1], SLOT)


def test_an_empty_period_says_so_and_what_to_do() -> None:
    with pytest.raises(NothingToSend) as raised:
        pick([], SLOT)
    assert str(raised.value) == (
        "No article falls in 2026-W47 (16 to 22 November 2026), so there is no issue; no mail is better than an empty"
        " one. Add articles, fetch sources, or choose another --slot."
    )
    with pytest.raises(NothingToSend):
        pick([article(published=datetime(2020, 1, 1, tzinfo=UTC))], SLOT)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("2026-W47", "16 to 22 November 2026"),
        ("2026-W40", "28 September to 4 October 2026"),
        ("2026-W53", "28 December 2026 to 3 January 2027"),
    ],
)
def test_the_days_of_a_slot_read_as_one_would_say_them(key: str, text: str) -> None:
    assert days(Slot(key, "UTC")) == text
