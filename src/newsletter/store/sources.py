"""The store's sources."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, RowMapping

from newsletter.errors import NotFoundError
from newsletter.model.source import Source
from newsletter.store.engine import reading, writing
from newsletter.store.tables import source as table


class Sources:
    """Feeds that are read again and again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, source: Source) -> Source:
        """Store the source; a URL that is already there keeps its row and takes the new title."""
        with writing(self._engine) as connection:
            known = connection.scalar(sa.select(table.c.id).where(table.c.url == source.url))
            if known is None:
                values = {k: v for k, v in asdict(source).items() if k != "id"} | {"warnings": list(source.warnings)}
                known = connection.scalar(sa.insert(table).values(values).returning(table.c.id))
            else:
                connection.execute(sa.update(table).where(table.c.id == known).values(title=source.title))
        return self.get(int(known or 0))

    def get(self, source_id: int) -> Source:
        """The source of that number, or ``NotFoundError``."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(table).where(table.c.id == source_id)).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"There is no source {source_id}; see: newsletter source list")
        return _source(row)

    def all(self) -> list[Source]:
        """Every source, in the order in which they were added."""
        with reading(self._engine) as connection:
            return [_source(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]

    def remove(self, source_id: int) -> None:
        """Forget a source; its articles stay."""
        with writing(self._engine) as connection:
            gone = connection.execute(sa.delete(table).where(table.c.id == source_id).returning(table.c.id)).all()
        if not gone:
            raise NotFoundError(f"There is no source {source_id}; see: newsletter source list")

    def update(self, source_id: int, **changed: Any) -> None:  # noqa: ANN401 - one keyword a column
        """Set some columns of one source."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(table).where(table.c.id == source_id).values(changed))


def _source(row: RowMapping) -> Source:
    return Source(**{**row, "warnings": tuple(row["warnings"])})
