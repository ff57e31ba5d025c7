"""Put readers in charge

People sign up by themselves and can prove it, nothing is sent to suppressed addresses, and each piece of evidence, each
mail about a subscription and each saved segment has its row.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CONSENTS = ("asked", "confirmed", "chosen", "added", "imported", "renewed", "left")
REASONS = ("complaint", "manual", "bounce", "erased", "unsubscribed")


def upgrade() -> None:
    _add("newsletter", "terms", JSON, default="{}", comment="on which terms people join, stay and are forgotten")
    _describe_people()
    _describe_subscriptions()
    _create_evidence()
    _create_signups()
    _create_letters()
    _create_address_changes()
    _create_suppressions()
    _create_segments()


def _describe_people() -> None:
    told = "in which they read our pages and mails about the subscription; empty for that of each newsletter"
    _add("subscriber", "language", sa.Text(), default="", comment=told)
    _add("subscriber", "plain", sa.Boolean(), default=sa.false(), comment="wants mails as text alone")
    _add("subscriber", "attributes", JSON, default="{}", comment="what a file or an editor says of them, by name")
    told = "counts how often the reader had the links to the preferences changed"
    _add("subscriber", "link_serial", sa.Integer(), default="0", comment=told)
    told = "why nothing may be sent to the address, in a word; empty if it may"
    _add("subscriber", "suppressed", sa.Text(), default="", comment=told)
    told = "when they last chose, confirmed or asked for something; null if never since we know them"
    _add("subscriber", "seen_at", MOMENT, comment=told)
    told = "when all that told who this is was deleted; null for the living"
    _add("subscriber", "erased_at", MOMENT, comment=told)


def _describe_subscriptions() -> None:
    _add("subscription", "since", MOMENT, comment="when they joined; null if nobody wrote it down")
    _add("subscription", "source", sa.Text(), default="", comment="from where they came: a page, a file, an editor")
    _add("subscription", "left_at", MOMENT, comment="when they unsubscribed; null if they have not")
    told = "why, in a word of the form's, or of the file that said so"
    _add("subscription", "left_reason", sa.Text(), default="", comment=told)


def _create_evidence() -> None:
    op.create_table(
        "consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column("kind", _words(CONSENTS, "consent_kind"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("wording", sa.Text(), nullable=False, comment="the words that they read when they agreed; empty where there were none"),
        sa.Column("page", sa.Text(), nullable=False, comment="where that was: an address of ours, the page that embeds the form, a file"),
        sa.Column("network", sa.Text(), nullable=False, comment="from where, cut to a network: 192.0.2.0/24; empty if it is not known"),
        sa.Column("detail", JSON, nullable=False, comment="what else is known, as an import's own times"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name="fk_consent_subscriber_id"),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_consent_newsletter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )  # fmt: skip
    op.create_index("ix_consent_subscriber_id_newsletter_id", "consent", ["subscriber_id", "newsletter_id"])


def _create_signups() -> None:
    op.create_table(
        "signup",
        sa.Column("id", ID, nullable=False),
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="as they entered it, made normal"),
        sa.Column("email_key", sa.Text(), nullable=False, comment="as in subscriber.email_key"),
        sa.Column("choices", JSON, nullable=False, comment="what they chose beside it"),
        sa.Column("wording", sa.Text(), nullable=False, comment="as in consent.wording"),
        sa.Column("page", sa.Text(), nullable=False, comment="as in consent.page"),
        sa.Column("network", sa.Text(), nullable=False, comment="as in consent.network"),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True, comment="when it was decided what to write to that address; null until then"),
        sa.Column("confirmed_at", MOMENT, nullable=True, comment="when the button in the mail was pressed; null until then"),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_signup_newsletter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signup"),
    )  # fmt: skip
    op.create_index("ix_signup_email_key", "signup", ["email_key"])
    op.create_index("ix_signup_answered_at", "signup", ["answered_at"])


def _create_letters() -> None:
    op.create_table(
        "letter",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="which mail: confirm, welcome, preferences_link ..."),
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column("about", ID, nullable=False, comment="the sign-up, subscriber or change of address that it is about"),
        sa.Column("recipient", sa.Text(), nullable=False, comment="the address; empty once it is sent or given up"),
        sa.Column("address_hash", sa.Text(), nullable=False, comment="as in suppression: what was written to whom lately"),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("try_at", MOMENT, nullable=True, comment="not to be sent before; null when it is sent or given up"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0", comment="how often that was begun"),
        sa.Column("sent_at", MOMENT, nullable=True, comment="null until then"),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_letter_newsletter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
    )  # fmt: skip
    op.create_index("ix_letter_try_at", "letter", ["try_at"])
    op.create_index("ix_letter_address_hash", "letter", ["address_hash"])


def _create_address_changes() -> None:
    op.create_table(
        "address_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column("newsletter_id", ID, nullable=False, comment="on whose page it was asked for"),
        sa.Column("email", sa.Text(), nullable=False, comment="the new address"),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("old_agreed_at", MOMENT, nullable=True, comment="when whoever reads the old address agreed; null until then"),
        sa.Column("new_agreed_at", MOMENT, nullable=True, comment="the same of the new one"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name="fk_address_change_subscriber_id"),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_address_change_newsletter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_address_change"),
    )  # fmt: skip
    op.create_index("ix_address_change_subscriber_id", "address_change", ["subscriber_id"])


def _create_suppressions() -> None:
    op.create_table(
        "suppression",
        sa.Column("address_hash", sa.Text(), nullable=False, comment="keyed hash of the normalised address: HMAC-SHA-256, in hexadecimal"),
        sa.Column("newsletter_id", ID, nullable=False, autoincrement=False, comment="0 for all newsletters"),
        sa.Column("reason", _words(REASONS, "suppression_reason"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="what an editor or a file said of it; never an address"),
        sa.Column("lifted_at", MOMENT, nullable=True, comment="since when it counts no more; null while it does"),
        sa.Column("changed_at", MOMENT, nullable=False, comment="the later of the two"),
        sa.PrimaryKeyConstraint("address_hash", "newsletter_id", name="pk_suppression"),
    )  # fmt: skip
    op.create_index("ix_suppression_changed_at", "suppression", ["changed_at"])


def _create_segments() -> None:
    op.create_table(
        "segment",
        sa.Column("newsletter_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="whom it means, as an editor wrote it"),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["newsletter_id"], ["newsletter.id"], name="fk_segment_newsletter_id"),
        sa.PrimaryKeyConstraint("newsletter_id", "name", name="pk_segment"),
    )


def _add(table: str, name: str, kind: sa.types.TypeEngine[object], *, comment: str, default: object = None) -> None:
    """Add a column; with a default it is never null."""
    told = {} if default is None else {"server_default": default, "nullable": False}
    op.add_column(table, sa.Column(name, kind, comment=comment, **told))


def _words(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
