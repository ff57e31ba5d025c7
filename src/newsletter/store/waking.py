"""Pauses that end by themselves."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from newsletter.model.subscriber import SubscriptionState
from newsletter.store.audit import record
from newsletter.store.tables import subscription as table


def wake(connection: Connection, now: datetime, newsletter_id: int | None = None) -> int:
    """Set those active again whose pause has ended; return how many."""
    over = (table.c.state == SubscriptionState.PAUSED) & (table.c.paused_until <= now)
    mine = sa.true() if newsletter_id is None else table.c.newsletter_id == newsletter_id
    values = {"state": SubscriptionState.ACTIVE, "paused_until": None, "changed_at": now}
    woken = connection.execute(sa.update(table).where(over, mine).values(values).returning(table.c.subscriber_id)).all()
    for row in woken:
        record(connection, now, "the calendar", "subscription.resumed", f"subscriber {row.subscriber_id}")
    return len(woken)
