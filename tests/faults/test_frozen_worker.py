"""A sender that is frozen in the middle, taken for dead by another machine, and then wakes up."""

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Self

import pytest

import elsewhere
from newsletter.model.delivery import DeliveryState
from newsletter.store.store import Store
from real_sender import CONNECTIONS, approved_issue, relay_at, sink

READERS = 400

pytestmark = pytest.mark.faults


def test_who_wakes_up_after_a_takeover_sends_nothing_more(tmp_path: Path, postgres_url: str) -> None:
    """Another machine cannot read the journal of the frozen one, so it owns up to every row that one had claimed.

    Who had a copy before the freeze that no commit tells of gets a second one; the woken sender itself may add no more
    than was on its connections.
    """
    folder = approved_issue(tmp_path / "desk", READERS, "--database", postgres_url)
    wanted = {f"reader{n}@example.com" for n in range(READERS)}
    with sink(folder) as port, Store(postgres_url) as store, _Machines(folder) as machines:
        relay_at(folder, port)
        first = machines.sends("first.example")
        claimed, unsettled = _freeze_with_mails_at_hand(first, folder, store)
        second = machines.sends("second.example")
        _, complaint = second.communicate(timeout=60)
        assert second.returncode == 0, complaint
        after = _received(folder)
        assert set(after) == wanted
        first.send_signal(signal.SIGCONT)
        _, said = first.communicate(timeout=60)
        assert first.returncode == 1
        assert said.strip().splitlines()[-1].startswith("newsletter: Another sender took over"), said
        assert "Traceback" not in said
        received, late = Counter(_received(folder)), _received(folder)[len(after) :]
        rows, status = list(store.accounts.rows(1)), store.accounts.counts(1)
    assert status.states[DeliveryState.SENT] == READERS
    assert set(received) == wanted, "somebody was lost or is a stranger"
    owned_up_to = {row.email for row in rows if row.maybe_sent}
    twice = {reader for reader, count in received.items() if count > 1}
    print(
        f"unsettled at the freeze {len(unsettled)}, twice {len(twice)}, owned up to {len(owned_up_to)}, late {len(late)}"
    )
    assert twice <= owned_up_to, "a second copy that the ledger does not own up to"
    assert owned_up_to <= claimed, "doubt about somebody whom the frozen sender did not have"
    assert len(late) <= CONNECTIONS, "more left the woken sender than was on its way when it froze"
    assert len(twice - unsettled) <= CONNECTIONS, "second copies for more than were on their way"
    assert received.total() - READERS <= len(unsettled) + CONNECTIONS


def _freeze_with_mails_at_hand(
    sender: "subprocess.Popen[str]", folder: Path, store: Store
) -> tuple[set[str], set[str]]:
    """Freeze it while it has mails that are not sent yet, or there would be nothing for it to hold back.

    Return whose rows it has claimed, and who of them has the mail already.
    """
    mark = 60
    while True:
        while len(_received(folder)) < mark:
            assert sender.poll() is None, "the sender ended before its time"
            time.sleep(0.001)
        sender.send_signal(signal.SIGSTOP)
        time.sleep(0.1)  # the relay's last answers
        received = set(_received(folder))
        claimed = {row.email for row in store.accounts.rows(1) if row.state is DeliveryState.CLAIMED}
        if len(claimed - received) > 4 * CONNECTIONS:
            return claimed, claimed & received
        sender.send_signal(signal.SIGCONT)
        mark = len(received) + 5


class _Machines:
    """Senders on machines of their own; those that are left at the end are ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._senders: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for sender in self._senders:
            sender.kill()
            sender.communicate()

    def sends(self, host: str) -> "subprocess.Popen[str]":
        words = [host, "--config", str(self._folder / "config.toml"), "issue", "send", "1"]
        launched = [sys.executable, elsewhere.__file__, *words]
        sender = subprocess.Popen(launched, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self._senders.append(sender)
        return sender


def _received(folder: Path) -> list[str]:
    book = folder / "received"
    return [line.split("\t")[0] for line in book.read_text().splitlines()] if book.exists() else []
