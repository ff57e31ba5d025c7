"""The shared limits, on both databases: counted by what was granted for each instant, never by how long it took."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from builders import NOW
from newsletter.store.engine import open_engine
from newsletter.store.rates import Rates
from newsletter.store.tables import rate as table

#: Less than the time of one message at any rate used here, more than what a float of today's seconds rounds off.
ROUNDING = 1e-5
SENDER = """
import json, sys
from datetime import UTC, datetime
from newsletter.store.engine import open_engine
from newsletter.store.rates import Rates

url, per_second, times = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
engine = open_engine(url)
sys.stdin.readline()
for nth in range(times):
    count = 1 + nth % 25
    place = Rates(engine).place("global", count, per_second, datetime.now(UTC))
    print(json.dumps([place.starts_at, count, place.wait]))
engine.dispose()
"""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database that has the table."""
    opened = open_engine(database_url)
    table.create(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def rates(engine: Engine) -> Rates:
    return Rates(engine)


@pytest.mark.parametrize("per_second", [500.0, 7.0])
def test_four_processes_together_never_exceed_a_limit(engine: Engine, database_url: str, per_second: float) -> None:
    command = [sys.executable, "-c", SENDER, database_url, str(per_second), "30"]
    senders = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for sender in senders:
        assert sender.stdin
        sender.stdin.write("go\n")
        sender.stdin.flush()
    said = [sender.communicate(timeout=120)[0].splitlines() for sender in senders]
    assert [sender.returncode for sender in senders] == [0, 0, 0, 0]
    assert [len(lines) for lines in said] == [30, 30, 30, 30]
    _never_exceeds([(start, count) for lines in said for start, count, _ in map(json.loads, lines)], per_second)


def test_four_threads_of_one_process_share_a_limit_too(engine: Engine) -> None:
    granted: list[tuple[float, int]] = []

    def send() -> None:
        for _ in range(20):
            place = Rates(engine).place("global", 10, 100.0, datetime.now(UTC))
            granted.append((place.starts_at, 10))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 80
    _never_exceeds(granted, 100.0)


def _never_exceeds(granted: list[tuple[float, int]], per_second: float) -> None:
    """Nobody is granted a place before the one ahead has had its time, so by no instant is more granted than the limit."""
    granted = sorted(granted)
    for (start, count), (following, _) in pairwise(granted):
        assert following - start >= count / per_second - ROUNDING
    first = granted[0][0]
    for (start, count), so_far in zip(granted, accumulate(count for _, count in granted), strict=True):
        assert so_far - count <= (start - first + ROUNDING) * per_second


def test_the_first_may_go_at_once_and_who_comes_after_waits_its_turn(rates: Rates) -> None:
    first = rates.place("global", 10, 0.01, NOW)
    second = rates.place("global", 5, 0.01, NOW)
    assert first.wait == 0
    assert second.starts_at - first.starts_at == pytest.approx(1_000, abs=ROUNDING)
    # The clock of PostgreSQL runs on between the two.
    assert 0 < second.wait <= 1_000


def test_limits_do_not_know_of_each_other(rates: Rates) -> None:
    assert rates.reserve("group:google", 1_000, 0.01, NOW) == 0
    assert rates.reserve("group:yahoo", 1_000, 0.01, NOW) == 0
    assert rates.reserve("group:google", 1, 0.01, NOW) > 0


def test_an_idle_limit_saves_nothing_up(rates: Rates, engine: Engine) -> None:
    rates.reserve("global", 1, 0.01, NOW)
    with engine.begin() as connection:
        connection.execute(sa.update(table).values(next_at=1.0))
    first, second = (rates.place("global", 3, 0.01, NOW) for _ in range(2))
    assert first.wait == 0
    assert second.starts_at - first.starts_at >= 300 - ROUNDING


def test_nothing_reserved_moves_nothing(rates: Rates) -> None:
    rates.reserve("global", 2, 0.01, NOW)
    places = [rates.place("global", count, 0.01, NOW).starts_at for count in (0, 0, 1)]
    assert max(places) - min(places) <= ROUNDING


def test_a_limit_that_was_changed_holds_from_the_next_reservation_on(rates: Rates) -> None:
    starts = [rates.place("global", 1, rate, NOW).starts_at for rate in (0.1, 0.01, 0.1)]
    assert [b - a for a, b in pairwise(starts)] == pytest.approx([10, 100], abs=ROUNDING)


@pytest.mark.parametrize(("count", "per_second"), [(-1, 1.0), (1, 0.0), (1, -1.0), (1, float("nan"))])
def test_what_is_no_limit_is_refused(rates: Rates, count: int, per_second: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        rates.reserve("global", count, per_second, NOW)


def test_on_postgresql_a_senders_wrong_clock_does_not_matter(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    table.create(engine)
    rates = Rates(engine)
    wrong = (NOW + timedelta(days=days) for days in (0, -400, 400, 0))
    starts = [rates.place("global", 1, 0.1, now).starts_at for now in wrong]
    engine.dispose()
    assert [b - a for a, b in pairwise(starts)] == pytest.approx([10, 10, 10], abs=ROUNDING)


wishes = st.lists(st.tuples(st.floats(0, 30), st.integers(0, 50)), max_size=15)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(wishes, st.floats(0.1, 1_000))
def test_each_gets_the_first_place_that_is_free(
    tmp_path: Path, wishes: list[tuple[float, int]], per_second: float
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'rates.db'}")
    table.drop(engine, checkfirst=True)
    table.create(engine)
    now, free = NOW, 0.0
    for passed, count in wishes:
        now += timedelta(seconds=passed)
        place = Rates(engine).place("global", count, per_second, now)
        starts = max(free, now.timestamp())
        assert place.starts_at == pytest.approx(starts, abs=ROUNDING)
        assert place.wait == pytest.approx(starts - now.timestamp(), abs=ROUNDING)
        free = starts + count / per_second
    engine.dispose()


def test_nothing_is_known_of_a_limit_that_nothing_was_learnt_of(rates: Rates) -> None:
    assert rates.load("group:google") is None
    rates.reserve("group:google", 1, 1.0, NOW)
    assert rates.load("group:google") is None


@pytest.mark.parametrize("reserved", [False, True])
def test_what_was_learnt_comes_back_as_it_was(rates: Rates, reserved: bool) -> None:  # noqa: FBT001 - a column of the table
    if reserved:
        rates.reserve("group:google", 1, 1.0, NOW)
    state = {"rate": 0.1, "refused": 3, "paused_until": "2026-11-19T12:05:00+00:00", "accepted": 1.0, "ä": None}
    assert rates.save("group:google", state, before=None, now=NOW)
    assert rates.load("group:google") == state
    assert rates.load("group:yahoo") is None


def test_who_learnt_from_an_older_state_has_to_learn_again(rates: Rates) -> None:
    first, second = {"rate": 8.0, "accepted": 1}, {"rate": 4.0, "accepted": 0}
    assert rates.save("group:google", first, before=None, now=NOW)
    assert not rates.save("group:google", second, before=None, now=NOW)
    assert not rates.save("group:google", second, before={"rate": 9.0, "accepted": 1}, now=NOW)
    assert rates.load("group:google") == first
    assert rates.save("group:google", second, before={"accepted": 1, "rate": 8.0}, now=NOW)
    assert rates.load("group:google") == second


def test_learning_and_reserving_leave_each_other_alone(rates: Rates) -> None:
    before = rates.place("group:google", 1, 0.01, NOW)
    assert rates.save("group:google", {"rate": 4.0}, before=None, now=NOW)
    after = rates.place("group:google", 1, 0.01, NOW)
    assert after.starts_at - before.starts_at == pytest.approx(100, abs=ROUNDING)
    assert rates.save("group:google", {"rate": 2.0}, before={"rate": 4.0}, now=NOW)


def test_what_many_learn_at_once_is_all_kept(engine: Engine) -> None:
    def learn() -> None:
        mine = Rates(engine)
        for _ in range(10):
            while True:
                before = mine.load("group:google")
                state = {"accepted": (before or {"accepted": 0})["accepted"] + 1}
                if mine.save("group:google", state, before=before, now=NOW):
                    break

    threads = [threading.Thread(target=learn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Rates(engine).load("group:google") == {"accepted": 40}
