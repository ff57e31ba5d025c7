"""Every table, each column with the sentence that explains it. The migrations must build exactly this."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect

from newsletter.model.article import ArticleKind
from newsletter.model.delivery import BatchState, DeliveryState
from newsletter.model.edit import EditKind
from newsletter.model.issue import IssueState, SectionKind
from newsletter.model.planned import SlotState
from newsletter.model.subscriber import SubscriptionState
from newsletter.model.written import WrittenState

#: Migrations that this version knows, oldest first. A database at any other revision comes from a newer version.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.TypeDecorator[datetime]):
    """An instant: timezone-aware in Python, UTC in the database. A naive value is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn into UTC on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a timezone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Mark as UTC on the way out (SQLite forgets the zone)."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _words(kind: type, name: str) -> sa.Enum:
    """A column of fixed words, stored as text with a check constraint, so that both databases agree."""
    return sa.Enum(
        kind, name=name, native_enum=False, create_constraint=True, length=20,
        values_callable=lambda members: [m.value for m in members],
    )  # fmt: skip


_Json = sa.JSON().with_variant(JSONB(), "postgresql")
_JsonOrNull = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _Id, primary_key=True)


source = sa.Table(
    "source", metadata, _id(),
    sa.Column("url", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("etag", sa.Text, comment="what the server last said; null if it said none"),
    sa.Column("last_modified", sa.Text, comment="what the server last said; null if it said none"),
    sa.Column("fetched_at", Moment, comment="null until the first successful fetch"),
    sa.Column("last_error", sa.Text, nullable=False, comment="the sentence of the last failure; empty after a success"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0", comment="polls in a row that failed"),
    sa.Column("due_at", Moment, comment="not to be asked again before; null if at any time"),
    sa.Column("warnings", _Json, nullable=False, server_default="[]", comment="what the last poll mended or left out"),
)  # fmt: skip

article = sa.Table(
    "article", metadata, _id(),
    sa.Column("identity", sa.Text, nullable=False, unique=True, comment="canonical URL, feed guid or content hash"),
    sa.Column("source_id", _Id, sa.ForeignKey("source.id", ondelete="SET NULL"), comment="null if added by hand"),
    sa.Column("kind", _words(ArticleKind, "article_kind"), nullable=False),
    sa.Column("outlet", sa.Text, comment="the publication's name"),
    sa.Column("url", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("kicker", sa.Text),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("series", sa.Text),
    sa.Column("dek", sa.Text),
    sa.Column("byline_raw", sa.Text, comment="null if the page has no byline"),
    sa.Column("byline_kind", sa.Text),
    sa.Column("byline_section", sa.Text),
    sa.Column("byline_author", sa.Text, comment="null unless the page names one; never guessed"),
    sa.Column("body", _Json, nullable=False, comment="paragraphs in order"),
    sa.Column("blockquotes", _Json, nullable=False),
    sa.Column("sections", _Json, nullable=False, comment="other-news bullets and briefings of a round-up"),
    sa.Column("quotes", _Json, nullable=False, comment="verbatim quotations with speakers"),
    sa.Column("images", _Json, nullable=False, comment="with alt text and credit; the first is the hero"),
    sa.Column("related", _Json, nullable=False, comment="cards of related stories"),
    sa.Column("attributed_sources", _Json, nullable=False),
    sa.Column("published", Moment, comment="null if the page prints no date"),
    sa.Column("dates", _Json, nullable=False, comment="what the text says about its date: evidence, not a date"),
    sa.Column("provenance", _Json, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False, comment="sha256 of what a reader sees"),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, comment="when a later fetch found other content; null if never"),
    sa.Column("topics", _Json, nullable=False, server_default="[]", comment="the categories that page or feed names"),
    sa.Column("series_number", sa.Integer, comment="of the instalment; null unless the page prints one"),
    sa.Column("event", _JsonOrNull, comment="when and where, if the article announces an event"),
    sa.Column("embargo", Moment, comment="nothing is printed before; null if there is none"),
    sa.Column("note", sa.Text, nullable=False, server_default="", comment="what the editor who captured it wrote beside it"),
    sa.Column("not_before", Moment, comment="until when an editor holds it back; null if not"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1", comment="counts the texts seen at this address"),
    sa.Column("retracted_at", Moment, comment="when its source took it back; null if it stands"),
    sa.Index(None, "published"),
)  # fmt: skip

article_version = sa.Table(
    "article_version", metadata,
    sa.Column("article_id", _Id, sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("dek", sa.Text),
    sa.Column("body", _Json, nullable=False, comment="paragraphs in order"),
    sa.Column("replaced_at", Moment, nullable=False),
)  # fmt: skip

written_summary = sa.Table(
    "written_summary", metadata,
    sa.Column("article_id", _Id, sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, comment="of the article's text that was sent to the model"),
    sa.Column("state", _words(WrittenState, "written_state"), nullable=False),
    sa.Column("sentences", _Json, nullable=False, comment="each with the article's sentences that it rests on"),
    sa.Column("doubts", _Json, nullable=False, comment="what the gate found in the sentences"),
    sa.Column("overlap", sa.Float, nullable=False, comment="share of content words that the article has too, 0 to 1"),
    sa.Column("refusal", sa.Text, nullable=False, comment="why there is no summary; empty if there is one"),
    sa.Column("model", sa.Text, nullable=False, comment="as configured"),
    sa.Column("prompt_hash", sa.String(64), nullable=False, comment="sha256 of the messages that were answered"),
    sa.Column("tokens_in", sa.Integer, nullable=False, comment="of all requests for this text"),
    sa.Column("tokens_out", sa.Integer, nullable=False, comment="of all requests for this text"),
    sa.Column("written_at", Moment, nullable=False),
    sa.Index(None, "written_at"),
)  # fmt: skip

newsletter = sa.Table(
    "newsletter", metadata, _id(),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("tagline", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False, comment="the From address"),
    sa.Column("sender_name", sa.Text, nullable=False),
    sa.Column("reply_to", sa.Text),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("postal_address", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False, comment="IANA name; slots are local to it"),
    sa.Column("topic", sa.Text),
    sa.Column("theme", sa.Text, nullable=False),
    sa.Column("plan", _Json, nullable=False, comment="the sections of an issue, in order"),
    sa.Column("rules", _Json, nullable=False, server_default="[]", comment="what it thinks of outlets, topics and words"),
    sa.Column("manners", _Json, nullable=False, server_default="{}", comment="how its issues are sent"),
    sa.Column("cadence", _JsonOrNull, comment="when it appears; null if only when an editor sends it"),
    sa.Column("topics", _Json, nullable=False, server_default="[]", comment="those that readers can choose among"),
)  # fmt: skip

issue = sa.Table(
    "issue", metadata, _id(),
    sa.Column("newsletter_id", _Id, sa.ForeignKey("newsletter.id"), nullable=False),
    sa.Column("slot", sa.Text, nullable=False, comment="local calendar time: 2026-W47, 2026-11-20, 2026-11, 2026-11-20T16:00"),
    sa.Column("number", sa.Integer, nullable=False, comment="counts the newsletter's issues from 1"),
    sa.Column("state", _words(IssueState, "issue_state"), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("preheader", sa.Text, nullable=False),
    sa.Column("left_out", _Json, nullable=False, comment="articles of the period that are not printed, and why"),
    sa.Column("sha256", sa.String(64), comment="of the compiled issue that was approved; null while a draft"),
    sa.Column("composed_at", Moment, nullable=False),
    sa.Column("approved_at", Moment),
    sa.Column("frozen_at", Moment, comment="when the first send fixed content and audience"),
    sa.Column("finished_at", Moment),
    sa.Column("pause_reason", sa.Text, nullable=False),
    sa.Column("send_at", Moment, comment="nothing leaves before, and its age counts from then; null before the freeze"),
    sa.Column("canary", sa.Boolean(name="canary"), nullable=False, server_default=sa.false(), comment="batch 0 goes first, alone"),
    sa.Column("corrects", _Id, comment="the issue that it corrects, whose readers it goes to; null for all others"),
    sa.Column("edition", sa.Text, nullable=False, server_default="regular", comment="to which readers it goes: regular, weekly, monthly, breaking"),
    sa.Column("local_hours", sa.Boolean(name="local_hours"), nullable=False, server_default=sa.false(), comment="some readers get it at an hour of their own"),
    sa.Column("approved", _JsonOrNull, comment="the content that was approved last; null if none was"),
    sa.UniqueConstraint("newsletter_id", "slot"),
    sa.UniqueConstraint("newsletter_id", "number"),
)  # fmt: skip

slot = sa.Table(
    "slot", metadata,
    sa.Column("newsletter_id", _Id, sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True, comment="local calendar time, as in issue.slot: one slot fires once"),
    sa.Column("edition", sa.Text, nullable=False, comment="as in issue.edition"),
    sa.Column("due_at", Moment, nullable=False, comment="when its issue leaves"),
    sa.Column("opens_at", Moment, nullable=False, comment="its issue tells of what came from then on"),
    sa.Column("closes_at", Moment, nullable=False, comment="until then; composing ends"),
    sa.Column("state", _words(SlotState, "slot_state"), nullable=False),
    sa.Column("why", sa.Text, nullable=False, comment="the sentence why it is held or skipped; empty otherwise"),
    sa.Column("cause", sa.Text, comment="the same in a word; null unless held"),
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id"), comment="null while nothing was composed"),
    sa.Column("composed_at", Moment, comment="when the scheduler last composed it; null if never"),
    sa.Column("decided_at", Moment, comment="when it was sent, held or skipped; null while open"),
    sa.Column("leased_until", Moment, comment="until then one scheduler is at it; null if none is"),
    sa.Column("lessee", sa.Text, nullable=False, server_default="", comment="which scheduler that is"),
    sa.Index(None, "state", "due_at"),
)  # fmt: skip

approval = sa.Table(
    "approval", metadata,
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.String(64), primary_key=True, comment="of the compiled issue that they saw"),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)  # fmt: skip

notice = sa.Table(
    "notice", metadata,
    sa.Column("newsletter_id", _Id, sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("slot", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True, comment="what the editors are told of: ready, held, skipped, sent"),
    sa.Column("text", sa.Text, nullable=False, comment="the sentence that they read"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("try_at", Moment, nullable=False, comment="not to be mailed before; moved on by whoever tries"),
    sa.Column("sent_at", Moment, comment="null until it was mailed"),
)  # fmt: skip

instance = sa.Table(
    "instance", metadata, _id(),
    sa.Column("name", sa.Text, nullable=False, comment="made up once for each database, and kept by its copies"),
    sa.Column("generation", sa.Integer, nullable=False, comment="counts what cannot be taken back: slots decided, issues frozen"),
    sa.Column("ticked_at", Moment, comment="when a scheduler last looked; null if none ever did"),
    sa.Column("held", sa.Text, nullable=False, comment="why nothing is sent by itself; empty if all is well"),
)  # fmt: skip

issue_section = sa.Table(
    "issue_section", metadata, _id(),
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False, comment="of the planned section that it fills"),
    sa.Column("kind", _words(SectionKind, "section_kind"), nullable=False),
    sa.Column("heading", sa.Text),
    sa.UniqueConstraint("issue_id", "position"),
)  # fmt: skip

issue_item = sa.Table(
    "issue_item", metadata, _id(),
    sa.Column("section_id", _Id, sa.ForeignKey("issue_section.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("article_id", _Id, sa.ForeignKey("article.id", ondelete="SET NULL"), comment="null if not from the store"),
    sa.Column("content", _Json, nullable=False),
    sa.UniqueConstraint("section_id", "position"),
)  # fmt: skip

edit = sa.Table(
    "edit", metadata,
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", _words(EditKind, "edit_kind"), primary_key=True),
    sa.Column("target", sa.Text, primary_key=True, comment="an item's key, a section's name, or empty for the issue"),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="of the article that the editor saw"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
)  # fmt: skip

picture = sa.Table(
    "picture", metadata,
    sa.Column("source", sa.Text, primary_key=True, comment="the address that it was fetched from"),
    sa.Column("column", sa.Integer, primary_key=True, comment="the width that it was made for, in CSS pixels"),
    sa.Column("looked_at", Moment, nullable=False),
    sa.Column("url", sa.Text, nullable=False, comment="our own address; empty if it could not be had"),
    sa.Column("width", sa.Integer, nullable=False, comment="pixels of the file"),
    sa.Column("height", sa.Integer, nullable=False, comment="pixels of the file"),
    sa.Column("size", sa.Integer, nullable=False, comment="bytes of the file"),
    sa.Column("problem", sa.Text, nullable=False, comment="why it could not be had; empty if it is there"),
)  # fmt: skip

waiver = sa.Table(
    "waiver", metadata,
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("fingerprint", sa.String(64), primary_key=True, comment="of the finding, its sentence included"),
    sa.Column("ref", sa.Text, nullable=False, comment="the rule, and the item that it is about"),
    sa.Column("sentence", sa.Text, nullable=False, comment="what was found, as the editor read it"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)  # fmt: skip

issue_variant = sa.Table(
    "issue_variant", metadata,
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("variant", sa.Text, primary_key=True, comment="the sections left out, joined by '+'; empty for the whole issue"),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False, comment="inlined, with slots for what is personal"),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("headers", sa.Text, nullable=False, server_default="", comment="those that all its readers share, as sent"),
)  # fmt: skip

subscriber = sa.Table(
    "subscriber", metadata, _id(),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("email_key", sa.Text, nullable=False, unique=True, comment="case-folded address: one person, one row"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False, server_default="", comment="IANA name; empty for that of each newsletter"),
)  # fmt: skip

subscription = sa.Table(
    "subscription", metadata,
    sa.Column("subscriber_id", _Id, sa.ForeignKey("subscriber.id"), primary_key=True),
    sa.Column("newsletter_id", _Id, sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("state", _words(SubscriptionState, "subscription_state"), nullable=False),
    sa.Column("skips", sa.Text, nullable=False, comment="sections not wanted, sorted and joined by '+'"),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("frequency", sa.Text, nullable=False, server_default="every", comment="every, weekly, monthly, breaking"),
    sa.Column("topics", sa.Text, nullable=False, server_default="", comment="topics with another frequency: 'crime=never+harbour=monthly'"),
    sa.Column("hour", sa.Integer, comment="0 to 23 by the reader's clock; null for when the issue leaves"),
    sa.Column("paused_until", Moment, comment="active again from then on; null if not paused, or without end"),
    sa.Column("left_weekly_at", Moment, comment="when they last gave up 'weekly' for something; null if never"),
    sa.Column("left_monthly_at", Moment, comment="when they last gave up 'monthly' for something; null if never"),
    sa.Index(None, "newsletter_id", "state"),
)  # fmt: skip

worker = sa.Table(
    "worker", metadata, _id(),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("boot_id", sa.Text, nullable=False, comment="changes with every start of the machine"),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process_started", sa.Text, nullable=False, comment="tells a reused process number from the first one"),
    sa.Column("heartbeat_at", Moment, nullable=False),
    sa.Column("rate", sa.Float, nullable=False, server_default="0", comment="mails a second, lately"),
    # A number is never given twice: a sender that was taken for dead must not settle its successor's claims.
    sqlite_autoincrement=True,
)  # fmt: skip

delivery_batch = sa.Table(
    "delivery_batch", metadata, _id(),
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False, comment="counts the issue's batches from 0; a canary is 0"),
    sa.Column("first_id", _Id, nullable=False, comment="the first subscriber of its readers, who are neighbours by number"),
    sa.Column("last_id", _Id, nullable=False, comment="the last of them"),
    sa.Column("state", _words(BatchState, "batch_state"), nullable=False),
    sa.Column("owner", _Id, comment="the worker that runs it; null unless running"),
    sa.Column("epoch", sa.Integer, nullable=False, comment="counts the takings; with the owner it is the token"),
    sa.Column("due_at", Moment, comment="when a waiting one has something to do; null if there is nothing"),
    sa.UniqueConstraint("issue_id", "seq"),
    sa.Index(None, "state", "due_at"),
)  # fmt: skip

delivery = sa.Table(
    "delivery", metadata,
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("subscriber_id", _Id, sa.ForeignKey("subscriber.id"), primary_key=True),
    sa.Column("variant", sa.Text, nullable=False, comment="the frozen variant that this reader gets"),
    sa.Column("state", _words(DeliveryState, "delivery_state"), nullable=False),
    sa.Column("reason", sa.Text, nullable=False, comment="why not sent, in one word; empty if sent or still to send"),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False, server_default="0", comment="counts an editor's explicit second sendings"),
    sa.Column("claimed_at", Moment, comment="when it was last claimed: the Date of its mail"),
    sa.Column("due_at", Moment, comment="when a deferred or unknown row may be tried again"),
    sa.Column("maybe_sent", sa.Boolean(name="maybe_sent"), nullable=False, comment="a copy may have arrived; never cleared"),
    sa.Column("reply_code", sa.Integer, comment="last SMTP reply; null if there was none"),
    sa.Column("reply_text", sa.Text, nullable=False),
    sa.Column("settled_at", Moment),
    sa.Column("digest", sa.LargeBinary(32), comment="sha256 of what was personal in the mail; null if none was made"),
    # Rows are found by their key alone, a batch at a time: no other index has to be kept up to date while sending.
    sqlite_with_rowid=False,
)  # fmt: skip

tally = sa.Table(
    "tally", metadata,
    sa.Column("issue_id", _Id, sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("what", sa.Text, primary_key=True, comment="state/sent, reason/paused, reply/550 5.1.1, maybe_sent"),
    sa.Column("batch_id", _Id, sa.ForeignKey("delivery_batch.id"), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False, comment="rows of the batch that this is true of"),
)  # fmt: skip

rate = sa.Table(
    "rate", metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="of the limit: 'global', 'relay:main', 'group:google'"),
    sa.Column("next_at", sa.Double, nullable=False, comment="when the next message may go, seconds since 1970; before that all is given out"),
    sa.Column("state", _JsonOrNull, comment="what was learnt of the pace; null until something was"),
    sa.Column("changed_at", Moment, nullable=False, comment="when something was last reserved or learnt"),
)  # fmt: skip

audit = sa.Table(
    "audit", metadata, _id(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False, comment="who did it: a person's login name, or the program itself"),
    sa.Column("action", sa.Text, nullable=False, comment="what was done, as 'issue.approved'"),
    sa.Column("subject", sa.Text, nullable=False, comment="to what, as 'issue 12'"),
    sa.Column("detail", _Json, nullable=False),
    sa.Index(None, "subject"),
)  # fmt: skip
