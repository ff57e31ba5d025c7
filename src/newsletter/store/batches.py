"""Batches: readers of one issue who are neighbours by number, run by one worker at a time.

A batch is small enough that everything about it may be looked at, however long the list is: claiming, recovering and
counting never look beyond it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from newsletter.errors import Fenced
from newsletter.model.delivery import BatchState, DeliveryState, Fate, Leftover, Taken, Unknown
from newsletter.model.issue import IssueState
from newsletter.model.manners import HALT_AT, halts
from newsletter.store import tallies, workers
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.tables import delivery, issue, newsletter, worker
from newsletter.store.tables import delivery_batch as table

#: How many readers a batch has.
SIZE = 1000
#: An issue has no more batches than about this many: a longer list has larger ones.
MOST = 1000
_KILLED = "accepted; the sender was killed before it wrote the answer down"


class Batches:
    """Who may send to whom: a batch belongs to the worker that took it, until it gives it back or dies."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, now: datetime, *, issue_id: int | None = None, limit: int = 8) -> list[int]:
        """Batches that somebody should run: of issues being sent, not held back, and with nobody alive at them."""
        asked = {"now": now, "most": limit, "issue": issue_id}
        with reading(self._engine) as connection:
            dead = workers.dead(connection, now)
            found: list[int] = []
            for kind in (kind for kind in _KINDS if dead or kind != "dead"):
                of_dead = {"dead": dead} if kind == "dead" else {}
                found.extend(connection.scalars(_open(kind, of_one=issue_id is not None), {**asked, **of_dead}))
            return list(dict.fromkeys(found))[:limit]

    def next_due(self, issue_id: int) -> datetime | None:
        """When the first of an issue's waiting batches has something to do; ``None`` if none will have."""
        waiting = (table.c.issue_id == issue_id) & (table.c.state == BatchState.WAITING)
        with reading(self._engine) as connection:
            return cast("datetime | None", connection.scalar(sa.select(sa.func.min(table.c.due_at)).where(waiting)))

    def running(self, issue_id: int) -> int:
        """How many of an issue's batches some worker has."""
        wanted = sa.select(sa.func.count()).where(table.c.issue_id == issue_id, table.c.state == BatchState.RUNNING)
        with reading(self._engine) as connection:
            return int(connection.scalar(wanted) or 0)

    def issue_of(self, batch_id: int) -> int:
        """Whose batch that is."""
        with reading(self._engine) as connection:
            return int(connection.scalar(sa.select(table.c.issue_id).where(table.c.id == batch_id)) or 0)

    def take(
        self, batch_id: int, owner: int, *, fates: Callable[[Leftover], Mapping[int, Fate] | None], now: datetime
    ) -> Taken | None:
        """Make a batch ``owner``'s; ``None`` if somebody living has it or nothing is to be done.

        What a dead worker had claimed in it is judged in the same transaction. ``fates`` reads that worker's journal; it
        answers ``None`` when the journal proves nothing (another machine's, or the machine was restarted), and then
        every claimed row may have been sent.
        """
        with writing(self._engine) as connection:
            workers.cut_off(connection, now)
            found = connection.execute(_LOCK, {"batch": batch_id}).one_or_none()
            if found is None or not _may_be_taken(connection, found, now):
                return None
            if found.state == BatchState.RUNNING:
                _judge(connection, found, fates, now)
            taken = {"state": BatchState.RUNNING, "owner": owner, "epoch": found.epoch + 1, "due_at": None}
            connection.execute(sa.update(table).where(table.c.id == batch_id).values(taken))
        return Taken(
            batch_id=batch_id, issue_id=found.issue_id, newsletter_id=found.newsletter_id, first=found.first_id,
            last=found.last_id, owner=owner, epoch=found.epoch + 1,
        )  # fmt: skip

    def bury(
        self, issue_id: int, *, fates: Callable[[Leftover], Mapping[int, Fate] | None], now: datetime
    ) -> list[Leftover]:
        """Judge what dead workers had claimed of an issue with which nobody goes on; return whose work that was.

        Their batches are let go of, so that ``Endings.close_cancelled`` finds nobody in them who is still claimed.
        """
        buried: list[Leftover] = []
        mine = (table.c.issue_id == issue_id) & (table.c.state == BatchState.RUNNING)
        with reading(self._engine) as connection:
            running = list(connection.scalars(sa.select(table.c.id).where(mine)))
        for batch_id in running:
            with writing(self._engine) as connection:
                workers.cut_off(connection, now)
                found = connection.execute(_LOCK, {"batch": batch_id}).one()
                if found.state == BatchState.RUNNING and workers.is_gone(connection, found.owner, now):
                    buried.append(workers.leftover(connection, _as_it_was(found)))
                    _judge(connection, found, fates, now)
                    close(connection, issue_id, batch_id, within(_as_it_was(found)))
        return buried

    def give_back(self, taken: Taken, *, now: datetime) -> BatchState:
        """Put rows that no mail went out for back on the queue, and say what is left to do in the batch."""
        with writing(self._engine) as connection:
            hold(connection, taken)
            _halt_after_canary(connection, taken, now)
            unsent = within(taken) & (delivery.c.state == DeliveryState.CLAIMED)
            move(connection, taken, unsent, "state/claimed", state=DeliveryState.QUEUED)
            close(connection, taken.issue_id, taken.batch_id, within(taken))
            workers.beat(connection, taken.owner, now)
            return BatchState(
                connection.execute(sa.select(table.c.state).where(table.c.id == taken.batch_id)).scalar_one()
            )

    def pulse(self, taken: Sequence[Taken], owner: int, rate: float, *, now: datetime) -> dict[int, IssueState | None]:
        """Show that ``owner`` lives, and how fast it sends; say of each batch how its issue stands.

        ``None`` for a batch that is not the owner's any more.
        """
        with writing(self._engine) as connection:
            workers.beat(connection, owner, now, rate=rate)
            return {one.batch_id: _standing(connection, one) for one in taken}


def hold(connection: Connection, taken: Taken) -> IssueState:
    """Lock the batch for this transaction and prove that it is still ours; return how its issue stands.

    ``Fenced`` if not. Every step that changes rows of a running batch begins with it.
    """
    if (state := _standing(connection, taken)) is None:
        raise Fenced("Another sender took over this one's readers, so it stops. See: newsletter issue status")
    return state


def _standing(connection: Connection, taken: Taken) -> IssueState | None:
    row = connection.execute(_LOCK, {"batch": taken.batch_id}).one_or_none()
    if row is None or (row.owner, row.epoch) != (taken.owner, taken.epoch):
        return None
    return IssueState(row.issue_state)


def within(taken: Taken) -> sa.ColumnElement[bool]:
    """The rows of a batch, found by their key."""
    return (delivery.c.issue_id == taken.issue_id) & delivery.c.subscriber_id.between(taken.first, taken.last)


def move(
    connection: Connection, taken: Taken, where: sa.ColumnElement[bool], counted: str, **values: object
) -> list[int]:
    """Change the state of the rows ``where``, all of which are ``counted`` as one thing; return whose they are."""
    changed = sa.update(delivery).where(where).values(values).returning(delivery.c.subscriber_id)
    moved = list(connection.scalars(changed))
    change = Counter({counted: -len(moved)})
    change[f"{tallies.STATE}{values['state']}"] += len(moved)
    if (reason := values.get("reason")) and values["state"] is DeliveryState.SUPPRESSED:
        change[f"{tallies.REASON}{reason}"] += len(moved)
    tallies.add(connection, taken.issue_id, taken.batch_id, change)
    return moved


def close(connection: Connection, issue_id: int, batch_id: int, rows: sa.ColumnElement[bool]) -> None:
    """Let go of a batch, in the state that its ``rows`` are in: more to do now, more to do later, or nothing."""
    queued = rows & (delivery.c.state == DeliveryState.QUEUED)
    later = rows & delivery.c.state.in_((DeliveryState.DEFERRED, DeliveryState.UNKNOWN))
    due = connection.scalar(sa.select(sa.func.min(delivery.c.due_at)).where(later))
    state = BatchState.WAITING if due else BatchState.DONE
    # In order, for PostgreSQL would rather read a list from its beginning until it meets the first that is queued.
    first = sa.select(delivery.c.subscriber_id).where(queued).order_by(delivery.c.subscriber_id).limit(1)
    if connection.scalar(first) is not None:
        state = BatchState.QUEUED
    where = (table.c.id == batch_id) & (table.c.issue_id == issue_id)
    connection.execute(sa.update(table).where(where).values(state=state, owner=None, due_at=due))


def cut(connection: Connection, issue_id: int, *, canary: int) -> None:
    """Cut the frozen list of an issue into batches, the first of which has ``canary`` readers if that is not 0."""
    everybody = sa.select(
        delivery.c.subscriber_id,
        (sa.func.row_number().over(order_by=delivery.c.subscriber_id) - 1).label("place"),
    ).where(delivery.c.issue_id == issue_id)
    total = connection.scalar(sa.select(sa.func.count()).where(delivery.c.issue_id == issue_id)) or 0
    size = max(SIZE, -(-total // MOST))
    listed = everybody.subquery()
    after = (listed.c.place - canary) // size + 1
    seq = sa.case((listed.c.place < canary, 0), else_=after) if canary else listed.c.place // size
    numbered = sa.select(listed.c.subscriber_id, sa.cast(seq, sa.Integer).label("seq")).subquery()
    ranges = (
        sa.select(
            sa.literal(issue_id), numbered.c.seq, sa.func.min(numbered.c.subscriber_id),
            sa.func.max(numbered.c.subscriber_id), sa.literal(BatchState.QUEUED, table.c.state.type), sa.literal(0),
        )
        .group_by(numbered.c.seq)
        .order_by(numbered.c.seq)
    )  # fmt: skip
    columns = ("issue_id", "seq", "first_id", "last_id", "state", "epoch")
    connection.execute(sa.insert(table).from_select(columns, ranges))
    _count_all(connection, issue_id)


def _count_all(connection: Connection, issue_id: int) -> None:
    """Begin the tally of a fresh list: what is queued, and what is not because there is nothing for them."""
    rows = sa.select(table.c.id, delivery.c.state, delivery.c.reason, sa.func.count()).join(
        delivery,
        (delivery.c.issue_id == table.c.issue_id) & delivery.c.subscriber_id.between(table.c.first_id, table.c.last_id),
    )
    grouped = rows.where(table.c.issue_id == issue_id).group_by(table.c.id, delivery.c.state, delivery.c.reason)
    for batch_id, state, reason, count in connection.execute(grouped).all():
        reasons = {f"{tallies.REASON}{reason}": count} if state == DeliveryState.SUPPRESSED else {}
        tallies.add(connection, issue_id, batch_id, {f"{tallies.STATE}{state}": count, **reasons})


def _halt_after_canary(connection: Connection, taken: Taken, now: datetime) -> None:
    """Pause an issue whose first readers were refused, in the transaction that would let the others go."""
    first = (table.c.id == taken.batch_id) & (table.c.seq == 0) & issue.c.canary & (issue.c.state == IssueState.SENDING)
    if connection.scalar(sa.select(table.c.id).join(issue, issue.c.id == table.c.issue_id).where(first)) is None:
        return
    counted = tallies.of_batch(connection, taken.issue_id, taken.batch_id)
    sent, bounced = (counted[f"{tallies.STATE}{state}"] for state in (DeliveryState.SENT, DeliveryState.BOUNCED))
    if halts(sent, bounced):
        reason = (
            f"Of the first {sent + bounced} readers {bounced} were refused, more than {HALT_AT:g} per cent, so nothing "
            "went to the others. Look at the replies, then resume or cancel."
        )
        paused = {"state": IssueState.PAUSED, "pause_reason": reason}
        connection.execute(sa.update(issue).where(issue.c.id == taken.issue_id).values(paused))
        record(connection, now, "newsletter", "issue.paused", f"issue {taken.issue_id}", reason=reason)


def _unknown_of(connection: Connection, newsletter_id: int) -> Unknown:
    word = newsletter.c.manners["unknown"].as_string()
    return Unknown(connection.scalar(sa.select(word).where(newsletter.c.id == newsletter_id)) or Unknown.RESEND)


# Made once: putting a statement together costs more than running it, and these run for every fifty mails.
_LOCK = (
    sa.select(table, issue.c.newsletter_id, issue.c.state.label("issue_state"), issue.c.send_at)
    .join(issue, issue.c.id == table.c.issue_id)
    .where(table.c.id == sa.bindparam("batch"))
    .with_for_update(of=table)
)


# Built once: workers ask these all the time.
_CANARY = table.alias("canary")
_ALONE = (
    sa.select(_CANARY.c.id)
    .where(
        _CANARY.c.issue_id == table.c.issue_id,
        _CANARY.c.seq == 0,
        table.c.seq > 0,
        issue.c.canary,
        _CANARY.c.state.in_((BatchState.QUEUED, BatchState.RUNNING)),
    )
    .exists()
)
#: Of an issue that is being sent, after its recall window, and not before its canary has come through.
_GOING = sa.and_(
    issue.c.state == IssueState.SENDING,
    issue.c.send_at.is_(None) | (issue.c.send_at <= sa.bindparam("now")),
    ~_ALONE,
)
_TAKABLE = (
    sa.select(table.c.id).join(issue, issue.c.id == table.c.issue_id).where(table.c.id == sa.bindparam("batch"), _GOING)
)
_KINDS: dict[str, sa.ColumnElement[bool]] = {
    "queued": table.c.state == BatchState.QUEUED,
    "due": (table.c.state == BatchState.WAITING) & (table.c.due_at <= sa.bindparam("now")),
    "dead": table.c.owner.in_(sa.bindparam("dead", expanding=True)),
    "ownerless": (table.c.state == BatchState.RUNNING) & table.c.owner.not_in(sa.select(worker.c.id)),
}


@cache
def _open(kind: str, *, of_one: bool) -> sa.Select[tuple[int]]:
    wanted = (
        sa.select(table.c.id)
        .join(issue, issue.c.id == table.c.issue_id)
        .where(_KINDS[kind], _GOING)
        .order_by(table.c.issue_id, table.c.seq)
        .limit(sa.bindparam("most"))
    )
    return wanted.where(table.c.issue_id == sa.bindparam("issue")) if of_one else wanted


def _may_be_taken(connection: Connection, found: Row[tuple[object, ...]], now: datetime) -> bool:
    """Asked with the batch locked: what ``open`` saw may be long ago."""
    if connection.scalar(_TAKABLE, {"batch": found.id, "now": now}) is None:
        return False
    if found.state == BatchState.RUNNING:
        return workers.is_gone(connection, found.owner, now)
    return bool(found.state == BatchState.QUEUED or (found.state == BatchState.WAITING and found.due_at <= now))


def _judge(
    connection: Connection,
    found: Row[tuple[object, ...]],
    fates: Callable[[Leftover], Mapping[int, Fate] | None],
    now: datetime,
) -> None:
    """Say of each row that the dead owner had claimed what became of it, as far as anybody knows."""
    before = _as_it_was(found)
    claimed = within(before) & (delivery.c.state == DeliveryState.CLAIMED)
    left = list(connection.scalars(sa.select(delivery.c.subscriber_id).where(claimed)))
    known = fates(workers.leftover(connection, before)) if left else {}
    by_fate: dict[Fate, list[int]] = {fate: [] for fate in Fate}
    for subscriber_id in left:
        fate = Fate.AMBIGUOUS if known is None else known.get(subscriber_id, Fate.UNSENT)
        by_fate[fate].append(subscriber_id)
    hand = _unknown_of(connection, before.newsletter_id)
    ambiguous = (
        {"state": DeliveryState.QUEUED}
        if hand is Unknown.RESEND
        else {"state": DeliveryState.UNKNOWN, "reason": "killed"}
    )
    became: dict[Fate, dict[str, object]] = {
        Fate.UNSENT: {"state": DeliveryState.QUEUED},
        Fate.ACCEPTED: {"state": DeliveryState.SENT, "reply_code": 250, "reply_text": _KILLED, "settled_at": now},
        Fate.AMBIGUOUS: dict(ambiguous),
    }
    for fate, people in by_fate.items():
        for chunk in chunks(people):
            those = claimed & delivery.c.subscriber_id.in_(chunk)
            if fate is Fate.AMBIGUOUS:
                own_up(connection, before, those)
            # A time to try again from before the claim must not wake what is held now.
            move(connection, before, those, "state/claimed", due_at=None, **became[fate])


def _as_it_was(found: Row[tuple[object, ...]]) -> Taken:
    return Taken(
        batch_id=found.id, issue_id=found.issue_id, newsletter_id=found.newsletter_id, first=found.first_id,
        last=found.last_id, owner=found.owner, epoch=found.epoch,
    )  # fmt: skip


def own_up(connection: Connection, taken: Taken, where: sa.ColumnElement[bool]) -> None:
    """Mark rows of which a copy may have arrived, for good."""
    newly = sa.update(delivery).where(where, ~delivery.c.maybe_sent).values(maybe_sent=True)
    marked = connection.scalars(newly.returning(delivery.c.subscriber_id)).all()
    tallies.add(connection, taken.issue_id, taken.batch_id, {tallies.MAYBE_SENT: len(marked)})


#: So many numbers at a time: a statement takes only so many parameters.
_CHUNK = 500


def chunks(people: Sequence[int]) -> list[Sequence[int]]:
    """``people`` in lists that a statement can take as parameters."""
    return [people[start : start + _CHUNK] for start in range(0, len(people), _CHUNK)]
