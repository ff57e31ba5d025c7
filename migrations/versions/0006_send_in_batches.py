"""Send in batches

The readers of an issue are cut into batches, each run by one worker at a time, and what became of them is counted as it
happens. Rows of the ledger lose their owner (the batch has one) and gain what proves what was sent.

SQLite cannot change a check constraint in place, and dropping ``issue`` there would take its sections with it (ON DELETE
CASCADE): its text is changed where it stands, which SQLite's documentation allows for checks ("ALTER TABLE", 7).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
JSON_OR_NULL = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ISSUE_STATES = ("draft", "approved", "sending", "paused", "finished", "cancelled")
STATES = ("queued", "claimed", "sent", "deferred", "bounced", "suppressed", "expired", "unknown")
#: The size of the batches that earlier issues are cut into.
SIZE = 1000
_OLD = "state IN ('draft', 'approved', 'sending', 'paused', 'finished')"
_NEW = "state IN ({})".format(", ".join(f"'{state}'" for state in ISSUE_STATES))


def upgrade() -> None:
    _add_columns()
    _let_issues_be_cancelled()
    _create_tables()
    _rebuild_deliveries()
    _cut_into_batches()
    _count()


def _add_columns() -> None:
    op.add_column(
        "worker", sa.Column("rate", sa.Float(), nullable=False, server_default="0", comment="mails a second, lately")
    )
    op.add_column(
        "newsletter", sa.Column("manners", JSON, nullable=False, server_default="{}", comment="how its issues are sent")
    )
    op.add_column(
        "issue",
        sa.Column(
            "send_at",
            MOMENT,
            nullable=True,
            comment="nothing leaves before, and its age counts from then; null before the freeze",
        ),
    )
    op.add_column(
        "issue",
        sa.Column(
            "corrects",
            ID,
            nullable=True,
            comment="the issue that it corrects, whose readers it goes to; null for all others",
        ),
    )
    op.add_column(
        "issue",
        sa.Column(
            "canary", sa.Boolean(), nullable=False, server_default=sa.false(), comment="batch 0 goes first, alone"
        ),
    )
    op.add_column(
        "issue_variant",
        sa.Column("headers", sa.Text(), nullable=False, server_default="", comment="those that all its readers share, as sent"),
    )  # fmt: skip


def _let_issues_be_cancelled() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_issue_issue_state"), "issue", type_="check")
        op.create_check_constraint(op.f("ck_issue_issue_state"), "issue", _NEW)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = 'issue'"),
        {"old": _OLD, "new": _NEW},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def _create_tables() -> None:
    op.create_table(
        "delivery_batch",
        sa.Column("id", ID, primary_key=True),
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="counts the issue's batches from 0; a canary is 0"),
        sa.Column("first_id", ID, nullable=False, comment="the first subscriber of its readers, who are neighbours by number"),
        sa.Column("last_id", ID, nullable=False, comment="the last of them"),
        sa.Column("state", _words(("queued", "running", "waiting", "done"), "batch_state"), nullable=False),
        sa.Column("owner", ID, nullable=True, comment="the worker that runs it; null unless running"),
        sa.Column("epoch", sa.Integer(), nullable=False, comment="counts the takings; with the owner it is the token"),
        sa.Column("due_at", MOMENT, nullable=True, comment="when a waiting one has something to do; null if there is nothing"),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_delivery_batch_issue_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_batch"),
        sa.UniqueConstraint("issue_id", "seq", name="uq_delivery_batch_issue_id_seq"),
    )  # fmt: skip
    op.create_index("ix_delivery_batch_state_due_at", "delivery_batch", ["state", "due_at"])
    op.create_table(
        "tally",
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="state/sent, reason/paused, reply/550 5.1.1, maybe_sent"),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False, comment="rows of the batch that this is true of"),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_tally_issue_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["delivery_batch.id"], name="fk_tally_batch_id"),
        sa.PrimaryKeyConstraint("issue_id", "what", "batch_id", name="pk_tally"),
    )
    op.create_table(
        "rate",
        sa.Column("name", sa.Text(), nullable=False, comment="of the limit: 'global', 'relay:main', 'group:google'"),
        sa.Column(
            "next_at",
            sa.Double(),
            nullable=False,
            comment="when the next message may go, seconds since 1970; before that all is given out",
        ),
        sa.Column(
            "state", JSON_OR_NULL, nullable=True, comment="what was learnt of the pace; null until something was"
        ),
        sa.Column("changed_at", MOMENT, nullable=False, comment="when something was last reserved or learnt"),
        sa.PrimaryKeyConstraint("name", name="pk_rate"),
    )


def _rebuild_deliveries() -> None:
    """The same rows in a table without rowid and without a second index; what was claimed may have been sent."""
    op.rename_table("delivery", "delivery_before")
    op.drop_index("ix_delivery_state_issue_id_subscriber_id", table_name="delivery_before")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("pk_delivery", "fk_delivery_issue_id", "fk_delivery_subscriber_id"):
            op.drop_constraint(name, "delivery_before")
    op.create_table(
        "delivery",
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column("variant", sa.Text(), nullable=False, comment="the frozen variant that this reader gets"),
        sa.Column("state", _words(STATES, "delivery_state"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why not sent, in one word; empty if sent or still to send"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False, server_default="0", comment="counts an editor's explicit second sendings"),
        sa.Column("claimed_at", MOMENT, nullable=True, comment="when it was last claimed: the Date of its mail"),
        sa.Column("due_at", MOMENT, nullable=True, comment="when a deferred or unknown row may be tried again"),
        sa.Column("maybe_sent", sa.Boolean(name="maybe_sent"), nullable=False, comment="a copy may have arrived; never cleared"),
        sa.Column("reply_code", sa.Integer(), nullable=True, comment="last SMTP reply; null if there was none"),
        sa.Column("reply_text", sa.Text(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=True, comment="sha256 of what was personal in the mail; null if none was made"),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_delivery_issue_id"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name="fk_delivery_subscriber_id"),
        sa.PrimaryKeyConstraint("issue_id", "subscriber_id", name="pk_delivery"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    same = "issue_id, subscriber_id, variant, reason, attempt, due_at, reply_code, reply_text, settled_at"
    op.execute(
        f"INSERT INTO delivery ({same}, state, maybe_sent) SELECT {same}, "  # noqa: S608 - names of columns, all ours
        "CASE WHEN state IN ('claimed', 'unknown') THEN 'queued' ELSE state END, "
        "CASE WHEN state IN ('claimed', 'unknown') THEN true ELSE maybe_sent END FROM delivery_before ORDER BY issue_id, subscriber_id"
    )
    op.drop_table("delivery_before")


def _cut_into_batches() -> None:
    op.execute(
        f"""
        INSERT INTO delivery_batch (issue_id, seq, first_id, last_id, state, epoch)
        SELECT issue_id, part, MIN(subscriber_id), MAX(subscriber_id),
               CASE WHEN SUM(CASE WHEN state IN ('queued', 'deferred') THEN 1 ELSE 0 END) > 0 THEN 'queued' ELSE 'done' END, 0
        FROM (SELECT issue_id, subscriber_id, state,
                     (ROW_NUMBER() OVER (PARTITION BY issue_id ORDER BY subscriber_id) - 1) / {SIZE} AS part FROM delivery) AS cut
        GROUP BY issue_id, part ORDER BY issue_id, part
        """  # noqa: S608 - a number of ours
    )


def _count() -> None:
    within = (
        "FROM delivery AS d JOIN delivery_batch AS b "
        "ON b.issue_id = d.issue_id AND d.subscriber_id BETWEEN b.first_id AND b.last_id"
    )
    for what, where in (
        ("'state/' || d.state", "true"),
        ("'reason/' || d.reason", "d.state = 'suppressed'"),
        ("'maybe_sent'", "d.maybe_sent"),
    ):
        op.execute(
            f"INSERT INTO tally (issue_id, what, batch_id, count) SELECT d.issue_id, {what}, b.id, COUNT(*) {within} "
            f"WHERE {where} GROUP BY 1, 2, 3"
        )


def _words(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
