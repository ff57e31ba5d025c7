"""What people do while an issue is being sent: editors stop it, readers leave. The relay's book is the referee."""

import random
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.deliver.batch import FLUSH
from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import IssueState
from newsletter.model.subscriber import SubscriptionState
from newsletter.pipeline import now
from newsletter.store.store import Store
from real_sender import CONNECTIONS, approved_issue, command, newsletter, relay_at, sink

READERS = 900
#: What an order to stop may take, in seconds.
PROMISED = 2.0

pytestmark = pytest.mark.faults


def test_an_order_to_stop_from_another_process_is_kept_in_time(tmp_path: Path, database_url: str) -> None:
    order = "cancel" if database_url.startswith("sqlite") else "pause"
    folder = approved_issue(tmp_path / "desk", READERS, "--database", database_url)
    with sink(folder) as port, Store(database_url) as store:
        relay_at(folder, port)
        sender = _sender(folder)
        _wait_for(folder, 150)
        if order == "pause":
            store.issues.pause(1, "Wait.", actor="editor", now=now())
        else:
            store.issues.cancel(1, actor="editor", now=now())
        ordered = time.monotonic()
        last, stopped = len(_received(folder)), ordered
        while sender.poll() is None and time.monotonic() < ordered + 4 * PROMISED:
            time.sleep(0.01)
            if len(_received(folder)) > last:
                last, stopped = len(_received(folder)), time.monotonic()
        _end(sender)
        assert 150 <= last < READERS, "it was sent too fast for anything to be seen"
        print(
            f"{order}: the last mail arrived {stopped - ordered:.2f} s after the order, {last} of {READERS} were sent"
        )
        # A bound, not a timing: by then it would have sent twice as much as it had before the order.
        assert stopped - ordered <= PROMISED
        newsletter(folder, "issue", "status", "1")
        counts = store.accounts.counts(1)
        assert counts.states[DeliveryState.SENT] == last
        assert counts.states[DeliveryState.CLAIMED] == 0
        if order == "pause":
            assert counts.states[DeliveryState.QUEUED] == READERS - last
            newsletter(folder, "issue", "resume", "1")
            newsletter(folder, "issue", "send", "1")
            assert store.issues.get(1).state is IssueState.FINISHED
            assert len(_received(folder)) == len(set(_received(folder))) == READERS


def test_who_leaves_in_a_storm_of_leaving_gets_nothing_that_was_claimed_later(
    tmp_path: Path, database_url: str
) -> None:
    """Whoever waits for a lane is asked again with every commit, so only what is nearly out can come too late."""
    folder = approved_issue(tmp_path / "desk", READERS, "--database", database_url)
    dice = random.Random(20261119)  # noqa: S311 - dice, not secrets
    left: dict[str, int] = {}
    with sink(folder) as port, Store(database_url) as store:
        relay_at(folder, port)
        people = list(store.subscribers.of(1))
        dice.shuffle(people)
        sender = _sender(folder)
        _wait_for(folder, 20)
        for person in people[:250]:
            if sender.poll() is not None:
                break
            gone = replace(person, state=SubscriptionState.UNSUBSCRIBED)
            store.subscribers.change(gone, 1, actor="reader", now=now())
            left[person.subscriber.email] = len(_received(folder))
        sender.communicate(timeout=120)
        received = _received(folder)
        rows = {row.email: row for row in store.accounts.rows(1)}
    place = {reader: n for n, reader in enumerate(received)}
    assert len(received) == len(place)
    assert len(left) > 100, "the storm was too short to test anything"
    # By the relay's book: how many mails came between somebody's leaving and their own mail.
    behind = {reader: place[reader] - before for reader, before in left.items() if place.get(reader, -1) >= before}
    spared = [reader for reader in left if reader not in place]
    print(
        f"{len(left)} left, {len(spared)} were spared, {len(behind)} had theirs on its way: at most {max(behind.values(), default=0)} mails later"
    )
    assert spared
    assert all(lag <= FLUSH + 3 * CONNECTIONS for lag in behind.values()), "somebody was claimed after leaving"
    assert {rows[reader].state for reader in spared} == {DeliveryState.SUPPRESSED}
    assert {rows[reader].reason for reader in spared} == {"unsubscribed"}
    assert set(place) | set(spared) == {f"reader{n}@example.com" for n in range(READERS)}


def _sender(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(folder, "issue", "send", "1"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def _end(sender: "subprocess.Popen[str]") -> None:
    if sender.poll() is None:
        sender.send_signal(signal.SIGTERM)
    sender.communicate(timeout=60)


def _wait_for(folder: Path, count: int) -> None:
    until = time.monotonic() + 60
    while len(_received(folder)) < count:
        assert time.monotonic() < until, "nothing is sent"
        time.sleep(0.002)


def _received(folder: Path) -> list[str]:
    book = folder / "received"
    return [line.split("\t")[0] for line in book.read_text().splitlines()] if book.exists() else []
