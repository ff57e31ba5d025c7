"""What the database knows of its own life: how old it is, and when a scheduler last looked at it.

A copy restored from a backup is younger than what the machine remembers of the original, and a machine that was set back
as a whole finds that nobody looked for long.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.tables import instance as table
from newsletter.store.upsert import insert_for

_ONLY = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """``generation`` counts what cannot be taken back; ``held`` says why nothing is sent by itself, empty if all is well."""

    name: str
    generation: int
    ticked_at: datetime | None
    held: str


class Instance:
    """The one row about the database itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def age(self) -> Age:
        """How old the database is; a new one is given its name."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(table)).one_or_none()
        if row is None:
            with writing(self._engine) as connection:
                _begin(connection)
                row = connection.execute(sa.select(table)).one()
        return Age(name=row.name, generation=row.generation, ticked_at=row.ticked_at, held=row.held)

    def tick(self, now: datetime) -> None:
        """Note that a scheduler looked."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(table).values(ticked_at=now))

    def hold(self, why: str, *, actor: str, now: datetime) -> None:
        """Let nothing be sent by itself until somebody looked."""
        with writing(self._engine) as connection:
            _begin(connection)
            held = sa.update(table).where(table.c.held != why).values(held=why).returning(table.c.id)
            if connection.scalar(held) is not None:
                record(connection, now, actor, "schedule.held", "schedule", why=why)

    def release(self, generation: int, *, actor: str, now: datetime) -> None:
        """Somebody looked: go on, from ``generation`` at least."""
        with writing(self._engine) as connection:
            grown = sa.case((table.c.generation < generation, generation), else_=table.c.generation)
            connection.execute(sa.update(table).values(held="", generation=grown, ticked_at=now))
            record(connection, now, actor, "schedule.released", "schedule")


def grow(connection: Connection) -> None:
    """Count something that cannot be taken back, in the transaction in which it happens."""
    _begin(connection)
    connection.execute(sa.update(table).values(generation=table.c.generation + 1))


def _begin(connection: Connection) -> None:
    fresh = insert_for(connection.dialect.name, table).values(id=_ONLY, name=str(uuid.uuid4()), generation=0, held="")
    connection.execute(fresh.on_conflict_do_nothing())
