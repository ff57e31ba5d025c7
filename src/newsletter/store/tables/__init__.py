"""Every table, each column with the sentence that explains it. The migrations must build exactly this."""

from newsletter.store.tables.articles import article, article_version, picture, source, written_summary
from newsletter.store.tables.columns import REVISIONS, Moment, metadata
from newsletter.store.tables.house import audit, instance
from newsletter.store.tables.issues import (
    approval,
    edit,
    issue,
    issue_item,
    issue_section,
    issue_variant,
    newsletter,
    notice,
    past_issue,
    slot,
    waiver,
)
from newsletter.store.tables.ledger import delivery, delivery_batch, rate, tally, worker
from newsletter.store.tables.people import (
    address_change,
    consent,
    letter,
    segment,
    signup,
    subscriber,
    subscription,
    suppression,
)

__all__ = [
    "REVISIONS",
    "Moment",
    "address_change",
    "approval",
    "article",
    "article_version",
    "audit",
    "consent",
    "delivery",
    "delivery_batch",
    "edit",
    "instance",
    "issue",
    "issue_item",
    "issue_section",
    "issue_variant",
    "letter",
    "metadata",
    "newsletter",
    "notice",
    "past_issue",
    "picture",
    "rate",
    "segment",
    "signup",
    "slot",
    "source",
    "subscriber",
    "subscription",
    "suppression",
    "tally",
    "waiver",
    "worker",
    "written_summary",
]
