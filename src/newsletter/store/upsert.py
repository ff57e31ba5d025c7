"""New or in place of the old, in one statement: both databases have it, and SQLAlchemy spells it twice."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def upsert(
    connection: Connection,
    table: sa.Table,
    key: Mapping[str, object],
    values: Mapping[str, object],
    *,
    changed: Mapping[str, object] | None = None,
) -> sa.Insert:
    """The statement that gives the row of ``key`` these ``values``; a row that is there takes ``changed`` if given."""
    fresh = insert_for(connection.dialect.name, table).values({**key, **values})
    return fresh.on_conflict_do_update(index_elements=list(key), set_=dict(changed or values))


def insert_for(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """The database's own INSERT, which knows ON CONFLICT."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
