"""Which slots a cadence makes, and when they are due."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import ConfigError
from newsletter.model.cadence import Break, Cadence, Every, Move, OnHoliday
from newsletter.model.slot import Slot
from newsletter.schedule.cadence import Due, due_between, next_due
from newsletter.schedule.holidays import holidays_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FRIDAYS = Cadence(every=Every.WEEK, on=("friday",), at=("16:00",))
ZONES = sorted(available_timezones())


def following(cadence: Cadence, zone: str = "Europe/Berlin", after: datetime = NOW, count: int = 4) -> list[Due]:
    return next_due(cadence, zone, after, count=count, holidays=holidays_of(cadence.holidays))


def local(dues: list[Due], zone: str = "Europe/Berlin") -> list[str]:
    return [f"{due.at.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}" for due in dues]


@pytest.mark.parametrize(
    ("cadence", "keys", "times"),
    [
        (FRIDAYS, ["2026-W48", "2026-W49"], ["Fri 2026-11-27 16:00", "Fri 2026-12-04 16:00"]),
        (
            Cadence(every=Every.WEEK, on=("tuesday", "friday"), at=("07:30",)),
            ["2026-11-24", "2026-11-27"],
            ["Tue 2026-11-24 07:30", "Fri 2026-11-27 07:30"],
        ),
        (
            Cadence(every=Every.TWO_WEEKS, on=("friday",), at=("16:00",), since=date(2026, 11, 6)),
            ["2026-W49", "2026-W51"],
            ["Fri 2026-12-04 16:00", "Fri 2026-12-18 16:00"],
        ),
        (
            Cadence(every=Every.MONTH, on=("1",)),
            ["2026-12", "2027-01"],
            ["Tue 2026-12-01 09:00", "Fri 2027-01-01 09:00"],
        ),
        (
            Cadence(every=Every.MONTH, on=("-1",)),
            ["2026-11", "2026-12"],
            ["Mon 2026-11-30 09:00", "Thu 2026-12-31 09:00"],
        ),
        (
            Cadence(every=Every.MONTH, on=("first friday",)),
            ["2026-12", "2027-01"],
            ["Fri 2026-12-04 09:00", "Fri 2027-01-01 09:00"],
        ),
        (
            Cadence(every=Every.MONTH, on=("last monday",)),
            ["2026-11", "2026-12"],
            ["Mon 2026-11-30 09:00", "Mon 2026-12-28 09:00"],
        ),
        (Cadence(every=Every.DAY), ["2026-11-24", "2026-11-25"], ["Tue 2026-11-24 09:00", "Wed 2026-11-25 09:00"]),
        (
            Cadence(every=Every.DAY, at=("07:00", "18:00")),
            ["2026-11-23T18:00", "2026-11-24T07:00"],
            ["Mon 2026-11-23 18:00", "Tue 2026-11-24 07:00"],
        ),
        (
            Cadence(every=Every.CRON, cron="30 7 * * tue,thu"),
            ["2026-11-24T07:30", "2026-11-26T07:30"],
            ["Tue 2026-11-24 07:30", "Thu 2026-11-26 07:30"],
        ),
    ],
)
def test_the_next_slots_of(cadence: Cadence, keys: list[str], times: list[str]) -> None:
    found = following(cadence, count=2)
    assert [due.key for due in found] == keys
    assert local(found) == times


def test_weekdays_leave_out_the_weekend() -> None:
    found = following(Cadence(every=Every.WEEKDAY), after=datetime(2026, 11, 26, 12, tzinfo=UTC), count=3)
    assert local(found) == ["Fri 2026-11-27 09:00", "Mon 2026-11-30 09:00", "Tue 2026-12-01 09:00"]


def test_a_break_says_why_nothing_appears() -> None:
    summer = Break(first=date(2026, 12, 20), last=date(2027, 1, 3), why="winter break")
    found = following(Cadence(every=Every.WEEK, on=("friday",), breaks=(summer,)), count=7)
    assert [due.why_not for due in found] == ["", "", "", "", "winter break", "winter break", ""]


def test_an_issue_that_is_moved_keeps_its_key_and_comes_in_its_new_order() -> None:
    moved = Move(day=date(2026, 12, 4), to=datetime(2026, 12, 12, 10, 0))  # noqa: DTZ001 - local to the newsletter
    found = following(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), moves=(moved,)), count=4)
    assert [due.key for due in found] == ["2026-W48", "2026-W50", "2026-W49", "2026-W51"]
    assert local(found)[2] == "Sat 2026-12-12 10:00"


@pytest.mark.parametrize(
    ("where", "to", "why"),
    [
        (OnHoliday.SKIP, "Fri 2026-12-25 16:00", "public holiday: Christmas Day"),
        (OnHoliday.BEFORE, "Thu 2026-12-24 16:00", ""),
        (OnHoliday.AFTER, "Mon 2026-12-28 16:00", ""),
    ],
)
def test_a_public_holiday_takes_an_issue_away_or_moves_it(where: OnHoliday, to: str, why: str) -> None:
    cadence = Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), holidays="DE-BE", on_holiday=where)
    christmas = next(due for due in following(cadence, count=5) if due.key == "2026-W52")
    assert (local([christmas])[0], christmas.why_not) == (to, why)


def test_holidays_of_nowhere_are_refused_in_a_sentence() -> None:
    with pytest.raises(ConfigError, match="No public holidays are known of 'XX'"):
        holidays_of("XX")


def test_a_line_of_cron_that_makes_no_sense_is_refused_in_a_sentence() -> None:
    with pytest.raises(ConfigError, match="no line of cron"):
        following(Cadence(every=Every.CRON, cron="61 7 * * *"))


def test_the_thirty_first_comes_in_months_that_have_one() -> None:
    assert [due.key for due in following(Cadence(every=Every.MONTH, on=("31",)), count=3)] == [
        "2026-12",
        "2027-01",
        "2027-03",
    ]


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran"]
)
def test_sixty_weeks_keep_their_hour_by_the_clock_on_the_wall(zone: str) -> None:
    found = following(FRIDAYS, zone, count=60)
    assert len({due.key for due in found}) == 60
    assert {f"{due.at.astimezone(ZoneInfo(zone)):%a %H:%M}" for due in found} == {"Fri 16:00"}


def test_an_hour_that_comes_twice_makes_one_slot_at_its_first_occurrence() -> None:
    found = following(
        Cadence(every=Every.DAY, at=("01:30",)), "America/New_York", datetime(2026, 10, 31, 12, tzinfo=UTC), 2
    )
    assert [due.key for due in found] == ["2026-11-01", "2026-11-02"]
    assert found[0].at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_an_hour_that_is_left_out_is_due_at_the_moment_of_the_jump() -> None:
    found = following(
        Cadence(every=Every.DAY, at=("02:30",)), "America/New_York", datetime(2027, 3, 13, 12, tzinfo=UTC), 2
    )
    assert [due.key for due in found] == ["2027-03-14", "2027-03-15"]
    assert found[0].at == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)


def test_the_last_week_of_a_long_year_is_week_53() -> None:
    found = following(FRIDAYS, after=datetime(2026, 12, 26, tzinfo=UTC), count=2)
    assert [due.key for due in found] == ["2026-W53", "2027-W01"]


_CADENCES = st.one_of(
    st.builds(Cadence, every=st.just(Every.DAY), at=st.sampled_from([("00:00",), ("01:30",), ("02:30",), ("12:00", "23:59")])),
    st.builds(
        Cadence, every=st.just(Every.WEEK), on=st.sampled_from([("sunday",), ("monday", "sunday")]),
        at=st.sampled_from([("01:30",), ("02:30",), ("03:00",)]),
    ),
    st.builds(Cadence, every=st.just(Every.MONTH), on=st.sampled_from([("1",), ("-1",), ("31",), ("last sunday",)])),
    st.builds(Cadence, every=st.just(Every.CRON), cron=st.sampled_from(["30 2 * * *", "0 */6 * * sun", "15 1 1 * *"])),
)  # fmt: skip


@given(_CADENCES, st.sampled_from(ZONES), st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001 - made aware below
def test_in_every_zone_every_key_is_made_once_in_the_order_of_the_calendar(
    cadence: Cadence, zone: str, start: datetime
) -> None:
    after = start.replace(tzinfo=UTC)
    whole = due_between(cadence, zone, after, after + timedelta(days=120))
    keys = [due.key for due in whole]
    assert len(keys) == len(set(keys))
    assert all(earlier.at <= later.at for earlier, later in pairwise(whole))
    begins = [Slot(key, zone).begins for key in keys]
    assert begins == sorted(begins)


@given(_CADENCES, st.sampled_from(ZONES), st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)), st.integers(1, 80))  # noqa: DTZ001 - made aware below
def test_looking_in_two_steps_finds_what_looking_in_one_does(
    cadence: Cadence, zone: str, start: datetime, days: int
) -> None:
    after = start.replace(tzinfo=UTC)
    middle, until = after + timedelta(days=days), after + timedelta(days=90)
    both = due_between(cadence, zone, after, middle) + due_between(cadence, zone, middle, until)
    assert both == due_between(cadence, zone, after, until)
