"""The disk fills up while an issue is being sent: one clear sentence, nobody lost, and on it goes when there is room."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from shutil import copytree

import pytest

import cramped
from real_sender import CONNECTIONS, approved_issue, newsletter, relay_at, sink

READERS = 400

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return approved_issue(tmp_path_factory.mktemp("cramped") / "desk", READERS)


@pytest.mark.parametrize("room", [60_000, 150_000, 400_000])
def test_a_full_disk_stops_the_sender_and_costs_nobody_the_mail(approved: Path, tmp_path: Path, room: int) -> None:
    """The database's log is full first: at once, while the list is frozen, or in the middle of the sending."""
    folder = copytree(approved, tmp_path / "desk")
    with sink(folder) as port:
        relay_at(folder, port)
        stopped = _send_within(folder, room)
        before = len(_received(folder))
        assert stopped.returncode == 1, stopped.stdout
        said = stopped.stderr.strip().splitlines()[-1]
        assert said.startswith("newsletter: The disk"), stopped.stderr
        assert "Traceback" not in stopped.stderr
        _is_sound(folder)
        newsletter(folder, "issue", "send", "1")
    _everybody_has_it(folder)
    print(f"{room} octets of room: {before} mails were sent before the disk was full; {said}")


def test_without_room_for_the_journal_nothing_is_sent_that_it_does_not_know(approved: Path, tmp_path: Path) -> None:
    folder = copytree(approved, tmp_path / "desk")
    (folder / "journal").write_text("a file where the folder of journals should be\n")
    with sink(folder) as port:
        relay_at(folder, port)
        sender = subprocess.run(
            [sys.executable, "-m", "newsletter", "--config", str(folder / "config.toml"), "issue", "send", "1"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert sender.returncode == 1
        assert "journal cannot be written" in sender.stderr.strip().splitlines()[-1]
        assert _received(folder) == []
        (folder / "journal").unlink()
        newsletter(folder, "issue", "send", "1")
    _everybody_has_it(folder, most_twice=0)


def _send_within(folder: Path, room: int) -> "subprocess.CompletedProcess[str]":
    words = [cramped.__file__, str(room), "--config", str(folder / "config.toml"), "issue", "send", "1"]
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60, check=False)


def _is_sound(folder: Path) -> None:
    connection = sqlite3.connect(folder / "newsletter.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


def _everybody_has_it(folder: Path, most_twice: int = CONNECTIONS) -> None:
    received = Counter(_received(folder))
    status = json.loads(newsletter(folder, "issue", "status", "1", "--rows", "--json").stdout)
    assert set(received) == {f"reader{n}@example.com" for n in range(READERS)}
    assert (status["state"], status["sent"], status["total"]) == ("finished", READERS, READERS)
    twice = {reader for reader, count in received.items() if count > 1}
    assert len(twice) <= most_twice
    assert twice <= {row["email"] for row in status["rows"] if row["maybe_sent"]}


def _received(folder: Path) -> list[str]:
    book = folder / "received"
    return [line.split("\t")[0] for line in book.read_text().splitlines()] if book.exists() else []
