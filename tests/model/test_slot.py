from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.slot import Slot

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns")


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001 - made aware below
def test_every_moment_falls_in_exactly_one_slot(moment: datetime, zone: str) -> None:
    aware = moment.replace(tzinfo=UTC)
    slot = Slot.of(aware, zone)
    assert slot.holds(aware)
    assert not Slot.of(slot.ends, zone).holds(aware)
    assert not Slot.of(slot.starts - timedelta(microseconds=1), zone).holds(aware)


def test_a_week_with_a_clock_change_is_an_hour_longer_or_shorter() -> None:
    def hours(slot: Slot) -> float:
        return (slot.ends.astimezone(UTC) - slot.starts.astimezone(UTC)) / timedelta(hours=1)

    assert hours(Slot("2026-W43", "Europe/Berlin")) == 169
    assert hours(Slot("2026-W13", "Europe/Berlin")) == 167
    assert hours(Slot("2026-W43", "UTC")) == 168


def test_the_year_of_a_week_is_the_years_own() -> None:
    assert Slot.of(datetime(2027, 1, 2, tzinfo=UTC), "UTC").key == "2026-W53"
    assert Slot("2026-W53", "UTC").first_day == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-11-20", date(2026, 11, 20), date(2026, 11, 20)),
        ("2026-11-20T16:00", date(2026, 11, 20), date(2026, 11, 20)),
        ("2026-W47.1", date(2026, 11, 16), date(2026, 11, 22)),
    ],
)
def test_a_key_names_a_stretch_of_the_calendar(key: str, first: date, last: date) -> None:
    slot = Slot(key, "Europe/Berlin")
    assert (slot.first_day, slot.last_day) == (first, last)
    assert slot.holds_day(first)
    assert not slot.holds_day(last + timedelta(days=1))
    assert slot.ends.date() == last + timedelta(days=1)


def test_slots_of_any_kind_have_their_place_in_one_calendar() -> None:
    keys = ["2026-11", "2026-W46", "2026-11-20", "2026-11-20T16:00", "2026-W48", "2026-12"]
    begins = [Slot(key, "UTC").begins for key in keys]
    assert begins == sorted(begins)


def test_a_cadence_says_from_when_to_when_an_issue_tells() -> None:
    opens, closes = datetime(2026, 11, 13, 15, tzinfo=UTC), datetime(2026, 11, 20, 15, tzinfo=UTC)
    slot = Slot("2026-W47", "Europe/Berlin", opens=opens, closes=closes)
    assert (slot.starts, slot.ends) == (opens, closes)
    assert (slot.first_day, slot.last_day) == (date(2026, 11, 13), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("key", "day", "weeks"),
    [
        ("2026-W47", date(2026, 11, 16), 0),
        ("2026-W47", date(2026, 11, 22), 0),
        ("2026-W47", date(2026, 11, 23), 1),
        ("2026-W47", date(2026, 11, 15), -1),
        ("2026-W47", date(2026, 11, 1), -3),
        ("2026-11-20", date(2026, 11, 14), 0),
        ("2026-11-20", date(2026, 11, 13), -1),
        ("2026-11-20", date(2026, 11, 21), 1),
    ],
)
def test_a_day_lies_in_a_slot_or_some_weeks_from_it(key: str, day: date, weeks: int) -> None:
    assert Slot(key, "UTC").weeks_from(day) == weeks


@pytest.mark.parametrize("key", ["2024-13", "2024-10-32", "2024-10-25T25:00", "2024-10-25 16:00"])
def test_what_the_calendar_does_not_have_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"slot|calendar"):
        Slot(key, "UTC")


@pytest.mark.parametrize("key", ["2024-43", "W43", "2024-W00", "2025-W53", "2024-W99", "last week", "2024-W43\n"])
def test_what_names_no_week_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"slot|week|month"):
        Slot(key, "UTC")
