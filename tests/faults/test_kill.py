"""SIGKILL at random points of a real `newsletter issue send`: nobody lost, nobody twice beyond what was in flight."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.deliver.run import BATCH

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
    approved = _approved_issue(tmp_path / "approved")
    for run in range(RUNS // 4):
        folder = shutil.copytree(approved, tmp_path / str(run))
        with _sink(folder) as port:
            _relay_at(folder, port)
            killed = _send_until_done(folder, dice)
            kills += killed
        received = Counter(line.split("\t")[0] for line in (folder / "received").read_text().splitlines())
        wanted = {f"reader{n}@example.com" for n in range(READERS)}
        status = json.loads(_newsletter(folder, "issue", "status", "1", "--json").stdout)
        assert set(received) == wanted, f"seed {SEED + part}, run {run}: somebody was lost or is a stranger"
        assert (status["state"], status["sent"], status["total"]) == ("finished", READERS, READERS)
        twice = sum(count - 1 for count in received.values())
        assert twice <= killed * BATCH, f"seed {SEED + part}, run {run}: {twice} second copies after {killed} kills"
        assert twice <= status["maybe_sent"], "a second copy that the ledger does not own up to"
        copies, worst = copies + twice, max(worst, twice)
    assert kills >= RUNS // 4, "the kills must hit a running sender, or nothing was tested"
    print(f"seed {SEED + part}: {RUNS // 4} runs, {kills} kills, lost 0, second copies {copies}, most in a run {worst}")


def _send_until_done(folder: Path, dice: random.Random) -> int:
    """Start the sender again and again; kill it up to three times once it is under way. Return the number of kills."""
    kills = 0
    while True:
        sender = subprocess.Popen(
            _command(folder, "issue", "send", "1"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
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


def _approved_issue(folder: Path) -> Path:
    """A working folder with an approved issue for all readers, made by the commands that an editor types."""
    folder.mkdir()
    people = "".join(f"reader{n}@example.com\n" for n in range(READERS))
    (folder / "people.csv").write_text("email\n" + people)
    (folder / "page.md").write_text(
        "---\ntitle: Ferry fares rise\ndek: Two new boats are to be paid.\ndate: 2026-11-17T09:00:00Z\n---\n"
        "The ferry company will raise its fares by 12 percent in April, the council decided on Tuesday.\n\n"
        "Two new boats will be ordered this year, and the first should sail in the autumn of 2027.\n"
    )
    _newsletter(folder, "init", "--postal-address", "1 Quay Street, Port Example")
    _newsletter(folder, "subscriber", "import", "people.csv")
    _newsletter(folder, "article", "add", "page.md")
    _newsletter(folder, "issue", "compose", "weekly", "--slot", "2026-W47")
    _newsletter(folder, "issue", "approve", "1")
    return folder


def _relay_at(folder: Path, port: int) -> None:
    config = folder / "config.toml"
    relay = f'\n[relay]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    config.write_text(config.read_text().replace('transport = "mailbox"', 'transport = "smtp"') + relay)


@contextmanager
def _sink(folder: Path) -> Iterator[int]:
    script = Path(__file__).parents[1] / "smtp_process.py"
    server = subprocess.Popen([sys.executable, script, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.communicate(timeout=10)


def _newsletter(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(folder, *words), cwd=folder, capture_output=True, text=True, check=True)


def _command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "newsletter", "--config", str(folder / "config.toml"), *words]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
