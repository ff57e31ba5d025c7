"""The evidence that people asked for what they get. Rows are added, and go only with the person."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.model.consent import Consent, ConsentKind
from newsletter.store.engine import reading, writing
from newsletter.store.tables import consent as table
from newsletter.store.tables import subscriber

#: Addresses that one statement names.
_AT_ONCE = 500


class Consents:
    """Reading the evidence; it is written in the transaction of what it is about, by ``witness``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, subscriber_id: int, newsletter_id: int) -> list[Consent]:
        """How a person came to get a newsletter, oldest first."""
        mine = (table.c.subscriber_id == subscriber_id) & (table.c.newsletter_id == newsletter_id)
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(table).where(mine).order_by(table.c.at, table.c.id))
            return [_consent(row) for row in rows]

    def carry(self, newsletter_id: int, evidence: Mapping[str, Sequence[Consent]]) -> None:
        """Keep the evidence that came with a list, by the keys of addresses, of those of whom there is none yet."""
        keys = list(evidence)
        with writing(self._engine) as connection:
            for start in range(0, len(keys), _AT_ONCE):
                chunk = keys[start : start + _AT_ONCE]
                has = sa.exists().where(
                    table.c.subscriber_id == subscriber.c.id, table.c.newsletter_id == newsletter_id
                )
                wanted = sa.select(subscriber.c.id, subscriber.c.email_key).where(
                    subscriber.c.email_key.in_(chunk), ~has
                )
                for row in connection.execute(wanted).all():
                    for one in evidence[row.email_key]:
                        witness(connection, row.id, newsletter_id, one)

    def by_person(self, newsletter_id: int) -> Iterator[tuple[int, list[Consent]]]:
        """The evidence of everybody who has any, by the numbers of subscribers."""
        wanted = sa.select(table).where(table.c.newsletter_id == newsletter_id)
        ordered = wanted.order_by(table.c.subscriber_id, table.c.at, table.c.id).execution_options(yield_per=1000)
        with reading(self._engine) as connection, connection.execute(ordered) as rows:
            for person, mine in groupby(rows, key=lambda row: int(row.subscriber_id)):
                yield person, [_consent(row) for row in mine]


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


def _consent(row: sa.Row[Any]) -> Consent:
    return Consent(
        kind=ConsentKind(row.kind),
        at=row.at,
        wording=row.wording,
        page=row.page,
        network=row.network,
        detail=row.detail,
    )
