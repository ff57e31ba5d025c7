"""Mails about a subscription that wait to be sent, one by one: the question whether an address is theirs, a welcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.model.seal import Seal
from newsletter.model.signup import BETWEEN_LETTERS
from newsletter.store.engine import reading, writing
from newsletter.store.tables import letter as table

#: How long whoever takes a letter has to send it, before another one tries.
_PATIENCE = timedelta(seconds=120)
#: How long after the first, second ... failure it is tried again; after the last it is given up.
_LADDER = (*(timedelta(minutes=m) for m in (5, 15, 60, 240)), *([timedelta(hours=6)] * 6))
#: How long it is known what was written to whom.
_MEMORY = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail that waits. ``about`` is the sign-up, subscriber or change of address that it is about."""

    id: int
    kind: str
    newsletter_id: int
    about: int
    recipient: str
    tries: int


class Letters:
    """What is to be written to single people."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, limit: int, *, now: datetime) -> list[Letter]:
        """Letters that are due; whoever takes them has two minutes before another one may."""
        due = table.c.try_at <= now
        with reading(self._engine) as connection:
            if connection.scalar(sa.select(table.c.id).where(due).limit(1)) is None:
                return []
        first = sa.select(table.c.id).where(due).order_by(table.c.try_at).limit(limit)
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                first = first.with_for_update(skip_locked=True)
            values = {"try_at": now + _PATIENCE, "tries": table.c.tries + 1}
            taken = sa.update(table).where(table.c.id.in_(first)).values(values).returning(table)
            rows = connection.execute(taken).all()
        return [
            Letter(id=r.id, kind=r.kind, newsletter_id=r.newsletter_id, about=r.about, recipient=r.recipient, tries=r.tries)
            for r in sorted(rows, key=lambda r: r.id)
        ]  # fmt: skip

    def sent(self, letter_id: int, *, now: datetime) -> None:
        """It is on its way; the address is not kept."""
        self._end(letter_id, sent_at=now)

    def drop(self, letter_id: int) -> None:
        """It will not be sent: it was refused, or what it is about is no more."""
        self._end(letter_id)

    def failed(self, letter: Letter, *, now: datetime) -> bool:
        """It could not be sent now; return whether it will be tried again."""
        if letter.tries > len(_LADDER):
            self.drop(letter.id)
            return False
        with writing(self._engine) as connection:
            later = {"try_at": now + _LADDER[letter.tries - 1]}
            connection.execute(sa.update(table).where(table.c.id == letter.id).values(later))
        return True

    def forget(self, now: datetime) -> None:
        """Delete what was sent or given up long ago."""
        old = table.c.try_at.is_(None) & (table.c.asked_at < now - _MEMORY)
        with reading(self._engine) as connection:
            if connection.scalar(sa.select(table.c.id).where(old).limit(1)) is None:
                return
        with writing(self._engine) as connection:
            connection.execute(sa.delete(table).where(old))

    def _end(self, letter_id: int, **values: object) -> None:
        with writing(self._engine) as connection:
            ended = {"recipient": "", "try_at": None, **values}
            connection.execute(sa.update(table).where(table.c.id == letter_id).values(ended))


def write(
    connection: Connection, seal: Seal, kind: str, recipient: str, *, newsletter_id: int, about: int, now: datetime
) -> bool:  # fmt: skip
    """Have a letter sent, in the caller's transaction; return whether it will be.

    What a stranger can cause goes out rarely: one address gets one such letter a day. A second one of the same kind for the
    same newsletter is not written, any other one waits for the next day.
    """
    try_at = now
    if kind in _RARE:
        named = table.c.address_hash.in_(seal.all(recipient))
        lately = (
            named
            & table.c.kind.in_(_RARE)
            & (sa.func.coalesce(table.c.sent_at, table.c.asked_at) > now - BETWEEN_LETTERS)
        )
        rows = connection.execute(sa.select(table).where(lately | (named & table.c.try_at.is_not(None)))).all()
        if any((row.kind, row.newsletter_id) == (kind, newsletter_id) for row in rows):
            return False
        latest = max((row.sent_at or row.try_at or row.asked_at for row in rows if row.kind in _RARE), default=None)
        try_at = max(now, latest + BETWEEN_LETTERS) if latest else now
    values = {
        "kind": kind, "newsletter_id": newsletter_id, "about": about, "recipient": recipient, "address_hash": seal.of(recipient),
        "asked_at": now, "try_at": try_at,
    }  # fmt: skip
    connection.execute(sa.insert(table).values(values))
    return True


#: Letters that anybody can have sent to anybody.
_RARE = ("confirm", "preferences_link", "new_address")
