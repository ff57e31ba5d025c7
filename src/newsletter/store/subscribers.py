"""The store's subscribers and their subscriptions."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine, RowMapping

from newsletter.errors import NotFoundError
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import Subscriber, Subscription, SubscriptionState
from newsletter.store.audit import record
from newsletter.store.bulk import Added, Row, key_of, subscribe
from newsletter.store.engine import reading, writing
from newsletter.store.tables import newsletter, subscriber, subscription

_JOINED = (
    sa.select(
        subscriber.c.id, subscriber.c.email, subscriber.c.name, subscriber.c.created_at,
        subscription.c.state, subscription.c.skips, newsletter.c.slug,
    )
    .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
    .join(newsletter, newsletter.c.id == subscription.c.newsletter_id)
)  # fmt: skip


class Subscribers:
    """People, and what they asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, newsletter_id: int, subscriptions: Iterable[Subscription], *, now: datetime) -> Added:
        """Subscribe people in one transaction: all of them or, if anything fails, none.

        Somebody who already has a subscription keeps it as it is: an import never brings back a person who left.
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
        wanted = _JOINED.where(subscription.c.newsletter_id == newsletter_id, subscriber.c.id == subscriber_id)
        with reading(self._engine) as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            raise NotFoundError("There is no such subscription.")
        return _subscription(row)

    def change(self, wanted: Subscription, newsletter_id: int, *, actor: str, now: datetime) -> None:
        """Set state and skipped sections of an existing subscription; saying the same twice changes nothing."""
        person = wanted.subscriber.id
        if self.get(int(person or 0), newsletter_id) == wanted:
            return
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(subscription)
                .where(subscription.c.subscriber_id == person, subscription.c.newsletter_id == newsletter_id)
                .values(state=wanted.state, skips=skips_text(wanted.skips), changed_at=now)
            )
            what = {"newsletter": wanted.newsletter, "state": wanted.state, "skips": skips_text(wanted.skips)}
            record(connection, now, actor, "subscription.changed", f"subscriber {person}", **what)

    def skips_of(self, newsletter_id: int, subscriber_ids: Collection[int]) -> dict[int, frozenset[SectionKind]]:
        """What these subscribers skip, of those who have not unsubscribed."""
        wanted = sa.select(subscription.c.subscriber_id, subscription.c.skips).where(
            subscription.c.newsletter_id == newsletter_id, subscription.c.state != SubscriptionState.UNSUBSCRIBED
        )
        with reading(self._engine) as connection:
            return {known: skips_set(text) for known, text in connection.execute(wanted) if known in subscriber_ids}


def skips_text(skips: frozenset[SectionKind]) -> str:
    """The stored form of a set of sections; also the key of the variant that leaves them out."""
    return "+".join(sorted(skips))


def skips_set(text: str) -> frozenset[SectionKind]:
    """The set that ``skips_text`` wrote."""
    return frozenset(SectionKind(word) for word in text.split("+") if word)


def _row(wanted: Subscription) -> Row:
    person = wanted.subscriber
    return person.email, key_of(person.email), person.name, str(wanted.state), skips_text(wanted.skips)


def _subscription(row: RowMapping) -> Subscription:
    person = Subscriber(id=row["id"], email=row["email"], name=row["name"], created_at=row["created_at"])
    return Subscription(
        subscriber=person,
        newsletter=row["slug"],
        state=SubscriptionState(row["state"]),
        skips=skips_set(row["skips"]),
    )
