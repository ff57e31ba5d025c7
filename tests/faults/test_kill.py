"""SIGKILL at random points of real senders, one or two, on both databases: nobody lost, nobody twice beyond what was in flight.

``KILL_RUNS=40 pytest tests/faults/test_kill.py -s`` kills some hundred times and prints what it found; `make soak` does.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import small_batches
from real_sender import CONNECTIONS, approved_issue, newsletter, relay_at, sink

READERS = 120
WANTED = {f"reader{n}@example.com" for n in range(READERS)}
#: Each run is one life of an issue: senders started, killed, started again until they end by themselves.
RUNS = int(os.environ.get("KILL_RUNS", "2"))
SEED = int(os.environ.get("KILL_SEED", "20261119"))
#: Kills for each sender in a run.
KILLS = 3

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("senders", [1, 2])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nobody_is_lost_when_senders_are_killed_at_random_points(
    tmp_path: Path, database: str, senders: int, request: pytest.FixtureRequest
) -> None:
    dice = random.Random(f"{SEED} {database} {senders}")  # noqa: S311 - dice, not secrets
    kills = copies = worst = 0
    url = str(request.getfixturevalue("postgres_url")) if database == "postgresql" else ""
    approved = approved_issue(tmp_path / "approved", READERS, *(("--database", url) if url else ()))
    for run in range(RUNS):
        folder = shutil.copytree(approved, tmp_path / str(run))
        if url:
            _database_of_its_own(folder, url, run)
        with sink(folder) as port:
            relay_at(folder, port)
            killed = _send_until_done(folder, dice, senders)
        where = f"seed {SEED}, {database}, {senders} senders, run {run}"
        twice = _judge(folder, killed, where)
        kills, copies, worst = kills + killed, copies + twice, max(worst, twice)
    assert kills >= RUNS, "the kills must hit a running sender, or nothing was tested"
    print(
        f"{database}, {senders} senders, seed {SEED}: {RUNS} runs, {kills} kills, lost 0, wrong recipients 0, "
        f"second copies {copies}, most in a run {worst}, all of them owned up to"
    )


def _judge(folder: Path, kills: int, where: str) -> int:
    """Compare the receiving server's book with the ledger; return how many second copies arrived."""
    received = Counter(line.split("\t")[0] for line in (folder / "received").read_text().splitlines())
    status: dict[str, Any] = json.loads(newsletter(folder, "issue", "status", "1", "--rows", "--json").stdout)
    assert set(received) == WANTED, f"{where}: somebody was lost or is a stranger"
    assert (status["state"], status["sent"], status["total"]) == ("finished", READERS, READERS), where
    twice = received.total() - READERS
    assert twice <= kills * CONNECTIONS, f"{where}: {twice} second copies after {kills} kills"
    owned_up_to = {row["email"] for row in status["rows"] if row["maybe_sent"]}
    doubled = {reader for reader, count in received.items() if count > 1}
    assert doubled <= owned_up_to, f"{where}: a second copy that the ledger does not own up to"
    return twice


def _send_until_done(folder: Path, dice: random.Random, senders: int) -> int:
    """Have so many senders at work, kill one after the other and replace it, then let them end. Return the kills."""
    running = [_started(folder) for _ in range(senders)]
    kills = 0
    try:
        while kills < KILLS * senders:
            before = _size(folder / "received")
            while all(sender.poll() is None for sender in running) and _size(folder / "received") <= before:
                time.sleep(0.001)
            time.sleep(dice.uniform(0, 0.15))
            victim = running.pop(dice.randrange(len(running)))
            if victim.poll() is not None:
                running.append(victim)
                break
            victim.send_signal(signal.SIGKILL)
            victim.communicate()
            kills += 1
            running.append(_started(folder))
        for sender in running:
            _, complaint = sender.communicate(timeout=60)
            assert sender.returncode == 0, complaint
    finally:
        for sender in running:
            sender.kill()
            sender.communicate()
    return kills


def _started(folder: Path) -> "subprocess.Popen[str]":
    words = [small_batches.__file__, "--config", str(folder / "config.toml"), "issue", "send", "1"]
    return subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _database_of_its_own(folder: Path, url: str, run: int) -> None:
    """Give the copied folder a copy of the approved database."""
    name = f"{sa.make_url(url).database}run{run}"
    engine = sa.create_engine(sa.make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{sa.make_url(url).database}"')
    engine.dispose()
    config = folder / "config.toml"
    config.write_text(config.read_text().replace(str(sa.make_url(url).database), name))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
