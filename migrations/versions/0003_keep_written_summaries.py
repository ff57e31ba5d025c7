"""Keep written summaries

What a language model wrote about a text, or why it wrote nothing, so that no text is asked about twice.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
STATE = sa.Enum(
    "accepted", "declined", "unanswered", name="written_state", native_enum=False, create_constraint=True, length=20
)


def upgrade() -> None:
    op.create_table(
        "written_summary",
        sa.Column("article_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the article's text that was sent to the model"),
        sa.Column("state", STATE, nullable=False),
        sa.Column("sentences", JSON, nullable=False, comment="each with the article's sentences that it rests on"),
        sa.Column("doubts", JSON, nullable=False, comment="what the gate found in the sentences"),
        sa.Column(
            "overlap", sa.Float(), nullable=False, comment="share of content words that the article has too, 0 to 1"
        ),
        sa.Column("refusal", sa.Text(), nullable=False, comment="why there is no summary; empty if there is one"),
        sa.Column("model", sa.Text(), nullable=False, comment="as configured"),
        sa.Column("prompt_hash", sa.String(64), nullable=False, comment="sha256 of the messages that were answered"),
        sa.Column("tokens_in", sa.Integer(), nullable=False, comment="of all requests for this text"),
        sa.Column("tokens_out", sa.Integer(), nullable=False, comment="of all requests for this text"),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_written_summary_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_written_summary"),
    )
    op.create_index("ix_written_summary_written_at", "written_summary", ["written_at"])
