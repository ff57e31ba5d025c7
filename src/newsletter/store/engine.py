"""Opening the database: one engine for SQLite and PostgreSQL, with every transaction's failures in plain words."""

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url

from newsletter.errors import StoreAway, StoreError

_READ_ONLY = "newsletter_read_only"
#: How long a writer waits for another one's transaction before it gives up.
BUSY_SECONDS = 30
#: PostgreSQL cuts longer names of sessions.
_LONGEST_NAME = 63


def open_engine(url: str) -> Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql://...``; nothing is connected yet.

    ``StoreError`` for a URL that SQLAlchemy does not understand or a driver that is not installed.
    """
    try:
        parsed = _with_driver(make_url(url))
        engine = sa.create_engine(
            parsed, connect_args=_connect_args(parsed), pool_pre_ping=parsed.get_backend_name() != "sqlite"
        )
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as error:
        raise StoreError(
            "The database URL is not understood; write sqlite:///newsletter.db or postgresql://..."
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs a driver; install it with: pip install 'newsletter[postgres]'") from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction that only reads, so that it never waits for a writer."""
    with _plain_words(), engine.connect() as connection, connection.execution_options(**{_READ_ONLY: True}).begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction that is committed at the end, or rolled back whole if anything fails."""
    with _plain_words(), engine.begin() as connection:
        yield connection


@contextmanager
def _plain_words() -> Iterator[None]:
    try:
        yield
    except sa.exc.OperationalError as error:
        raise _away_or_broken(str(error.orig)) from error
    except sa.exc.ProgrammingError as error:
        raise StoreError("The database lacks a table or column; run: newsletter db upgrade") from error
    except sa.exc.DatabaseError as error:
        raise StoreError(
            f"The database refused the step ({type(error.orig).__name__}); nothing was changed."
        ) from error


def _away_or_broken(cause: str) -> StoreError:
    """Say what an operational error of either database means, and what to do; ``StoreAway`` if waiting may mend it."""
    if "database is locked" in cause:
        return StoreAway(f"The database stayed locked for {BUSY_SECONDS} s by another process; try again.")
    broken = {
        "unable to open database file": "The database file cannot be opened; check that its folder exists and is writable.",
        "readonly database": "The database file may not be written to; check its permissions.",
        "disk is full": "The disk is full; nothing was changed. Free some space and try again.",
        "disk I/O error": "The disk refused to write; nothing was changed. Check its space and health, then try again.",
        "No space left": "The database's disk is full; nothing was changed. Free some space and try again.",
        "no such table": "The database has no tables yet; run: newsletter db upgrade",
    }
    for symptom, sentence in broken.items():
        if symptom in cause:
            return StoreError(sentence)
    return StoreAway(
        "The database cannot be reached; check database.url and that the server is running, then try again."
    )


def _with_driver(url: URL) -> URL:
    """Name psycopg 3 for a plain ``postgresql://`` URL; the default driver is one that we do not ship."""
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def session_name(host: str, pid: int) -> str:
    """What a process calls its sessions at PostgreSQL, so that others can tell which are a dead worker's."""
    return f"newsletter {pid} {host}".encode("ascii", "replace").decode()[:_LONGEST_NAME]


def _connect_args(url: URL) -> dict[str, object]:
    if url.get_backend_name() == "sqlite":
        return {"timeout": BUSY_SECONDS}
    return {"application_name": session_name(socket.gethostname(), os.getpid())}


def _prepare_sqlite(dbapi_connection: sqlite3.Connection, _record: object) -> None:
    """Set what SQLite keeps per connection.

    ``synchronous=FULL`` for all, not for the ledger alone: a commit that can be lost to a power cut would send mails
    twice, and at fifty outcomes a commit the difference is 4 µs a mail.
    """
    # The driver's own BEGIN comes too late and is never IMMEDIATE; ``_begin_sqlite`` does it instead.
    dbapi_connection.isolation_level = None
    try:
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "synchronous=FULL",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:  # a file that is no database: nobody else closes what never got into the pool
        dbapi_connection.close()
        raise


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer half-way can only fail with "database is locked"."""
    read_only = connection.get_execution_options().get(_READ_ONLY)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
