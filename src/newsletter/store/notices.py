"""What the editors are told by mail: asked for in the transaction of what happened, mailed at least once afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.store.engine import reading, writing
from newsletter.store.tables import notice as table
from newsletter.store.upsert import insert_for

#: How long whoever takes a notice has to mail it, before another one tries.
_PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that the editors of a newsletter are told about a slot. ``kind`` is a word, ``text`` a sentence."""

    newsletter_id: int
    slot: str
    kind: str
    text: str


class Notices:
    """Notices that were asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, newsletter_id: int, slot: str, kind: str, text: str, *, now: datetime) -> None:
        """Have the editors told; a slot has one notice of each kind."""
        with writing(self._engine) as connection:
            ask(connection, newsletter_id, slot, kind, text, now=now, again=False)

    def take(self, *, now: datetime) -> list[Notice]:
        """The notices that are to be mailed now; whoever takes them has a minute before another one may."""
        due = table.c.sent_at.is_(None) & (table.c.try_at <= now)
        with reading(self._engine) as connection:
            if connection.scalar(sa.select(table.c.slot).where(due).limit(1)) is None:
                return []
        with writing(self._engine) as connection:
            taken = sa.update(table).where(due).values(try_at=now + _PATIENCE).returning(table)
            rows = connection.execute(taken).all()
        return [Notice(newsletter_id=r.newsletter_id, slot=r.slot, kind=r.kind, text=r.text) for r in rows]

    def sent(self, notice: Notice, *, now: datetime) -> None:
        """It was mailed."""
        mine = (table.c.newsletter_id == notice.newsletter_id) & (table.c.slot == notice.slot)
        with writing(self._engine) as connection:
            connection.execute(sa.update(table).where(mine, table.c.kind == notice.kind).values(sent_at=now))


def ask(
    connection: Connection, newsletter_id: int, slot: str, kind: str, text: str, *, now: datetime, again: bool = True
) -> None:
    """See ``Notices.ask``; for use inside a transaction. What is told ``again`` with another sentence is mailed again."""
    key = {"newsletter_id": newsletter_id, "slot": slot, "kind": kind}
    values = {"text": text, "asked_at": now, "try_at": now, "sent_at": None}
    fresh = insert_for(connection.dialect.name, table).values(**key, **values)
    if again:
        connection.execute(
            fresh.on_conflict_do_update(index_elements=list(key), set_=values, where=table.c.text != text)
        )
    else:
        connection.execute(fresh.on_conflict_do_nothing())
