"""What is sent to whom: workers, batches, deliveries, and how fast."""

import sqlalchemy as sa

from newsletter.model.delivery import BatchState, DeliveryState
from newsletter.store.tables.columns import Id, JsonOrNull, Moment, metadata, number, words

worker = sa.Table(
    "worker", metadata, number(),
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
    "delivery_batch", metadata, number(),
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False, comment="counts the issue's batches from 0; a canary is 0"),
    sa.Column("first_id", Id, nullable=False, comment="the first subscriber of its readers, who are neighbours by number"),
    sa.Column("last_id", Id, nullable=False, comment="the last of them"),
    sa.Column("state", words(BatchState, "batch_state"), nullable=False),
    sa.Column("owner", Id, comment="the worker that runs it; null unless running"),
    sa.Column("epoch", sa.Integer, nullable=False, comment="counts the takings; with the owner it is the token"),
    sa.Column("due_at", Moment, comment="when a waiting one has something to do; null if there is nothing"),
    sa.UniqueConstraint("issue_id", "seq"),
    sa.Index(None, "state", "due_at"),
)  # fmt: skip

delivery = sa.Table(
    "delivery", metadata,
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("subscriber_id", Id, sa.ForeignKey("subscriber.id"), primary_key=True),
    sa.Column("variant", sa.Text, nullable=False, comment="the frozen variant that this reader gets"),
    sa.Column("state", words(DeliveryState, "delivery_state"), nullable=False),
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
    sa.Column("issue_id", Id, sa.ForeignKey("issue.id"), primary_key=True),
    sa.Column("what", sa.Text, primary_key=True, comment="state/sent, reason/paused, reply/550 5.1.1, maybe_sent"),
    sa.Column("batch_id", Id, sa.ForeignKey("delivery_batch.id"), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False, comment="rows of the batch that this is true of"),
)  # fmt: skip

rate = sa.Table(
    "rate", metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="of the limit: 'global', 'relay:main', 'group:google'"),
    sa.Column("next_at", sa.Double, nullable=False, comment="when the next message may go, seconds since 1970; before that all is given out"),
    sa.Column("state", JsonOrNull, comment="what was learnt of the pace; null until something was"),
    sa.Column("changed_at", Moment, nullable=False, comment="when something was last reserved or learnt"),
)  # fmt: skip
