"""${message}

Rules for every migration:
- It runs on SQLite and PostgreSQL, inside one transaction, on a database that holds years of issues.
- Additive first: a new column is nullable or has a server default. Dropping waits for the release after.
- Add its revision to REVISIONS in store/tables.py; tests/contract/test_schema.py holds fresh == migrated on both.
- No import from newsletter: a migration describes the past and must not change with the code.
- There is no way back down: restore a backup instead (docs/operators.md).
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
