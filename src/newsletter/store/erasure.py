"""Being forgotten, and everything that is known of a person (GDPR, articles 15, 17 and 20)."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.errors import NotFoundError
from newsletter.model.seal import Seal
from newsletter.model.subscriber import SubscriptionState
from newsletter.model.suppression import SuppressionReason
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.suppressions import EVERYWHERE, suppress
from newsletter.store.tables import (
    address_change,
    audit,
    consent,
    delivery,
    issue,
    letter,
    newsletter,
    signup,
    subscriber,
    subscription,
)

_MONTH = timedelta(days=30.44)
_NOTHING = sa.literal("")


class Erasure:
    """What is known of people, and its end."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self._engine = engine
        self._seal = seal

    def everything(self, subscriber_id: int, *, actor: str, now: datetime) -> dict[str, Any]:
        """All that is stored about a person, as JSON can say it; that somebody asked for it is kept.

        ``NotFoundError`` if there is no such person.
        """
        with writing(self._engine) as connection:
            person = _one(connection, subscriber_id)
            record(connection, now, actor, "subscriber.exported", f"subscriber {subscriber_id}")
            mine = subscriber_id
            deliveries = (
                sa.select(issue.c.slot, newsletter.c.slug, delivery).join_from(delivery, issue).join(newsletter)
            )
            return {
                "person": _plain(person, without=("email_key",)),
                "subscriptions": _all(connection, subscription, newsletter.c.slug, mine),
                "consents": _all(connection, consent, newsletter.c.slug, mine),
                "mails": [
                    _plain(row, without=("digest", "subscriber_id"))
                    for row in connection.execute(deliveries.where(delivery.c.subscriber_id == mine)).mappings()
                ],
                "sign_ups": [
                    _plain(row, without=("email_key",))
                    for row in connection.execute(sa.select(signup).where(signup.c.email_key == person["email_key"])).mappings()
                ],
                "what_was_done": [
                    _plain(row, without=("id",))
                    for row in connection.execute(sa.select(audit).where(audit.c.subject == f"subscriber {mine}")).mappings()
                ],
            }  # fmt: skip

    def erase(self, subscriber_id: int, *, actor: str, now: datetime) -> None:
        """Delete all that tells who this is. What they were sent stays counted, under a number that is nobody's.

        The hash of the address stays on the suppression list, so that no import brings it back. ``NotFoundError`` if there
        is no such person.
        """
        with writing(self._engine) as connection:
            person = _one(connection, subscriber_id)
            suppress(connection, self._seal, person["email"], SuppressionReason.ERASED, EVERYWHERE, now=now)
            _forget(connection, subscriber_id, person["email"], person["email_key"], self._seal, now)
            record(connection, now, actor, "subscriber.erased", f"subscriber {subscriber_id}")

    def gone_since(self, newsletter_id: int, months: int, *, now: datetime) -> list[int]:
        """Who left that newsletter ``months`` ago or earlier, and gets no other one."""
        gone = SubscriptionState.UNSUBSCRIBED
        since = sa.func.coalesce(subscription.c.left_at, subscription.c.changed_at)
        other = subscription.alias()
        stays = sa.exists().where(other.c.subscriber_id == subscription.c.subscriber_id, other.c.state != gone)
        wanted = (
            sa.select(subscription.c.subscriber_id)
            .join(subscriber, subscriber.c.id == subscription.c.subscriber_id)
            .where(
                subscription.c.newsletter_id == newsletter_id, subscription.c.state == gone, since <= now - months * _MONTH,
                subscriber.c.erased_at.is_(None), ~stays,
            )
            .limit(1000)
        )  # fmt: skip
        with reading(self._engine) as connection:
            return list(connection.scalars(wanted))

    def retire(self, subscriber_id: int, *, actor: str, now: datetime) -> None:
        """Forget somebody who left long ago; that they left is kept, as a hash, for each newsletter that they left."""
        with writing(self._engine) as connection:
            person = _one(connection, subscriber_id)
            _forget(connection, subscriber_id, person["email"], person["email_key"], self._seal, now)
            record(connection, now, actor, "subscriber.retired", f"subscriber {subscriber_id}")


def _forget(connection: Connection, person: int, email: str, email_key: str, seal: Seal, now: datetime) -> None:
    """Take out of every table what tells who ``person`` is."""
    mine = subscription.c.subscriber_id == person
    left = {
        "state": SubscriptionState.UNSUBSCRIBED,
        "paused_until": None,
        "source": "",
        "left_reason": "",
        "changed_at": now,
    }
    asked = {"skips": "", "frequency": "every", "topics": "", "hour": None}
    left_at = sa.func.coalesce(subscription.c.left_at, sa.literal(now, subscription.c.left_at.type))
    connection.execute(sa.update(subscription).where(mine).values(**left, **asked, left_at=left_at))
    # A relay's answer repeats the address.
    connection.execute(sa.update(delivery).where(delivery.c.subscriber_id == person).values(reply_text="", digest=None))
    connection.execute(sa.delete(consent).where(consent.c.subscriber_id == person))
    connection.execute(sa.delete(address_change).where(address_change.c.subscriber_id == person))
    connection.execute(sa.delete(signup).where(signup.c.email_key == email_key))
    named = letter.c.address_hash.in_(seal.all(email))
    connection.execute(sa.update(letter).where(named).values(recipient="", try_at=None))
    # Of what was done the trail keeps that it was done, and not what.
    connection.execute(sa.update(audit).where(audit.c.subject == f"subscriber {person}").values(detail={}))
    nobody = {
        "email": "", "email_key": f"erased {person}", "name": "", "timezone": "", "language": "", "attributes": {},
        "plain": False, "suppressed": str(SuppressionReason.ERASED), "seen_at": None, "erased_at": now,
        "link_serial": subscriber.c.link_serial + 1,
    }  # fmt: skip
    connection.execute(sa.update(subscriber).where(subscriber.c.id == person).values(nobody))


def _one(connection: Connection, subscriber_id: int) -> dict[str, Any]:
    living = (subscriber.c.id == subscriber_id) & subscriber.c.erased_at.is_(None)
    row = connection.execute(sa.select(subscriber).where(living)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("There is no such person, or nothing is known of them any more.")
    return dict(row)


def _all(connection: Connection, table: sa.Table, slug: sa.Column[str], person: int) -> list[dict[str, Any]]:
    wanted = (
        sa.select(slug.label("newsletter"), table).join_from(table, newsletter).where(table.c.subscriber_id == person)
    )
    return [
        _plain(row, without=("id", "subscriber_id", "newsletter_id")) for row in connection.execute(wanted).mappings()
    ]


def _plain(row: Any, *, without: tuple[str, ...]) -> dict[str, Any]:  # noqa: ANN401 - a mapping of columns
    kept = {str(name): value for name, value in row.items() if str(name) not in without}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.items()}
