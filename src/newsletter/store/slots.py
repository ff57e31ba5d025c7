"""The store's slots: a row for each place in the calendar, so that each fires once, whoever looks and how often."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from newsletter.model.issue import Edition, IssueState
from newsletter.model.planned import Cause, Decision, PlannedSlot, SlotState
from newsletter.store import instance, notices
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.tables import issue, notice
from newsletter.store.tables import slot as table
from newsletter.store.upsert import insert_for

#: What can still be sent.
_PENDING = (SlotState.OPEN, SlotState.HELD)


class Slots:
    """Planned slots, and what became of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, newsletter_id: int, *, since: datetime | None = None) -> list[PlannedSlot]:
        """The slots of a newsletter in their order, from those due at ``since`` on."""
        mine = table.c.newsletter_id == newsletter_id
        wanted = sa.select(table).where(mine if since is None else mine & (table.c.due_at >= since))
        with reading(self._engine) as connection:
            return [_slot(row) for row in connection.execute(wanted.order_by(table.c.due_at, table.c.key))]

    def find(self, newsletter_id: int, key: str) -> PlannedSlot | None:
        """One slot, or ``None`` if the cadence has not made it, or not yet."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(table).where(_is(newsletter_id, key))).one_or_none()
        return _slot(row) if row else None

    def latest(self, newsletter_id: int, edition: Edition, before: datetime) -> PlannedSlot | None:
        """The last slot of an edition that was due at ``before`` or earlier."""
        mine = (table.c.newsletter_id == newsletter_id) & (table.c.edition == edition) & (table.c.due_at <= before)
        with reading(self._engine) as connection:
            row = connection.execute(
                sa.select(table).where(mine).order_by(table.c.due_at.desc()).limit(1)
            ).one_or_none()
        return _slot(row) if row else None

    def pending(self, newsletter_id: int) -> list[PlannedSlot]:
        """The slots that can still be sent, in their order."""
        mine = (table.c.newsletter_id == newsletter_id) & table.c.state.in_(_PENDING)
        with reading(self._engine) as connection:
            wanted = sa.select(table).where(mine).order_by(table.c.due_at, table.c.key)
            return [_slot(row) for row in connection.execute(wanted)]

    def opens(self, planned: PlannedSlot) -> datetime:
        """Where the news of a slot begins: where that of the last one before it ended which was sent or may still be.

        What was skipped gives its news to the next.
        """
        mine = (table.c.newsletter_id == planned.newsletter_id) & (table.c.edition == planned.edition)
        earlier = mine & (table.c.due_at < planned.due)
        told = sa.select(sa.func.max(table.c.closes_at)).where(earlier, table.c.state != SlotState.SKIPPED)
        first = sa.select(sa.func.min(table.c.opens_at)).where(earlier)
        with reading(self._engine) as connection:
            return connection.scalar(told) or connection.scalar(first) or planned.opens

    def unreported(self) -> list[tuple[int, str, int]]:
        """Newsletter, slot and issue of what has gone out to the last reader and was not reported to the editors."""
        told = sa.select(notice.c.slot).where(
            notice.c.newsletter_id == table.c.newsletter_id, notice.c.slot == table.c.key, notice.c.kind == "sent"
        )
        wanted = (
            sa.select(table.c.newsletter_id, table.c.key, issue.c.id)
            .join(issue, (issue.c.newsletter_id == table.c.newsletter_id) & (issue.c.slot == table.c.key))
            .where(table.c.state == SlotState.SENT, issue.c.state == IssueState.FINISHED, ~told.exists())
        )
        with reading(self._engine) as connection:
            return [(row.newsletter_id, row.key, row.id) for row in connection.execute(wanted)]

    def plan(self, planned: Sequence[PlannedSlot], *, now: datetime) -> None:
        """Make rows of slots that have none yet, and move those that nothing was decided about to where they are now."""
        with writing(self._engine) as connection:
            for one in planned:
                _plan(connection, one, now)

    def drop(self, planned: PlannedSlot) -> None:
        """Forget an open slot that the cadence does not make any more; a draft for it stays."""
        still_open = _is(planned.newsletter_id, planned.key) & (table.c.state == SlotState.OPEN)
        with writing(self._engine) as connection:
            connection.execute(sa.delete(table).where(still_open))

    def lease(self, planned: PlannedSlot, lessee: str, *, seconds: float, now: datetime) -> bool:
        """Make a slot ``lessee``'s for a while; ``False`` if another one is at it or it is decided already."""
        free = table.c.leased_until.is_(None) | (table.c.leased_until <= now) | (table.c.lessee == lessee)
        mine = _is(planned.newsletter_id, planned.key) & table.c.state.in_(_PENDING) & free
        until = {"leased_until": now + timedelta(seconds=seconds), "lessee": lessee}
        with writing(self._engine) as connection:
            return connection.scalar(sa.update(table).where(mine).values(until).returning(table.c.key)) is not None

    def let_go(self, planned: PlannedSlot, lessee: str) -> None:
        """End a lease before its time."""
        mine = _is(planned.newsletter_id, planned.key) & (table.c.lessee == lessee)
        with writing(self._engine) as connection:
            connection.execute(sa.update(table).where(mine).values(leased_until=None, lessee=""))

    def composed(self, planned: PlannedSlot, issue_id: int | None, *, now: datetime) -> None:
        """Note that the slot's draft is up to date; without an issue there was nothing to send."""
        values: dict[str, object] = {"composed_at": now} | ({"issue_id": issue_id} if issue_id else {})
        with writing(self._engine) as connection:
            connection.execute(sa.update(table).where(_is(planned.newsletter_id, planned.key)).values(values))

    def decide(self, planned: PlannedSlot, decision: Decision, *, actor: str, now: datetime) -> bool:
        """Say what becomes of a slot; ``False`` if that was said before, by this scheduler or another."""
        pending = _is(planned.newsletter_id, planned.key) & table.c.state.in_(_PENDING)
        again = (table.c.state == decision.state) & table.c.cause.is_not_distinct_from(decision.cause)
        values: dict[str, Any] = {
            "state": decision.state, "why": decision.why, "cause": decision.cause, "decided_at": now, "leased_until": None,
        }  # fmt: skip
        if decision.issue_id:
            values["issue_id"] = decision.issue_id
        with writing(self._engine) as connection:
            done = sa.update(table).where(pending & ~again).values(values).returning(table.c.key)
            if connection.scalar(done) is None:
                return False
            instance.grow(connection)
            detail = {"newsletter": planned.newsletter_id, "why": decision.why}
            record(connection, now, actor, f"slot.{decision.state}", f"slot {planned.key}", **detail)
            if decision.told:
                kind = str(decision.state)
                notices.ask(connection, planned.newsletter_id, planned.key, kind, decision.told, now=now)
        return True


def _plan(connection: Connection, planned: PlannedSlot, now: datetime) -> None:
    values = {
        "edition": planned.edition, "due_at": planned.due, "opens_at": planned.opens, "closes_at": planned.closes,
        "state": planned.state, "why": planned.why, "decided_at": now if planned.state is SlotState.SKIPPED else None,
    }  # fmt: skip
    key = {"newsletter_id": planned.newsletter_id, "key": planned.key}
    fresh = insert_for(connection.dialect.name, table).values(**key, **values)
    undecided = table.c.state.in_((SlotState.OPEN, SlotState.SKIPPED))
    ahead = undecided & (table.c.due_at > now) & (sa.literal(planned.due, table.c.due_at.type) > now)
    connection.execute(fresh.on_conflict_do_update(index_elements=list(key), set_=values, where=ahead))


def _is(newsletter_id: int, key: str) -> sa.ColumnElement[bool]:
    return (table.c.newsletter_id == newsletter_id) & (table.c.key == key)


def _slot(row: Row[Any]) -> PlannedSlot:
    return PlannedSlot(
        newsletter_id=row.newsletter_id, key=row.key, edition=Edition(row.edition), due=row.due_at, opens=row.opens_at,
        closes=row.closes_at, state=SlotState(row.state), why=row.why, cause=Cause(row.cause) if row.cause else None,
        issue_id=row.issue_id, composed_at=row.composed_at,
    )  # fmt: skip
