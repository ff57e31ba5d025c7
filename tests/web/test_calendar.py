"""The calendar on the desk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from calendar_desk import FRIDAY, HOUR, WEEKLY, CalendarDesk
from newsletter.ingest.fetch import Fetcher
from newsletter.model.cadence import Break
from newsletter.store.store import Store
from newsletter.web.app import create


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CalendarDesk]:
    with Store(f"sqlite:///{tmp_path / 'newsletter.db'}") as store:
        store.upgrade()
        yield CalendarDesk(store, tmp_path)


def get(desk: CalendarDesk, path: str = "/calendar") -> str:
    with TestClient(create(desk.press, Fetcher), base_url="https://news.example.org") as web:
        answer = web.get(urlsplit(desk.press.links.desk()).path + path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_house_without_a_cadence_is_told_how_to_set_one(desk: CalendarDesk) -> None:
    assert "newsletter schedule set SLUG --every week" in get(desk)


def test_it_shows_what_became_of_slots_and_what_comes(desk: CalendarDesk) -> None:
    away = Break(first=date(2026, 12, 25), last=date(2026, 12, 25), why="Christmas <3")
    desk.begin(replace(WEEKLY, breaks=(away,)))
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    text = get(desk)
    assert "<h2>November 2026</h2>" in text
    assert "Friday 20, 16:00" in text
    assert "Nobody has approved it." in text
    assert f'/{desk.issue().id}">Harbour Weekly</a>' in text
    assert '<li class="planned">' in text
    assert "Christmas &lt;3" in text
    assert "Monthly review" in text


def test_it_says_when_nothing_is_sent_by_itself(desk: CalendarDesk) -> None:
    desk.begin()
    desk.store.instance.hold("The database is an older copy of itself.", actor="ed", now=desk.clock.now)
    assert "Nothing is sent by itself. The database is an older copy of itself." in get(desk)


def test_looking_changes_nothing(desk: CalendarDesk) -> None:
    desk.begin()
    get(desk)
    get(desk, "/calendar.ics")
    assert desk.store.slots.of(1) == []


def test_the_feed_has_the_planned_slots_for_any_calendar_program(desk: CalendarDesk) -> None:
    desk.begin()
    desk.scheduler().look()
    events = Calendar.from_ical(get(desk, "/calendar.ics")).events
    first = next(event for event in events if event["UID"] == "harbour-2026-W47@news.example.org")
    assert first.start == FRIDAY
    assert first["SUMMARY"] == "Harbour Weekly, 2026-W47"
    assert len([event for event in events if "-W" in str(event["UID"])]) == 26


def test_a_slot_that_is_skipped_is_cancelled_in_the_feed(desk: CalendarDesk) -> None:
    away = Break(first=date(2026, 11, 20), last=date(2026, 11, 20), why="outing")
    desk.begin(replace(WEEKLY, breaks=(away,)))
    events = Calendar.from_ical(get(desk, "/calendar.ics")).events
    assert {str(event["STATUS"]) for event in events if event.start == FRIDAY} == {"CANCELLED"}


def test_the_desk_names_the_next_slot_of_each_newsletter(desk: CalendarDesk) -> None:
    desk.begin()
    assert "Next: Harbour Weekly, " in get(desk, "")
    assert "Friday 20 November 2026, 16:00 CET" in get(desk, "")
    assert desk.clock.now < FRIDAY - HOUR


@pytest.mark.parametrize("path", ["/calendar", "/calendar.ics"])
def test_who_does_not_know_the_address_sees_nothing(desk: CalendarDesk, path: str) -> None:
    desk.begin()
    with TestClient(create(desk.press, Fetcher), base_url="https://news.example.org") as web:
        answer = web.get(f"/desk/forged{path}")
    assert answer.status_code == 404
    assert "Harbour" not in answer.text
