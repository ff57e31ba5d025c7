from pathlib import Path

import pytest
import sqlalchemy as sa

from newsletter.errors import StoreError
from newsletter.store.store import Store
from newsletter.store.tables import REVISIONS, metadata


def test_a_fresh_schema_equals_a_migrated_one(database_url: str) -> None:
    with Store(database_url) as migrated:
        migrated.upgrade()
        after_migration = _schema(migrated)
        with migrated.engine.begin() as connection:
            metadata.drop_all(connection)
            metadata.create_all(connection)
        assert _schema(migrated) == after_migration


def test_check_finds_nothing_to_say_about_a_migrated_database(store: Store) -> None:
    assert store.differences() == []


def test_check_names_what_somebody_changed_by_hand(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE article ADD COLUMN mood TEXT"))
    assert any("mood" in found for found in store.differences())


def test_upgrading_twice_changes_nothing_the_second_time(database_url: str) -> None:
    with Store(database_url) as opened:
        assert [opened.upgrade(), opened.upgrade()] == [True, False]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    for step in (store.require_current, store.upgrade, store.differences):
        with pytest.raises(StoreError, match=r"newer newsletter \(schema 9999"):
            step()


def test_a_database_without_tables_says_how_to_make_them(database_url: str) -> None:
    with Store(database_url) as opened, pytest.raises(StoreError, match="newsletter db upgrade"):
        opened.require_current()


def test_every_migration_is_known_to_the_code_in_order() -> None:
    folder = Path(__file__).parents[2] / "migrations/versions"
    assert tuple(path.name[:4] for path in sorted(folder.glob("*.py"))) == REVISIONS


def test_no_migration_imports_the_program() -> None:
    folder = Path(__file__).parents[2] / "migrations/versions"
    assert not [path for path in folder.glob("*.py") if "newsletter." in path.read_text().replace("newsletter.id", "")]


def _schema(store: Store) -> dict[str, object]:
    """Everything about the tables that both ways of making them must agree on."""
    inspector = sa.inspect(store.engine)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in inspector.get_columns(table)),
            sorted(str(sorted(index.items())) for index in inspector.get_indexes(table)),
            sorted(str(sorted(key.items())) for key in inspector.get_foreign_keys(table)),
            sorted(str(sorted(unique.items())) for unique in inspector.get_unique_constraints(table)),
            sorted(check["name"] or "" for check in inspector.get_check_constraints(table)),
            sorted(inspector.get_pk_constraint(table)["constrained_columns"]),
        )
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }
