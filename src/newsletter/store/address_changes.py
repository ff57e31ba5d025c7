"""Changes of address: asked for on the preferences page, and done when both mailboxes have agreed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.errors import ChoiceError, NotFoundError
from newsletter.model.seal import Seal, key_of
from newsletter.model.subscriber import READER
from newsletter.model.suppression import LIFTED_BY_CONFIRMING, SuppressionReason
from newsletter.store import letters
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.suppressions import EVERYWHERE, counting, lift
from newsletter.store.tables import address_change as table
from newsletter.store.tables import subscriber

_WITHIN = timedelta(days=7)
NEW, OLD = "new_address", "old_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """One change that was asked for. ``agreed`` holds who has agreed: the reader of the old address, of the new one."""

    id: int
    subscriber_id: int
    newsletter_id: int
    email: str
    agreed: frozenset[str]


class AddressChanges:
    """Who wants their mail somewhere else."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self._engine = engine
        self._seal = seal

    def ask(self, subscriber_id: int, newsletter_id: int, email: str, *, now: datetime) -> None:
        """Write to both addresses. What was asked for before is asked no more."""
        with writing(self._engine) as connection:
            old = connection.scalar(sa.select(subscriber.c.email).where(subscriber.c.id == subscriber_id))
            if old is None or key_of(old) == key_of(email):
                return
            connection.execute(sa.delete(table).where(table.c.subscriber_id == subscriber_id))
            values = {"subscriber_id": subscriber_id, "newsletter_id": newsletter_id, "email": email, "asked_at": now}
            change = int(connection.execute(sa.insert(table).values(values).returning(table.c.id)).scalar_one())
            where = {"newsletter_id": newsletter_id, "about": change}
            letters.write(connection, self._seal, NEW, email, **where, now=now)
            letters.write(connection, self._seal, OLD, old, **where, now=now)
            record(connection, now, READER, "address.change_asked", f"subscriber {subscriber_id}")

    def get(self, change_id: int, *, now: datetime) -> AddressChange:
        """A change that can still be agreed to; ``NotFoundError`` otherwise."""
        with reading(self._engine) as connection:
            return _change(_row(connection, change_id, now))

    def agree(self, change_id: int, side: str, *, now: datetime) -> AddressChange:
        """Whoever reads one of the addresses (``OLD``, ``NEW``) agrees; with the second one the address is changed.

        From then on the links to the preferences in earlier mails open nothing. ``ChoiceError`` if somebody has
        subscribed with the new address meanwhile, or nothing may be sent there.
        """
        column = {OLD: "old_agreed_at", NEW: "new_agreed_at"}[side]
        with writing(self._engine) as connection:
            row = _row(connection, change_id, now, lock=True)
            connection.execute(sa.update(table).where(table.c.id == change_id).values({column: now}))
            agreed = _change(row).agreed | {side}
            if agreed == {OLD, NEW}:
                self._move(connection, row, now)
        return AddressChange(
            id=change_id,
            subscriber_id=row.subscriber_id,
            newsletter_id=row.newsletter_id,
            email=row.email,
            agreed=agreed,
        )

    def forget(self, now: datetime) -> None:
        """Delete what was not agreed to in time."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(table).where(table.c.asked_at <= now - _WITHIN))

    def _move(self, connection: Connection, row: sa.Row[Any], now: datetime) -> None:
        taken = sa.select(subscriber.c.id).where(subscriber.c.email_key == key_of(row.email))
        other = connection.scalar(taken)
        if other is not None and other != row.subscriber_id:
            raise ChoiceError("There is a subscription with the new address already; end one of the two first.")
        lift(connection, self._seal, row.email, EVERYWHERE, LIFTED_BY_CONFIRMING, now=now)
        if any(found.newsletter_id == EVERYWHERE for found in counting(connection, self._seal, row.email)):
            raise ChoiceError("Nothing is sent to the new address, and its owner cannot change that here.")
        mine = subscriber.c.id == row.subscriber_id
        new = {
            "email": row.email,
            "email_key": key_of(row.email),
            "link_serial": subscriber.c.link_serial + 1,
            "seen_at": now,
        }
        # What counted against the old address, as that there is no such mailbox, says nothing of the new one.
        cleared = sa.case((subscriber.c.suppressed == SuppressionReason.BOUNCE, ""), else_=subscriber.c.suppressed)
        connection.execute(sa.update(subscriber).where(mine).values(**new, suppressed=cleared))
        record(connection, now, READER, "address.changed", f"subscriber {row.subscriber_id}")


def _row(connection: Connection, change_id: int, now: datetime, *, lock: bool = False) -> sa.Row[Any]:
    wanted = sa.select(table).where(table.c.id == change_id, table.c.asked_at > now - _WITHIN)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFoundError("This link has expired: it works for seven days. Please ask for the change again.")
    return row


def _change(row: sa.Row[Any]) -> AddressChange:
    sides = {OLD: row.old_agreed_at, NEW: row.new_agreed_at}
    agreed = frozenset(side for side, at in sides.items() if at is not None)
    return AddressChange(
        id=row.id, subscriber_id=row.subscriber_id, newsletter_id=row.newsletter_id, email=row.email, agreed=agreed
    )
