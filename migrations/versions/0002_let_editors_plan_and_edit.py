"""Let editors plan sections and edit drafts

The plan of sections becomes a list, an issue's sections take names and new kinds, edits are kept apart from what the
composer made, articles have versions, sources rest after a failure.

SQLite cannot change a check constraint in place, and dropping ``issue_section`` there would take the items with it
(ON DELETE CASCADE): both tables are copied, and the old ones dropped from the bottom up.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KINDS = ("lead", "sponsor", "stories", "other_news", "briefing", "series", "numbers", "events", "magazine")
EDITS = (
    "pin", "drop", "weight", "keep", "add", "headline", "dek", "label", "text", "url", "heading", "subject", "preheader",
)  # fmt: skip

_NAME = "of the planned section that it fills"
_IS_KIND = "kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS))


def upgrade() -> None:
    _add_columns()
    _turn_plans_into_lists()
    if op.get_bind().dialect.name == "sqlite":
        _copy_sections_and_items()
    else:
        _alter_sections()
    op.create_table(
        "edit",
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("kind", _words(EDITS, "edit_kind"), nullable=False),
        sa.Column(
            "target", sa.Text(), nullable=False, comment="an item's key, a section's name, or empty for the issue"
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the article that the editor saw"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_edit_issue_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issue_id", "kind", "target", name="pk_edit"),
    )
    op.create_table(
        "article_version",
        sa.Column("article_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("dek", sa.Text(), nullable=True),
        sa.Column("body", JSON, nullable=False, comment="paragraphs in order"),
        sa.Column("replaced_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_version_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_article_version"),
    )


def _words(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _add_columns() -> None:
    for column in (
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0", comment="polls in a row that failed"),
        sa.Column("due_at", MOMENT, nullable=True, comment="not to be asked again before; null if at any time"),
        sa.Column(
            "warnings", JSON, nullable=False, server_default="[]", comment="what the last poll mended or left out"
        ),
    ):
        op.add_column("source", column)
    for column in (
        sa.Column(
            "topics", JSON, nullable=False, server_default="[]", comment="the categories that page or feed names"
        ),
        sa.Column(
            "series_number", sa.Integer(), nullable=True, comment="of the instalment; null unless the page prints one"
        ),
        sa.Column("event", JSON, nullable=True, comment="when and where, if the article announces an event"),
        sa.Column("embargo", MOMENT, nullable=True, comment="nothing is printed before; null if there is none"),
        sa.Column(
            "note",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="what the editor who captured it wrote beside it",
        ),
        sa.Column(
            "version", sa.Integer(), nullable=False, server_default="1", comment="counts the texts seen at this address"
        ),
        sa.Column("not_before", MOMENT, nullable=True, comment="until when an editor holds it back; null if not"),
        sa.Column("retracted_at", MOMENT, nullable=True, comment="when its source took it back; null if it stands"),
    ):
        op.add_column("article", column)
    op.add_column(
        "newsletter",
        sa.Column(
            "rules", JSON, nullable=False, server_default="[]", comment="what it thinks of outlets, topics and words"
        ),
    )


def _turn_plans_into_lists() -> None:
    """``{"stories": 4, ...}`` becomes a list of sections in the order in which they were printed."""
    connection = op.get_bind()
    table = sa.table("newsletter", sa.column("id", ID), sa.column("plan", JSON))
    for row in connection.execute(sa.select(table.c.id, table.c.plan)).all():
        counts = {"lead": 1, **row.plan} if isinstance(row.plan, dict) else {}
        plan = [
            {"kind": kind, "name": kind, "most": counts.get(kind, 0), "heading": None, "topics": [], "register": "brief"}
            for kind in ("lead", "stories", "other_news", "briefing", "magazine")
        ]  # fmt: skip
        connection.execute(sa.update(table).where(table.c.id == row.id).values(plan=plan))


def _alter_sections() -> None:
    op.alter_column("newsletter", "plan", existing_type=JSON, comment="the sections of an issue, in order")
    op.add_column("issue_section", sa.Column("name", sa.Text(), nullable=True, comment=_NAME))
    op.execute("UPDATE issue_section SET name = kind")
    op.alter_column("issue_section", "name", nullable=False)
    op.drop_constraint(op.f("ck_issue_section_section_kind"), "issue_section", type_="check")
    op.create_check_constraint(op.f("ck_issue_section_section_kind"), "issue_section", _IS_KIND)


def _copy_sections_and_items() -> None:
    op.create_table(
        "issue_section_new",
        sa.Column("id", ID, nullable=False),
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment=_NAME),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_issue_section_issue_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_issue_section"),
        sa.UniqueConstraint("issue_id", "position", name="uq_issue_section_issue_id_position"),
        sa.CheckConstraint(_IS_KIND, name=op.f("ck_issue_section_section_kind")),
    )
    op.create_table(
        "issue_item_new",
        sa.Column("id", ID, nullable=False),
        sa.Column("section_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", ID, nullable=True, comment="null if not from the store"),
        sa.Column("content", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["issue_section_new.id"], name="fk_issue_item_section_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_issue_item_article_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_issue_item"),
        sa.UniqueConstraint("section_id", "position", name="uq_issue_item_section_id_position"),
    )
    op.execute(
        "INSERT INTO issue_section_new (id, issue_id, position, name, kind, heading)"
        " SELECT id, issue_id, position, kind, kind, heading FROM issue_section"
    )
    op.execute(
        "INSERT INTO issue_item_new (id, section_id, position, article_id, content)"
        " SELECT id, section_id, position, article_id, content FROM issue_item"
    )
    op.drop_table("issue_item")
    op.drop_table("issue_section")
    op.rename_table("issue_section_new", "issue_section")
    op.rename_table("issue_item_new", "issue_item")
