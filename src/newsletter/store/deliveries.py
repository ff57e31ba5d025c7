"""The ledger: one row for each issue and subscriber, and the only permission to send.

A row is claimed in one commit, the mail goes out, and the outcome is settled in another commit. Whoever dies in between
leaves claimed rows behind; ``Batches.take`` judges them by the journal of the dead sender.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from newsletter.model.delivery import Claim, Claimed, DeliveryState, Settlement, Taken
from newsletter.model.issue import IssueState
from newsletter.model.subscriber import SubscriptionState
from newsletter.store import tallies
from newsletter.store.batches import chunks, hold, move, own_up, within
from newsletter.store.engine import writing
from newsletter.store.tables import delivery as table
from newsletter.store.tables import issue, subscriber, subscription

#: The enhanced status code in a reply's text (RFC 3463).
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CLAIMED = f"{tallies.STATE}{DeliveryState.CLAIMED}"


class Deliveries:
    """The ledger's rows, as the worker at a batch sees them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, taken: Taken, *, after: int, limit: int, now: datetime) -> Claim:
        """Take up to ``limit`` rows of the batch beyond subscriber ``after``: queued ones, and later ones that are due.

        Whether a person may be mailed, and whether the issue goes on, is asked here, at the last moment, in the same
        transaction. ``Fenced`` if the batch is no longer ours.
        """
        with writing(self._engine) as connection:
            if hold(connection, taken) is not IssueState.SENDING:
                return Claim(stopped=True)
            found = connection.execute(_claimable(taken, after, limit, now)).all()
            if not found:
                return Claim()
            barred = [row for row in found if row.standing != SubscriptionState.ACTIVE]
            _suppress(connection, taken, barred, now)
            ready = [row for row in found if row.standing == SubscriptionState.ACTIVE]
            upto = found[-1].subscriber_id
            mine = within(taken) & (table.c.subscriber_id > after) & (table.c.subscriber_id <= upto) & _open(now)
            claimed = {"state": DeliveryState.CLAIMED, "attempt": table.c.attempt + 1, "claimed_at": now}
            connection.execute(sa.update(table).where(mine).values(claimed))
            states = Counter(f"{tallies.STATE}{row.state}" for row in ready)
            tallies.add(connection, taken.issue_id, taken.batch_id, {**_minus(states), _CLAIMED: len(ready)})
        return Claim(rows=tuple(_claimed(row, now) for row in ready), suppressed=len(barred), last=upto)

    def settle(self, taken: Taken, settlements: Sequence[Settlement], *, now: datetime) -> None:
        """Write down outcomes in one durable commit; ``Fenced`` if the batch is no longer ours."""
        if not settlements:
            return
        with writing(self._engine) as connection:
            hold(connection, taken)
            for chunk in chunks([s.subscriber_id for s in settlements if s.maybe_sent]):
                own_up(connection, taken, within(taken) & table.c.subscriber_id.in_(chunk))
            connection.execute(_SETTLE, [_settle_values(taken.issue_id, s, now) for s in settlements])
            changes = Counter({_CLAIMED: -len(settlements)})
            for settled in settlements:
                changes[f"{tallies.STATE}{settled.state}"] += 1
                if settled.reply_code:
                    changes[_reply(settled)] += 1
            tallies.add(connection, taken.issue_id, taken.batch_id, changes)

    def expire(self, taken: Taken, *, max_age: timedelta, now: datetime) -> int:
        """Give up what was deferred so long that the issue is not worth having any more; return how many those are."""
        with writing(self._engine) as connection:
            hold(connection, taken)
            begun = connection.scalar(
                sa.select(sa.func.coalesce(issue.c.send_at, issue.c.frozen_at)).where(issue.c.id == taken.issue_id)
            )
            if begun is None or now - begun <= max_age:
                return 0
            late = within(taken) & (table.c.state == DeliveryState.DEFERRED)
            counted = f"{tallies.STATE}{DeliveryState.DEFERRED}"
            return len(move(connection, taken, late, counted, state=DeliveryState.EXPIRED, settled_at=now, due_at=None))

    def requeue(self, taken: Taken, subscriber_ids: Sequence[int]) -> None:
        """Put refused rows back on the queue: the refusal turned out to be about us and not about them."""
        with writing(self._engine) as connection:
            hold(connection, taken)
            for chunk in chunks(subscriber_ids):
                those = within(taken) & table.c.subscriber_id.in_(chunk) & (table.c.state == DeliveryState.BOUNCED)
                counted = f"{tallies.STATE}{DeliveryState.BOUNCED}"
                move(connection, taken, those, counted, state=DeliveryState.QUEUED, reason="", settled_at=None)


def _claimable(taken: Taken, after: int, limit: int, now: datetime) -> sa.Select[tuple[object, ...]]:
    """The next rows in the order of the key, each with its person and how that person stands right now.

    Outer joined: a row whose subscription is gone must come out as not to be mailed, not stay behind for ever.
    """
    columns = (table.c.subscriber_id, table.c.variant, table.c.attempt, table.c.generation, table.c.state)
    return (
        sa.select(*columns, subscriber.c.email, subscriber.c.name, subscription.c.state.label("standing"))
        .join(subscriber, subscriber.c.id == table.c.subscriber_id)
        .outerjoin(
            subscription,
            (subscription.c.subscriber_id == table.c.subscriber_id)
            & (subscription.c.newsletter_id == taken.newsletter_id),
        )
        .where(within(taken), table.c.subscriber_id > after, _open(now))
        .order_by(table.c.subscriber_id)
        .limit(limit)
    )


def _open(now: datetime) -> sa.ColumnElement[bool]:
    later = table.c.state.in_((DeliveryState.DEFERRED, DeliveryState.UNKNOWN)) & (table.c.due_at <= now)
    return (table.c.state == DeliveryState.QUEUED) | later


def _suppress(connection: Connection, taken: Taken, barred: Sequence[Row[tuple[object, ...]]], now: datetime) -> None:
    """Take those off the queue who may not be mailed, each with the reason."""
    for state, standing in {(row.state, row.standing) for row in barred}:
        people = [row.subscriber_id for row in barred if (row.state, row.standing) == (state, standing)]
        those = within(taken) & table.c.subscriber_id.in_(people)
        reason = str(standing) if standing else "erased"
        values = {"state": DeliveryState.SUPPRESSED, "reason": reason, "settled_at": now, "due_at": None}
        move(connection, taken, those, f"{tallies.STATE}{state}", **values)


def _claimed(row: Row[tuple[object, ...]], now: datetime) -> Claimed:
    return Claimed(
        subscriber_id=row.subscriber_id, email=row.email, name=row.name, variant=row.variant, attempt=row.attempt + 1,
        generation=row.generation, claimed_at=now,
    )  # fmt: skip


def _minus(counts: Counter[str]) -> dict[str, int]:
    return {what: -count for what, count in counts.items()}


def _reply(settled: Settlement) -> str:
    enhanced = _ENHANCED.search(settled.reply_text)
    return f"{tallies.REPLY}{settled.reply_code} {enhanced[0] if enhanced else ''}".rstrip()


_SETTLE = (
    sa.update(table)
    .where(table.c.issue_id == sa.bindparam("of_issue"), table.c.subscriber_id == sa.bindparam("of_subscriber"))
    .values(
        state=sa.bindparam("new_state"), reason=sa.bindparam("new_reason"), settled_at=sa.bindparam("at"),
        reply_code=sa.bindparam("code"), reply_text=sa.bindparam("reply"), due_at=sa.bindparam("due"),
        digest=sa.bindparam("proof"),
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
        "proof": settled.digest or None,
    }
