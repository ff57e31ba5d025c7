"""The suppression list: addresses, as hashes, that nothing may be sent to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.model.delivery import DeliveryState
from newsletter.model.refusal import RefusalKind
from newsletter.model.seal import Seal, key_of
from newsletter.model.subscriber import SubscriptionState
from newsletter.model.suppression import Suppression, SuppressionReason, weightier
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.tables import delivery, subscriber, subscription
from newsletter.store.tables import suppression as table
from newsletter.store.upsert import upsert

#: In place of a newsletter's number: nothing is sent there by any of them.
EVERYWHERE = 0


class Ban(NamedTuple):
    """One address to be suppressed, of a list of many; ``at`` is when that began, if it is known."""

    email: str
    reason: SuppressionReason
    newsletter_id: int = EVERYWHERE
    at: datetime | None = None
    note: str = ""


class Suppressions:
    """Who must not be written to, whoever imports them again."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self._engine = engine
        self._seal = seal

    def add(
        self, email: str, reason: SuppressionReason, *, actor: str, now: datetime, newsletter_id: int = EVERYWHERE, note: str = "",
    ) -> None:  # fmt: skip
        """Send nothing to ``email`` any more: of one newsletter, or of all. A weightier reason stays."""
        with writing(self._engine) as connection:
            suppress(connection, self._seal, email, reason, newsletter_id, now=now, note=note)
            told = {"reason": str(reason), "newsletter": newsletter_id, "note": note}
            record(connection, now, actor, "address.suppressed", f"address {self._seal.of(email)[:16]}", **told)

    def add_all(self, bans: Iterable[Ban], *, now: datetime) -> int:
        """Suppress many in one transaction; return how many were not suppressed before. Weightier reasons stay."""
        count = 0
        with writing(self._engine) as connection:
            for chunk in batched(bans):
                count += _suppress_all(connection, self._seal, chunk, now)
        return count

    def learn(self, issue_id: int, *, now: datetime) -> int:
        """Suppress those of whom a relay said at RCPT that there is no such mailbox; return how many that were.

        Nobody is suppressed by what was said before the address was released.
        """
        wanted = (
            sa.select(subscriber.c.email, delivery.c.settled_at)
            .join(subscriber, subscriber.c.id == delivery.c.subscriber_id)
            .where(
                delivery.c.issue_id == issue_id, delivery.c.state == DeliveryState.BOUNCED,
                delivery.c.reason == RefusalKind.ADDRESS.value, subscriber.c.suppressed == "", subscriber.c.erased_at.is_(None),
            )
        )  # fmt: skip
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
        bans = [Ban(row.email, SuppressionReason.BOUNCE, at=row.settled_at) for row in rows]
        bans = [ban for ban in bans if not self._released_since(ban)]
        return self.add_all(bans, now=now)

    def _released_since(self, ban: Ban) -> bool:
        since = table.c.lifted_at >= ban.at
        wanted = sa.select(table.c.reason).where(table.c.address_hash.in_(self._seal.all(ban.email)), since).limit(1)
        with reading(self._engine) as connection:
            return connection.scalar(wanted) is not None

    def lift(self, email: str, *, actor: str, now: datetime, newsletter_id: int = EVERYWHERE) -> bool:
        """Let ``email`` be written to again; return whether it was suppressed. Who unsubscribed stays so."""
        with writing(self._engine) as connection:
            lifted = lift(connection, self._seal, email, newsletter_id, frozenset(SuppressionReason), now=now)
            if lifted:
                told = {"newsletter": newsletter_id}
                record(connection, now, actor, "address.released", f"address {self._seal.of(email)[:16]}", **told)
            return lifted

    def of(self, email: str) -> list[Suppression]:
        """What counts against ``email`` now, that of all newsletters first."""
        with reading(self._engine) as connection:
            return counting(connection, self._seal, email)

    def all(self, *, since: datetime | None = None) -> Iterator[Suppression]:
        """Every suppression, lifted ones too, in the order of their last change; those changed from ``since`` on."""
        wanted = sa.select(table).order_by(table.c.changed_at, table.c.address_hash)
        if since is not None:
            wanted = wanted.where(table.c.changed_at >= since)
        with reading(self._engine) as connection, connection.execute(wanted.execution_options(yield_per=1000)) as rows:
            for row in rows:
                yield _suppression(row)

    def count(self) -> Counter[tuple[int, SuppressionReason]]:
        """How many addresses count as suppressed, by newsletter (0 for all) and reason."""
        wanted = sa.select(table.c.newsletter_id, table.c.reason, sa.func.count()).where(table.c.lifted_at.is_(None))
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.group_by(table.c.newsletter_id, table.c.reason))
            return Counter({(row[0], SuppressionReason(row[1])): row[2] for row in rows})

    def take_over(self, known: Iterable[Suppression], *, actor: str, now: datetime) -> int:
        """Bring suppressions back that this database does not have, or has lifted earlier; return how many those were.

        What is known of the people whose addresses those are follows, so that they are not written to from now on.
        """
        with writing(self._engine) as connection:
            lost = [one for one in known if _is_lost(connection, one)]
            for one in lost:
                connection.execute(_noted(connection, one, now))
            if lost:
                _enforce(connection, self._seal, lost, now)
                record(connection, now, actor, "suppressions.restored", "suppressions", count=len(lost))
        return len(lost)


def suppress(
    connection: Connection, seal: Seal, email: str, reason: SuppressionReason, newsletter_id: int, *, now: datetime,
    note: str = "",
) -> None:  # fmt: skip
    """See ``Suppressions.add``; for use inside a transaction. The subscription or subscriber follows."""
    known = _counting(connection, seal.all(email), newsletter_id)
    mine = next((row for row in known if row.newsletter_id == newsletter_id), None)
    final = weightier(reason, SuppressionReason(mine.reason)) if mine else reason
    if not mine or final != mine.reason:
        one = Suppression(
            address_hash=seal.of(email), newsletter_id=newsletter_id, reason=final, at=now, note=note,
        )  # fmt: skip
        connection.execute(_noted(connection, one, now))
    person = connection.scalar(sa.select(subscriber.c.id).where(subscriber.c.email_key == key_of(email)))
    if person is not None:
        _follow(connection, person, newsletter_id, final, now)


def _suppress_all(connection: Connection, seal: Seal, bans: Sequence[Ban], now: datetime) -> int:
    """The same as ``suppress`` for many at once."""
    names = {ban: seal.all(ban.email) for ban in bans}
    every = [name for hashes in names.values() for name in hashes]
    known = {
        (row.address_hash, row.newsletter_id): SuppressionReason(row.reason) for row in _counting(connection, every)
    }
    new = []
    for ban, hashes in names.items():
        before = next((known[name, ban.newsletter_id] for name in hashes if (name, ban.newsletter_id) in known), None)
        if before is not None and weightier(before, ban.reason) is before:
            continue
        known[hashes[0], ban.newsletter_id] = ban.reason
        new.append(ban)
        one = Suppression(
            address_hash=hashes[0], newsletter_id=ban.newsletter_id, reason=ban.reason, at=ban.at or now, note=ban.note
        )
        connection.execute(_noted(connection, one, now))
    people = {key_of(ban.email): ban for ban in new}
    wanted = sa.select(subscriber.c.id, subscriber.c.email_key).where(subscriber.c.email_key.in_(list(people)))
    for row in connection.execute(wanted).all():
        ban = people[row.email_key]
        _follow(connection, row.id, ban.newsletter_id, ban.reason, now)
    return len(new)


def batched(bans: Iterable[Ban], size: int = 500) -> Iterator[list[Ban]]:
    """The same in lists that one statement can name."""
    source = iter(bans)
    while chunk := list(islice(source, size)):
        yield chunk


def lift(
    connection: Connection, seal: Seal, email: str, newsletter_id: int, reasons: frozenset[SuppressionReason], *, now: datetime
) -> bool:  # fmt: skip
    """Let what counts against ``email`` for one of these ``reasons`` count no more; return whether anything did."""
    hashes = table.c.address_hash.in_(seal.all(email))
    those = (
        hashes & (table.c.newsletter_id == newsletter_id) & table.c.lifted_at.is_(None) & table.c.reason.in_(reasons)
    )
    values = {"lifted_at": now, "changed_at": now}
    lifted = bool(connection.execute(sa.update(table).where(those).values(values)).rowcount)
    if lifted and newsletter_id == EVERYWHERE:
        mine = subscriber.c.email_key == key_of(email)
        connection.execute(sa.update(subscriber).where(mine).values(suppressed=""))
    return lifted


def counting(connection: Connection, seal: Seal, email: str) -> list[Suppression]:
    """What counts against ``email`` now, that of all newsletters first."""
    return [_suppression(row) for row in _counting(connection, seal.all(email))]


def _counting(connection: Connection, hashes: Sequence[str], newsletter_id: int | None = None) -> Sequence[sa.Row[Any]]:
    wanted = sa.select(table).where(table.c.address_hash.in_(hashes), table.c.lifted_at.is_(None))
    if newsletter_id is not None:
        wanted = wanted.where(table.c.newsletter_id == newsletter_id)
    return connection.execute(wanted.order_by(table.c.newsletter_id)).all()


def _noted(connection: Connection, one: Suppression, now: datetime) -> sa.Insert:
    values = {"reason": one.reason, "at": one.at, "note": one.note, "lifted_at": None, "changed_at": now}
    key = {"address_hash": one.address_hash, "newsletter_id": one.newsletter_id}
    return upsert(connection, table, key, values)


def _follow(
    connection: Connection, subscriber_id: int, newsletter_id: int, reason: SuppressionReason, now: datetime
) -> None:
    """Have what we know of the person say the same as the list."""
    if newsletter_id == EVERYWHERE:
        mine = subscriber.c.id == subscriber_id
        connection.execute(sa.update(subscriber).where(mine).values(suppressed=str(reason)))
        return
    values = {"state": SubscriptionState.UNSUBSCRIBED, "paused_until": None, "changed_at": now, "left_at": now}
    those = (subscription.c.subscriber_id == subscriber_id) & (subscription.c.newsletter_id == newsletter_id)
    not_yet = subscription.c.state != SubscriptionState.UNSUBSCRIBED
    connection.execute(sa.update(subscription).where(those, not_yet).values(**values, left_reason=str(reason)))


def _is_lost(connection: Connection, one: Suppression) -> bool:
    key = (table.c.address_hash == one.address_hash) & (table.c.newsletter_id == one.newsletter_id)
    row = connection.execute(sa.select(table.c.lifted_at).where(key)).one_or_none()
    return row is None or (row.lifted_at is not None and row.lifted_at < one.at)


def _enforce(connection: Connection, seal: Seal, lost: Sequence[Suppression], now: datetime) -> None:
    """Look through all people for those whom ``lost`` is about: their addresses are not written anywhere else."""
    by_hash: dict[str, list[Suppression]] = {}
    for one in lost:
        by_hash.setdefault(one.address_hash, []).append(one)
    wanted = sa.select(subscriber.c.id, subscriber.c.email).where(subscriber.c.erased_at.is_(None))
    for person in connection.execute(wanted).all():
        for one in (found for name in seal.all(person.email) for found in by_hash.get(name, ())):
            _follow(connection, person.id, one.newsletter_id, one.reason, now)


def _suppression(row: sa.Row[Any]) -> Suppression:
    return Suppression(
        address_hash=row.address_hash, newsletter_id=row.newsletter_id, reason=SuppressionReason(row.reason), at=row.at,
        note=row.note, lifted_at=row.lifted_at,
    )  # fmt: skip
