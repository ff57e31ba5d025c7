from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from builders import SLOT, article
from newsletter.compose.tell.events import events, when_and_where
from newsletter.model.article import Article, Event
from newsletter.model.issue import Item
from newsletter.model.slot import Slot

ZONE = "Europe/Berlin"
WEEK = Slot(SLOT, ZONE)  # 16 to 22 November 2026


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(ZONE))


def event(starts: datetime, headline: str = "Choir sings in the engine house", **given: object) -> Article:
    return article(headline, event=Event(starts=starts, place="Town Hall"), **given)


def announced(*pages: Article, most: int = 9) -> list[Item]:
    return list(events(pages, WEEK, most=most, timezone=ZONE))


def test_an_event_has_its_day_its_place_a_headline_and_a_line() -> None:
    (item,) = announced(event(at(28, 19), id=7, url="https://review.example/choir"))
    assert item.label == "Sat 28 Nov, 19:00 · Town Hall"
    assert item.headline == "Choir sings in the engine house"
    assert [paragraph.text for paragraph in item.paragraphs] == [
        "The council says the increase pays for two new boats."
    ]
    assert (item.key, item.article_id, item.url) == ("a7", 7, "https://review.example/choir")


@pytest.mark.parametrize(
    ("starts", "is_in"),
    [
        (at(20, 23, 59), False),
        (at(21), True),
        (at(22, 20), True),
        (at(6, 23, 59, month=12), True),
        (at(7, month=12), False),
    ],
)
def test_an_issue_announces_the_weekend_that_ends_its_week_and_the_fortnight_after(
    starts: datetime, *, is_in: bool
) -> None:
    assert bool(announced(event(starts))) is is_in


def test_every_event_is_announced_in_the_issue_before_its_week() -> None:
    for days in range(60):
        starts = at(1, 18) + timedelta(days=days)
        before = Slot.of(starts - timedelta(days=7), ZONE)
        assert list(events([event(starts)], before, most=1, timezone=ZONE)), starts


def test_events_come_soonest_first_and_no_more_than_wanted() -> None:
    pages = [
        event(at(day, 19), f"The concert of the {day}th", url=f"https://review.example/{day}") for day in (28, 24, 26)
    ]
    assert [item.headline for item in announced(*pages, most=2)] == [
        "The concert of the 24th",
        "The concert of the 26th",
    ]


def test_an_article_without_an_event_is_none() -> None:
    assert announced(article()) == []


def test_two_articles_on_one_event_announce_it_once() -> None:
    one = event(at(28, 19), url="https://review.example/one")
    other = event(at(28, 19).astimezone(UTC), "Ninety seconds of song", url="https://post.example/other")
    newer = replace(other, published=datetime(2026, 11, 20, tzinfo=UTC))
    assert [item.headline for item in announced(one, newer)] == ["Ninety seconds of song"]
    assert len(announced(one, event(at(28, 20), url="https://review.example/late"))) == 2


@pytest.mark.parametrize(
    ("starts", "ends", "place", "label"),
    [
        (at(28, 19), None, None, "Sat 28 Nov, 19:00"),
        (at(28, 19), at(28, 21), "Town Hall", "Sat 28 Nov, 19:00 · Town Hall"),
        (at(28, 22), at(29, 1), "Town Hall", "Sat 28 Nov, 22:00 · Town Hall"),
        (at(28), at(29), "Quay", "Sat 28 Nov · Quay"),
        (at(28, 10), at(30, 18), "Quay", "Sat 28 Nov – Mon 30 Nov · Quay"),
        (datetime(2026, 11, 28, 23, 30, tzinfo=UTC), None, None, "Sun 29 Nov, 00:30"),
        (datetime(2026, 9, 1, 12, 5, tzinfo=UTC), None, None, "Tue 1 Sep, 14:05"),
    ],
)
def test_the_label_is_in_the_newsletters_own_time(
    starts: datetime, ends: datetime | None, place: str | None, label: str
) -> None:
    assert when_and_where(Event(starts=starts, ends=ends, place=place), ZONE) == label


def test_an_event_without_a_text_is_announced_by_its_headline() -> None:
    (item,) = announced(event(at(28, 19), dek=None, body=()))
    assert item.paragraphs == ()


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("de-AT", "Samstag, 28. November, 19:00 · Town Hall"),
        ("fr", "Samedi 28 novembre, 19:00 · Town Hall"),
        ("es", "Sábado 28 de noviembre, 19:00 · Town Hall"),
        ("ru", "Суббота, 28 ноября, 19:00 · Town Hall"),
        ("uk", "Субота, 28 листопада, 19:00 · Town Hall"),
        ("fi", "Sat 28 Nov, 19:00 · Town Hall"),
    ],
)
def test_the_label_is_in_the_newsletters_language(language: str, label: str) -> None:
    event = Event(starts=at(28, 19), place="Town Hall")
    assert when_and_where(event, ZONE, language) == label
