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
    assert Slot("2026-W53", "UTC").monday == date(2026, 12, 28)


@pytest.mark.parametrize("key", ["2024-43", "W43", "2024-W00", "2025-W53", "2024-W99", "last week", "2024-W43\n"])
def test_what_names_no_week_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"slot|week"):
        Slot(key, "UTC")
