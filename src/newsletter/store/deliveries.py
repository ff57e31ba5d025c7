"""The ledger: one row for each issue and subscriber, and the only permission to send.

A row is claimed in one commit, the mail goes out, and the outcome is settled in another commit. Whoever dies in between
leaves claimed rows behind; ``recover`` queues them again and marks them ``maybe_sent``, because the relay may already
have taken those mails. Nobody is lost, and a second copy can only reach those few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.errors import StoreError
from newsletter.model.delivery import Claim, Claimed, DeliveryState, Settlement
from newsletter.model.subscriber import SubscriptionState
from newsletter.store import workers
from newsletter.store.engine import reading, writing
from newsletter.store.tables import delivery as table
from newsletter.store.tables import issue, subscriber, subscription, worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the ledger, for people to read."""

    subscriber_id: int
    email: str
    variant: str
    state: DeliveryState
    reason: str
    attempt: int
    maybe_sent: bool
    reply_code: int | None
    reply_text: str
    due_at: datetime | None
    settled_at: datetime | None


class Deliveries:
    """The ledger of all issues."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, issue_id: int, owner: int, *, limit: int, now: datetime) -> Claim:
        """Take up to ``limit`` rows for ``owner``: queued ones, and deferred ones that are due.

        Whether a person may be mailed is asked here, at the last moment, in the same transaction.
        """
        with writing(self._engine) as connection:
            workers.beat(connection, owner, now)
            found = connection.execute(_claimable(issue_id, limit, now)).all()
            barred = [row for row in found if row.state != SubscriptionState.ACTIVE]
            ready = [row for row in found if row.state == SubscriptionState.ACTIVE]
            for state in {row.state for row in barred}:
                ids = [row.subscriber_id for row in barred if row.state == state]
                _set(connection, issue_id, ids, state=DeliveryState.SUPPRESSED, reason=str(state), settled_at=now)
            ids = [row.subscriber_id for row in ready]
            _set(connection, issue_id, ids, state=DeliveryState.CLAIMED, owner=owner, attempt=table.c.attempt + 1)
        rows = (
            Claimed(subscriber_id=r.subscriber_id, email=r.email, name=r.name, variant=r.variant, attempt=r.attempt + 1)
            for r in ready
        )
        return Claim(rows=tuple(rows), suppressed=len(barred))

    def settle(self, issue_id: int, owner: int, settlements: Sequence[Settlement], *, now: datetime) -> None:
        """Write down outcomes in one commit. ``StoreError`` if a row is no longer ours: then somebody took us for dead."""
        if not settlements:
            return
        with writing(self._engine) as connection:
            workers.beat(connection, owner, now)
            mine = (table.c.issue_id == issue_id) & (table.c.owner == owner) & (table.c.state == DeliveryState.CLAIMED)
            ids = [s.subscriber_id for s in settlements]
            held = connection.scalar(sa.select(sa.func.count()).where(mine, table.c.subscriber_id.in_(ids)))
            if held != len(ids):
                raise StoreError(
                    "Another sender took over this one's recipients; this run stops. See: newsletter issue status"
                )
            connection.execute(_SETTLE, [_settle_values(issue_id, s, now) for s in settlements])

    def release(self, issue_id: int, owner: int) -> None:
        """Give back claimed rows that no mail went out for."""
        with writing(self._engine) as connection:
            mine = (table.c.issue_id == issue_id) & (table.c.owner == owner) & (table.c.state == DeliveryState.CLAIMED)
            connection.execute(sa.update(table).where(mine).values(state=DeliveryState.QUEUED, owner=None))

    def requeue(self, issue_id: int, subscriber_ids: Sequence[int]) -> None:
        """Put refused rows back: the refusal turned out to be about us and not about them."""
        with writing(self._engine) as connection:
            _set(connection, issue_id, subscriber_ids, state=DeliveryState.QUEUED, reason="", settled_at=None)

    def recover(self, issue_id: int, *, max_age: timedelta, now: datetime) -> int:
        """Make an interrupted issue sendable again; return how many rows a dead sender had left claimed.

        Those rows and the ``unknown`` ones are queued again with ``maybe_sent`` set. Deferred rows of an issue older
        than ``max_age`` expire: a weekly is not worth reading after the next one.
        """
        mine = table.c.issue_id == issue_id
        again = {"state": DeliveryState.QUEUED, "maybe_sent": True, "owner": None}
        with writing(self._engine) as connection:
            gone = workers.dead(connection, now)
            ownerless = table.c.owner.in_(gone) | table.c.owner.not_in(sa.select(worker.c.id))
            orphaned = mine & (table.c.state == DeliveryState.CLAIMED) & ownerless
            found = connection.execute(
                sa.update(table).where(orphaned).values(again).returning(table.c.subscriber_id)
            ).all()
            workers.forget(connection, gone)
            unknown = mine & (table.c.state == DeliveryState.UNKNOWN)
            connection.execute(sa.update(table).where(unknown).values(again))
            frozen_at = connection.scalar(sa.select(issue.c.frozen_at).where(issue.c.id == issue_id))
            if frozen_at and now - frozen_at > max_age:
                late = mine & (table.c.state == DeliveryState.DEFERRED)
                connection.execute(sa.update(table).where(late).values(state=DeliveryState.EXPIRED, settled_at=now))
        return len(found)

    def counts(self, issue_id: int) -> dict[DeliveryState, int]:
        """How many rows are in each state, states without rows included; the sum is the frozen list."""
        wanted = sa.select(table.c.state, sa.func.count()).where(table.c.issue_id == issue_id).group_by(table.c.state)
        with reading(self._engine) as connection:
            found = {DeliveryState(state): int(count) for state, count in connection.execute(wanted)}
        return {state: found.get(state, 0) for state in DeliveryState}

    def suppressed_by_reason(self, issue_id: int) -> dict[str, int]:
        """How many rows were not mailed, by reason."""
        mine = (table.c.issue_id == issue_id) & (table.c.state == DeliveryState.SUPPRESSED)
        wanted = sa.select(table.c.reason, sa.func.count()).where(mine).group_by(table.c.reason)
        with reading(self._engine) as connection:
            return {str(reason): int(count) for reason, count in connection.execute(wanted)}

    def maybe_sent(self, issue_id: int) -> int:
        """How many people may have received a second copy."""
        wanted = sa.select(sa.func.count()).where(table.c.issue_id == issue_id, table.c.maybe_sent)
        with reading(self._engine) as connection:
            return int(connection.scalar(wanted) or 0)

    def rows(self, issue_id: int) -> list[Row]:
        """The ledger of one issue, person by person."""
        names = (
            "variant",
            "state",
            "reason",
            "attempt",
            "maybe_sent",
            "reply_code",
            "reply_text",
            "due_at",
            "settled_at",
        )
        wanted = (
            sa.select(table.c.subscriber_id, subscriber.c.email, *(table.c[name] for name in names))
            .join(subscriber, subscriber.c.id == table.c.subscriber_id)
            .where(table.c.issue_id == issue_id)
            .order_by(table.c.subscriber_id)
        )
        with reading(self._engine) as connection:
            return [Row(**row) for row in connection.execute(wanted).mappings()]


def _claimable(
    issue_id: int, limit: int, now: datetime
) -> sa.Select[tuple[int, str, int, str, str, SubscriptionState]]:
    """The next rows in the order of the index, each with its person and how that person stands right now."""
    due = (table.c.state == DeliveryState.DEFERRED) & (table.c.due_at <= now)
    return (
        sa.select(
            table.c.subscriber_id, table.c.variant, table.c.attempt, subscriber.c.email, subscriber.c.name, subscription.c.state
        )
        .join(issue, issue.c.id == table.c.issue_id)
        .join(subscriber, subscriber.c.id == table.c.subscriber_id)
        .join(
            subscription,
            (subscription.c.subscriber_id == table.c.subscriber_id) & (subscription.c.newsletter_id == issue.c.newsletter_id),
        )
        .where(table.c.issue_id == issue_id, (table.c.state == DeliveryState.QUEUED) | due)
        .order_by(table.c.subscriber_id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=table)
    )  # fmt: skip


_SETTLE = (
    sa.update(table)
    .where(table.c.issue_id == sa.bindparam("of_issue"), table.c.subscriber_id == sa.bindparam("of_subscriber"))
    .values(
        state=sa.bindparam("new_state"), reason=sa.bindparam("new_reason"), owner=None, settled_at=sa.bindparam("at"),
        reply_code=sa.bindparam("code"), reply_text=sa.bindparam("reply"), due_at=sa.bindparam("due"),
        maybe_sent=table.c.maybe_sent | sa.bindparam("maybe", type_=sa.Boolean),
    )
)  # fmt: skip


def _settle_values(issue_id: int, settled: Settlement, now: datetime) -> dict[str, object]:
    return {
        "of_issue": issue_id,
        "of_subscriber": settled.subscriber_id,
        "new_state": settled.state,
        "new_reason": settled.reason,
        "at": now,
        "code": settled.reply_code or None,
        "reply": settled.reply_text,
        "due": settled.due_at,
        "maybe": settled.maybe_sent,
    }


def _set(connection: Connection, issue_id: int, subscriber_ids: Sequence[int], **values: object) -> None:
    if subscriber_ids:
        where = (table.c.issue_id == issue_id) & table.c.subscriber_id.in_(subscriber_ids)
        connection.execute(sa.update(table).where(where).values(values))
