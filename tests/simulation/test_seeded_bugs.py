"""Twelve ways to break the sender, each found by living some lives: the simulation is no decoration."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from newsletter.deliver import batch, journal
from newsletter.deliver.batch import BatchRun
from newsletter.model.delivery import Fate, Settlement, Verdict
from newsletter.model.settling import settlement
from newsletter.store import batches, deliveries, tallies, workers
from newsletter.store.tables import delivery as table_of_rows
from newsletter.store.tables import delivery_batch as table
from simulation.lives import live, template

#: A bug that so many lives do not show is not seen.
LIVES = 60


def _nobody_is_asked(patch: pytest.MonkeyPatch) -> None:
    """Whoever left is mailed all the same."""
    patch.setattr(deliveries, "_suppress", lambda *_: None)
    real = deliveries._CLAIMABLE
    active = sa.literal("active").label("standing")
    patch.setattr(deliveries, "_CLAIMABLE", real.with_only_columns(*list(real.selected_columns)[:-1], active))


def _the_living_are_robbed(patch: pytest.MonkeyPatch) -> None:
    """Every batch that somebody has is taken for a dead worker's."""
    patch.setattr(workers, "_is_dead", lambda *_: True)


def _no_journal(patch: pytest.MonkeyPatch) -> None:
    """A journal that is missing is read as "nothing was sent"."""
    patch.setattr(journal, "reader", lambda *_: lambda _leftover: {})


def _a_journal_of_before_the_power_cut(patch: pytest.MonkeyPatch) -> None:
    """A journal is believed on whatever start of whatever machine, so what is not in it was not sent."""
    real = journal.reader

    def believing(folder: Path, machine: str) -> Callable[[Any], Any]:
        return lambda leftover: real(folder, machine)(leftover) or {}

    patch.setattr(journal, "reader", believing)


def _an_acceptance_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What the relay took from a dead sender is sent once more, as if it had refused it."""
    patch.setitem(journal._MARKS, ord("+"), Fate.UNSENT)


def _claims_are_not_written_down(patch: pytest.MonkeyPatch) -> None:
    """A row that is handed out looks as if nobody had it."""
    as_before = {"state": table_of_rows.c.state, "claimed_at": sa.bindparam("now")}
    patch.setattr(deliveries, "_CLAIM", deliveries._CLAIM.values(as_before))


def _maybe_sent_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A second try that goes well clears the doubt about the first."""
    patch.setattr(deliveries, "_SENT", deliveries._SENT.values(maybe_sent=sa.literal_column("0")))


def _doubt_is_taken_for_success(patch: pytest.MonkeyPatch) -> None:
    """No answer counts as accepted."""

    def hopeful(issue_id: int, row: Any, mail: Any, receipt: Any, terms: Any, now: Any) -> Settlement:
        if receipt.verdict is Verdict.UNKNOWN:
            receipt = replace(receipt, verdict=Verdict.ACCEPTED)
        return settlement(issue_id, row, mail, receipt, terms, now)

    patch.setattr(batch, "settlement", hopeful)


def _doubt_is_taken_for_failure(patch: pytest.MonkeyPatch) -> None:
    """What a dead sender had on its way is sent again, and nothing is said of it."""
    patch.setattr(batches, "own_up", lambda *_: None)


def _outcomes_are_dropped(patch: pytest.MonkeyPatch) -> None:
    """While a batch is given back nobody waits for what was not written down."""

    async def at_once(_run: BatchRun) -> None:
        return

    patch.setattr(BatchRun, "_all_settled", at_once)


def _batches_close_too_early(patch: pytest.MonkeyPatch) -> None:
    """A batch with readers who wait is called done."""
    real = batches.close

    def hasty(connection: Any, issue_id: int, batch_id: int, rows: Any) -> None:
        real(connection, issue_id, batch_id, rows)
        done = {"state": "done", "due_at": None}
        connection.execute(sa.update(table).where(table.c.id == batch_id, table.c.state == "waiting").values(done))

    patch.setattr(batches, "close", hasty)


def _nobody_counts(patch: pytest.MonkeyPatch) -> None:
    """Moved rows are counted where they were."""
    real = tallies.add

    def forgetful(connection: Any, issue_id: int, batch_id: int, changes: Any) -> None:
        real(connection, issue_id, batch_id, {what: count for what, count in changes.items() if count > 0})

    patch.setattr(tallies, "add", forgetful)


BUGS = [
    _nobody_is_asked, _the_living_are_robbed, _no_journal, _a_journal_of_before_the_power_cut, _an_acceptance_is_forgotten,
    _claims_are_not_written_down, _maybe_sent_is_forgotten, _doubt_is_taken_for_success, _doubt_is_taken_for_failure,
    _outcomes_are_dropped, _batches_close_too_early, _nobody_counts,
]  # fmt: skip


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__.strip("_").replace("_", " "))
def test_a_bug_is_found(
    bug: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    made = template(tmp_path)
    for seed in range(LIVES):
        try:
            world = live(seed, tmp_path, made)
        except Exception as error:  # noqa: BLE001 - a bug may as well end the world
            print(f"{bug.__name__} ended the world of seed {seed}: {type(error).__name__}")
            return
        if world.violations:
            print(f"{bug.__name__} was seen by seed {seed}: {world.violations[0]}")
            return
    pytest.fail(f"{LIVES} lives did not show it")
