"""The store's subscribers and their subscriptions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from newsletter.model.consent import Consent
from newsletter.model.planned import PlannedSlot
from newsletter.model.seal import Seal, key_of
from newsletter.model.subscriber import READER, Frequency, Subscription, SubscriptionState
from newsletter.store import standing
from newsletter.store.audit import record
from newsletter.store.bulk import Added, Row, subscribe
from newsletter.store.engine import reading, writing
from newsletter.store.subscription_rows import JOINED, OWN, one, row_of, subscription_of, wishes
from newsletter.store.tables import newsletter, subscriber, subscription
from newsletter.store.waking import wake

#: Where it says when a reader gave up a frequency: the review of that time must not pass them by.
_LEFT_AT = {Frequency.WEEKLY: "left_weekly_at", Frequency.MONTHLY: "left_monthly_at"}


class Subscribers:
    """People, and what they asked for."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self._engine = engine
        self._seal = seal

    def add(self, newsletter_id: int, subscriptions: Iterable[Subscription], *, now: datetime) -> Added:
        """Subscribe people in one transaction: all of them or, if anything fails, none.

        Somebody who already has a subscription keeps it as it is: an import never brings back a person who left, and
        nobody who is suppressed is added.
        """
        return self.add_rows(newsletter_id, map(row_of, subscriptions), now=now)

    def add_rows(self, newsletter_id: int, rows: Iterable[Row], *, now: datetime) -> Added:
        """The same for plain rows, which a list of a million is read as."""
        with writing(self._engine) as connection:
            return subscribe(connection, self._seal, newsletter_id, rows, now)

    def of(self, newsletter_id: int) -> Iterator[Subscription]:
        """Every subscription of one newsletter, in the order in which people came; not those of the forgotten."""
        mine = (subscription.c.newsletter_id == newsletter_id) & subscriber.c.erased_at.is_(None)
        wanted = JOINED.where(mine).order_by(subscriber.c.id)
        with reading(self._engine) as connection, connection.execute(wanted.execution_options(yield_per=1000)) as found:
            for row in found.mappings():
                yield subscription_of(row)

    def with_evidence(
        self, newsletter_id: int, evidence: Iterator[tuple[int, list[Consent]]]
    ) -> Iterator[tuple[Subscription, list[Consent]]]:
        """The same, each with what ``Consents.by_person`` tells of them."""
        person, mine = next(evidence, (0, []))
        for found in self.of(newsletter_id):
            while person and person < int(found.subscriber.id or 0):
                person, mine = next(evidence, (0, []))
            yield found, mine if person == found.subscriber.id else []

    def get(self, subscriber_id: int, newsletter_id: int) -> Subscription:
        """One person's subscription to one newsletter, or ``NotFoundError``."""
        with reading(self._engine) as connection:
            return one(connection, subscriber.c.id == subscriber_id, newsletter_id)

    def find(self, email: str, newsletter_id: int) -> Subscription:
        """The subscription of whoever has that address, in any letter case, or ``NotFoundError``."""
        with reading(self._engine) as connection:
            return one(connection, subscriber.c.email_key == key_of(email), newsletter_id)

    def link_serial(self, subscriber_id: int) -> int:
        """How often that person had the links to their preferences changed; 0 for one that there is not."""
        with reading(self._engine) as connection:
            found = connection.scalar(sa.select(subscriber.c.link_serial).where(subscriber.c.id == subscriber_id))
            return int(found or 0)

    def others(self, subscriber_id: int) -> list[Subscription]:
        """All subscriptions of one person, by the slugs of their newsletters."""
        wanted = JOINED.where(subscriber.c.id == subscriber_id).order_by(newsletter.c.slug)
        with reading(self._engine) as connection:
            return [subscription_of(row) for row in connection.execute(wanted).mappings()]

    def change(
        self, wanted: Subscription, newsletter_id: int, *, actor: str, now: datetime, evidence: Consent | None = None
    ) -> None:
        """Set everything that a reader decides about an existing subscription, and about themselves.

        Only who is paused is so until a moment. Whoever gives up weekly or monthly reviews, of all or of a topic, did so
        ``now``; whoever unsubscribes is on the suppression list of that newsletter from then on, and whoever comes back is
        not. ``evidence`` is kept of those who come back. Saying the same twice changes nothing. ``NotFoundError`` if there
        is no such subscription, ``ChoiceError`` if nothing may be sent to the address whatever its owner chooses.
        """
        person = int(wanted.subscriber.id or 0)
        if wanted.state is not SubscriptionState.PAUSED:
            wanted = replace(wanted, paused_until=None)
        with writing(self._engine) as connection:
            # Locked, so that of two changes at once the later one knows what the earlier one gave up.
            before = one(connection, subscriber.c.id == person, newsletter_id, lock=True)
            if _decided(before) == _decided(wanted):
                return
            came = standing.moved(connection, self._seal, before, wanted, newsletter_id, evidence, now)
            connection.execute(
                sa.update(subscription)
                .where(subscription.c.subscriber_id == person, subscription.c.newsletter_id == newsletter_id)
                .values(**wishes(wanted), **_left(before, wanted, now), **came, changed_at=now)
            )
            own = {name: getattr(wanted.subscriber, name) for name in OWN}
            if actor == READER:
                own["seen_at"] = now
            connection.execute(sa.update(subscriber).where(subscriber.c.id == person).values(own))
            # What people are called is nobody's business but theirs: the trail says that it changed.
            what = {**wishes(wanted), "newsletter": wanted.newsletter, "timezone": wanted.subscriber.timezone}
            what["paused_until"] = wanted.paused_until.isoformat() if wanted.paused_until else None
            record(connection, now, actor, "subscription.changed", f"subscriber {person}", **what)

    def join(
        self, wanted: Subscription, newsletter_id: int, *, now: datetime, evidence: Sequence[Consent]
    ) -> Subscription:
        """Subscribe somebody who asked for it, whether or not we know them, or have them back; return how they stand.

        What they had chosen before stays if they are subscribed already. ``ChoiceError`` if nothing may be sent to them.
        """
        with writing(self._engine) as connection:
            return standing.join(connection, self._seal, wanted, newsletter_id, evidence, now)

    def change_links(self, subscriber_id: int, *, now: datetime) -> int:
        """Have the links to this person's preferences in all mails sent so far open nothing; return the new serial."""
        mine = subscriber.c.id == subscriber_id
        with writing(self._engine) as connection:
            values = {"link_serial": subscriber.c.link_serial + 1, "seen_at": now}
            changed = sa.update(subscriber).where(mine).values(values).returning(subscriber.c.link_serial)
            record(connection, now, READER, "links.changed", f"subscriber {subscriber_id}")
            return int(connection.scalar(changed) or 0)

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


def _decided(known: Subscription) -> tuple[object, object, str]:
    return wishes(known), {name: getattr(known.subscriber, name) for name in OWN}, known.left_reason


def _left(before: Subscription, after: Subscription, now: datetime) -> dict[str, datetime]:
    """The columns that say which frequencies were given up, for the rest or for a topic."""
    gone = {before.frequency} - {after.frequency}
    for topic in {*before.topics, *after.topics}:
        gone |= {before.topics.get(topic, before.frequency)} - {after.topics.get(topic, after.frequency)}
    return {column: now for often, column in _LEFT_AT.items() if often in gone}
