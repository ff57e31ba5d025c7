"""Keep pictures

Which picture of ours was made of which address, so that each is fetched once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("source", sa.Text(), nullable=False, comment="the address that it was fetched from"),
        sa.Column("column", sa.Integer(), nullable=False, comment="the width that it was made for, in CSS pixels"),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="our own address; empty if it could not be had"),
        sa.Column("width", sa.Integer(), nullable=False, comment="pixels of the file"),
        sa.Column("height", sa.Integer(), nullable=False, comment="pixels of the file"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes of the file"),
        sa.Column("problem", sa.Text(), nullable=False, comment="why it could not be had; empty if it is there"),
        sa.PrimaryKeyConstraint("source", "column", name="pk_picture"),
    )
