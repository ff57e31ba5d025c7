"""Let editors waive warnings

A warning forbids approval until it is mended, or until somebody says why it may stand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "waiver",
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, comment="of the finding, its sentence included"),
        sa.Column("ref", sa.Text(), nullable=False, comment="the rule, and the item that it is about"),
        sa.Column("sentence", sa.Text(), nullable=False, comment="what was found, as the editor read it"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_waiver_issue_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issue_id", "fingerprint", name="pk_waiver"),
    )
