"""The store's rates: one message budget for all senders, however many processes and machines there are.

Each limit is a row that knows when its next message may go. Whoever wants to send moves that instant on by what the
messages take, in one statement, and waits for the place in line that it got. Nothing is counted and nothing expires.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from newsletter.store.engine import reading, writing
from newsletter.store.tables import rate as table

#: What was learnt of a pace, as `deliver.pace.adaptive` writes it: plain values under their names.
State = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in line: when its first message may go (seconds since 1970, by the clock that decides), and the wait till then."""

    starts_at: float
    wait: float


class Rates:
    """Limits by name, in messages a second."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, name: str, count: int, per_second: float, now: datetime) -> float:
        """Take the next ``count`` messages of ``name``, which bears ``per_second``; return the seconds to wait first.

        After the wait all of them may go at once, so ``count`` is the burst. An idle limit saves nothing up. On
        PostgreSQL its own clock decides, because those of several machines differ; on SQLite ``now`` does. What is
        reserved and not used is lost. ``ValueError`` for a negative count and a rate that is not above 0.
        """
        return self.place(name, count, per_second, now).wait

    def place(self, name: str, count: int, per_second: float, now: datetime) -> Place:
        """What `reserve` does, with the instant that was reserved."""
        if count < 0 or not per_second > 0:
            raise ValueError("a limit needs a count from 0 and a rate above 0")
        takes = count / per_second
        with writing(self._engine) as connection:
            free_at, clock = connection.execute(_reserve(connection, name, takes, now)).one()
        starts_at = float(free_at) - takes
        return Place(starts_at=starts_at, wait=max(starts_at - float(clock), 0.0))

    def load(self, name: str) -> dict[str, Any] | None:
        """What was learnt of ``name``; ``None`` if nothing was."""
        with reading(self._engine) as connection:
            found = connection.scalar(sa.select(table.c.state).where(table.c.name == name))
        return dict(found) if found is not None else None

    def save(self, name: str, state: State, *, before: State | None, now: datetime) -> bool:
        """Store what was learnt of ``name`` if it still is what was learnt ``before``; return whether it was.

        ``False``: somebody else learnt something meanwhile, so load, learn and save again.
        """
        with writing(self._engine) as connection:
            learnt = _learn_first(connection, name, state, now) if before is None else _learn(name, state, before, now)
            return connection.execute(learnt).first() is not None


def _reserve(connection: Connection, name: str, takes: float, now: datetime) -> sa.Executable:
    """Move the limit on by ``takes`` seconds from now or, if that is later, from where it stands; return where, and the clock."""
    if connection.dialect.name == "postgresql":
        insert: Any = postgresql.insert
        # Not now(): that is when the transaction began, and this statement may have waited for another one's.
        moment: Any = sa.func.clock_timestamp()
        clock: Any = sa.cast(sa.extract("epoch", moment), sa.Double)
        later: Any = sa.func.greatest
    else:
        insert, later = sqlite.insert, sa.func.max
        moment, clock = sa.literal(now, table.c.changed_at.type), sa.literal(now.timestamp(), sa.Double)
    fresh = insert(table).values(name=name, next_at=clock + takes, changed_at=moment)
    moved = {"next_at": later(table.c.next_at, clock) + takes, "changed_at": moment}
    return fresh.on_conflict_do_update(index_elements=["name"], set_=moved).returning(table.c.next_at, clock)  # type: ignore[no-any-return]  # an insert of either dialect


def _learn(name: str, state: State, before: State, now: datetime) -> sa.Executable:
    same = (table.c.name == name) & (table.c.state == _canonical(before))
    return sa.update(table).where(same).values(state=_canonical(state), changed_at=now).returning(table.c.name)


def _learn_first(connection: Connection, name: str, state: State, now: datetime) -> sa.Executable:
    """The row may be there without a state: messages were reserved before anything was learnt."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {"state": _canonical(state), "changed_at": now}
    fresh = insert(table).values(name=name, next_at=0.0, **values)
    return fresh.on_conflict_do_update(  # type: ignore[no-any-return]  # the same
        index_elements=["name"], set_=values, where=table.c.state.is_(None)
    ).returning(table.c.name)


def _canonical(state: State) -> dict[str, Any]:
    """One spelling of one state: SQLite compares the text."""
    return dict(sorted(state.items()))
