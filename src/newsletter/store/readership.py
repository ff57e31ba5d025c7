"""Who had what: the ledger asked for items instead of issues, so that nobody gets a story twice.

An item is the same in two issues when it was made from the same version of the same article, whichever newsletters the
issues are of. A reader had it if the ledger says that a mail with it reached them, may have reached them, or is still
to be sent.
"""

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import SectionKind
from newsletter.model.variant import Variant
from newsletter.store.engine import reading
from newsletter.store.tables import delivery, issue, issue_item, issue_section, subscription

#: In these states the mail will not come, unless a copy may have arrived all the same.
_NEVER_CAME = (DeliveryState.BOUNCED, DeliveryState.SUPPRESSED, DeliveryState.EXPIRED)

#: The items of an issue with the section that each stood in.
_Places = Mapping[str, SectionKind]


class Readership:
    """The ledger, asked who had which item."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def had(self, issue_id: int) -> dict[int, frozenset[str]]:
        """The keys of the items of issue ``issue_id`` that subscribers of its newsletter had in other issues."""
        with reading(self._engine) as connection:
            return had(connection, issue_id)


def had(connection: Connection, issue_id: int) -> dict[int, frozenset[str]]:
    """See ``Readership.had``; for use inside a transaction."""
    mine = set(_items(connection, issue.c.id == issue_id))
    articles = {article_id for _, _, _, article_id, _ in mine if article_id is not None}
    wanted = {(key, version) for _, key, _, article_id, version in mine if article_id is not None}
    if not articles:
        return {}
    elsewhere = (
        issue.c.id.not_in(_corrected(connection, issue_id))
        & issue.c.frozen_at.is_not(None)
        & issue_item.c.article_id.in_(articles)
    )
    places: defaultdict[int, dict[str, SectionKind]] = defaultdict(dict)
    for other, key, kind, _, version in _items(connection, elsewhere):
        if (key, version) in wanted:
            places[other][key] = kind
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for other, printed in places.items():
        for row in connection.execute(_readers(other, issue_id)):
            found[row.subscriber_id] |= _reached(printed, Variant.read(row.variant))
    return {subscriber_id: keys for subscriber_id, keys in found.items() if keys}


def _corrected(connection: Connection, issue_id: int) -> list[int]:
    """The issue itself and, for a correction, what it puts right: its items are what the correction is about."""
    chain = [issue_id]
    while corrects := connection.scalar(sa.select(issue.c.corrects).where(issue.c.id == chain[-1])):
        chain.append(corrects)
    return chain


def _reached(printed: _Places, variant: Variant) -> frozenset[str]:
    """The items that stood in the mail of readers of this variant."""
    return frozenset(key for key, kind in printed.items() if kind not in variant.skips) - variant.had


def _items(
    connection: Connection, where: sa.ColumnElement[bool]
) -> list[tuple[int, str, SectionKind, int | None, int]]:
    """Issue, key, section, article and version of the items of some issues."""
    content = issue_item.c.content
    wanted = (
        sa.select(
            issue.c.id, content["key"].as_string(), issue_section.c.kind, issue_item.c.article_id, content["version"].as_integer()
        )
        .join(issue_section, issue_section.c.id == issue_item.c.section_id)
        .join(issue, issue.c.id == issue_section.c.issue_id)
        .where(where)
    )  # fmt: skip
    return [
        (of, key or "", kind, article, version or 1) for of, key, kind, article, version in connection.execute(wanted)
    ]


def _readers(other: int, issue_id: int) -> sa.Select[tuple[int, str]]:
    """Who of the newsletter of ``issue_id`` was sent the issue ``other``, and in which variant."""
    newsletter_id = sa.select(issue.c.newsletter_id).where(issue.c.id == issue_id).scalar_subquery()
    came = delivery.c.state.not_in(_NEVER_CAME) | delivery.c.maybe_sent
    return (
        sa.select(delivery.c.subscriber_id, delivery.c.variant)
        .join(subscription, subscription.c.subscriber_id == delivery.c.subscriber_id)
        .where(delivery.c.issue_id == other, came, subscription.c.newsletter_id == newsletter_id)
    )
