"""Keep a calendar

A newsletter has a cadence, and each slot of it a row, so that it fires once. Approvals are kept one by one, readers choose
how often and at what hour, and the database knows its own age, so that a restored copy is recognised.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
JSON_OR_NULL = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
STATES = ("open", "sent", "held", "skipped")


def upgrade() -> None:
    _let_newsletters_appear()
    _let_readers_choose()
    _create_slots()
    _create_approvals()
    _create_notices()
    _create_instance()


def _let_newsletters_appear() -> None:
    _add("newsletter", "cadence", JSON_OR_NULL, comment="when it appears; null if only when an editor sends it")
    _add("newsletter", "topics", JSON, default="[]", comment="those that readers can choose among")
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        comment = "local calendar time: 2026-W47, 2026-11-20, 2026-11, 2026-11-20T16:00"
        op.alter_column("issue", "slot", comment=comment, existing_comment="local calendar week, 2026-W47")
    _add(
        "issue",
        "edition",
        sa.Text(),
        default="regular",
        comment="to which readers it goes: regular, weekly, monthly, breaking",
    )
    _add(
        "issue", "local_hours", sa.Boolean(), default=sa.false(), comment="some readers get it at an hour of their own"
    )
    _add("issue", "approved", JSON_OR_NULL, comment="the content that was approved last; null if none was")


def _let_readers_choose() -> None:
    _add("subscriber", "timezone", sa.Text(), default="", comment="IANA name; empty for that of each newsletter")
    _add("subscription", "frequency", sa.Text(), default="every", comment="every, weekly, monthly, breaking")
    _add(
        "subscription",
        "topics",
        sa.Text(),
        default="",
        comment="topics with another frequency: 'crime=never+harbour=monthly'",
    )
    _add("subscription", "hour", sa.Integer(), comment="0 to 23 by the reader's clock; null for when the issue leaves")
    _add(
        "subscription", "paused_until", MOMENT, comment="active again from then on; null if not paused, or without end"
    )
    _add(
        "subscription", "left_weekly_at", MOMENT, comment="when they last gave up 'weekly' for something; null if never"
    )
    _add(
        "subscription",
        "left_monthly_at",
        MOMENT,
        comment="when they last gave up 'monthly' for something; null if never",
    )


def _create_slots() -> None:
    op.create_table(
        "slot",
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="local calendar time, as in issue.slot: one slot fires once"),
        sa.Column("edition", sa.Text(), nullable=False, comment="as in issue.edition"),
        sa.Column("due_at", MOMENT, nullable=False, comment="when its issue leaves"),
        sa.Column("opens_at", MOMENT, nullable=False, comment="its issue tells of what came from then on"),
        sa.Column("closes_at", MOMENT, nullable=False, comment="until then; composing ends"),
        sa.Column("state", _words(STATES, "slot_state"), nullable=False),
        sa.Column("why", sa.Text(), nullable=False, comment="the sentence why it is held or skipped; empty otherwise"),
        sa.Column("cause", sa.Text(), nullable=True, comment="the same in a word; null unless held"),
        sa.Column("issue_id", ID, nullable=True, comment="null while nothing was composed"),
        sa.Column("composed_at", MOMENT, nullable=True, comment="when the scheduler last composed it; null if never"),
        sa.Column("decided_at", MOMENT, nullable=True, comment="when it was sent, held or skipped; null while open"),
        sa.Column("leased_until", MOMENT, nullable=True, comment="until then one scheduler is at it; null if none is"),
        sa.Column("lessee", sa.Text(), nullable=False, server_default="", comment="which scheduler that is"),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_slot_newsletter_id"),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_slot_issue_id"),
        sa.PrimaryKeyConstraint("newsletter_id", "key", name="pk_slot"),
    )  # fmt: skip
    op.create_index("ix_slot_state_due_at", "slot", ["state", "due_at"])


def _create_approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, comment="of the compiled issue that they saw"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_approval_issue_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issue_id", "sha256", "actor", name="pk_approval"),
    )


def _create_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="what the editors are told of: ready, held, skipped, sent"
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="the sentence that they read"),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("try_at", MOMENT, nullable=False, comment="not to be mailed before; moved on by whoever tries"),
        sa.Column("sent_at", MOMENT, nullable=True, comment="null until it was mailed"),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_notice_newsletter_id"),
        sa.PrimaryKeyConstraint("newsletter_id", "slot", "kind", name="pk_notice"),
    )


def _create_instance() -> None:
    op.create_table(
        "instance",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="made up once for each database, and kept by its copies"),
        sa.Column("generation", sa.Integer(), nullable=False, comment="counts what cannot be taken back: slots decided, issues frozen"),
        sa.Column("ticked_at", MOMENT, nullable=True, comment="when a scheduler last looked; null if none ever did"),
        sa.Column("held", sa.Text(), nullable=False, comment="why nothing is sent by itself; empty if all is well"),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
    )  # fmt: skip


def _add(table: str, name: str, kind: sa.types.TypeEngine[object], *, comment: str, default: object = None) -> None:
    """Add a column; with a default it is never null."""
    told = {} if default is None else {"server_default": default, "nullable": False}
    op.add_column(table, sa.Column(name, kind, comment=comment, **told))


def _words(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
