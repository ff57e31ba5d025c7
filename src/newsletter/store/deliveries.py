"""The ledger: one row for each issue and subscriber, and the only permission to send.

A row is claimed in one commit, the mail goes out, and the outcome is settled in another commit. Whoever dies in between
leaves claimed rows behind; ``Batches.take`` judges them by the journal of the dead sender.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.sql.compiler import SQLCompiler

from newsletter.model.delivery import HOUR, PACED, Claim, Claimed, DeliveryState, Settlement, Taken
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
            where = {"issue": taken.issue_id, "after": after, "upto": taken.last, "now": now}
            asked = {**where, "newsletter": taken.newsletter_id, "most": limit}
            found = connection.execute(_CLAIMABLE, asked).all()
            if not found:
                return Claim()
            barred = [row for row in found if row.standing != SubscriptionState.ACTIVE]
            _suppress(connection, taken, barred, now)
            ready = [row for row in found if row.standing == SubscriptionState.ACTIVE] if barred else found
            upto = found[-1].subscriber_id
            connection.execute(_CLAIM, {**where, "upto": upto})
            states = Counter(f"{tallies.STATE}{row.state}" for row in ready)
            tallies.add(connection, taken.issue_id, taken.batch_id, {**_minus(states), _CLAIMED: len(ready)})
        return Claim(rows=tuple(_claimed(row, now) for row in ready), suppressed=len(barred), last=upto)

    def settle(
        self, taken: Taken, settlements: Sequence[Settlement], *, now: datetime, waiting: Sequence[int] = ()
    ) -> dict[int, str]:
        """Write down outcomes in one durable commit; ``Fenced`` if the batch is no longer ours.

        Return those of the claimed rows still ``waiting`` (by subscriber) who may not be mailed any more, with the reason.
        """
        if not settlements:
            return {}
        with writing(self._engine) as connection:
            hold(connection, taken)
            for chunk in chunks([s.subscriber_id for s in settlements if s.maybe_sent]):
                own_up(connection, taken, within(taken) & table.c.subscriber_id.in_(chunk))
            _write_down(connection, taken.issue_id, settlements, now)
            changes = Counter({_CLAIMED: -len(settlements)})
            for settled in settlements:
                changes[f"{tallies.STATE}{settled.state}"] += 1
                if settled.state is DeliveryState.SUPPRESSED:
                    changes[f"{tallies.REASON}{settled.reason}"] += 1
                if settled.reply_code:
                    changes[_reply(settled)] += 1
            changes[f"{tallies.DAY}{now:%Y-%m-%d}"] = changes[f"{tallies.STATE}{DeliveryState.SENT}"]
            tallies.add(connection, taken.issue_id, taken.batch_id, changes)
            return _barred(connection, taken, waiting, now)

    def expire(self, taken: Taken, *, max_age: timedelta, now: datetime) -> int:
        """Give up what was deferred so long that the issue is not worth having any more; return how many those are."""
        with writing(self._engine) as connection:
            hold(connection, taken)
            begun = connection.scalar(
                sa.select(sa.func.coalesce(issue.c.send_at, issue.c.frozen_at)).where(issue.c.id == taken.issue_id)
            )
            if begun is None or now - begun <= max_age:
                return 0
            late = within(taken) & (table.c.state == DeliveryState.DEFERRED) & (table.c.reason != HOUR)
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


_LATER = table.c.state.in_((DeliveryState.DEFERRED, DeliveryState.UNKNOWN))
# The next rows of a batch in the order of the key: queued ones, and later ones that are due.
_NEXT = sa.and_(
    table.c.issue_id == sa.bindparam("issue"),
    table.c.subscriber_id > sa.bindparam("after"),
    table.c.subscriber_id <= sa.bindparam("upto"),
    (table.c.state == DeliveryState.QUEUED) | (_LATER & (table.c.due_at <= sa.bindparam("now"))),
)
# Whose pause has ended is active, whether or not somebody has woken them yet.
_IS_OVER = (subscription.c.state == SubscriptionState.PAUSED) & (subscription.c.paused_until <= sa.bindparam("now"))
# A suppressed address may not be mailed whatever its owner chose.
_STANDING = sa.case(
    (subscriber.c.suppressed != "", subscriber.c.suppressed),
    (_IS_OVER, sa.literal(SubscriptionState.ACTIVE.value)),
    else_=sa.cast(subscription.c.state, sa.Text),
)
# Each with its person and how that person stands right now. Outer joined: a row whose subscription is gone must come out
# as not to be mailed, not stay behind for ever.
_CLAIMABLE = (
    sa.select(
        table.c.subscriber_id, table.c.variant, table.c.attempt, table.c.generation, table.c.state, table.c.reason,
        subscriber.c.email, subscriber.c.name, subscriber.c.timezone, subscriber.c.plain, subscriber.c.link_serial,
        _STANDING.label("standing"),
    )
    .join(subscriber, subscriber.c.id == table.c.subscriber_id)
    .outerjoin(
        subscription,
        (subscription.c.subscriber_id == table.c.subscriber_id)
        & (subscription.c.newsletter_id == sa.bindparam("newsletter")),
    )
    .where(_NEXT)
    .order_by(table.c.subscriber_id)
    .limit(sa.bindparam("most"))
)  # fmt: skip
# The sum keeps the newsletter out of the choice of an index: SQLite would read all its subscriptions by it.
_BARRED = (
    sa.select(subscription.c.subscriber_id, _STANDING.label("state"))
    .join(subscriber, subscriber.c.id == subscription.c.subscriber_id)
    .where(
        subscription.c.subscriber_id.between(sa.bindparam("first"), sa.bindparam("last")),
        subscription.c.newsletter_id + 0 == sa.bindparam("newsletter"),
        _STANDING.is_distinct_from(SubscriptionState.ACTIVE.value),
    )
)
_CLAIM = (
    sa.update(table)
    .where(_NEXT)
    .values(state=DeliveryState.CLAIMED, attempt=table.c.attempt + 1, claimed_at=sa.bindparam("now"))
)


def _suppress(connection: Connection, taken: Taken, barred: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> None:
    """Take those off the queue who may not be mailed, each with the reason."""
    for state, standing in {(row.state, row.standing) for row in barred}:
        people = [row.subscriber_id for row in barred if (row.state, row.standing) == (state, standing)]
        those = within(taken) & table.c.subscriber_id.in_(people)
        reason = str(standing) if standing else "erased"
        values = {"state": DeliveryState.SUPPRESSED, "reason": reason, "settled_at": now, "due_at": None}
        move(connection, taken, those, f"{tallies.STATE}{state}", **values)


def _barred(connection: Connection, taken: Taken, waiting: Sequence[int], now: datetime) -> dict[int, str]:
    if not waiting:
        return {}
    asked = {"newsletter": taken.newsletter_id, "first": min(waiting), "last": max(waiting), "now": now}
    found = {row.subscriber_id: str(row.state) for row in connection.execute(_BARRED, asked)}
    return {person: found[person] for person in waiting if person in found} if found else found


def _claimed(row: Row[*tuple[Any, ...]], now: datetime) -> Claimed:
    return Claimed(
        subscriber_id=row.subscriber_id, email=row.email, name=row.name, variant=row.variant, attempt=row.attempt + 1,
        generation=row.generation, claimed_at=now, paced=row.reason == PACED, timezone=row.timezone,
        plain=row.plain, link_serial=row.link_serial,
    )  # fmt: skip


def _minus(counts: Counter[str]) -> dict[str, int]:
    return {what: -count for what, count in counts.items()}


def _reply(settled: Settlement) -> str:
    enhanced = _ENHANCED.search(settled.reply_text)
    return f"{tallies.REPLY}{settled.reply_code} {enhanced[0] if enhanced else ''}".rstrip()


_ONE = (table.c.issue_id == sa.bindparam("of_issue")) & (table.c.subscriber_id == sa.bindparam("of_subscriber"))
_ANSWER: dict[str, Any] = {
    "reply_code": sa.bindparam("code"),
    "reply_text": sa.bindparam("reply"),
    "digest": sa.bindparam("proof"),
}
_SETTLE = (
    sa.update(table)
    .where(_ONE)
    .values(
        state=sa.bindparam("new_state"), reason=sa.bindparam("new_reason"), due_at=sa.bindparam("due"),
        settled_at=sa.bindparam("at"), **_ANSWER,
    )
)  # fmt: skip
# The same for what nearly every row comes to, with so much less to hand over for each.
_SENT = (
    sa.update(table)
    .where(_ONE)
    .values(
        state=sa.literal_column(f"'{DeliveryState.SENT}'"), reason=sa.literal_column("''"), due_at=sa.null(),
        settled_at=sa.bindparam("at"), **_ANSWER,
    )
)  # fmt: skip


def _write_down(connection: Connection, issue_id: int, settlements: Sequence[Settlement], now: datetime) -> None:
    at = _at(connection.dialect, now)
    sent, others = [], []
    for settled in settlements:
        row: dict[str, object] = {
            "of_issue": issue_id, "of_subscriber": settled.subscriber_id, "at": at, "code": settled.reply_code or None,
            "reply": settled.reply_text, "proof": settled.digest or None,
        }  # fmt: skip
        if settled.state is DeliveryState.SENT:
            sent.append(row)
        else:
            state = {"new_state": settled.state, "new_reason": settled.reason, "due": settled.due_at}
            others.append({**row, **state, "at": now})
    if sent:
        _as_it_stands(connection, _SENT, sent)
    if others:
        connection.execute(_SETTLE, others)


def _at(dialect: sa.Dialect, now: datetime) -> object:
    """``now`` as the database's driver takes it."""
    process = table.c.settled_at.type.dialect_impl(dialect).bind_processor(dialect)
    return process(now) if process else now


def _as_it_stands(connection: Connection, statement: sa.Update, rows: Sequence[dict[str, object]]) -> None:
    """Execute with values that need no conversion, by the driver itself: for each row that saves two thirds."""
    compiled = _compiled(statement, connection.dialect)
    if not compiled.positiontup:  # a driver that takes names
        connection.exec_driver_sql(compiled.string, list(rows))
        return
    connection.exec_driver_sql(compiled.string, [tuple(row[name] for name in compiled.positiontup) for row in rows])


@cache
def _compiled(statement: sa.Update, dialect: sa.Dialect) -> SQLCompiler:
    return statement.compile(dialect=dialect)
