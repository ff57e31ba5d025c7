"""Readers' choices in bulk: which of them are alike, and whom an issue may concern."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from newsletter.model.audience import Wishes
from newsletter.model.issue import Edition, SectionKind
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Frequency
from newsletter.store.subscription_rows import skips_set, topics_map
from newsletter.store.tables import issue, newsletter
from newsletter.store.tables import subscription as table

_LEFT_AT = {Edition.WEEKLY: table.c.left_weekly_at, Edition.MONTHLY: table.c.left_monthly_at}
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Alike:
    """Readers who chose the same. Its text is ``skips``, or ``skips|frequency|topics|left`` where that is not usual."""

    skips: frozenset[SectionKind]
    wishes: Wishes

    @classmethod
    def read(cls, text: str) -> "Alike":
        """The choices of that text."""
        skips, _, rest = text.partition(_BETWEEN)
        if not rest:
            return cls(skips_set(skips), Wishes())
        frequency, _, rest = rest.partition(_BETWEEN)
        topics, _, left = rest.rpartition(_BETWEEN)
        wishes = Wishes(frequency=Frequency(frequency), topics=topics_map(topics), left=left == "1")
        return cls(skips_set(skips), wishes)


def alike(connection: Connection, issue_id: int) -> sa.ColumnElement[str]:
    """The text of `Alike` for each subscription, as it matters to an issue."""
    left = sa.case((_left(connection, issue_id), "1"), else_="0")
    parts = (table.c.skips, table.c.frequency, table.c.topics, left)
    whole = parts[0] + _BETWEEN + parts[1] + _BETWEEN + parts[2] + _BETWEEN + parts[3]
    is_usual = (table.c.frequency == Frequency.EVERY) & (table.c.topics == "") & ~_left(connection, issue_id)
    return sa.case((is_usual, table.c.skips), else_=whole)


def may_concern(connection: Connection, issue_id: int) -> sa.ColumnElement[bool]:
    """Whom an issue may be for, more or less: who wants a mail a month is not asked about every issue."""
    edition = Edition(connection.scalar(sa.select(issue.c.edition).where(issue.c.id == issue_id)) or Edition.REGULAR)
    if edition not in _LEFT_AT:
        return sa.true()
    by_topic = table.c.topics.contains(f"={edition.value}", autoescape=True)
    return (table.c.frequency == edition.value) | by_topic | _left(connection, issue_id)


def _left(connection: Connection, issue_id: int) -> sa.ColumnElement[bool]:
    """Who gave up the frequency of this review in its period, or since then."""
    wanted = sa.select(issue.c.edition, issue.c.slot, newsletter.c.timezone).join(
        newsletter, newsletter.c.id == issue.c.newsletter_id
    )
    row = connection.execute(wanted.where(issue.c.id == issue_id)).one()
    column = _LEFT_AT.get(Edition(row.edition))
    if column is None:
        return sa.false()
    since = Slot(row.slot, row.timezone).starts
    return column.is_not(None) & (column >= since)
