"""Mean some readers, and keep the past

An issue can be for a segment of the readers, and the issues that another program sent stand in the archive.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    told = "the rule that says for which readers it is; null for all"
    op.add_column("issue", sa.Column("segment", sa.Text(), nullable=True, comment=told))
    op.create_table(
        "past_issue",
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="its place among our addresses: the day, and what the other program called it"),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("dek", sa.Text(), nullable=False, comment="the line below the headline; empty if it has none"),
        sa.Column("preheader", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False, comment="cleaned when it came in"),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="where it stood before; empty if that is not known"),
        sa.Column("source", sa.Text(), nullable=False, comment="the program that sent it"),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_past_issue_newsletter_id"),
        sa.PrimaryKeyConstraint("newsletter_id", "key", name="pk_past_issue"),
    )  # fmt: skip
