"""Two real senders on one list, one of them asked to stop half-way, on both databases."""

import json
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from real_sender import approved_issue, command, newsletter, relay_at, sink

READERS = 300

pytestmark = pytest.mark.faults


def test_nobody_gets_it_twice_and_the_one_that_stops_gives_back_what_it_had(tmp_path: Path, database_url: str) -> None:
    folder = approved_issue(tmp_path / "desk", READERS, "--database", database_url)
    with sink(folder) as port:
        relay_at(folder, port)
        first = _sender(folder)
        while not (folder / "received").stat().st_size:
            time.sleep(0.005)
        second = _sender(folder)
        time.sleep(0.1)
        first.send_signal(signal.SIGTERM)
        _, said = first.communicate(timeout=60)
        second.communicate(timeout=60)
        assert "Traceback" not in said
        assert first.returncode in (0, 1), "stopping is no crash: 1 while somebody is still to be served"
        newsletter(folder, "issue", "send", "1")
    received = Counter(line.split("\t")[0] for line in (folder / "received").read_text().splitlines())
    assert received == Counter(f"reader{n}@example.com" for n in range(READERS))
    status = json.loads(newsletter(folder, "issue", "status", "1", "--json").stdout)
    assert (status["state"], status["sent"], status["maybe_sent"]) == ("finished", READERS, 0)


def _sender(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(folder, "issue", "send", "1"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
