"""Many people at once: laid out beside the tables, then taken over by the database itself, in one transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from newsletter.errors import StoreError
from newsletter.store.tables import newsletter, subscriber, subscription
from newsletter.store.upsert import insert_for

#: E-mail address, its key (see `key_of`), name, state, skipped sections in their stored form.
Row = tuple[str, str, str, str, str]

#: Rows handed to the database at a time.
_CHUNK = 20_000
_incoming = sa.Table(
    "incoming", sa.MetaData(),
    sa.Column("place", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("email", "email_key", "name", "state", "skips")),
    prefixes=["TEMPORARY"],
)  # fmt: skip
# What PostgreSQL's text form of COPY writes otherwise.
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Added:
    """How many subscriptions were new and how many were there before and left as they are."""

    new: int
    known: int


def key_of(email: str) -> str:
    """What makes two addresses one person: the address case-folded."""
    return email.casefold()


def subscribe(connection: Connection, newsletter_id: int, rows: Iterable[Row], now: datetime) -> Added:
    """Subscribe people, in the order of ``rows``; of two with the same key the first counts.

    Who is there already stays as they are.
    """
    _incoming.create(connection)  # like all the rest it is gone when the transaction is rolled back
    count = _copy(connection, rows) if connection.dialect.name == "postgresql" else _insert(connection, rows)
    people = sa.select(_incoming.c.email, _incoming.c.email_key, _incoming.c.name, _moment(now))
    connection.execute(_taken_over(connection, subscriber, ("email", "email_key", "name", "created_at"), people))
    wishes = sa.select(
        subscriber.c.id, sa.literal(newsletter_id, newsletter.c.id.type), _incoming.c.state, _incoming.c.skips, _moment(now)
    ).join(subscriber, subscriber.c.email_key == _incoming.c.email_key)  # fmt: skip
    columns = ("subscriber_id", "newsletter_id", "state", "skips", "changed_at")
    taken_over = _taken_over(connection, subscription, columns, wishes).execution_options(preserve_rowcount=True)
    new = connection.execute(taken_over).rowcount
    _incoming.drop(connection)
    return Added(new, count - new)


def _moment(now: datetime) -> sa.ColumnElement[datetime]:
    return sa.literal(now, subscriber.c.created_at.type)


def _taken_over(connection: Connection, table: sa.Table, columns: tuple[str, ...], rows: sa.Select[Any]) -> sa.Insert:
    """The statement that puts ``rows`` into ``table``, in their order, but for those that are there."""
    # Without a condition SQLite would read ON CONFLICT as part of the join.
    ordered = rows.where(_incoming.c.place > 0).order_by(_incoming.c.place)
    return insert_for(connection.dialect.name, table).from_select(columns, ordered).on_conflict_do_nothing()


def _insert(connection: Connection, rows: Iterable[Row]) -> int:
    source, count = iter(rows), 0
    statement = "INSERT INTO incoming (email, email_key, name, state, skips) VALUES (?, ?, ?, ?, ?)"
    while chunk := list(islice(source, _CHUNK)):
        connection.exec_driver_sql(statement, chunk)
        count += len(chunk)
    return count


def _copy(connection: Connection, rows: Iterable[Row]) -> int:
    """By COPY, which takes a list several times as fast as INSERT."""
    driver, count = connection.connection.driver_connection, 0
    assert driver is not None  # noqa: S101 - connected
    failure = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy("COPY incoming FROM STDIN") as copy:
            for chunk in _lines(rows):
                copy.write("".join(chunk))
                count += len(chunk)
    except failure as error:
        raise StoreError(f"The database refused the list ({type(error).__name__}); nobody was added.") from error
    return count


def _lines(rows: Iterable[Row]) -> Iterator[list[str]]:
    place, chunk = 0, list[str]()
    for place, row in enumerate(rows, 1):
        line = "\t".join(row)
        if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != len(row) - 1:
            line = "\t".join(cell.translate(_ESCAPED) for cell in row)
        chunk.append(f"{place}\t{line}\n")
        if place % _CHUNK == 0:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
