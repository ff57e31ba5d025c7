"""The audit trail: who did what to what, and when. Rows are added and never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.store.engine import reading, writing
from newsletter.store.tables import audit as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the trail."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


class Audit:
    """Reading the trail; writing happens inside the transaction of the deed, by ``record``, if it has one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, subject: str) -> list[Entry]:
        """What was done to ``subject`` (such as ``issue 12``), oldest first."""
        wanted = sa.select(table).where(table.c.subject == subject).order_by(table.c.id)
        with reading(self._engine) as connection:
            return [
                Entry(**{k: v for k, v in row.items() if k != "id"}) for row in connection.execute(wanted).mappings()
            ]

    def note(self, at: datetime, actor: str, action: str, subject: str, **detail: object) -> None:
        """Add a line about what changes nothing, as looking at somebody's data, or is many transactions."""
        with writing(self._engine) as connection:
            record(connection, at, actor, action, subject, **detail)


def record(connection: Connection, at: datetime, actor: str, action: str, subject: str, **detail: object) -> None:
    """Add one line in the caller's own transaction, so that a deed and its record are kept or lost together."""
    connection.execute(sa.insert(table).values(at=at, actor=actor, action=action, subject=subject, detail=detail))
