from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.pace.quiet import Hours, opens_at
from newsletter.errors import ConfigError

BERLIN = "Europe/Berlin"
MINUTE = timedelta(minutes=1)
ZONES = (
    "UTC",
    BERLIN,
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)
FORWARD, BACK = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)


def berlin(*moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(BERLIN), fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]  # year to minute


@pytest.mark.parametrize(
    ("hour", "opens"),
    [((19, 21, 59), None), ((19, 22, 0), (20, 7, 0)), ((19, 23, 59), (20, 7, 0)), ((20, 0, 0), (20, 7, 0)), ((20, 6, 59), (20, 7, 0)), ((20, 7, 0), None)],
)  # fmt: skip
def test_a_night_ends_in_the_morning(hour: tuple[int, ...], opens: tuple[int, ...] | None) -> None:
    wanted = berlin(2026, 11, *opens) if opens else None
    assert opens_at(berlin(2026, 11, *hour), "22:00-07:00", BERLIN) == wanted


def test_hours_within_a_day_cross_no_midnight() -> None:
    assert opens_at(berlin(2026, 11, 19, 13, 30), "13:00-14:00", BERLIN) == berlin(2026, 11, 19, 14)
    assert opens_at(berlin(2026, 11, 19, 23, 30), "13:00-14:00", BERLIN) is None


@pytest.mark.parametrize(("day", "length"), [((2026, 3, 28), 8), ((2026, 10, 24), 10), ((2026, 11, 19), 9)])
def test_a_night_in_which_the_clocks_change_ends_at_seven_all_the_same(day: tuple[int, ...], length: int) -> None:
    begins = berlin(*day, 22)
    assert opens_at(begins, "22:00-07:00", BERLIN) == begins + timedelta(hours=length)


def test_an_end_that_the_clocks_jump_over_falls_on_the_jump() -> None:
    assert opens_at(FORWARD - MINUTE, "22:00-02:30", BERLIN) == FORWARD
    assert opens_at(FORWARD, "22:00-02:30", BERLIN) is None


def test_a_beginning_that_the_clocks_jump_over_falls_on_the_jump() -> None:
    assert opens_at(FORWARD - MINUTE, "02:30-07:00", BERLIN) is None
    assert opens_at(FORWARD, "02:30-07:00", BERLIN) == berlin(2026, 3, 29, 7)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    ends = berlin(2026, 10, 25, 2, 30, fold=1)
    for moment in (berlin(2026, 10, 25, 2, 10), berlin(2026, 10, 25, 2, 50), berlin(2026, 10, 25, 2, 10, fold=1)):
        assert opens_at(moment, "22:00-02:30", BERLIN) == ends
    for moment in (berlin(2026, 10, 25, 2, 30), berlin(2026, 10, 25, 2, 10, fold=1)):
        assert opens_at(moment, "02:30-07:00", BERLIN) == berlin(2026, 10, 25, 7)


def test_a_day_that_a_place_left_out_is_no_trap() -> None:
    """Samoa had no 30 December 2011: it went over the date line, and that night is followed by the 31st's morning."""
    apia = ZoneInfo("Pacific/Apia")
    opens = opens_at(datetime(2011, 12, 29, 23, 0, tzinfo=apia), "22:00-07:00", "Pacific/Apia")
    assert opens == datetime(2011, 12, 31, 7, 0, tzinfo=apia).astimezone(UTC)


def test_hours_that_leave_next_to_nothing_open_join_where_the_clocks_change() -> None:
    during = berlin(2026, 10, 25, 2, 20)
    assert opens_at(during, "02:30-02:15", BERLIN) == berlin(2026, 10, 26, 2, 15)


times = st.tuples(st.integers(0, 23), st.integers(0, 59))
near_changes = st.builds(
    lambda change, minutes: change + minutes * MINUTE, st.sampled_from((FORWARD, BACK)), st.integers(-3000, 3000)
)
moments = st.one_of(
    near_changes, st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware here
)  # fmt: skip


@given(moments, times, times, st.sampled_from(ZONES))
def test_it_is_quiet_by_the_clock_on_the_wall(
    now: datetime, start: tuple[int, int], end: tuple[int, int], zone: str
) -> None:
    if start == end:
        end = ((end[0] + 1) % 24, end[1])
    hours = f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}"
    opens = opens_at(now, hours, zone)
    if not _repeated(now, zone):
        assert (opens is not None) == _reads_quiet(now, hours, zone)
    if opens:
        assert now < opens
        assert opens_at(opens, hours, zone) is None
        assert _repeated(opens, zone) or not _reads_quiet(opens, hours, zone)
        # The stretch is whole: at every minute on the way the answer is the same.
        steps = (now + step * MINUTE for step in range(0, max(1, int((opens - now) / MINUTE)), 7))
        assert {opens_at(step, hours, zone) for step in steps} == {opens}


def _repeated(moment: datetime, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _reads_quiet(moment: datetime, hours: str, zone: str) -> bool:
    """The plain rule, without any thought of clock changes."""
    reads, quiet = moment.astimezone(ZoneInfo(zone)).time(), Hours.parse(hours)
    if quiet.starts < quiet.ends:
        return quiet.starts <= reads < quiet.ends
    return reads >= quiet.starts or reads < quiet.ends


@pytest.mark.parametrize(
    "hours", ["", "22-7", "22:00", "24:00-07:00", "22:60-07:00", "22:00-22:00", "night", "22:00-07:00\x00"]
)
def test_what_are_no_hours_says_how_to_write_them(hours: str) -> None:
    with pytest.raises(ConfigError, match="22:00-07:00"):
        opens_at(BACK, hours, BERLIN)


@pytest.mark.parametrize("zone", ["", "Berlin", "Europe", "../etc/passwd", "/etc/passwd", "a\x00b"])
def test_what_is_no_time_zone_says_how_to_write_one(zone: str) -> None:
    with pytest.raises(ConfigError, match="Europe/Berlin"):
        opens_at(BACK, "22:00-07:00", zone)
