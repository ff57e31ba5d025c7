"""How people come and go: what else changes with the state of a subscription, in the same transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from newsletter.errors import ChoiceError
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.seal import Seal, key_of
from newsletter.model.subscriber import READER, Subscription, SubscriptionState
from newsletter.model.suppression import LIFTED_BY_CONFIRMING, SuppressionReason
from newsletter.store import consents
from newsletter.store.audit import record
from newsletter.store.bulk import subscribe
from newsletter.store.subscription_rows import OWN, one, row_of, wishes
from newsletter.store.suppressions import EVERYWHERE, counting, lift, suppress
from newsletter.store.tables import subscriber, subscription


def moved(
    connection: Connection, seal: Seal, before: Subscription, after: Subscription, newsletter_id: int,
    evidence: Consent | None, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Do what goes with a change of state, and return the columns that say so.

    Who leaves is on the newsletter's suppression list from then on; who comes back is taken off it.
    """
    gone = SubscriptionState.UNSUBSCRIBED
    person, email = int(before.subscriber.id or 0), before.subscriber.email
    if after.state is gone and before.state is not gone:
        suppress(connection, seal, email, SuppressionReason.UNSUBSCRIBED, newsletter_id, now=now)
        consents.left(connection, person, newsletter_id, now)
        return {"left_at": now, "left_reason": after.left_reason}
    if before.state is gone and after.state is not gone:
        _release(connection, seal, email, newsletter_id, now)
        said = evidence or Consent(kind=ConsentKind.CHOSEN, at=now)
        consents.witness(connection, person, newsletter_id, said)
        return {"left_at": None, "left_reason": "", "since": now}
    return {"left_reason": after.left_reason} if after.state is gone else {}


def join(
    connection: Connection, seal: Seal, wanted: Subscription, newsletter_id: int, evidence: Sequence[Consent], now: datetime
) -> Subscription:  # fmt: skip
    """See ``Subscribers.join``; for use inside a transaction."""
    email = wanted.subscriber.email
    _release(connection, seal, email, newsletter_id, now)
    subscribe(connection, seal, newsletter_id, [row_of(replace(wanted, since=now))], now)
    found = one(connection, subscriber.c.email_key == key_of(email), newsletter_id, lock=True)
    person = int(found.subscriber.id or 0)
    mine = (subscription.c.subscriber_id == person) & (subscription.c.newsletter_id == newsletter_id)
    if found.state in (SubscriptionState.UNSUBSCRIBED, SubscriptionState.UNCONFIRMED):
        values = {**wishes(wanted), "since": now, "source": wanted.source, "left_at": None, "left_reason": ""}
        connection.execute(sa.update(subscription).where(mine).values(**values, changed_at=now))
        chosen = {name: value for name in OWN if (value := getattr(wanted.subscriber, name))}
        if chosen:
            connection.execute(sa.update(subscriber).where(subscriber.c.id == person).values(chosen))
    connection.execute(sa.update(subscriber).where(subscriber.c.id == person).values(seen_at=now))
    for said in evidence:
        consents.witness(connection, person, newsletter_id, said)
    record(connection, now, READER, "subscription.joined", f"subscriber {person}", newsletter=wanted.newsletter)
    return one(connection, subscriber.c.id == person, newsletter_id)


def _release(connection: Connection, seal: Seal, email: str, newsletter_id: int, now: datetime) -> None:
    """Take an address off the lists that its owner can take it off; ``ChoiceError`` if it is on another one."""
    for place in (EVERYWHERE, newsletter_id):
        lift(connection, seal, email, place, LIFTED_BY_CONFIRMING, now=now)
    against = [
        found for found in counting(connection, seal, email) if found.newsletter_id in (EVERYWHERE, newsletter_id)
    ]
    if against:
        raise ChoiceError("Nothing is sent to that address, and its owner cannot change that here; please write to us.")


def of_address(connection: Connection, email: str, newsletter_id: int) -> Subscription:
    """The subscription of whoever has that address; ``NotFoundError`` if there is none (any more)."""
    return one(connection, subscriber.c.email_key == key_of(email), newsletter_id)
