"""The store's subscribers and their subscriptions."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping

from newsletter.errors import NotFoundError
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import Subscriber, Subscription, SubscriptionState
from newsletter.store.audit import record
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


#: People added by one statement.
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Added:
    """How many subscriptions were new and how many were there before and left as they are."""

    new: int
    known: int


class Subscribers:
    """People, and what they asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, newsletter_id: int, subscriptions: Iterable[Subscription], *, now: datetime) -> Added:
        """Subscribe people in one transaction: all of them or, if anything fails, none.

        Somebody who already has a subscription keeps it as it is: an import never brings back a person who left.
        """
        new = known = 0
        with writing(self._engine) as connection:
            for batch in _batches(subscriptions):
                added = _subscribe(connection, newsletter_id, batch, now)
                new, known = new + added, known + len(batch) - added
        return Added(new, known)

    def of(self, newsletter_id: int) -> Iterator[Subscription]:
        """Every subscription of one newsletter, in the order in which people came."""
        wanted = _JOINED.where(subscription.c.newsletter_id == newsletter_id).order_by(subscriber.c.id)
        with reading(self._engine) as connection:
            for row in connection.execute(wanted).mappings():
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


def _batches(subscriptions: Iterable[Subscription]) -> Iterator[list[Subscription]]:
    """Lists of at most ``_BATCH``, so that a statement's parameters stay within what a database takes."""
    source = iter(subscriptions)
    while batch := list(islice(source, _BATCH)):
        yield batch


def _subscribe(connection: Connection, newsletter_id: int, batch: list[Subscription], now: datetime) -> int:
    """Add the subscriptions of those who have none, each once; return how many those are."""
    ids = _people(connection, [wanted.subscriber for wanted in batch], now)
    there = _subscribed(connection, newsletter_id, ids.values())
    first_wish = {ids[wanted.subscriber.email.casefold()]: wanted for wanted in reversed(batch)}
    rows = [
        {
            "subscriber_id": person,
            "newsletter_id": newsletter_id,
            "state": wanted.state,
            "skips": skips_text(wanted.skips),
            "changed_at": now,
        }
        for person, wanted in first_wish.items()
        if person not in there
    ]
    if rows:
        connection.execute(sa.insert(subscription), rows)
    return len(rows)


def _people(connection: Connection, wanted: Iterable[Subscriber], now: datetime) -> dict[str, int]:
    """The ids of people by their folded address; who is not there yet is added."""
    by_key = {person.email.casefold(): person for person in reversed(list(wanted))}
    found = sa.select(subscriber.c.email_key, subscriber.c.id).where(subscriber.c.email_key.in_(by_key))
    ids = {key: int(person) for key, person in connection.execute(found)}
    missing = [
        {"email": person.email, "email_key": key, "name": person.name, "created_at": now}
        for key, person in reversed(by_key.items())
        if key not in ids
    ]
    if missing:
        connection.execute(sa.insert(subscriber), missing)
        ids = {key: int(person) for key, person in connection.execute(found)}
    return ids


def _subscribed(connection: Connection, newsletter_id: int, people: Iterable[int]) -> set[int]:
    """Which of these people have a subscription already, in whatever state."""
    at = (subscription.c.newsletter_id == newsletter_id) & subscription.c.subscriber_id.in_(list(people))
    return set(connection.scalars(sa.select(subscription.c.subscriber_id).where(at)))


def _subscription(row: RowMapping) -> Subscription:
    person = Subscriber(id=row["id"], email=row["email"], name=row["name"], created_at=row["created_at"])
    return Subscription(
        subscriber=person,
        newsletter=row["slug"],
        state=SubscriptionState(row["state"]),
        skips=skips_set(row["skips"]),
    )
