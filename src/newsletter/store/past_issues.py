"""Issues that another program sent, as the archive shows them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from newsletter.errors import NotFoundError
from newsletter.model.past_issue import PastIssue
from newsletter.store.engine import reading, writing
from newsletter.store.tables import past_issue as table
from newsletter.store.upsert import insert_for

_FIELDS = tuple(field.name for field in fields(PastIssue))


class PastIssues:
    """The past of newsletters. Nothing in it is ever sent."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, newsletter_id: int, issues: Sequence[PastIssue], *, now: datetime) -> int:
        """Keep those that are not there yet; return how many that were."""
        new = 0
        with writing(self._engine) as connection:
            for one in issues:
                values = {name: getattr(one, name) for name in _FIELDS}
                fresh = insert_for(connection.dialect.name, table).values(
                    **values, newsletter_id=newsletter_id, imported_at=now
                )
                new += connection.execute(fresh.on_conflict_do_nothing()).rowcount
        return new

    def headings(self, newsletter_id: int) -> list[tuple[str, str, datetime]]:
        """Key, headline and moment of each, the latest first."""
        wanted = sa.select(table.c.key, table.c.headline, table.c.published_at)
        with reading(self._engine) as connection:
            rows = connection.execute(
                wanted.where(table.c.newsletter_id == newsletter_id).order_by(table.c.published_at.desc(), table.c.key)
            )
            return [(row.key, row.headline, row.published_at) for row in rows]

    def get(self, newsletter_id: int, key: str) -> PastIssue:
        """The one of that key, or ``NotFoundError``."""
        wanted = sa.select(*(table.c[name] for name in _FIELDS))
        with reading(self._engine) as connection:
            row = connection.execute(
                wanted.where(table.c.newsletter_id == newsletter_id, table.c.key == key)
            ).one_or_none()
        if row is None:
            raise NotFoundError("There is no such issue.")
        return PastIssue(**row._asdict())
