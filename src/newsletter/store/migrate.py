"""Bringing a database to this version's schema, and refusing one that is newer."""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from newsletter.assets import asset
from newsletter.errors import StoreError
from newsletter.store.engine import reading, writing
from newsletter.store.tables import REVISIONS, metadata

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade(engine: Engine) -> bool:
    """Run every missing migration; return whether there was any. Running it again changes nothing."""
    from alembic import command  # noqa: PLC0415 - 0.2 s to import, needed here only

    before = revision(engine)
    _refuse_newer(before)
    with writing(engine) as connection:
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before != REVISIONS[-1]


def differences(engine: Engine) -> list[str]:
    """What the database's schema has otherwise than this version wants it; empty when all is as it should be."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - 0.2 s to import, needed here only
    from alembic.migration import MigrationContext  # noqa: PLC0415 - the same

    require_current(engine)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [_describe(found) for found in compare_metadata(context, metadata)]


def require_current(engine: Engine) -> None:
    """Raise ``StoreError`` with the way out unless the database is exactly at this version's schema."""
    found = revision(engine)
    _refuse_newer(found)
    if found != REVISIONS[-1]:
        state = "has no tables yet" if found is None else "is older than this version"
        raise StoreError(f"The database {state}; run: newsletter db upgrade")


def revision(engine: Engine) -> str | None:
    """The migration that the database stands at; ``None`` for an empty database."""
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return found


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in REVISIONS:
        raise StoreError(
            f"The database was written by a newer newsletter (schema {found}, this version knows up to {REVISIONS[-1]}); "
            "install that version, or use another database."
        )


def _alembic_config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - 0.2 s to import, needed here only

    config = Config()
    config.set_main_option("script_location", str(asset("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _describe(found: object) -> str:
    """One line for one of Alembic's difference tuples, whatever its shape."""
    parts = found if isinstance(found, tuple) else (found,)
    return " ".join(str(getattr(part, "name", part)) for part in parts if part is not None)
