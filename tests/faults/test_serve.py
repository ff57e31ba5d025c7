"""``newsletter serve`` as an operator runs it: pages, calendar and sender in one process, on a real cadence of a minute."""

import signal
import subprocess
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk import Desk
from real_sender import command, newsletter, received, relay_at, sink, wait_until

pytestmark = pytest.mark.faults

PAGE = """---
title: {title}
dek: A report from the quay, with all that the crew would say.
date: {date}
url: https://review.example/{slug}
outlet: The Harbour Review
---
The ferry company will raise its fares by 12 percent in April, the harbour council decided.

Two new boats will be ordered this year, and the first should sail in the autumn of 2027.
"""


def working_folder(folder: Path, *cadence: str) -> Path:
    folder.mkdir()
    desk = Desk(folder)
    desk.ok("init", "--postal-address", "1 Quay Street, Port Example")
    config = folder / "config.toml"
    config.write_text(
        config.read_text().replace('base_url = "http://127.0.0.1:8000"', 'base_url = "https://news.example.org"')
    )
    (folder / "people.csv").write_text("email\n" + "".join(f"reader{n}@example.com\n" for n in range(20)))
    desk.ok("subscriber", "import", "people.csv", "--as", "active")
    desk.ok("schedule", "set", "weekly", *cadence, "--editor", "desk@example.org")
    now = datetime.now(UTC)
    page = PAGE.format(title="Ferry fares rise", date=f"{now - timedelta(seconds=30):%Y-%m-%dT%H:%M:%SZ}", slug="ferry")
    (folder / "page.md").write_text(page)
    desk.ok("article", "add", "page.md")
    return folder


def serve(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(folder, "serve", "--port", "0"), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_an_issue_is_composed_checked_approved_sent_and_reported_by_itself(tmp_path: Path) -> None:
    folder = working_folder(
        tmp_path / "desk", "--every", "cron", "--cron", "* * * * *", "--policy", "auto", "--remind-hours", "0"
    )
    with sink(folder) as port:
        relay_at(folder, port)
        process = serve(folder)
        try:
            wait_until(lambda: len(received(folder)) >= 21 and "desk@example.org" in received(folder), 150, process)
        finally:
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            out, err = process.communicate(timeout=20)
        took = time.monotonic() - began
    assert (process.returncode, err) == (0, ""), err
    assert took < 10
    readers = Counter(reader for reader in received(folder) if reader != "desk@example.org")
    assert readers == {f"reader{n}@example.com": 1 for n in range(20)}
    assert "desk@example.org" in received(folder), "nobody told the editors"
    listed = newsletter(folder, "schedule", "list").stdout
    assert " sent " in listed, out + listed
    assert (folder / "journal" / "generation.json").exists()


def test_a_second_process_on_the_same_database_fires_nothing_twice_and_either_may_be_killed(tmp_path: Path) -> None:
    folder = working_folder(
        tmp_path / "desk", "--every", "cron", "--cron", "* * * * *", "--policy", "auto", "--remind-hours", "0"
    )
    with sink(folder) as port:
        relay_at(folder, port)
        first, second = serve(folder), serve(folder)
        try:
            wait_until(lambda: "Stop with" in (first.stdout.readline() if first.stdout else ""), 30, first)
            first.kill()
            wait_until(lambda: len(received(folder)) >= 20, 150, second)
        finally:
            second.send_signal(signal.SIGTERM)
            first.communicate(timeout=20)
            _, err = second.communicate(timeout=20)
    assert (second.returncode, err) == (0, "")
    readers = Counter(reader for reader in received(folder) if reader != "desk@example.org")
    assert set(readers) == {f"reader{n}@example.com" for n in range(20)}
    assert sum(readers.values()) == 20
