"""What editors make: newsletters, their issues with all that was decided about them, and the calendar."""

import sqlalchemy as sa

from newsletter.model.edit import EditKind
from newsletter.model.issue import IssueState, SectionKind
from newsletter.model.planned import SlotState
from newsletter.store.tables.columns import Id, Json, JsonOrNull, Moment, metadata, number, words

newsletter = sa.Table(
    "newsletter", metadata, number(),
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
    sa.Column("plan", Json, nullable=False, comment="the sections of an issue, in order"),
    sa.Column("rules", Json, nullable=False, server_default="[]", comment="what it thinks of outlets, topics and words"),
    sa.Column("manners", Json, nullable=False, server_default="{}", comment="how its issues are sent"),
    sa.Column("cadence", JsonOrNull, comment="when it appears; null if only when an editor sends it"),
    sa.Column("topics", Json, nullable=False, server_default="[]", comment="those that readers can choose among"),
    sa.Column("terms", Json, nullable=False, server_default="{}", comment="on which terms people join, stay and are forgotten"),
)  # fmt: skip

issue = sa.Table(
    "issue", metadata, number(),
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), nullable=False),
    sa.Column("slot", sa.Text, nullable=False, comment="local calendar time: 2026-W47, 2026-11-20, 2026-11, 2026-11-20T16:00"),
    sa.Column("number", sa.Integer, nullable=False, comment="counts the newsletter's issues from 1"),
    sa.Column("state", words(IssueState, "issue_state"), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("preheader", sa.Text, nullable=False),
    sa.Column("left_out", Json, nullable=False, comment="articles of the period that are not printed, and why"),
    sa.Column("sha256", sa.String(64), comment="of the compiled issue that was approved; null while a draft"),
    sa.Column("composed_at", Moment, nullable=False),
    sa.Column("approved_at", Moment),
    sa.Column("frozen_at", Moment, comment="when the first send fixed content and audience"),
    sa.Column("finished_at", Moment),
    sa.Column("pause_reason", sa.Text, nullable=False),
    sa.Column("send_at", Moment, comment="nothing leaves before, and its age counts from then; null before the freeze"),
    sa.Column("canary", sa.Boolean(name="canary"), nullable=False, server_default=sa.false(), comment="batch 0 goes first, alone"),
    sa.Column("corrects", Id, comment="the issue that it corrects, whose readers it goes to; null for all others"),
    sa.Column("edition", sa.Text, nullable=False, server_default="regular", comment="to which readers it goes: regular, weekly, monthly, breaking"),
    sa.Column("local_hours", sa.Boolean(name="local_hours"), nullable=False, server_default=sa.false(), comment="some readers get it at an hour of their own"),
    sa.Column("approved", JsonOrNull, comment="the content that was approved last; null if none was"),
    sa.Column("segment", sa.Text, comment="the rule that says for which readers it is; null for all"),
    sa.UniqueConstraint("newsletter_id", "slot"),
    sa.UniqueConstraint("newsletter_id", "number"),
)  # fmt: skip

slot = sa.Table(
    "slot", metadata,
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True, comment="local calendar time, as in issue.slot: one slot fires once"),
    sa.Column("edition", sa.Text, nullable=False, comment="as in issue.edition"),
    sa.Column("due_at", Moment, nullable=False, comment="when its issue leaves"),
    sa.Column("opens_at", Moment, nullable=False, comment="its issue tells of what came from then on"),
    sa.Column("closes_at", Moment, nullable=False, comment="until then; composing ends"),
    sa.Column("state", words(SlotState, "slot_state"), nullable=False),
    sa.Column("why", sa.Text, nullable=False, comment="the sentence why it is held or skipped; empty otherwise"),
    sa.Column("cause", sa.Text, comment="the same in a word; null unless held"),
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id"), comment="null while nothing was composed"),
    sa.Column("composed_at", Moment, comment="when the scheduler last composed it; null if never"),
    sa.Column("decided_at", Moment, comment="when it was sent, held or skipped; null while open"),
    sa.Column("leased_until", Moment, comment="until then one scheduler is at it; null if none is"),
    sa.Column("lessee", sa.Text, nullable=False, server_default="", comment="which scheduler that is"),
    sa.Index(None, "state", "due_at"),
)  # fmt: skip

approval = sa.Table(
    "approval", metadata,
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.String(64), primary_key=True, comment="of the compiled issue that they saw"),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)  # fmt: skip

notice = sa.Table(
    "notice", metadata,
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("slot", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True, comment="what the editors are told of: ready, held, skipped, sent"),
    sa.Column("text", sa.Text, nullable=False, comment="the sentence that they read"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("try_at", Moment, nullable=False, comment="not to be mailed before; moved on by whoever tries"),
    sa.Column("sent_at", Moment, comment="null until it was mailed"),
)  # fmt: skip

issue_section = sa.Table(
    "issue_section", metadata, number(),
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False, comment="of the planned section that it fills"),
    sa.Column("kind", words(SectionKind, "section_kind"), nullable=False),
    sa.Column("heading", sa.Text),
    sa.UniqueConstraint("issue_id", "position"),
)  # fmt: skip

issue_item = sa.Table(
    "issue_item", metadata, number(),
    sa.Column("section_id", Id, sa.ForeignKey("issue_section.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("article_id", Id, sa.ForeignKey("article.id", ondelete="SET NULL"), comment="null if not from the store"),
    sa.Column("content", Json, nullable=False),
    sa.UniqueConstraint("section_id", "position"),
)  # fmt: skip

edit = sa.Table(
    "edit", metadata,
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", words(EditKind, "edit_kind"), primary_key=True),
    sa.Column("target", sa.Text, primary_key=True, comment="an item's key, a section's name, or empty for the issue"),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="of the article that the editor saw"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
)  # fmt: skip

waiver = sa.Table(
    "waiver", metadata,
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("fingerprint", sa.String(64), primary_key=True, comment="of the finding, its sentence included"),
    sa.Column("ref", sa.Text, nullable=False, comment="the rule, and the item that it is about"),
    sa.Column("sentence", sa.Text, nullable=False, comment="what was found, as the editor read it"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)  # fmt: skip

issue_variant = sa.Table(
    "issue_variant", metadata,
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("variant", sa.Text, primary_key=True, comment="the sections left out, joined by '+'; empty for the whole issue"),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False, comment="inlined, with slots for what is personal"),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("headers", sa.Text, nullable=False, server_default="", comment="those that all its readers share, as sent"),
)  # fmt: skip

past_issue = sa.Table(
    "past_issue", metadata,
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True, comment="its place among our addresses: the day, and what the other program called it"),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("dek", sa.Text, nullable=False, comment="the line below the headline; empty if it has none"),
    sa.Column("preheader", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False, comment="cleaned when it came in"),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("url", sa.Text, nullable=False, comment="where it stood before; empty if that is not known"),
    sa.Column("source", sa.Text, nullable=False, comment="the program that sent it"),
    sa.Column("imported_at", Moment, nullable=False),
)  # fmt: skip
