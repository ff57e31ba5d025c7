"""A full disk: the sender ends with one sentence, loses nobody, and goes on when there is room.

A limit on the size of files (RLIMIT_FSIZE) stands for the disk of all that a sender writes, and a limit on SQLite's pages
for one that is full for the database alone: both work for everybody, where a small file system needs mount rights.
"""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from desk import Desk
from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import IssueState
from newsletter.store.store import Store
from real_sender import approved_issue, received, relay_at, sink
from staged import Stage, Staged

READERS = 900

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("room", [0, 60_000])
def test_a_disk_that_fills_up_while_sending_ends_the_send_and_nothing_else(tmp_path: Path, room: int) -> None:
    """``room`` is how much longer than the database already is the log of its changes may become."""
    folder = approved_issue(tmp_path / "desk", READERS)
    Desk(folder).ok("issue", "send", "1", "--by-workers")
    limit = (folder / "newsletter.db").stat().st_size + room
    served = _fails_then_goes_on(folder, _sqlite(folder), Stage(file_size=limit), "The disk refused to write")
    assert 0 < served < READERS


def test_a_database_that_may_not_grow_while_sending_ends_the_send_and_nothing_else(tmp_path: Path) -> None:
    folder = approved_issue(tmp_path / "desk", READERS)
    Desk(folder).ok("issue", "send", "1", "--by-workers")
    served = _fails_then_goes_on(folder, _sqlite(folder), Stage(pages=_pages(folder) + 3), "The disk is full")
    assert 0 < served < READERS


@pytest.mark.parametrize("what", ["disk", "database"])
def test_without_room_for_the_frozen_copy_nothing_begins(tmp_path: Path, what: str) -> None:
    """It is a transaction like any other: all of the list or nothing of it."""
    folder = approved_issue(tmp_path / "desk", READERS)
    full = Stage(file_size=40_000) if what == "disk" else Stage(pages=_pages(folder) + 2)
    assert _fails_then_goes_on(folder, _sqlite(folder), full, "The disk ") == 0


@pytest.mark.parametrize(("room", "least"), [(4096, 0), (64, 1)], ids=["its first mark", "later"])
def test_nothing_leaves_that_the_journal_has_no_room_for(
    tmp_path: Path, postgres_url: str, room: int, least: int
) -> None:
    """What cannot be noted is not sent; the ledger, whose disk has room, knows of all that was."""
    folder = approved_issue(tmp_path / "desk", READERS, "--database", postgres_url)
    stage = Stage(file_size=1500, room=room)
    served = _fails_then_goes_on(folder, postgres_url, stage, "The sender's journal cannot be written")
    assert least <= served < READERS * least + 1


def _fails_then_goes_on(folder: Path, url: str, stage: Stage, sentence: str) -> int:
    """Send without room and then with it; return how many were served without."""
    with sink(folder) as port:
        relay_at(folder, port)
        with Staged(folder, stage=stage) as sender:
            assert sender.wait() == 1, sender.said
            said = sender.said.removeprefix(f"Issue 1 goes to {READERS} readers in the same mail.\n")
            assert said.startswith(f"newsletter: {sentence}"), said
            assert said.count("\n") == 1, "one sentence, and no traceback"
        served = len(received(folder))
        with Staged(folder) as sender:
            assert sender.wait() == 0, sender.said
    assert Counter(received(folder)) == Counter(f"reader{n}@example.com" for n in range(READERS))
    with Store(url) as store:
        assert store.issues.get(1).state is IssueState.FINISHED
        counts = store.accounts.counts(1)
    assert (counts.states[DeliveryState.SENT], counts.maybe_sent) == (READERS, 0), "nothing was in doubt"
    return served


def _pages(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "newsletter.db")) as database:
        return int(database.execute("PRAGMA page_count").fetchone()[0])


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'newsletter.db'}"
