"""Many people at once: laid out beside the tables, then taken over by the database itself, in one transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from newsletter.errors import StoreError
from newsletter.model.consent import ConsentKind
from newsletter.model.seal import Seal
from newsletter.model.subscriber import SubscriptionState
from newsletter.store.tables import consent, newsletter, subscriber, subscription, suppression
from newsletter.store.tables.columns import Json, Moment
from newsletter.store.upsert import insert_for


class Row(NamedTuple):
    """One person and their subscription, each value in its stored form: moments as `moment_text`, maps as JSON.

    ``evidence`` is what a file tells of how they agreed; ``{}`` where it tells nothing.
    """

    email: str
    email_key: str
    name: str = ""
    state: str = "active"
    skips: str = ""
    frequency: str = "every"
    topics: str = ""
    language: str = ""
    timezone: str = ""
    plain: str = "0"
    attributes: str = "{}"
    source: str = ""
    left_reason: str = ""
    evidence: str = "{}"
    since: str | None = None
    left_at: str | None = None
    hour: str | None = None
    paused_until: str | None = None


#: Rows handed to the database at a time.
_CHUNK = 20_000
_TYPES: dict[str, Any] = {
    "plain": sa.Boolean,
    "attributes": Json,
    "evidence": Json,
    "since": Moment,
    "left_at": Moment,
    "hour": sa.Integer,
    "paused_until": Moment,
}
_incoming = sa.Table(
    "incoming", sa.MetaData(),
    sa.Column("place", sa.Integer, primary_key=True),
    *(sa.Column(name, _TYPES.get(name, sa.Text)) for name in Row._fields),
    prefixes=["TEMPORARY"],
)  # fmt: skip
_hashes = sa.Table(
    "incoming_hash", sa.MetaData(),
    sa.Column("place", sa.Integer, nullable=False), sa.Column("address_hash", sa.Text, nullable=False),
    prefixes=["TEMPORARY"],
)  # fmt: skip
# What PostgreSQL's text form of COPY writes otherwise.
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"
_PERSON = ("email", "email_key", "name", "language", "timezone", "plain", "attributes")
_WISHES = ("state", "skips", "frequency", "topics", "source", "left_at", "left_reason", "hour", "paused_until")


@dataclass(frozen=True, slots=True)
class Added:
    """How many subscriptions were new, and how many were there before.

    Of these ``left`` were ended, for the list says so; ``suppressed`` people were kept out, for nothing may be sent to them.
    """

    new: int
    known: int
    left: int = 0
    suppressed: int = 0


def moment_text(moment: datetime) -> str:
    """A moment as both databases read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def subscribe(connection: Connection, seal: Seal, newsletter_id: int, rows: Iterable[Row], now: datetime) -> Added:
    """Subscribe people, in the order of ``rows``; of two with the same key the first counts.

    Who is there already stays as they are, unless the list says that they left: no list brings anybody back. Who is
    suppressed, here or everywhere, is not added.
    """
    _incoming.create(connection)  # like all the rest it is gone when the transaction is rolled back
    count = _copy(connection, rows) if connection.dialect.name == "postgresql" else _insert(connection, rows)
    suppressed = _drop_suppressed(connection, seal, newsletter_id)
    person = [*(_incoming.c[name] for name in _PERSON), _moment(now)]
    connection.execute(_taken_over(connection, subscriber, (*_PERSON, "created_at"), sa.select(*person)))
    _since = sa.func.coalesce(_incoming.c.since, _moment(now))
    columns = ("subscriber_id", "newsletter_id", "since", "changed_at", *_WISHES)
    wishes = sa.select(
        subscriber.c.id, sa.literal(newsletter_id, newsletter.c.id.type), _since, _moment(now), *(_incoming.c[name] for name in _WISHES)
    ).join(subscriber, subscriber.c.email_key == _incoming.c.email_key)  # fmt: skip
    left = _let_go(connection, newsletter_id, now)
    taken_over = _taken_over(connection, subscription, columns, wishes).execution_options(preserve_rowcount=True)
    new = connection.execute(taken_over).rowcount
    _keep_evidence(connection, newsletter_id, now)
    _incoming.drop(connection)
    return Added(new, count - suppressed - new, left, suppressed)


def _moment(now: datetime) -> sa.ColumnElement[datetime]:
    return sa.literal(now, subscriber.c.created_at.type)


def _taken_over(connection: Connection, table: sa.Table, columns: tuple[str, ...], rows: sa.Select[Any]) -> sa.Insert:
    """The statement that puts ``rows`` into ``table``, in their order, but for those that are there."""
    # Without a condition SQLite would read ON CONFLICT as part of the join.
    ordered = rows.where(_incoming.c.place > 0).order_by(_incoming.c.place)
    return insert_for(connection.dialect.name, table).from_select(columns, ordered).on_conflict_do_nothing()


def _drop_suppressed(connection: Connection, seal: Seal, newsletter_id: int) -> int:
    """Strike out those whom nothing may be sent to; return how many."""
    mine = suppression.c.newsletter_id.in_((0, newsletter_id)) & suppression.c.lifted_at.is_(None)
    if connection.scalar(sa.select(suppression.c.reason).where(mine).limit(1)) is None:
        return 0
    _hashes.create(connection)
    last = 0
    wanted = sa.select(_incoming.c.place, _incoming.c.email).order_by(_incoming.c.place).limit(_CHUNK)
    while people := connection.execute(wanted.where(_incoming.c.place > last)).all():
        named = [{"place": row.place, "address_hash": name} for row in people for name in seal.all(row.email)]
        connection.execute(sa.insert(_hashes), named)
        last = people[-1].place
    struck = (
        sa.select(_hashes.c.place).join(suppression, suppression.c.address_hash == _hashes.c.address_hash).where(mine)
    )
    gone = connection.execute(sa.delete(_incoming).where(_incoming.c.place.in_(struck))).rowcount
    _hashes.drop(connection)
    return int(gone)


def _let_go(connection: Connection, newsletter_id: int, now: datetime) -> int:
    """End the subscriptions of those of whom the list says that they left."""
    gone = SubscriptionState.UNSUBSCRIBED
    people = sa.select(subscriber.c.id).join(_incoming, _incoming.c.email_key == subscriber.c.email_key)
    those = subscription.c.subscriber_id.in_(people.where(_incoming.c.state == gone.value))
    mine = (subscription.c.newsletter_id == newsletter_id) & (subscription.c.state != gone)
    values = {"state": gone, "left_at": now, "changed_at": now, "paused_until": None}
    return int(connection.execute(sa.update(subscription).where(mine, those).values(values)).rowcount)


def _keep_evidence(connection: Connection, newsletter_id: int, now: datetime) -> None:
    """Keep what the list tells of how people agreed, of those who came with it."""
    told = sa.cast(_incoming.c.evidence, sa.Text) != "{}"
    mine = (consent.c.subscriber_id == subscriber.c.id) & (consent.c.newsletter_id == newsletter_id)
    already = sa.exists().where(mine, consent.c.kind == ConsentKind.IMPORTED, consent.c.at == _moment(now))
    empty = sa.literal("")
    rows = (
        sa.select(
            subscriber.c.id, sa.literal(newsletter_id, newsletter.c.id.type),
            sa.literal(ConsentKind.IMPORTED, consent.c.kind.type), _moment(now), empty, _incoming.c.source, empty,
            _incoming.c.evidence,
        )
        .join(subscriber, subscriber.c.email_key == _incoming.c.email_key)
        .join(subscription, (subscription.c.subscriber_id == subscriber.c.id) & (subscription.c.newsletter_id == newsletter_id))
        .where(told, subscription.c.changed_at == _moment(now), ~already)
        .order_by(_incoming.c.place)
    )  # fmt: skip
    columns = ("subscriber_id", "newsletter_id", "kind", "at", "wording", "page", "network", "detail")
    connection.execute(sa.insert(consent).from_select(columns, rows))


def _insert(connection: Connection, rows: Iterable[Row]) -> int:
    source, count = iter(rows), 0
    marks = ", ".join("?" * len(Row._fields))
    statement = f"INSERT INTO incoming ({', '.join(Row._fields)}) VALUES ({marks})"  # noqa: S608 - names of our own
    while chunk := list(islice(source, _CHUNK)):
        connection.exec_driver_sql(statement, chunk)
        count += len(chunk)
    return count


def _copy(connection: Connection, rows: Iterable[Row]) -> int:
    """By COPY, which takes a list several times as fast as INSERT."""
    driver, count = connection.connection.driver_connection, 0
    assert driver is not None  # noqa: S101 - connected
    failure = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy("COPY incoming FROM STDIN") as copy:
            for chunk in _lines(rows):
                copy.write("".join(chunk))
                count += len(chunk)
    except failure as error:
        raise StoreError(f"The database refused the list ({type(error).__name__}); nobody was added.") from error
    return count


def _lines(rows: Iterable[Row]) -> Iterator[list[str]]:
    place, chunk = 0, list[str]()
    for place, row in enumerate(rows, 1):
        *texts, since, left_at, hour, paused_until = row
        line = "\t".join(texts)
        if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != len(texts) - 1:
            line = "\t".join(cell.translate(_ESCAPED) for cell in texts)
        line = f"{line}\t{since or _NULL}\t{left_at or _NULL}\t{hour or _NULL}\t{paused_until or _NULL}"
        chunk.append(f"{place}\t{line}\n")
        if place % _CHUNK == 0:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
