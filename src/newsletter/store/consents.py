"""The evidence that people asked for what they get. Rows are added, and go only with the person."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.model.consent import Consent, ConsentKind
from newsletter.store.engine import reading
from newsletter.store.tables import consent as table


class Consents:
    """Reading the evidence; it is written in the transaction of what it is about, by ``witness``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, subscriber_id: int, newsletter_id: int) -> list[Consent]:
        """How a person came to get a newsletter, oldest first."""
        mine = (table.c.subscriber_id == subscriber_id) & (table.c.newsletter_id == newsletter_id)
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(table).where(mine).order_by(table.c.at, table.c.id))
            return [
                Consent(
                    kind=ConsentKind(row.kind), at=row.at, wording=row.wording, page=row.page, network=row.network, detail=row.detail,
                )
                for row in rows
            ]  # fmt: skip


def witness(connection: Connection, subscriber_id: int, newsletter_id: int, evidence: Consent) -> None:
    """Keep one piece of evidence."""
    connection.execute(
        sa.insert(table).values(
            subscriber_id=subscriber_id, newsletter_id=newsletter_id, kind=evidence.kind, at=evidence.at,
            wording=evidence.wording, page=evidence.page, network=evidence.network, detail=dict(evidence.detail),
        )
    )  # fmt: skip


def left(connection: Connection, subscriber_id: int, newsletter_id: int, now: datetime) -> None:
    """Keep that a person unsubscribed."""
    witness(connection, subscriber_id, newsletter_id, Consent(kind=ConsentKind.LEFT, at=now))
