from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from newsletter.model.ladder import LONGEST, next_try, wait
from newsletter.model.refusal import Refusal, Stage, judge

BUSY = judge(451, "4.3.0 not now", Stage.RCPT)
GREYLISTED = judge(451, "4.7.1 please come back", Stage.RCPT)
FULL = judge(452, "4.2.2 over quota", Stage.RCPT)
HOST_REFUSED = judge(421, "4.7.0 too many connections", Stage.CONNECT)
GONE = judge(550, "5.1.1 user unknown", Stage.RCPT)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
seeds = st.one_of(st.integers(), st.text())
attempts = st.integers(1, 200)


@pytest.mark.parametrize("refusal", [BUSY, FULL])
@pytest.mark.parametrize(
    ("attempt", "usual"),
    [(1, 5 * MINUTE), (2, 15 * MINUTE), (3, HOUR), (4, 4 * HOUR), (5, 5 * HOUR), (6, 5 * HOUR), (90, 5 * HOUR)],
)
def test_the_waits_climb_the_ladder_and_stay_at_its_top(refusal: Refusal, attempt: int, usual: timedelta) -> None:
    waits = [wait(attempt=attempt, refusal=refusal, seed=seed) for seed in range(300)]
    assert 0.8 * usual <= min(waits) < 0.9 * usual
    assert 1.1 * usual < max(waits) <= 1.2 * usual


@pytest.mark.parametrize(("attempt", "usual"), [(1, 5 * MINUTE), (2, 15 * MINUTE), (3, HOUR), (4, HOUR), (9, HOUR)])
def test_a_provider_that_refuses_us_is_asked_again_within_about_an_hour(attempt: int, usual: timedelta) -> None:
    waits = [wait(attempt=attempt, refusal=HOST_REFUSED, seed=seed) for seed in range(100)]
    assert 0.8 * usual <= min(waits) < max(waits) <= 1.2 * usual


@given(seeds, attempts)
def test_a_greylist_is_never_asked_again_within_five_minutes(seed: int | str, attempt: int) -> None:
    assert 5 * MINUTE <= wait(attempt=attempt, refusal=GREYLISTED, seed=seed) <= 6 * HOUR


def test_what_was_greylisted_together_does_not_come_back_together() -> None:
    assert len({wait(attempt=1, refusal=GREYLISTED, seed=seed) for seed in range(100)}) == 100


def test_a_replay_meets_the_same_instants_and_another_row_other_ones() -> None:
    def due(seed: str) -> list[object]:
        return [wait(attempt=attempt, refusal=BUSY, seed=seed) for attempt in range(1, 9)]

    assert due("3:14") == due("3:14")
    assert due("3:14") != due("3:15")
    # Written down, so that a change of the function, which would move every row of a replay, does not go unseen.
    assert wait(attempt=1, refusal=BUSY, seed="3:14").total_seconds() == pytest.approx(345.14, abs=0.001)


@given(seeds, attempts, st.timedeltas(timedelta(), 7 * DAY), st.timedeltas(timedelta(), 7 * DAY))
def test_no_try_comes_after_the_age_limit(seed: int | str, attempt: int, age: timedelta, limit: timedelta) -> None:
    first = NOW - age
    due = next_try(NOW, first_tried_at=first, attempt=attempt, refusal=BUSY, seed=seed, give_up_after=limit)
    wanted = NOW + wait(attempt=attempt, refusal=BUSY, seed=seed)
    assert due == (wanted if wanted <= first + min(limit, LONGEST) else None)


def test_every_row_ends_within_five_days_however_long_the_caller_would_wait() -> None:
    now, tries = NOW, 0
    while due := next_try(now, first_tried_at=NOW, attempt=tries + 1, refusal=BUSY, seed=7, give_up_after=365 * DAY):
        now, tries = due, tries + 1
    assert 4.7 * DAY < now - NOW <= 5 * DAY
    assert 20 < tries < 40


def test_a_final_refusal_is_not_tried_again() -> None:
    assert next_try(NOW, first_tried_at=NOW, attempt=1, refusal=GONE, seed=7, give_up_after=DAY) is None


def test_a_clock_that_went_back_does_not_lose_the_row() -> None:
    due = next_try(NOW, first_tried_at=NOW + HOUR, attempt=1, refusal=BUSY, seed=7, give_up_after=DAY)
    assert due is not None
    assert due > NOW
