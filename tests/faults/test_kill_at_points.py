"""A sender with one connection that dies at each step of its work: what exactly is lost, repeated, and owned up to."""

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from shutil import copytree

import pytest

import dying
from real_sender import approved_issue, newsletter, relay_at, sink

READERS = 60
#: Points at which one mail is neither surely sent nor surely not; and those of them at which the relay has it for certain.
IN_DOUBT = {"after the mark of the last byte", "after the last byte", "after the answer"}
ARRIVED = {"after the answer"}
NEVER_LEFT = {"after the mark of the last byte"}
#: While outcomes are written down the next mail may be on its way.
MEANWHILE = {"before outcomes are committed", "after outcomes were committed"}

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return approved_issue(tmp_path_factory.mktemp("points") / "desk", READERS)


@pytest.mark.parametrize("point", dying.POINTS)
def test_a_sender_may_die_at_any_step(approved: Path, tmp_path: Path, point: str) -> None:
    folder = copytree(approved, tmp_path / "desk")
    nth = 1 if "freeze" in point else 2 if "batch" in point else 23 if "commit" not in point else 2
    with sink(folder) as port:
        relay_at(folder, port, connections=1)
        words = [dying.__file__, point, str(nth), "--config", str(folder / "config.toml"), "issue", "send", "1"]
        died = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60, check=False)
        assert died.returncode == -signal.SIGKILL, died.stderr
        newsletter(folder, "issue", "send", "1")
    received = Counter(line.split("\t")[0] for line in (folder / "received").read_text().splitlines())
    status = json.loads(newsletter(folder, "issue", "status", "1", "--rows", "--json").stdout)
    assert set(received) == {f"reader{n}@example.com" for n in range(READERS)}
    assert (status["state"], status["sent"], status["total"]) == ("finished", READERS, READERS)
    twice = [reader for reader, count in received.items() if count > 1]
    doubtful = [row["email"] for row in status["rows"] if row["maybe_sent"]]
    assert len(doubtful) <= 1
    assert point in MEANWHILE or len(doubtful) == (point in IN_DOUBT)
    assert set(twice) <= set(doubtful)
    if point in ARRIVED:
        assert twice == doubtful
    if point in NEVER_LEFT:
        assert twice == []
    assert received.total() == READERS + len(twice)
