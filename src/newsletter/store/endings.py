"""What an editor decides about readers of an issue that is under way or over, a batch at a time.

A batch that a living worker is at is left to it: it sees within a second that the issue has stopped, and gives it back.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.model.delivery import BatchState, DeliveryState, Taken
from newsletter.model.issue import IssueState
from newsletter.store import tallies
from newsletter.store.audit import record
from newsletter.store.batches import close, move, within
from newsletter.store.engine import reading, writing
from newsletter.store.issues import move_to
from newsletter.store.tables import delivery, issue
from newsletter.store.tables import delivery_batch as table

_UNSERVED = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.UNKNOWN)


class Endings:
    """Cancelling, sending again, and closing by evidence what nobody knew."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close_cancelled(self, issue_id: int, *, now: datetime) -> int:
        """Take everybody off the queue of a cancelled issue; return how many those are.

        Of somebody who may have received a copy the row says so still.
        """
        values = {"state": DeliveryState.SUPPRESSED, "reason": "cancelled", "settled_at": now, "due_at": None}
        return sum(
            self._move_all(batch, {state: dict(values) for state in _UNSERVED}) for batch in self._idle(issue_id)
        )

    def cancelled(self) -> list[int]:
        """Cancelled issues that have anybody left in their batches."""
        wanted = (
            sa.select(table.c.issue_id)
            .join(issue, issue.c.id == table.c.issue_id)
            .where(issue.c.state == IssueState.CANCELLED, table.c.state != BatchState.DONE)
            .distinct()
        )
        with reading(self._engine) as connection:
            return list(connection.scalars(wanted))

    def send_again(self, issue_id: int, states: Collection[DeliveryState], *, actor: str, now: datetime) -> int:
        """Queue those again whose rows are in one of ``states``, as a new generation; return how many those are.

        The issue goes on sending. A new generation has another Message-ID: a mailbox must not fold it into the first.
        """
        again = {
            "state": DeliveryState.QUEUED, "reason": "", "attempt": 0, "due_at": None, "settled_at": None,
            "generation": delivery.c.generation + 1,
        }  # fmt: skip
        moved = sum(self._move_all(batch, {state: dict(again) for state in states}) for batch in self._idle(issue_id))
        if moved:
            ended = (IssueState.SENDING, IssueState.PAUSED, IssueState.FINISHED)
            with writing(self._engine) as connection:
                again_from = {"finished_at": None, "pause_reason": "", "send_at": now}
                move_to(connection, issue_id, ended, IssueState.SENDING, **again_from)
                detail = {"people": moved, "states": sorted(states)}
                record(connection, now, actor, "issue.sent_again", f"issue {issue_id}", **detail)
        return moved

    def prove(self, issue_id: int, subscriber_id: int, *, state: DeliveryState, reply: str, now: datetime) -> bool:
        """Settle one row that is ``unknown`` or queued after it, by evidence from outside; return whether it was open."""
        with writing(self._engine) as connection:
            batch = connection.execute(
                _batches().where(
                    table.c.issue_id == issue_id, table.c.first_id <= subscriber_id, table.c.last_id >= subscriber_id
                )
            ).one_or_none()
            if batch is None or batch.state == BatchState.RUNNING:
                return False
            taken = _as_taken(batch)
            mine = within(taken) & (delivery.c.subscriber_id == subscriber_id) & delivery.c.maybe_sent
            values = {
                "state": state,
                "reason": "evidence",
                "reply_text": reply[:200],
                "settled_at": now,
                "due_at": None,
            }
            moved = _move_each(
                connection, taken, mine, {old: dict(values) for old in (DeliveryState.UNKNOWN, DeliveryState.QUEUED)}
            )
            close(connection, taken.issue_id, taken.batch_id, within(taken))
            return moved > 0

    def _idle(self, issue_id: int) -> Iterator[int]:
        """The batches that nobody is at, one after the other."""
        with reading(self._engine) as connection:
            wanted = sa.select(table.c.id).where(table.c.issue_id == issue_id).order_by(table.c.seq)
            ids = list(connection.scalars(wanted))
        yield from ids

    def _move_all(self, batch_id: int, changes: dict[DeliveryState, dict[str, object]]) -> int:
        with writing(self._engine) as connection:
            row = connection.execute(_batches().where(table.c.id == batch_id)).one()
            if row.state == BatchState.RUNNING:
                return 0
            taken = _as_taken(row)
            moved = _move_each(connection, taken, within(taken), changes)
            if moved or row.state != BatchState.DONE:
                close(connection, taken.issue_id, taken.batch_id, within(taken))
            return moved


def _move_each(
    connection: Connection, taken: Taken, where: sa.ColumnElement[bool], changes: dict[DeliveryState, dict[str, object]]
) -> int:
    return sum(
        len(move(connection, taken, where & (delivery.c.state == old), f"{tallies.STATE}{old}", **values))
        for old, values in changes.items()
    )


def _batches() -> sa.Select[tuple[object, ...]]:
    return sa.select(table, issue.c.newsletter_id).join(issue, issue.c.id == table.c.issue_id).with_for_update(of=table)


def _as_taken(row: sa.Row[tuple[object, ...]]) -> Taken:
    return Taken(
        batch_id=row.id, issue_id=row.issue_id, newsletter_id=row.newsletter_id, first=row.first_id, last=row.last_id,
        owner=row.owner or 0, epoch=row.epoch,
    )  # fmt: skip
