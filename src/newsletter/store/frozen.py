"""The frozen copy of an issue: what is sent, to whom, fixed in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.errors import IssueStateError, StoreError
from newsletter.model.delivery import HOUR, DeliveryState
from newsletter.model.issue import IssueState
from newsletter.model.segment_words import parse
from newsletter.model.subscriber import SubscriptionState
from newsletter.store import batches, instance, readership
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.issues import move_to
from newsletter.store.segments import meant
from newsletter.store.tables import delivery, delivery_batch, issue, issue_variant, subscriber, subscription, tally
from newsletter.store.waking import wake
from newsletter.store.wishes import alike, may_concern

#: Tells an engine of batches, inside the transaction that makes them.
Enqueue = Callable[[Connection, Sequence[int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenVariant:
    """What one set of readers gets, exactly as it was compiled when the issue was frozen.

    ``headers`` are those that all of them share; ``sha256`` is over subject, HTML and text.
    """

    subject: str
    html: str
    text: str
    sha256: str
    headers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who gets what: compiled mails by the key of their variant, and the key for each reader.

    ``variant_of`` maps choices (the text of `Alike`) to their key, of those whom the issue is for; ``others`` are the
    choices of those whom it is not for. ``personal`` are the readers who ``had`` items of the issue elsewhere with their
    key. A key without a mail among ``variants`` means that nothing is left for them. ``canary`` is how many readers go
    first, alone; nothing leaves before ``send_at``, and to readers with a time zone or an hour not before ``leaves_at``.
    """

    variants: Mapping[str, FrozenVariant]
    variant_of: Mapping[str, str]
    personal: Mapping[int, str] = field(default_factory=dict)
    had: Mapping[int, frozenset[str]] = field(default_factory=dict)
    others: Collection[str] = ()
    canary: int = 0
    send_at: datetime | None = None
    leaves_at: Callable[[str, int | None], datetime] | None = None


class Frozen:
    """Frozen issues."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def readers(self, issue_id: int, *, now: datetime) -> dict[str, int]:
        """How many readers an issue may concern, by what they chose (the text of `Alike`)."""
        with reading(self._engine) as connection:
            chosen = alike(connection, issue_id).label("chosen")
            wanted = sa.select(chosen, sa.func.count()).where(_may_get(connection, issue_id, now)).group_by(chosen)
            return {text: int(count) for text, count in connection.execute(wanted)}

    def chosen_by(self, issue_id: int, readers: Collection[int], *, now: datetime) -> dict[int, str]:
        """What each of these readers of an issue chose, as the text of `Alike`."""
        with reading(self._engine) as connection:
            chosen = alike(connection, issue_id).label("chosen")
            wanted = sa.select(subscription.c.subscriber_id, chosen).where(_may_get(connection, issue_id, now))
            return {person: text for person, text in connection.execute(wanted) if person in readers}

    def reached(self, issue_id: int) -> int:
        """How many readers of an issue would get a correction of it."""
        with reading(self._engine) as connection:
            newsletter_id = connection.scalar(sa.select(issue.c.newsletter_id).where(issue.c.id == issue_id))
            who = _subscribed(newsletter_id) & _got(issue_id)
            return int(connection.scalar(sa.select(sa.func.count()).select_from(subscription).where(who)) or 0)

    def freeze(
        self, issue_id: int, audience: Audience, *, actor: str, now: datetime, enqueue: Enqueue = lambda *_: None
    ) -> None:
        """Fix content and audience in one transaction: after it the issue can be sent, before it nothing can.

        Everyone who has not unsubscribed gets a row in the ledger; a correction goes to those who got what it corrects.
        ``enqueue`` is told of the batches inside the same transaction.
        """
        with writing(self._engine) as connection:
            _one_freeze_at_a_time(connection)
            times = {"frozen_at": now, "send_at": audience.send_at, "canary": audience.canary > 0}
            move_to(connection, issue_id, (IssueState.APPROVED,), IssueState.SENDING, **times)
            wake(connection, now, _newsletter_of(connection, issue_id))
            for key, frozen in audience.variants.items():
                content = {name: getattr(frozen, name) for name in FrozenVariant.__slots__}
                connection.execute(sa.insert(issue_variant).values(issue_id=issue_id, variant=key, **content))
            connection.execute(_queue(connection, issue_id, audience, now))
            _refuse_moved_audience(connection, issue_id, audience, now)
            if readership.had(connection, issue_id) != dict(audience.had):
                raise StoreError(_MOVED)
            _personalise(connection, issue_id, audience)
            _hold_until_their_hour(connection, issue_id, audience)
            instance.grow(connection)
            batches.cut(connection, issue_id, canary=audience.canary)
            record(connection, now, actor, "issue.frozen", f"issue {issue_id}", variants=sorted(audience.variants))
            mine = sa.select(delivery_batch.c.id).where(delivery_batch.c.issue_id == issue_id)
            enqueue(connection, list(connection.scalars(mine.order_by(delivery_batch.c.seq))))

    def variants(self, issue_id: int) -> dict[str, FrozenVariant]:
        """The frozen mails of an issue, by variant; empty if it was never frozen."""
        wanted = sa.select(issue_variant).where(issue_variant.c.issue_id == issue_id)
        with reading(self._engine) as connection:
            return {
                row.variant: FrozenVariant(**{name: getattr(row, name) for name in FrozenVariant.__slots__})
                for row in connection.execute(wanted)
            }

    def recall(self, issue_id: int, *, actor: str, now: datetime) -> None:
        """Take a freeze back as if it had not been: only while nothing has been claimed yet.

        ``IssueStateError`` once the first batch was taken.
        """
        begun = (delivery_batch.c.issue_id == issue_id) & (delivery_batch.c.epoch > 0)
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(
                    sa.select(delivery_batch.c.id).where(delivery_batch.c.issue_id == issue_id).with_for_update()
                )
            if connection.scalar(sa.select(delivery_batch.c.id).where(begun).limit(1)) is not None:
                raise IssueStateError(
                    f"Issue {issue_id} has begun to leave, so it cannot be recalled. "
                    f"To stop the rest: newsletter issue cancel {issue_id}"
                )
            going = (IssueState.SENDING, IssueState.PAUSED)
            move_to(connection, issue_id, going, IssueState.APPROVED, frozen_at=None, send_at=None, pause_reason="")
            for mine in (tally, delivery_batch, delivery, issue_variant):
                connection.execute(sa.delete(mine).where(mine.c.issue_id == issue_id))
            record(connection, now, actor, "issue.recalled", f"issue {issue_id}")


def _may_get(connection: Connection, issue_id: int, now: datetime) -> sa.ColumnElement[bool]:
    """Whose subscription makes them a reader of the issue."""
    wanted = sa.select(issue.c.newsletter_id, issue.c.corrects, issue.c.segment).where(issue.c.id == issue_id)
    row = connection.execute(wanted).one()
    subscribed = _subscribed(row.newsletter_id)
    if row.corrects is not None:
        return subscribed & _got(row.corrects)
    if row.segment is not None:
        subscribed &= meant(connection, row.newsletter_id, parse(row.segment), now)
    return subscribed & may_concern(connection, issue_id)


def _newsletter_of(connection: Connection, issue_id: int) -> int:
    return int(connection.scalar(sa.select(issue.c.newsletter_id).where(issue.c.id == issue_id)) or 0)


def _subscribed(newsletter_id: int | None) -> sa.ColumnElement[bool]:
    active: sa.ColumnElement[bool] = subscription.c.state != SubscriptionState.UNSUBSCRIBED
    return (subscription.c.newsletter_id == newsletter_id) & active


def _got(issue_id: int) -> sa.ColumnElement[bool]:
    """Who has the issue, or may have it."""
    came = (delivery.c.state == DeliveryState.SENT) | delivery.c.maybe_sent
    return subscription.c.subscriber_id.in_(
        sa.select(delivery.c.subscriber_id).where(delivery.c.issue_id == issue_id, came)
    )


def _queue(connection: Connection, issue_id: int, audience: Audience, now: datetime) -> sa.Insert:
    """One statement that puts all readers into the ledger in the order of its key, however many they are."""
    columns = (
        "issue_id",
        "subscriber_id",
        "variant",
        "state",
        "reason",
        "attempt",
        "maybe_sent",
        "reply_text",
        "settled_at",
    )
    chosen = alike(connection, issue_id)
    variant = (
        sa.case(audience.variant_of, value=chosen, else_="") if any(audience.variant_of.values()) else sa.literal("")
    )
    empty = [text for text, key in audience.variant_of.items() if key not in audience.variants]
    queued, suppressed = (
        sa.literal(s, delivery.c.state.type) for s in (DeliveryState.QUEUED, DeliveryState.SUPPRESSED)
    )
    nothing = chosen.in_(empty) if empty else sa.false()
    readers = (
        sa.select(
            sa.literal(issue_id), subscription.c.subscriber_id, variant, sa.case((nothing, suppressed), else_=queued),
            sa.case((nothing, "nothing_wanted"), else_=""), sa.literal(0), sa.false(), sa.literal(""),
            sa.case((nothing, sa.literal(audience.send_at, delivery.c.settled_at.type)), else_=sa.null()),
        )
        .where(_may_get(connection, issue_id, now), chosen.in_(list(audience.variant_of)))
        .order_by(subscription.c.subscriber_id)
    )  # fmt: skip
    return sa.insert(delivery).from_select(columns, readers)


def _refuse_moved_audience(connection: Connection, issue_id: int, audience: Audience, now: datetime) -> None:
    """Roll the freeze back if somebody changed what they chose after ``variant_of`` was made: they would be lost."""
    known = [*audience.variant_of, *audience.others]
    missing = sa.select(subscription.c.subscriber_id).where(
        _may_get(connection, issue_id, now), alike(connection, issue_id).not_in(known)
    )
    if connection.scalar(missing.limit(1)) is not None:
        raise StoreError(_MOVED)


def _hold_until_their_hour(connection: Connection, issue_id: int, audience: Audience) -> None:
    """Have the rows of readers with a zone or an hour of their own wait for it."""
    own = (subscriber.c.timezone != "") | subscription.c.hour.is_not(None)
    mine = (subscription.c.subscriber_id == delivery.c.subscriber_id) & (
        subscription.c.newsletter_id == _newsletter_of(connection, issue_id)
    )
    wanted = (
        sa.select(delivery.c.subscriber_id, subscriber.c.timezone, subscription.c.hour)
        .join(subscription, mine)
        .join(subscriber, subscriber.c.id == delivery.c.subscriber_id)
        .where(delivery.c.issue_id == issue_id, delivery.c.state == DeliveryState.QUEUED, own)
    )
    rows = connection.execute(wanted).all()
    if not rows or audience.leaves_at is None or audience.send_at is None:
        return
    leaves_at = cache(audience.leaves_at)
    waves: defaultdict[datetime, list[int]] = defaultdict(list)
    for row in rows:
        due = leaves_at(row.timezone, row.hour)
        if due > audience.send_at:
            waves[due].append(row.subscriber_id)
    for due, readers in waves.items():
        values = {"state": DeliveryState.DEFERRED, "reason": HOUR, "due_at": due}
        for chunk in batches.chunks(readers):
            those = (delivery.c.issue_id == issue_id) & delivery.c.subscriber_id.in_(chunk)
            connection.execute(sa.update(delivery).where(those).values(values))
    connection.execute(sa.update(issue).where(issue.c.id == issue_id).values(local_hours=True))


def _one_freeze_at_a_time(connection: Connection) -> None:
    """Two issues that share an item and freeze together must see each other; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE issue_variant IN SHARE ROW EXCLUSIVE MODE"))


def _personalise(connection: Connection, issue_id: int, audience: Audience) -> None:
    """Give those who had an item elsewhere the variant without it, or the reason why they get no mail."""
    for key in sorted(set(audience.personal.values())):
        readers = [subscriber_id for subscriber_id, variant in audience.personal.items() if variant == key]
        values: dict[str, object] = {"variant": key}
        if key not in audience.variants:
            values = {"state": DeliveryState.SUPPRESSED, "reason": "had_everything"}
        for chunk in batches.chunks(readers):
            mine = (delivery.c.issue_id == issue_id) & delivery.c.subscriber_id.in_(chunk)
            connection.execute(sa.update(delivery).where(mine).values(values))


_MOVED = "A reader's preferences or mails changed at this very moment; run the command again."
