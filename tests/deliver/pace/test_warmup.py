from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.pace.warmup import ENOUGH, RAMP, allowed, remaining

BEGAN = date(2026, 11, 2)


def test_the_ramp_is_climbed_a_day_at_a_time_and_then_doubles() -> None:
    assert [allowed(day) for day in range(-1, 11)] == [0, *RAMP, 20_000, 40_000, 80_000]


@given(st.integers(-10, 10**9))
def test_no_day_allows_less_than_the_one_before_and_none_is_beyond_counting(day: int) -> None:
    assert 0 <= allowed(day) <= allowed(day + 1) <= ENOUGH


@pytest.mark.parametrize(
    ("day", "sent", "left"), [(-1, 0, 0), (0, 0, 50), (0, 49, 1), (0, 50, 0), (0, 70, 0), (2, 100, 150), (8, 0, 20_000)]
)
def test_what_is_left_is_what_the_day_allows_less_what_went(day: int, sent: int, left: int) -> None:
    assert remaining(BEGAN + timedelta(days=day), began=BEGAN, sent_today=sent) == left


def test_days_without_mail_do_not_count() -> None:
    assert remaining(BEGAN + timedelta(days=7), began=BEGAN, sent_today=0, idle_days=6) == 100
    assert remaining(BEGAN + timedelta(days=7), began=BEGAN, sent_today=0, idle_days=99) == 50
    assert remaining(BEGAN - timedelta(days=7), began=BEGAN, sent_today=0, idle_days=-99) == 0


def test_an_operator_may_climb_otherwise() -> None:
    assert [allowed(day, (10, 1_000)) for day in range(4)] == [10, 1_000, 2_000, 4_000]
