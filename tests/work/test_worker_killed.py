"""Real workers, one of them killed in the middle: the other one goes on where it was."""

import json
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from real_sender import CONNECTIONS, approved_issue, command, newsletter, relay_at, sink

READERS = 250

pytestmark = pytest.mark.faults


def test_the_other_worker_goes_on_within_half_a_minute(tmp_path: Path, postgres_url: str) -> None:
    folder = approved_issue(tmp_path / "desk", READERS, "--database", postgres_url)
    config = folder / "config.toml"
    with sink(folder) as port:
        relay_at(folder, port)
        config.write_text(config.read_text() + '\n[work]\nengine = "postgres"\n')
        first = _worker(folder)
        newsletter(folder, "issue", "send", "1", "--by-workers")
        while not (folder / "received").stat().st_size:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=30)
        second = _worker(folder)
        killed_at = time.monotonic()
        while _status(folder)["state"] != "finished":
            assert time.monotonic() - killed_at < 60, "nobody took over"
            time.sleep(0.3)
        second.send_signal(signal.SIGTERM)
        _, said = second.communicate(timeout=40)
        assert (second.returncode, said) == (0, "")
    received = Counter(line.split("\t")[0] for line in (folder / "received").read_text().splitlines())
    assert set(received) == {f"reader{n}@example.com" for n in range(READERS)}, "somebody was lost or is a stranger"
    assert sum(received.values()) - READERS <= CONNECTIONS
    print(f"1 kill of 2 workers: lost 0, second copies {sum(received.values()) - READERS}")


def _status(folder: Path) -> dict[str, object]:
    status: dict[str, object] = json.loads(newsletter(folder, "issue", "status", "1", "--json").stdout)
    return status


def _worker(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(command(folder, "worker"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
