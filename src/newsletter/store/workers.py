"""Who is sending: one row a process, so that a dead one's claims can be told from a living one's."""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from newsletter.store.engine import writing
from newsletter.store.tables import delivery
from newsletter.store.tables import worker as table

#: A worker on another machine counts as dead after this long without a heartbeat.
STALE_AFTER = timedelta(seconds=60)


class Workers:
    """Sending processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(self, now: datetime) -> int:
        """Add a row for this process and return its id, the owner of what it will claim."""
        me = {"host": socket.gethostname(), "boot_id": _boot_id(), "pid": os.getpid()}
        started = _process_started(os.getpid()) or ""
        with writing(self._engine) as connection:
            values = {**me, "process_started": started, "heartbeat_at": now}
            return int(connection.scalar(sa.insert(table).values(values).returning(table.c.id)) or 0)

    def leave(self, worker_id: int) -> None:
        """Take the row away: this process claims nothing any more."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(table).where(table.c.id == worker_id))


def beat(connection: Connection, worker_id: int, now: datetime) -> None:
    """Renew the heartbeat inside the caller's transaction."""
    connection.execute(sa.update(table).where(table.c.id == worker_id).values(heartbeat_at=now))


def dead(connection: Connection, now: datetime) -> list[int]:
    """The workers that are certainly gone. A living neighbour is never among them: its claims would be sent twice."""
    return [row.id for row in connection.execute(sa.select(table)) if _is_dead(row, now)]


def forget(connection: Connection, workers: list[int]) -> None:
    """Take dead workers' rows away, but for those that still hold claims of another issue."""
    holding = sa.select(delivery.c.owner).where(delivery.c.owner.is_not(None))
    connection.execute(sa.delete(table).where(table.c.id.in_(workers), table.c.id.not_in(holding)))


def _is_dead(row: Row[Any], now: datetime) -> bool:
    """On this machine the process itself is asked; of another machine only the heartbeat can tell."""
    if row.host != socket.gethostname():
        return bool(now - row.heartbeat_at > STALE_AFTER)
    if row.boot_id != _boot_id():
        return True
    return _process_started(row.pid) != str(row.process_started)


def _boot_id() -> str:
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
