"""A subscription and its row: the same thing in the program's words and in the database's."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from newsletter.errors import NotFoundError
from newsletter.model.issue import SectionKind
from newsletter.model.seal import key_of
from newsletter.model.subscriber import Frequency, Subscriber, Subscription, SubscriptionState
from newsletter.store.bulk import Row, moment_text
from newsletter.store.tables import newsletter, subscriber, subscription

#: What is read of a person.
PERSON = (
    "id", "email", "name", "created_at", "timezone", "language", "plain", "attributes", "link_serial", "suppressed", "seen_at",
)  # fmt: skip
#: What of it a reader decides.
OWN = ("name", "timezone", "language", "plain")
#: Each subscription with its person and its newsletter.
JOINED = (
    sa.select(
        *(subscriber.c[name] for name in PERSON), subscription.c.state, subscription.c.skips, subscription.c.frequency,
        subscription.c.topics, subscription.c.hour, subscription.c.paused_until, subscription.c.since,
        subscription.c.source, subscription.c.left_at, subscription.c.left_reason, newsletter.c.slug,
    )
    .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
    .join(newsletter, newsletter.c.id == subscription.c.newsletter_id)
)  # fmt: skip


def skips_text(skips: frozenset[SectionKind]) -> str:
    """The stored form of a set of sections; also the key of the variant that leaves them out."""
    return "+".join(sorted(skips))


def skips_set(text: str) -> frozenset[SectionKind]:
    """The set that ``skips_text`` wrote."""
    return frozenset(SectionKind(word) for word in text.split("+") if word)


def topics_text(topics: Mapping[str, Frequency]) -> str:
    """The stored form of the topics that have a frequency of their own: ``crime=never+harbour=monthly``."""
    return "+".join(f"{topic}={topics[topic]}" for topic in sorted(topics))


def topics_map(text: str) -> dict[str, Frequency]:
    """The mapping that ``topics_text`` wrote."""
    pairs = (pair.rpartition("=") for pair in text.split("+") if pair)
    return {topic: Frequency(often) for topic, _, often in pairs}


def one(connection: Connection, who: sa.ColumnElement[bool], newsletter_id: int, *, lock: bool = False) -> Subscription:
    """The subscription of whoever ``who`` is true of; ``lock`` it against other changes. ``NotFoundError`` if there is none."""
    wanted = JOINED.where(subscription.c.newsletter_id == newsletter_id, who)
    if lock:
        wanted = wanted.with_for_update(of=subscription)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NotFoundError("There is no such subscription.")
    return subscription_of(row)


def wishes(wanted: Subscription) -> dict[str, Any]:
    """What a reader decides, as columns."""
    return {
        "state": wanted.state,
        "skips": skips_text(wanted.skips),
        "frequency": wanted.frequency,
        "topics": topics_text(wanted.topics),
        "hour": wanted.hour,
        "paused_until": wanted.paused_until,
    }


def row_of(wanted: Subscription) -> Row:
    """A subscription as a list of a million is read."""
    person = wanted.subscriber
    return Row(
        email=person.email, email_key=key_of(person.email), name=person.name, state=str(wanted.state),
        skips=skips_text(wanted.skips), frequency=str(wanted.frequency), topics=topics_text(wanted.topics),
        language=person.language, timezone=person.timezone, plain="1" if person.plain else "0",
        attributes=json.dumps(dict(person.attributes), ensure_ascii=False), source=wanted.source,
        left_reason=wanted.left_reason, since=_moment(wanted.since), left_at=_moment(wanted.left_at),
        hour=None if wanted.hour is None else str(wanted.hour), paused_until=_moment(wanted.paused_until),
    )  # fmt: skip


def subscription_of(row: RowMapping) -> Subscription:
    """The subscription that a row of ``JOINED`` tells of."""
    person = Subscriber(**{name: row[name] for name in PERSON})
    return Subscription(
        subscriber=person,
        newsletter=row["slug"],
        state=SubscriptionState(row["state"]),
        skips=skips_set(row["skips"]),
        frequency=Frequency(row["frequency"]),
        topics=topics_map(row["topics"]),
        hour=row["hour"],
        paused_until=row["paused_until"],
        since=row["since"],
        source=row["source"],
        left_at=row["left_at"],
        left_reason=row["left_reason"],
    )


def _moment(at: datetime | None) -> str | None:
    return moment_text(at) if at else None
