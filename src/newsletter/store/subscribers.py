"""The store's subscribers and their subscriptions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping

from newsletter.errors import NotFoundError
from newsletter.model.issue import SectionKind
from newsletter.model.planned import PlannedSlot
from newsletter.model.subscriber import Frequency, Subscriber, Subscription, SubscriptionState
from newsletter.store.audit import record
from newsletter.store.bulk import Added, Row, key_of, subscribe
from newsletter.store.engine import reading, writing
from newsletter.store.tables import newsletter, subscriber, subscription
from newsletter.store.waking import wake

_JOINED = (
    sa.select(
        subscriber.c.id, subscriber.c.email, subscriber.c.name, subscriber.c.created_at, subscriber.c.timezone,
        subscription.c.state, subscription.c.skips, subscription.c.frequency, subscription.c.topics, subscription.c.hour,
        subscription.c.paused_until, newsletter.c.slug,
    )
    .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
    .join(newsletter, newsletter.c.id == subscription.c.newsletter_id)
)  # fmt: skip


#: Where it says when a reader gave up a frequency: the review of that time must not pass them by.
_LEFT_AT = {Frequency.WEEKLY: "left_weekly_at", Frequency.MONTHLY: "left_monthly_at"}


class Subscribers:
    """People, and what they asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, newsletter_id: int, subscriptions: Iterable[Subscription], *, now: datetime) -> Added:
        """Subscribe people in one transaction: all of them or, if anything fails, none.

        They get every issue when it leaves; another frequency or hour is for ``change``. Somebody who already has a subscription keeps it as it is: an import never brings back a person who left.
        """
        return self.add_rows(newsletter_id, map(_row, subscriptions), now=now)

    def add_rows(self, newsletter_id: int, rows: Iterable[Row], *, now: datetime) -> Added:
        """The same for plain rows, which a list of a million is read as."""
        with writing(self._engine) as connection:
            return subscribe(connection, newsletter_id, rows, now)

    def of(self, newsletter_id: int) -> Iterator[Subscription]:
        """Every subscription of one newsletter, in the order in which people came."""
        wanted = _JOINED.where(subscription.c.newsletter_id == newsletter_id).order_by(subscriber.c.id)
        with reading(self._engine) as connection, connection.execute(wanted.execution_options(yield_per=1000)) as found:
            for row in found.mappings():
                yield _subscription(row)

    def get(self, subscriber_id: int, newsletter_id: int) -> Subscription:
        """One person's subscription to one newsletter, or ``NotFoundError``."""
        with reading(self._engine) as connection:
            return _one(connection, subscriber.c.id == subscriber_id, newsletter_id)

    def find(self, email: str, newsletter_id: int) -> Subscription:
        """The subscription of whoever has that address, in any letter case, or ``NotFoundError``."""
        with reading(self._engine) as connection:
            return _one(connection, subscriber.c.email_key == key_of(email), newsletter_id)

    def change(self, wanted: Subscription, newsletter_id: int, *, actor: str, now: datetime) -> None:
        """Set everything that a reader decides about an existing subscription, and their time zone.

        Only who is paused is so until a moment. Whoever gives up weekly or monthly reviews, of all or of a topic, did so
        ``now``. Saying the same twice changes nothing. ``NotFoundError`` if there is no such subscription.
        """
        person = int(wanted.subscriber.id or 0)
        if wanted.state is not SubscriptionState.PAUSED:
            wanted = replace(wanted, paused_until=None)
        with writing(self._engine) as connection:
            # Locked, so that of two changes at once the later one knows what the earlier one gave up.
            before = _one(connection, subscriber.c.id == person, newsletter_id, lock=True)
            if before == wanted:
                return
            connection.execute(
                sa.update(subscription)
                .where(subscription.c.subscriber_id == person, subscription.c.newsletter_id == newsletter_id)
                .values(**_wishes(wanted), **_left(before, wanted, now), changed_at=now)
            )
            if before.subscriber.timezone != wanted.subscriber.timezone:
                zone = {"timezone": wanted.subscriber.timezone}
                connection.execute(sa.update(subscriber).where(subscriber.c.id == person).values(**zone))
            what = {**_wishes(wanted), "newsletter": wanted.newsletter, "timezone": wanted.subscriber.timezone}
            what["paused_until"] = wanted.paused_until.isoformat() if wanted.paused_until else None
            record(connection, now, actor, "subscription.changed", f"subscriber {person}", **what)

    def want(self, newsletter_id: int, review: PlannedSlot) -> bool:
        """Whether anybody asked for a review, or gave it up since its period began."""
        by_topic = subscription.c.topics.contains(f"={review.edition.value}", autoescape=True)
        left = subscription.c[f"left_{review.edition.value}_at"] >= review.opens
        asked = (subscription.c.frequency == review.edition.value) | by_topic | left
        there = (subscription.c.newsletter_id == newsletter_id) & (
            subscription.c.state != SubscriptionState.UNSUBSCRIBED
        )
        with reading(self._engine) as connection:
            wanted = sa.select(subscription.c.subscriber_id).where(there, asked).limit(1)
            return connection.scalar(wanted) is not None

    def wake(self, now: datetime) -> int:
        """Set those active again whose pause has ended; return how many."""
        with reading(self._engine) as connection:
            over = (subscription.c.state == SubscriptionState.PAUSED) & (subscription.c.paused_until <= now)
            if connection.scalar(sa.select(subscription.c.subscriber_id).where(over).limit(1)) is None:
                return 0
        with writing(self._engine) as connection:
            return wake(connection, now)


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


def _one(
    connection: Connection, who: sa.ColumnElement[bool], newsletter_id: int, *, lock: bool = False
) -> Subscription:
    wanted = _JOINED.where(subscription.c.newsletter_id == newsletter_id, who)
    if lock:
        wanted = wanted.with_for_update(of=subscription)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NotFoundError("There is no such subscription.")
    return _subscription(row)


def _wishes(wanted: Subscription) -> dict[str, Any]:
    """What a reader decides, as columns."""
    return {
        "state": wanted.state,
        "skips": skips_text(wanted.skips),
        "frequency": wanted.frequency,
        "topics": topics_text(wanted.topics),
        "hour": wanted.hour,
        "paused_until": wanted.paused_until,
    }


def _left(before: Subscription, after: Subscription, now: datetime) -> dict[str, datetime]:
    """The columns that say which frequencies were given up, for the rest or for a topic."""
    gone = {before.frequency} - {after.frequency}
    for topic in {*before.topics, *after.topics}:
        gone |= {before.topics.get(topic, before.frequency)} - {after.topics.get(topic, after.frequency)}
    return {column: now for often, column in _LEFT_AT.items() if often in gone}


def _row(wanted: Subscription) -> Row:
    person = wanted.subscriber
    return person.email, key_of(person.email), person.name, str(wanted.state), skips_text(wanted.skips)


def _subscription(row: RowMapping) -> Subscription:
    person = Subscriber(
        id=row["id"], email=row["email"], name=row["name"], timezone=row["timezone"], created_at=row["created_at"]
    )
    return Subscription(
        subscriber=person,
        newsletter=row["slug"],
        state=SubscriptionState(row["state"]),
        skips=skips_set(row["skips"]),
        frequency=Frequency(row["frequency"]),
        topics=topics_map(row["topics"]),
        hour=row["hour"],
        paused_until=row["paused_until"],
    )
