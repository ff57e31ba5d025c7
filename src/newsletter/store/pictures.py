"""The store's pictures: which address became which picture of ours, or why it became none."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from newsletter.model.picture import Picture
from newsletter.store.engine import reading, writing
from newsletter.store.tables import picture as table
from newsletter.store.upsert import upsert

_VALUES = ("looked_at", "url", "width", "height", "size", "problem")


class Pictures:
    """Pictures, at most one for each address and width of column."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, pictures: Iterable[Picture]) -> None:
        """Store ``pictures`` in one transaction, each in place of an earlier one of its address and column."""
        with writing(self._engine) as connection:
            for one in pictures:
                key = {"source": one.source, "column": one.column}
                connection.execute(upsert(connection, table, key, {name: getattr(one, name) for name in _VALUES}))

    def of(self, sources: Collection[str]) -> dict[tuple[str, int], Picture]:
        """What is known of the pictures at these addresses, by address and column."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(table).where(table.c.source.in_(sources))).mappings()
            return {(row["source"], row["column"]): Picture(**row) for row in rows}
