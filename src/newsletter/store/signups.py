"""Sign-ups that nobody has confirmed yet. They are forgotten after a week."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.errors import NotFoundError
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.seal import Seal, key_of
from newsletter.model.signup import CONFIRM_WITHIN, Answer, Choices, Signup
from newsletter.model.subscriber import Frequency, Subscriber, Subscription
from newsletter.store import letters, standing
from newsletter.store.engine import reading, writing
from newsletter.store.tables import newsletter
from newsletter.store.tables import signup as table


class Signups:
    """What strangers asked for."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self._engine = engine
        self._seal = seal

    def ask(self, asked: Signup) -> None:
        """Keep a sign-up. Nothing is looked up, so that it takes the same time for everybody."""
        values = {
            "newsletter_id": asked.newsletter_id, "email": asked.email, "email_key": key_of(asked.email), "choices": asdict(asked.choices),
            "wording": asked.wording, "page": asked.page, "network": asked.network, "asked_at": asked.asked_at,
        }  # fmt: skip
        with writing(self._engine) as connection:
            connection.execute(sa.insert(table).values(values))

    def waiting(self, limit: int) -> list[Signup]:
        """Sign-ups about which nothing has been decided, oldest first."""
        wanted = sa.select(table).where(table.c.answered_at.is_(None)).order_by(table.c.id).limit(limit)
        with reading(self._engine) as connection:
            return [_signup(row) for row in connection.execute(wanted)]

    def answer(self, asked: Signup, decided: Answer, *, about: int, now: datetime) -> None:
        """Write what was ``decided`` to the address, if anything; once, whoever decides it at the same time."""
        mine = (table.c.id == asked.id) & table.c.answered_at.is_(None)
        with writing(self._engine) as connection:
            if not connection.execute(sa.update(table).where(mine).values(answered_at=now)).rowcount:
                return
            if decided is Answer.JOIN:
                self._join(connection, asked, (_asked(asked),), now)
            elif decided is not Answer.NOTHING:
                where = {"newsletter_id": asked.newsletter_id, "about": about}
                letters.write(connection, self._seal, str(decided), asked.email, **where, now=now)

    def get(self, signup_id: int, *, now: datetime) -> Signup:
        """A sign-up that can still be confirmed, or was; ``NotFoundError`` if it is too late."""
        with reading(self._engine) as connection:
            return _signup(_row(connection, signup_id, now))

    def confirm(self, signup_id: int, confirmed: Consent, *, now: datetime) -> Subscription:
        """The button in the mail was pressed: subscribe them. Pressing it again changes nothing.

        ``NotFoundError`` if it is too late, ``ChoiceError`` if nothing may be sent there all the same.
        """
        with writing(self._engine) as connection:
            asked = _signup(_row(connection, signup_id, now, lock=True))
            if asked.confirmed_at is None:
                connection.execute(sa.update(table).where(table.c.id == signup_id).values(confirmed_at=now))
                return self._join(connection, asked, (_asked(asked), confirmed), now)
            return standing.of_address(connection, asked.email, asked.newsletter_id)

    def forget(self, now: datetime) -> int:
        """Delete what can no longer be confirmed; return how many."""
        old = table.c.asked_at <= now - CONFIRM_WITHIN
        with reading(self._engine) as connection:
            if connection.scalar(sa.select(table.c.id).where(old).limit(1)) is None:
                return 0
        with writing(self._engine) as connection:
            return int(connection.execute(sa.delete(table).where(old)).rowcount)

    def _join(self, connection: Connection, asked: Signup, evidence: Sequence[Consent], now: datetime) -> Subscription:
        slug = connection.scalar(sa.select(newsletter.c.slug).where(newsletter.c.id == asked.newsletter_id))
        chosen = asked.choices
        person = Subscriber(
            email=asked.email, name=chosen.name, language=chosen.language, timezone=chosen.timezone, plain=chosen.plain,
        )  # fmt: skip
        wanted = Subscription(
            subscriber=person, newsletter=str(slug), frequency=chosen.frequency, topics=chosen.topics, source=asked.page,
        )  # fmt: skip
        found = standing.join(connection, self._seal, wanted, asked.newsletter_id, evidence, now)
        where = {"newsletter_id": asked.newsletter_id, "about": int(found.subscriber.id or 0)}
        letters.write(connection, self._seal, "welcome", found.subscriber.email, **where, now=now)
        return found


def _asked(asked: Signup) -> Consent:
    return Consent(
        kind=ConsentKind.ASKED, at=asked.asked_at, wording=asked.wording, page=asked.page, network=asked.network
    )


def _row(connection: Connection, signup_id: int, now: datetime, *, lock: bool = False) -> sa.Row[Any]:
    wanted = sa.select(table).where(table.c.id == signup_id, table.c.asked_at > now - CONFIRM_WITHIN)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFoundError("This link has expired: it works for seven days. Please sign up again.")
    return row


def _signup(row: sa.Row[Any]) -> Signup:
    given = dict(row.choices)
    topics = {topic: Frequency(often) for topic, often in given.pop("topics").items()}
    choices = replace(Choices(**given), topics=topics, frequency=Frequency(given["frequency"]))
    return Signup(
        id=row.id, newsletter_id=row.newsletter_id, email=row.email, asked_at=row.asked_at, choices=choices,
        wording=row.wording, page=row.page, network=row.network, confirmed_at=row.confirmed_at,
    )  # fmt: skip
