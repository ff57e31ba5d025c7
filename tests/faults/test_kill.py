"""SIGKILL at random points of a real `newsletter issue send`: nobody lost, nobody twice beyond what was in flight."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from real_sender import CONNECTIONS, approved_issue, command, newsletter, relay_at, sink

READERS = 120
#: Each run is one life of an issue: started, killed, started again until it ends by itself.
RUNS = 24
SEED = int(os.environ.get("KILL_SEED", "20261119"))

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("part", range(4))
def test_nobody_is_lost_when_the_sender_is_killed_at_random_points(tmp_path: Path, part: int) -> None:
    """A quarter of the runs each, so that they spread over the cores."""
    dice = random.Random(SEED + part)  # noqa: S311 - dice, not secrets
    kills = copies = worst = 0
    approved = approved_issue(tmp_path / "approved", READERS)
    for run in range(RUNS // 4):
        folder = shutil.copytree(approved, tmp_path / str(run))
        with sink(folder) as port:
            relay_at(folder, port)
            killed = _send_until_done(folder, dice)
            kills += killed
        received = Counter(line.split("\t")[0] for line in (folder / "received").read_text().splitlines())
        wanted = {f"reader{n}@example.com" for n in range(READERS)}
        status = json.loads(newsletter(folder, "issue", "status", "1", "--json").stdout)
        assert set(received) == wanted, f"seed {SEED + part}, run {run}: somebody was lost or is a stranger"
        assert (status["state"], status["sent"], status["total"]) == ("finished", READERS, READERS)
        twice = sum(count - 1 for count in received.values())
        assert twice <= killed * CONNECTIONS, (
            f"seed {SEED + part}, run {run}: {twice} second copies after {killed} kills"
        )
        rows = json.loads(newsletter(folder, "issue", "status", "1", "--rows", "--json").stdout)["rows"]
        owned_up_to = {row["email"] for row in rows if row["maybe_sent"]}
        doubled = {reader for reader, count in received.items() if count > 1}
        assert doubled <= owned_up_to, "a second copy that the ledger does not own up to"
        copies, worst = copies + twice, max(worst, twice)
    assert kills >= RUNS // 4, "the kills must hit a running sender, or nothing was tested"
    print(f"seed {SEED + part}: {RUNS // 4} runs, {kills} kills, lost 0, second copies {copies}, most in a run {worst}")


def _send_until_done(folder: Path, dice: random.Random) -> int:
    """Start the sender again and again; kill it up to three times once it is under way. Return the number of kills."""
    kills = 0
    while True:
        sender = subprocess.Popen(
            command(folder, "issue", "send", "1"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        if kills < 3:
            before = _size(folder / "received")
            while sender.poll() is None and _size(folder / "received") <= before:
                time.sleep(0.001)
            time.sleep(dice.uniform(0, 0.15))
            if sender.poll() is None:
                sender.send_signal(signal.SIGKILL)
                kills += 1
        _, complaint = sender.communicate(timeout=60)
        if sender.returncode == 0:
            return kills
        assert sender.returncode == -signal.SIGKILL, complaint.decode()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
