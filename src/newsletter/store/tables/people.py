"""Who reads: people, what they asked for, how they came, and whom nothing may be sent to."""

import sqlalchemy as sa

from newsletter.model.consent import ConsentKind
from newsletter.model.subscriber import SubscriptionState
from newsletter.model.suppression import SuppressionReason
from newsletter.store.tables.columns import Id, Json, Moment, metadata, number, words

subscriber = sa.Table(
    "subscriber", metadata, number(),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("email_key", sa.Text, nullable=False, unique=True, comment="case-folded address: one person, one row"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False, server_default="", comment="IANA name; empty for that of each newsletter"),
    sa.Column("language", sa.Text, nullable=False, server_default="", comment="in which they read our pages and mails about the subscription; empty for that of each newsletter"),
    sa.Column("plain", sa.Boolean(name="plain"), nullable=False, server_default=sa.false(), comment="wants mails as text alone"),
    sa.Column("attributes", Json, nullable=False, server_default="{}", comment="what a file or an editor says of them, by name"),
    sa.Column("link_serial", sa.Integer, nullable=False, server_default="0", comment="counts how often the reader had the links to the preferences changed"),
    sa.Column("suppressed", sa.Text, nullable=False, server_default="", comment="why nothing may be sent to the address, in a word; empty if it may"),
    sa.Column("seen_at", Moment, comment="when they last chose, confirmed or asked for something; null if never since we know them"),
    sa.Column("erased_at", Moment, comment="when all that told who this is was deleted; null for the living"),
)  # fmt: skip

subscription = sa.Table(
    "subscription", metadata,
    sa.Column("subscriber_id", Id, sa.ForeignKey("subscriber.id"), primary_key=True),
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("state", words(SubscriptionState, "subscription_state"), nullable=False),
    sa.Column("skips", sa.Text, nullable=False, comment="sections not wanted, sorted and joined by '+'"),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("frequency", sa.Text, nullable=False, server_default="every", comment="every, weekly, monthly, breaking"),
    sa.Column("topics", sa.Text, nullable=False, server_default="", comment="topics with another frequency: 'crime=never+harbour=monthly'"),
    sa.Column("hour", sa.Integer, comment="0 to 23 by the reader's clock; null for when the issue leaves"),
    sa.Column("paused_until", Moment, comment="active again from then on; null if not paused, or without end"),
    sa.Column("left_weekly_at", Moment, comment="when they last gave up 'weekly' for something; null if never"),
    sa.Column("left_monthly_at", Moment, comment="when they last gave up 'monthly' for something; null if never"),
    sa.Column("since", Moment, comment="when they joined; null if nobody wrote it down"),
    sa.Column("source", sa.Text, nullable=False, server_default="", comment="from where they came: a page, a file, an editor"),
    sa.Column("left_at", Moment, comment="when they unsubscribed; null if they have not"),
    sa.Column("left_reason", sa.Text, nullable=False, server_default="", comment="why, in a word of the form's, or of the file that said so"),
    sa.Index(None, "newsletter_id", "state"),
)  # fmt: skip

consent = sa.Table(
    "consent", metadata, number(),
    sa.Column("subscriber_id", Id, sa.ForeignKey("subscriber.id"), nullable=False),
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), nullable=False),
    sa.Column("kind", words(ConsentKind, "consent_kind"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("wording", sa.Text, nullable=False, comment="the words that they read when they agreed; empty where there were none"),
    sa.Column("page", sa.Text, nullable=False, comment="where that was: an address of ours, the page that embeds the form, a file"),
    sa.Column("network", sa.Text, nullable=False, comment="from where, cut to a network: 192.0.2.0/24; empty if it is not known"),
    sa.Column("detail", Json, nullable=False, comment="what else is known, as an import's own times"),
    sa.Index(None, "subscriber_id", "newsletter_id"),
)  # fmt: skip

signup = sa.Table(
    "signup", metadata, number(),
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), nullable=False),
    sa.Column("email", sa.Text, nullable=False, comment="as they entered it, made normal"),
    sa.Column("email_key", sa.Text, nullable=False, comment="as in subscriber.email_key"),
    sa.Column("choices", Json, nullable=False, comment="what they chose beside it"),
    sa.Column("wording", sa.Text, nullable=False, comment="as in consent.wording"),
    sa.Column("page", sa.Text, nullable=False, comment="as in consent.page"),
    sa.Column("network", sa.Text, nullable=False, comment="as in consent.network"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("answered_at", Moment, comment="when it was decided what to write to that address; null until then"),
    sa.Column("confirmed_at", Moment, comment="when the button in the mail was pressed; null until then"),
    sa.Index(None, "email_key"),
    sa.Index(None, "answered_at"),
)  # fmt: skip

letter = sa.Table(
    "letter", metadata, number(),
    sa.Column("kind", sa.Text, nullable=False, comment="which mail: confirm, welcome, preferences_link ..."),
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), nullable=False),
    sa.Column("about", Id, nullable=False, comment="the sign-up, subscriber or change of address that it is about"),
    sa.Column("recipient", sa.Text, nullable=False, comment="the address; empty once it is sent or given up"),
    sa.Column("address_hash", sa.Text, nullable=False, comment="as in suppression: what was written to whom lately"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("try_at", Moment, comment="not to be sent before; null when it is sent or given up"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0", comment="how often that was begun"),
    sa.Column("sent_at", Moment, comment="null until then"),
    sa.Index(None, "try_at"),
    sa.Index(None, "address_hash"),
)  # fmt: skip

address_change = sa.Table(
    "address_change", metadata, number(),
    sa.Column("subscriber_id", Id, sa.ForeignKey("subscriber.id"), nullable=False),
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), nullable=False, comment="on whose page it was asked for"),
    sa.Column("email", sa.Text, nullable=False, comment="the new address"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("old_agreed_at", Moment, comment="when whoever reads the old address agreed; null until then"),
    sa.Column("new_agreed_at", Moment, comment="the same of the new one"),
    sa.Index(None, "subscriber_id"),
)  # fmt: skip

suppression = sa.Table(
    "suppression", metadata,
    sa.Column("address_hash", sa.Text, primary_key=True, comment="keyed hash of the normalised address: HMAC-SHA-256, in hexadecimal"),
    sa.Column("newsletter_id", Id, primary_key=True, autoincrement=False, comment="0 for all newsletters"),
    sa.Column("reason", words(SuppressionReason, "suppression_reason"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("note", sa.Text, nullable=False, comment="what an editor or a file said of it; never an address"),
    sa.Column("lifted_at", Moment, comment="since when it counts no more; null while it does"),
    sa.Column("changed_at", Moment, nullable=False, comment="the later of the two"),
    sa.Index(None, "changed_at"),
)  # fmt: skip

segment = sa.Table(
    "segment", metadata,
    sa.Column("newsletter_id", Id, sa.ForeignKey("newsletter.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("rule", sa.Text, nullable=False, comment="whom it means, as an editor wrote it"),
    sa.Column("saved_at", Moment, nullable=False),
)  # fmt: skip
