"""A sender that is frozen in the middle, taken for dead by another machine, and then wakes up."""

import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from newsletter.model.delivery import DeliveryState
from newsletter.store.store import Store
from real_sender import CONNECTIONS, approved_issue, received, relay_at, sink
from staged import Stage, Staged

READERS = 400

pytestmark = pytest.mark.faults


def test_who_wakes_up_after_a_takeover_sends_nothing_more(tmp_path: Path, postgres_url: str) -> None:
    """Another machine cannot read the journal of the frozen one, so it owns up to every row that one had claimed.

    Who had a copy before the freeze that no commit tells of gets a second one; the woken sender itself may add no more
    than was on its connections.
    """
    folder = approved_issue(tmp_path / "desk", READERS, "--database", postgres_url)
    wanted = {f"reader{n}@example.com" for n in range(READERS)}
    with sink(folder) as port, Store(postgres_url) as store:
        relay_at(folder, port)
        with Staged(folder, stage=Stage(host="first.example")) as first:
            claimed, unsettled = _freeze_with_mails_at_hand(first, folder, store)
            with Staged(folder, stage=Stage(host="second.example")) as second:
                assert second.wait() == 0, second.said
            after = received(folder)
            assert set(after) == wanted
            first.send(signal.SIGCONT)
            assert first.wait() == 1
            assert first.said.strip().splitlines()[-1].startswith("newsletter: Another sender took over"), first.said
            assert "Traceback" not in first.said
        copies, late = Counter(received(folder)), received(folder)[len(after) :]
        rows, status = list(store.accounts.rows(1)), store.accounts.counts(1)
    assert status.states[DeliveryState.SENT] == READERS
    assert set(copies) == wanted, "somebody was lost or is a stranger"
    owned_up_to = {row.email for row in rows if row.maybe_sent}
    twice = {reader for reader, count in copies.items() if count > 1}
    print(
        f"unsettled at the freeze {len(unsettled)}, twice {len(twice)}, owned up to {len(owned_up_to)}, late {len(late)}"
    )
    assert twice <= owned_up_to, "a second copy that the ledger does not own up to"
    assert owned_up_to <= claimed, "doubt about somebody whom the frozen sender did not have"
    assert len(late) <= 1, "one thread can be between its last look at the fence and the last byte of one mail"
    assert len(twice - unsettled) <= CONNECTIONS, "second copies for more than were on their way"
    assert copies.total() - READERS <= len(unsettled) + CONNECTIONS


def test_who_froze_with_rows_locked_does_not_keep_them_from_others(tmp_path: Path, postgres_url: str) -> None:
    """A frozen machine's connection lives on, and with it a transaction that it had begun."""
    folder = approved_issue(tmp_path / "desk", READERS, "--database", postgres_url)
    with sink(folder) as port:
        relay_at(folder, port)
        in_transaction = Stage(host="first.example", point="settling", blow=signal.SIGSTOP)
        with Staged(folder, stage=in_transaction) as first:
            first.wait_until_frozen()
            with Staged(folder, stage=Stage(host="second.example")) as second:
                assert second.wait(30) == 0, second.said
            first.send(signal.SIGCONT)
            assert first.wait() == 1
            assert first.said.strip().splitlines()[-1].startswith("newsletter: Another sender took over"), first.said
    assert set(received(folder)) == {f"reader{n}@example.com" for n in range(READERS)}


def _freeze_with_mails_at_hand(sender: Staged, folder: Path, store: Store) -> tuple[set[str], set[str]]:
    """Freeze it while it has mails that are not sent yet, or there would be nothing for it to hold back.

    Return whose rows it has claimed, and who of them has the mail already.
    """
    mark = 60
    while True:
        sender.wait_until(lambda: len(received(folder)) >= mark)  # noqa: B023 - called here
        sender.send(signal.SIGSTOP)
        time.sleep(0.1)  # the relay's last answers
        served = set(received(folder))
        claimed = {row.email for row in store.accounts.rows(1) if row.state is DeliveryState.CLAIMED}
        if len(claimed - served) > 4 * CONNECTIONS:
            return claimed, claimed & served
        sender.send(signal.SIGCONT)
        mark = len(served) + 5
