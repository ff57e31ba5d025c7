"""Readers who have not been heard of for long: asked whether they still want it, and taken off if they do not answer.

Only what people do themselves counts: joining, confirming, choosing, answering. Opens never do, for programs make them.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.seal import Seal
from newsletter.model.subscriber import SubscriptionState
from newsletter.model.suppression import SuppressionReason
from newsletter.store import consents, letters
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.suppressions import suppress
from newsletter.store.tables import letter, subscriber, subscription

_MONTH = timedelta(days=30.44)
#: How long they have to answer.
ANSWER_WITHIN = timedelta(days=30)
KIND = "still_wanted"
_BY = "the calendar"


class Renewals:
    """Asking again."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self._engine = engine
        self._seal = seal

    def ask(self, newsletter_id: int, months: int, *, now: datetime, limit: int = 200) -> int:
        """Write to active readers who did nothing for ``months``; return how many. Each is asked once in that time."""
        seen = sa.func.coalesce(subscriber.c.seen_at, subscription.c.since, subscriber.c.created_at)
        asked = sa.exists().where(
            letter.c.about == subscriber.c.id, letter.c.kind == KIND, letter.c.newsletter_id == newsletter_id
        )
        wanted = (
            sa.select(subscriber.c.id, subscriber.c.email)
            .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
            .where(
                subscription.c.newsletter_id == newsletter_id, subscription.c.state == SubscriptionState.ACTIVE,
                subscriber.c.suppressed == "", seen <= now - months * _MONTH, ~asked,
            )
            .limit(limit)
        )  # fmt: skip
        with reading(self._engine) as connection:
            people = connection.execute(wanted).all()
        for person in people:
            with writing(self._engine) as connection:
                where = {"newsletter_id": newsletter_id, "about": person.id}
                letters.write(connection, self._seal, KIND, person.email, **where, now=now)
        return len(people)

    def stay(self, subscriber_id: int, newsletter_id: int, *, page: str, network: str, now: datetime) -> None:
        """They still want it."""
        with writing(self._engine) as connection:
            mine = subscriber.c.id == subscriber_id
            connection.execute(sa.update(subscriber).where(mine).values(seen_at=now))
            said = Consent(kind=ConsentKind.RENEWED, at=now, page=page, network=network)
            consents.witness(connection, subscriber_id, newsletter_id, said)

    def end(self, newsletter_id: int, *, now: datetime) -> int:
        """Take those off who were asked in time and did not answer; return how many."""
        unanswered = (
            sa.func.coalesce(subscriber.c.seen_at, subscription.c.since, subscriber.c.created_at) < letter.c.sent_at
        )
        wanted = (
            sa.select(subscriber.c.id, subscriber.c.email)
            .join(subscription, subscription.c.subscriber_id == subscriber.c.id)
            .join(letter, letter.c.about == subscriber.c.id)
            .where(
                subscription.c.newsletter_id == newsletter_id, subscription.c.state == SubscriptionState.ACTIVE,
                letter.c.newsletter_id == newsletter_id, letter.c.kind == KIND, unanswered,
                letter.c.sent_at <= now - ANSWER_WITHIN,
            )
        )  # fmt: skip
        with reading(self._engine) as connection:
            people = connection.execute(wanted).all()
        for person in people:
            self._take_off(person.id, person.email, newsletter_id, now)
        return len(people)

    def _take_off(self, subscriber_id: int, email: str, newsletter_id: int, now: datetime) -> None:
        mine = (subscription.c.subscriber_id == subscriber_id) & (subscription.c.newsletter_id == newsletter_id)
        with writing(self._engine) as connection:
            suppress(
                connection, self._seal, email, SuppressionReason.UNSUBSCRIBED, newsletter_id, now=now, note="no answer"
            )
            connection.execute(sa.update(subscription).where(mine).values(left_reason="no answer"))
            consents.left(connection, subscriber_id, newsletter_id, now)
            where = {"newsletter_id": newsletter_id, "about": subscriber_id}
            letters.write(connection, self._seal, "goodbye", email, **where, now=now)
            record(connection, now, _BY, "subscription.ended", f"subscriber {subscriber_id}", reason="no answer")
