"""A restored backup does not know who left since; the copy of the suppression list beside the journals does."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from builders import NOW, newsletter, subscriber
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.model.suppression import SuppressionReason
from newsletter.pipeline import Press
from newsletter.schedule.remembered import Remembered
from newsletter.store.store import Store

ANN, BOB = "ann@example.com", "bob@example.com"


def remembered(store: Store, folder: Path) -> Remembered:
    return Remembered(store, folder / "journal" / "suppressed.jsonl", "serve")


def restored(press: Press, folder: Path) -> Store:
    """The database as it was before anybody left, while the folder of the journals is as it is now."""
    with (
        closing(sqlite3.connect(folder / "newsletter.db")) as now,
        closing(sqlite3.connect(folder / "backup.db")) as kept,
    ):
        now.backup(kept)
    found = press.store.subscribers.find(ANN, 1)
    gone = replace(found, state=SubscriptionState.UNSUBSCRIBED, left_reason="too_often")
    press.store.subscribers.change(gone, 1, actor="subscriber", now=NOW)
    press.store.suppressions.add(BOB, SuppressionReason.COMPLAINT, actor="t", now=NOW)
    remembered(press.store, folder).look(NOW)
    return Store(f"sqlite:///{folder / 'backup.db'}")


def two_readers(press: Press) -> None:
    press.store.instance.age()
    letter = press.store.newsletters.save(newsletter()).id or 0
    people = [Subscription(subscriber=subscriber(email), newsletter="harbour") for email in (ANN, BOB)]
    press.store.subscribers.add(letter, people, now=NOW)


def test_who_left_since_the_backup_was_written_is_suppressed_again(press: Press, tmp_path: Path) -> None:
    two_readers(press)
    with restored(press, tmp_path) as store:
        assert store.subscribers.find(BOB, 1).subscriber.suppressed == ""
        assert remembered(store, tmp_path).look(NOW + timedelta(hours=1)) == 2
        assert [one.reason for one in store.suppressions.of(ANN)] == [SuppressionReason.UNSUBSCRIBED]
        assert store.subscribers.find(BOB, 1).subscriber.suppressed == "complaint"
        assert remembered(store, tmp_path).look(NOW + timedelta(hours=2)) == 0, "and once is enough"


def test_who_was_let_in_again_is_not_suppressed_by_the_copy(press: Press, tmp_path: Path) -> None:
    two_readers(press)
    copy = remembered(press.store, tmp_path)
    press.store.suppressions.add(ANN, SuppressionReason.MANUAL, actor="t", now=NOW)
    copy.look(NOW)
    press.store.suppressions.lift(ANN, actor="t", now=NOW + timedelta(hours=1))
    copy.look(NOW + timedelta(hours=1))
    assert remembered(press.store, tmp_path).look(NOW + timedelta(hours=2)) == 0
    assert press.store.subscribers.find(ANN, 1).subscriber.suppressed == ""


def test_the_copy_holds_no_address_and_outlives_a_line_that_was_cut_off(press: Press, tmp_path: Path) -> None:
    two_readers(press)
    copy = remembered(press.store, tmp_path)
    press.store.suppressions.add(ANN, SuppressionReason.BOUNCE, actor="t", now=NOW)
    copy.look(NOW)
    file = tmp_path / "journal" / "suppressed.jsonl"
    assert "ann" not in file.read_text()
    with file.open("a") as out:
        out.write('{"hash": "12')
    again = remembered(press.store, tmp_path)
    press.store.suppressions.add(BOB, SuppressionReason.BOUNCE, actor="t", now=NOW)
    again.look(NOW)
    again.look(NOW)
    whole = [line for line in file.read_text().splitlines() if line.endswith("}")]
    assert len({json.loads(line)["hash"] for line in whole}) == 2


def test_another_databases_copy_is_left_alone(press: Press, tmp_path: Path) -> None:
    two_readers(press)
    file = tmp_path / "journal" / "suppressed.jsonl"
    press.store.suppressions.add(ANN, SuppressionReason.BOUNCE, actor="t", now=NOW)
    remembered(press.store, tmp_path).look(NOW)
    said = json.loads(file.read_text())
    file.write_text(json.dumps({**said, "database": "another"}) + "\n")
    press.store.suppressions.lift(ANN, actor="t", now=NOW)
    assert remembered(press.store, tmp_path).look(NOW) == 0
