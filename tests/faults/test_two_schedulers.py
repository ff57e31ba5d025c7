"""Several schedulers on one store: each slot makes one issue, also if one of them is killed at any moment."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from calendar_desk import MONDAY, CalendarDesk
from newsletter.model.cadence import Cadence, Every, Policy
from newsletter.model.planned import SlotState
from newsletter.store.store import Store

SLOTS = 50
EVERY_MINUTE = Cadence(every=Every.CRON, cron="* * * * *", policy=Policy.AUTO)

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("killed", [0, 1], ids=["both live", "one is killed"])
def test_fifty_slots_make_fifty_issues(database_url: str, tmp_path: Path, killed: int) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)  # noqa: S311 - so that a failure can be repeated
    with Store(database_url) as store:
        store.upgrade()
        desk = CalendarDesk(store, tmp_path)
        desk.begin(EVERY_MINUTE, articles=0)
        for minute in range(SLOTS * 4):
            told = f"Boat {minute} came in from {' '.join(chance.sample(WORDS, 4))}"
            desk.add(told, MONDAY.replace(second=30) + minute * timedelta(minutes=1))
        with _running(database_url, tmp_path, 2) as schedulers:
            if killed:
                time.sleep(chance.uniform(0.5, 4))
                schedulers[0].send_signal(signal.SIGKILL)
            _wait_for(store, SLOTS)
        slots = [slot for slot in store.slots.of(1) if slot.edition == "regular"]
        issues = [issue for issue in store.issues.all() if issue.frozen_at and issue.edition == "regular"]
        sent = [slot for slot in slots if slot.state is SlotState.SENT]
        assert {slot.state for slot in slots if slot.due < sent[-1].due} == {SlotState.SENT}, [
            (s.key, [e.detail["why"] for e in store.audit.of(f"slot {s.key}")]) for s in slots if s.why
        ]
        assert sorted(issue.slot for issue in issues) == sorted({issue.slot for issue in issues})
        assert {slot.key for slot in sent} <= {issue.slot for issue in issues}
        assert len(issues) - len(sent) <= 1, "an issue whose scheduler died before it wrote that down"
        frozen = [
            entry for issue in issues for entry in store.audit.of(f"issue {issue.id}") if entry.action == "issue.frozen"
        ]
        assert len(frozen) == len(issues), "an issue was frozen twice"
        assert len(sent) >= SLOTS


def _wait_for(store: Store, slots: int) -> None:
    end = time.monotonic() + 60
    while sum(slot.state is SlotState.SENT for slot in store.slots.of(1)) < slots:
        assert time.monotonic() < end, [f"{slot.key} {slot.state} {slot.why}" for slot in store.slots.of(1)][-8:]
        time.sleep(0.1)


@contextmanager
def _running(url: str, folder: Path, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    (folder / "began").write_text(str(time.monotonic()))
    script = Path(__file__).parents[1] / "schedule_process.py"
    started = [
        subprocess.Popen([sys.executable, script, url, folder, f"scheduler {n}"], stderr=subprocess.PIPE, text=True)
        for n in range(count)
    ]
    try:
        yield started
    finally:
        (folder / "stop").touch()
        ends = [process.communicate(timeout=30)[1] for process in started]
    assert all(not said for said in ends), ends


#: None of the words that the articles are made of otherwise.
WORDS = [
    "Bergen",
    "Brest",
    "Cork",
    "Dover",
    "Emden",
    "Faro",
    "Galway",
    "Hull",
    "Izola",
    "Jaffa",
    "Kiel",
    "Lorient",
    "Malaga",
    "Narvik",
    "Odessa",
    "Porto",
    "Riga",
    "Stavanger",
    "Tallinn",
    "Umag",
    "Varna",
    "Wick",
    "Yalta",
    "Zadar",
    "Antwerp",
    "Bristol",
    "Calais",
]
