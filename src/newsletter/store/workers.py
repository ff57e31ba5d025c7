"""Who is sending: one row a process, so that a dead one's claims can be told from a living one's."""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from newsletter.model.delivery import BatchState, Leftover, Taken
from newsletter.store.engine import reading, session_name, writing
from newsletter.store.tables import delivery_batch
from newsletter.store.tables import worker as table

#: A worker on another machine counts as dead after this long without a heartbeat. Its own lease is shorter (see
#: ``deliver.fence``), so that it has stopped by itself when somebody else takes over.
STALE_AFTER = timedelta(seconds=20)


#: In place of when a worker's process began: it lives, perhaps, but has nothing to do with its batches any more.
_LEFT = "left"


_SESSION = sa.table("pg_stat_activity", sa.column("pid"), sa.column("datname"), sa.column("application_name"))
_END_SESSIONS = sa.select(sa.func.pg_terminate_backend(_SESSION.c.pid)).where(
    _SESSION.c.datname == sa.func.current_database(),
    _SESSION.c.application_name.in_(sa.bindparam("names", expanding=True)),
)


class Workers:
    """Sending processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(self, now: datetime) -> int:
        """Add a row for this process and return its id, the owner of the batches that it will take."""
        me = {"host": socket.gethostname(), "boot_id": boot_id(), "pid": os.getpid()}
        started = _process_started(os.getpid()) or ""
        with writing(self._engine) as connection:
            forget(connection, dead(connection, now))
            values = {**me, "process_started": started, "heartbeat_at": _clock(connection, now)}
            return int(connection.scalar(sa.insert(table).values(values).returning(table.c.id)) or 0)

    def leave(self, worker_id: int) -> None:
        """Take the row away: this worker claims nothing any more. If it has a batch still, whoever wants may have it."""
        with writing(self._engine) as connection:
            forget(connection, [worker_id])
            connection.execute(sa.update(table).where(table.c.id == worker_id).values(process_started=_LEFT))

    def rate(self, issue_id: int) -> float:
        """How many mails a second the workers at an issue send altogether, lately."""
        at_it = sa.select(delivery_batch.c.owner).where(
            delivery_batch.c.issue_id == issue_id, delivery_batch.c.state == BatchState.RUNNING
        )
        with reading(self._engine) as connection:
            return float(connection.scalar(sa.select(sa.func.sum(table.c.rate)).where(table.c.id.in_(at_it))) or 0)


def beat(connection: Connection, worker_id: int, now: datetime, *, rate: float | None = None) -> None:
    """Renew the heartbeat inside the caller's transaction, and say how fast the worker is if that is known."""
    values: dict[str, object] = {"heartbeat_at": _clock(connection, now)}
    if rate is not None:
        values["rate"] = rate
    connection.execute(sa.update(table).where(table.c.id == worker_id).values(values))


def dead(connection: Connection, now: datetime) -> list[int]:
    """The workers that are certainly gone. A living neighbour is never among them: its claims would be sent twice."""
    moment = _clock(connection, now)
    return [row.id for row in connection.execute(sa.select(table)) if _is_dead(row, moment)]


def is_gone(connection: Connection, worker_id: int, now: datetime) -> bool:
    """Whether that worker has left or is certainly dead."""
    row = connection.execute(sa.select(table).where(table.c.id == worker_id)).one_or_none()
    return row is None or _is_dead(row, _clock(connection, now))


def cut_off(connection: Connection, now: datetime) -> None:
    """End what dead workers of other machines have open at PostgreSQL.

    A machine that froze in the middle of a transaction, or fell off the network, would keep its locks for hours, and
    nobody could take over. If it wakes, it finds itself cut off, connects anew, and is told that it was replaced.
    """
    if connection.dialect.name != "postgresql":
        return
    moment = _clock(connection, now)
    elsewhere = sa.select(table).where(table.c.host != socket.gethostname())
    gone: set[str] = set()
    alive: set[str] = set()
    for row in connection.execute(elsewhere):
        (gone if _is_dead(row, moment) else alive).add(session_name(row.host, row.pid))
    # A container that is started again has its predecessor's host name and process id.
    if gone - alive:
        connection.execute(_END_SESSIONS, {"names": sorted(gone - alive)})


def forget(connection: Connection, workers: list[int]) -> None:
    """Take workers' rows away, but for those that still have a batch: their fate has to be judged first."""
    having = sa.select(delivery_batch.c.owner).where(delivery_batch.c.owner.is_not(None))
    connection.execute(sa.delete(table).where(table.c.id.in_(workers), table.c.id.not_in(having)))


def leftover(connection: Connection, taken: Taken) -> Leftover:
    """Who had the batch ``taken``, as far as is known: without a row the journal of nobody can be trusted."""
    row = connection.execute(sa.select(table.c.host, table.c.boot_id).where(table.c.id == taken.owner)).one_or_none()
    host, boot = (row.host, row.boot_id) if row else ("", "")
    return Leftover(batch_id=taken.batch_id, owner=taken.owner, epoch=taken.epoch, host=host, boot_id=boot)


def _clock(connection: Connection, now: datetime) -> datetime:
    """Heartbeats are written and judged by one clock: on PostgreSQL its own, for machines disagree about the time."""
    if connection.dialect.name == "postgresql":
        return cast("datetime", connection.scalar(sa.select(sa.func.clock_timestamp())))
    return now


def _is_dead(row: Row[Any], now: datetime) -> bool:
    """On this machine the process itself is asked; of another machine only the heartbeat can tell."""
    if row.process_started == _LEFT:
        return True
    if row.host != socket.gethostname():
        return bool(now - row.heartbeat_at > STALE_AFTER)
    if row.boot_id != boot_id():
        return True
    return _process_started(row.pid) != str(row.process_started)


def machine() -> str:
    """This start of this machine, in words that no other one shares; empty where that cannot be known."""
    return f"{socket.gethostname()} {boot_id()}" if boot_id() else ""


def boot_id() -> str:
    """Linux's id of this start of the machine; empty elsewhere, where a restart shows by the process alone."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else ""


def _process_started(pid: int) -> str | None:
    """When the process began, in clock ticks since boot (proc(5), field 22); ``None`` if there is no such process.

    Without /proc the answer is only whether the process lives.
    """
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        zombie = fields[0] == "Z"
        return None if zombie else fields[19]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""
