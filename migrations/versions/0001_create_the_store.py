"""Create the store

Rules for every migration:
- It runs on SQLite and PostgreSQL, inside one transaction, on a database that holds years of issues.
- Additive first: a new column is nullable or has a server default. Dropping waits for the release after.
- Add its revision to REVISIONS in store/tables.py; tests/contract/test_schema.py holds fresh == migrated on both.
- No import from newsletter: a migration describes the past and must not change with the code.
- There is no way back down: restore a backup instead (docs/operators.md).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column(
            "actor", sa.Text(), nullable=False, comment="who did it: a person's login name, or the program itself"
        ),
        sa.Column("action", sa.Text(), nullable=False, comment="what was done, as 'issue.approved'"),
        sa.Column("subject", sa.Text(), nullable=False, comment="to what, as 'issue 12'"),
        sa.Column("detail", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])

    op.create_table(
        "newsletter",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False, comment="the From address"),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("postal_address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False, comment="IANA name; slots are local to it"),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("plan", JSON, nullable=False, comment="how many items each kind of section may hold"),
        sa.PrimaryKeyConstraint("id", name="pk_newsletter"),
        sa.UniqueConstraint("slug", name="uq_newsletter_slug"),
    )
    op.create_table(
        "source",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True, comment="what the server last said; null if it said none"),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="what the server last said; null if it said none"),
        sa.Column("fetched_at", MOMENT, nullable=True, comment="null until the first successful fetch"),
        sa.Column(
            "last_error", sa.Text(), nullable=False, comment="the sentence of the last failure; empty after a success"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("url", name="uq_source_url"),
    )
    op.create_table(
        "subscriber",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False, comment="case-folded address: one person, one row"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriber"),
        sa.UniqueConstraint("email_key", name="uq_subscriber_email_key"),
    )
    op.create_table(
        "worker",
        sa.Column("id", ID, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False, comment="changes with every start of the machine"),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column(
            "process_started", sa.Text(), nullable=False, comment="tells a reused process number from the first one"
        ),
        sa.Column("heartbeat_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "article",
        sa.Column("id", ID, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False, comment="canonical URL, feed guid or content hash"),
        sa.Column("source_id", ID, nullable=True, comment="null if added by hand"),
        sa.Column(
            "kind",
            sa.Enum("article", "roundup", name="article_kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("outlet", sa.Text(), nullable=True, comment="the publication's name"),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("kicker", sa.Text(), nullable=True),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("dek", sa.Text(), nullable=True),
        sa.Column("byline_raw", sa.Text(), nullable=True, comment="null if the page has no byline"),
        sa.Column("byline_kind", sa.Text(), nullable=True),
        sa.Column("byline_section", sa.Text(), nullable=True),
        sa.Column("byline_author", sa.Text(), nullable=True, comment="null unless the page names one; never guessed"),
        sa.Column("body", JSON, nullable=False, comment="paragraphs in order"),
        sa.Column("blockquotes", JSON, nullable=False),
        sa.Column("sections", JSON, nullable=False, comment="other-news bullets and briefings of a round-up"),
        sa.Column("quotes", JSON, nullable=False, comment="verbatim quotations with speakers"),
        sa.Column("images", JSON, nullable=False, comment="with alt text and credit; the first is the hero"),
        sa.Column("related", JSON, nullable=False, comment="cards of related stories"),
        sa.Column("attributed_sources", JSON, nullable=False),
        sa.Column("published", MOMENT, nullable=True, comment="null if the page prints no date"),
        sa.Column("dates", JSON, nullable=False, comment="what the text says about its date: evidence, not a date"),
        sa.Column("provenance", JSON, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False, comment="sha256 of what a reader sees"),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True, comment="when a later fetch found other content; null if never"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_article_source_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("identity", name="uq_article_identity"),
    )
    op.create_index("ix_article_published", "article", ["published"])

    op.create_table(
        "issue",
        sa.Column("id", ID, nullable=False),
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column("slot", sa.Text(), nullable=False, comment="local calendar week, 2026-W47"),
        sa.Column("number", sa.Integer(), nullable=False, comment="counts the newsletter's issues from 1"),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "approved",
                "sending",
                "paused",
                "finished",
                name="issue_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("preheader", sa.Text(), nullable=False),
        sa.Column("left_out", JSON, nullable=False, comment="articles of the period that are not printed, and why"),
        sa.Column(
            "sha256",
            sa.String(length=64),
            nullable=True,
            comment="of the compiled issue that was approved; null while a draft",
        ),
        sa.Column("composed_at", MOMENT, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("frozen_at", MOMENT, nullable=True, comment="when the first send fixed content and audience"),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_issue_newsletter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_issue"),
        sa.UniqueConstraint("newsletter_id", "number", name="uq_issue_newsletter_id_number"),
        sa.UniqueConstraint("newsletter_id", "slot", name="uq_issue_newsletter_id_slot"),
    )
    op.create_table(
        "subscription",
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "unconfirmed",
                "active",
                "paused",
                "unsubscribed",
                name="subscription_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("skips", sa.Text(), nullable=False, comment="sections not wanted, sorted and joined by '+'"),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_subscription_newsletter_id"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name="fk_subscription_subscriber_id"),
        sa.PrimaryKeyConstraint("subscriber_id", "newsletter_id", name="pk_subscription"),
    )
    op.create_index("ix_subscription_newsletter_id_state", "subscription", ["newsletter_id", "state"])

    op.create_table(
        "delivery",
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column("variant", sa.Text(), nullable=False, comment="the frozen variant that this reader gets"),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "claimed",
                "sent",
                "deferred",
                "bounced",
                "suppressed",
                "expired",
                "unknown",
                name="delivery_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason", sa.Text(), nullable=False, comment="why not sent, in one word; empty if sent or still to send"
        ),
        sa.Column("owner", ID, nullable=True, comment="the worker that claimed the row; null unless claimed"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True, comment="when a deferred row may be tried again"),
        sa.Column(
            "maybe_sent",
            sa.Boolean(name="maybe_sent"),
            nullable=False,
            comment="a copy may have arrived; never cleared",
        ),
        sa.Column("reply_code", sa.Integer(), nullable=True, comment="last SMTP reply; null if there was none"),
        sa.Column("reply_text", sa.Text(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_delivery_issue_id"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name="fk_delivery_subscriber_id"),
        sa.PrimaryKeyConstraint("issue_id", "subscriber_id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_state_issue_id_subscriber_id", "delivery", ["state", "issue_id", "subscriber_id"])

    op.create_table(
        "issue_section",
        sa.Column("id", ID, nullable=False),
        sa.Column("issue_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lead",
                "stories",
                "other_news",
                "briefing",
                "magazine",
                name="section_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_issue_section_issue_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_issue_section"),
        sa.UniqueConstraint("issue_id", "position", name="uq_issue_section_issue_id_position"),
    )
    op.create_table(
        "issue_variant",
        sa.Column("issue_id", ID, nullable=False),
        sa.Column(
            "variant",
            sa.Text(),
            nullable=False,
            comment="the sections left out, joined by '+'; empty for the whole issue",
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False, comment="inlined, with slots for what is personal"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_issue_variant_issue_id"),
        sa.PrimaryKeyConstraint("issue_id", "variant", name="pk_issue_variant"),
    )
    op.create_table(
        "issue_item",
        sa.Column("id", ID, nullable=False),
        sa.Column("section_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", ID, nullable=True, comment="null if not from the store"),
        sa.Column("content", JSON, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_issue_item_article_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["section_id"], ["issue_section.id"], name="fk_issue_item_section_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_issue_item"),
        sa.UniqueConstraint("section_id", "position", name="uq_issue_item_section_id_position"),
    )
