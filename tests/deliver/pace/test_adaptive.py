import json
import math
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from newsletter.deliver.pace.adaptive import (
    UNKNOWN,
    Pace,
    Rules,
    accepted,
    from_json,
    observed,
    refused,
    resumes_at,
    to_json,
)
from newsletter.model.refusal import Stage, judge

TOO_FAST = judge(421, "4.7.0 too many messages", Stage.DOT)
GREYLISTED = judge(450, "greylisted", Stage.RCPT)
FULL = judge(452, "4.2.2 over quota", Stage.RCPT)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
RULES = Rules()


def test_nothing_limits_a_group_that_gives_no_sign() -> None:
    pace = UNKNOWN
    for second in range(100):
        pace = accepted(pace, 500, NOW + second * SECOND)
    assert (pace.rate, resumes_at(pace, NOW)) == (None, None)


@pytest.mark.parametrize("refusal", [GREYLISTED, FULL, judge(550, "5.7.1 blacklisted", Stage.RCPT)])
def test_what_is_about_one_reader_or_final_is_no_sign(refusal: object) -> None:
    assert refused(UNKNOWN, refusal, NOW) == UNKNOWN  # type: ignore[arg-type]  # a refusal, as listed


def test_the_first_sign_halves_the_rate_that_was_seen() -> None:
    pace = UNKNOWN
    for second in range(31):
        pace = accepted(pace, 40, NOW + second * SECOND)
    assert observed(pace) == pytest.approx(40, rel=0.05)
    assert refused(pace, TOO_FAST, NOW + 31 * SECOND).rate == pytest.approx(20, rel=0.05)


def test_last_weeks_silence_does_not_count_as_slowness() -> None:
    pace = UNKNOWN
    for second in range(31):
        pace = accepted(pace, 40, NOW + second * SECOND)
    next_week = NOW + timedelta(days=7)
    assert observed(accepted(pace, 1, next_week)) == pytest.approx(40, rel=0.05)
    assert refused(pace, TOO_FAST, next_week).rate == pytest.approx(20, rel=0.05)


def test_a_sign_before_any_mail_went_through_begins_slowly() -> None:
    assert refused(UNKNOWN, TOO_FAST, NOW).rate == RULES.start / 2


def test_each_further_sign_halves_down_to_the_floor_and_then_pauses() -> None:
    pace, rates = Pace(rate=1.0), []
    for nth in range(3):
        pace = refused(pace, TOO_FAST, NOW + nth * MINUTE)
        rates.append(pace.rate)
    assert rates == [0.5, 0.25, RULES.floor]
    assert resumes_at(pace, NOW + 3 * MINUTE) is None
    at_floor = refused(pace, TOO_FAST, NOW + 3 * MINUTE)
    assert at_floor.rate == RULES.floor
    assert resumes_at(at_floor, NOW + 3 * MINUTE) == NOW + 8 * MINUTE
    assert resumes_at(at_floor, NOW + 8 * MINUTE) is None


def test_refusals_of_mails_under_way_are_one_sign() -> None:
    pace = Pace(rate=8.0)
    for nth in range(5):
        pace = refused(pace, TOO_FAST, NOW + nth * SECOND / 10)
    assert pace.rate == 4.0


def test_pauses_grow_to_an_hour_until_mails_are_accepted_again() -> None:
    pace, now, pauses = Pace(rate=RULES.floor), NOW, []
    for _ in range(5):
        pace = refused(pace, TOO_FAST, now)
        until = resumes_at(pace, now)
        assert until is not None
        pauses.append((until - now) / MINUTE)
        now = until
    assert pauses == [5, 15, 60, 60, 60]
    pace = refused(Pace(rate=RULES.floor, pauses=accepted(pace, RULES.after, now).pauses), TOO_FAST, now)
    assert resumes_at(pace, now) == now + 5 * MINUTE


def test_a_storm_is_left_within_ten_mails_however_fast_we_were() -> None:
    pace = accepted(UNKNOWN, 5_000, NOW)
    for nth in range(RULES.storm):
        assert resumes_at(pace, NOW) is None, nth
        pace = refused(pace, TOO_FAST, NOW)
    assert resumes_at(pace, NOW) == NOW + 5 * MINUTE
    assert pace.rate == RULES.floor


def test_refusals_that_come_in_during_a_pause_make_it_no_longer() -> None:
    pace = refused(Pace(rate=RULES.floor), TOO_FAST, NOW)
    assert refused(pace, TOO_FAST, NOW + SECOND) == pace


def test_a_clock_that_went_back_ends_a_pause_rather_than_prolonging_it() -> None:
    pace = refused(Pace(rate=RULES.floor), TOO_FAST, NOW)
    assert resumes_at(pace, NOW - timedelta(days=1)) is None
    assert refused(Pace(rate=8.0, signed_at=NOW), TOO_FAST, NOW - timedelta(days=1)).rate == 4.0


def test_the_pace_climbs_a_step_for_so_many_accepted_mails_up_to_the_ceiling() -> None:
    rules = Rules(ceiling=2.0, after=100)
    pace, rates = Pace(rate=1.0), []
    for _ in range(8):
        pace = accepted(pace, 50, NOW, rules)
        rates.append(pace.rate)
    assert rates == [1.0, 1.5, 1.5, 2.0, 2.0, 2.0, 2.0, 2.0]


def test_a_sign_starts_the_count_of_accepted_mails_anew() -> None:
    pace = refused(accepted(Pace(rate=8.0), RULES.after - 1, NOW), TOO_FAST, NOW)
    assert accepted(pace, RULES.after - 1, NOW).rate == 4.0
    assert accepted(pace, RULES.after, NOW).rate == 4.0 + RULES.step


moments = st.integers(0, 600).map(lambda tenths: tenths * SECOND / 10)
events = st.lists(st.tuples(moments, st.one_of(st.none(), st.integers(1, 1_000))), max_size=60)


@given(events, st.integers(1, 500))
def test_the_pace_stays_in_its_bounds_whatever_happens(events: list[tuple[timedelta, int | None]], after: int) -> None:
    rules, now, paces = Rules(after=after, ceiling=50.0), NOW, [UNKNOWN]
    for passed, count in events:
        now += passed
        before = paces[-1]
        pace = refused(before, TOO_FAST, now, rules) if count is None else accepted(before, count, now, rules)
        if count is None:
            assert pace.rate is not None
            base = observed(before, rules) if before.rate is None else before.rate
            assert pace.rate in (before.rate, rules.floor, max(rules.floor, base / 2))
        elif before.rate is None:
            assert pace.rate is None
        else:
            assert pace.rate is not None
            gained = max(before.rate, min(50.0, before.rate + (before.accepted + count) // after * rules.step))
            assert pace.rate == gained
        until = resumes_at(pace, now)
        assert until is None or now < until <= now + timedelta(hours=1)
        assert pace.rate is None or (rules.floor <= pace.rate < math.inf)
        assert pace.accepted < after
        assert pace.refused < rules.storm
        assert from_json(json.loads(json.dumps(to_json(pace)))) == pace
        paces.append(pace)
    # Once a group has given a sign it is never without a limit again.
    assert all(b.rate is not None for a, b in pairwise(paces) if a.rate is not None)


@pytest.mark.parametrize("capacity", [1, 5, 20])
def test_it_settles_at_what_the_provider_bears(capacity: int) -> None:
    """A provider that takes so many mails a second and refuses the rest, over two simulated hours."""
    pace, now, end = accepted(UNKNOWN, 100, NOW), NOW, NOW + timedelta(hours=2)
    free, taken, turned_away = NOW, 0, 0
    while now < end:
        if until := resumes_at(pace, now):
            now = until
        if free <= now:
            free, taken = now + SECOND / capacity, taken + 1
            pace = accepted(pace, 1, now)
        else:
            turned_away += 1
            pace = refused(pace, TOO_FAST, now)
        now += SECOND / (pace.rate or 100.0)
    assert taken > 0.45 * 7_200 * capacity
    assert turned_away < 0.05 * taken


@pytest.mark.parametrize(
    "state",
    [
        {"rate": "fast"},
        {"rate": -1.0},
        {"rate": math.inf},
        {"rate": True},
        {"accepted": 1.5},
        {"accepted": None},
        {"paused_until": 12},
        {"paused_until": "tomorrow"},
        {"paused_until": "2026-11-19T12:00:00"},
    ],
)
def test_a_state_that_cannot_be_understood_is_as_good_as_none(state: dict[str, object]) -> None:
    assert from_json(state) == UNKNOWN


def test_a_state_of_another_version_is_read_as_far_as_it_goes() -> None:
    assert from_json({"rate": 2, "mood": "sunny"}) == Pace(rate=2)
    assert from_json(None) == from_json({}) == UNKNOWN
    assert to_json(UNKNOWN) == {}
