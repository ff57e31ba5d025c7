"""What the whole database is about: its own age, and who did what."""

import sqlalchemy as sa

from newsletter.store.tables.columns import Json, Moment, metadata, number

instance = sa.Table(
    "instance", metadata, number(),
    sa.Column("name", sa.Text, nullable=False, comment="made up once for each database, and kept by its copies"),
    sa.Column("generation", sa.Integer, nullable=False, comment="counts what cannot be taken back: slots decided, issues frozen"),
    sa.Column("ticked_at", Moment, comment="when a scheduler last looked; null if none ever did"),
    sa.Column("held", sa.Text, nullable=False, comment="why nothing is sent by itself; empty if all is well"),
)  # fmt: skip

audit = sa.Table(
    "audit", metadata, number(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False, comment="who did it: a person's login name, or the program itself"),
    sa.Column("action", sa.Text, nullable=False, comment="what was done, as 'issue.approved'"),
    sa.Column("subject", sa.Text, nullable=False, comment="to what, as 'issue 12'"),
    sa.Column("detail", Json, nullable=False),
    sa.Index(None, "subject"),
)  # fmt: skip
