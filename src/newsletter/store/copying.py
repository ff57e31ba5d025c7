"""A whole database into another one: from SQLite to PostgreSQL when a list outgrows one process, or back.

What arrives is compared with what was there before anything is committed, so the destination holds all of it or nothing.
The source cannot change meanwhile.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.errors import StoreError
from newsletter.model.issue import IssueState
from newsletter.store import workers
from newsletter.store.engine import writing
from newsletter.store.migrate import require_current, upgrade
from newsletter.store.tables import issue, metadata, worker

#: Rows that are held in memory at a time.
CHUNK = 5000
_OCTETS = 16


def size(source: Engine) -> int:
    """How many rows there are to copy."""
    with source.connect() as connection:
        return sum(_count(connection, table) for table in metadata.sorted_tables)


def copy(
    source: Engine, destination: Engine, *, now: datetime, progress: Callable[[int], None] = lambda _: None
) -> dict[str, int]:
    """Copy every row of ``source`` into the empty ``destination``, which gets this version's schema; return how many of each table.

    ``StoreError``, and nothing changed, if the source is not of this version, if something is being sent from it, if the
    destination holds anything already, or if what arrived differs from what was there.
    """
    require_current(source)
    if source.url == destination.url:
        raise StoreError("Both are the same database; name an empty one to copy to.")
    upgrade(destination)
    copied = {}
    with _unchanging(source) as old, writing(destination) as new:
        _refuse_sending(old, now)
        _refuse_full(new)
        for table in metadata.sorted_tables:
            there = _Digest()
            for rows in _rows(old, table):
                there.add(rows)
                new.execute(sa.insert(table), rows)
                progress(len(rows))
            here = _Digest()
            for rows in _rows(new, table):
                here.add(rows)
            if here != there:
                raise StoreError(f"The table {table.name} did not arrive as it was, so nothing was copied. Try again.")
            _count_on(new, table)
            copied[table.name] = there.rows
    return copied


class _Digest:
    """What tells two sets of rows apart, in whatever order they come: databases sort texts differently."""

    def __init__(self) -> None:
        self.rows = self._sum = 0

    def add(self, rows: list[dict[str, Any]]) -> None:
        self.rows += len(rows)
        for row in rows:
            told = json.dumps(row, sort_keys=True, default=repr).encode()
            self._sum += int.from_bytes(blake2b(told, digest_size=_OCTETS).digest())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Digest) and (self.rows, self._sum) == (other.rows, other._sum)

    __hash__ = None  # type: ignore[assignment]  # it changes


@contextmanager
def _unchanging(source: Engine) -> Iterator[Connection]:
    """A transaction during which nobody else writes."""
    with writing(source) as connection:  # on SQLite that is enough: there is one writer
        if connection.dialect.name == "postgresql":
            names = ", ".join(connection.dialect.identifier_preparer.format_table(t) for t in metadata.sorted_tables)
            connection.execute(sa.text(f"LOCK TABLE {names} IN SHARE MODE"))
        yield connection


def _rows(connection: Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table, a chunk at a time."""
    wanted = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=CHUNK)
    with connection.execute(wanted) as found:
        for rows in found.mappings().partitions():
            yield [dict(row) for row in rows]


def _refuse_sending(source: Connection, now: datetime) -> None:
    """Two databases that both go on sending would send everything twice."""
    sending = source.scalar(sa.select(issue.c.id).where(issue.c.state == IssueState.SENDING).limit(1))
    if sending is not None:
        raise StoreError(
            f"Issue {sending} is being sent. Pause it first (newsletter issue pause {sending}), and resume it in the new "
            "database when that is in use."
        )
    living = sa.select(sa.func.count()).select_from(worker).where(worker.c.id.not_in(workers.dead(source, now)))
    if source.scalar(living):
        raise StoreError("A worker or sender is still at work on the database to be copied; stop it first.")


def _refuse_full(destination: Connection) -> None:
    for table in metadata.sorted_tables:
        if _count(destination, table):
            raise StoreError(
                f"The destination holds data already (in the table {table.name}); name an empty database. Nothing was changed."
            )


def _count(connection: Connection, table: sa.Table) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def _count_on(connection: Connection, table: sa.Table) -> None:
    """Have the next new row numbered after the last one. SQLite sees to that by itself."""
    if connection.dialect.name == "postgresql" and (number := table.autoincrement_column) is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, number.name)
        highest = sa.select(sa.func.max(number)).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))
