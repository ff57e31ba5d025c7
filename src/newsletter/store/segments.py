"""Saved segments, and the readers whom a rule means, asked of the database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from newsletter.errors import IssueStateError, NotFoundError
from newsletter.model.issue import IssueState
from newsletter.model.segment import All, Any, Condition, Not, Rule, Usual, boundary, words
from newsletter.model.segment_words import parse
from newsletter.model.subscriber import Frequency, Subscription, SubscriptionState
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.subscription_rows import JOINED, subscription_of
from newsletter.store.tables import issue, newsletter, subscriber, subscription
from newsletter.store.tables import segment as table
from newsletter.store.upsert import upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A rule with a name; ``count`` is how many readers it means this moment who may be written to."""

    name: str
    rule: Rule
    saved_at: datetime
    count: int


class Segments:
    """The segments of newsletters."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, newsletter_id: int, name: str, rule: Rule, *, actor: str, now: datetime) -> None:
        """Keep a rule under a name, in place of an earlier one of that name."""
        with writing(self._engine) as connection:
            key = {"newsletter_id": newsletter_id, "name": name}
            connection.execute(upsert(connection, table, key, {"rule": words(rule), "saved_at": now}))
            record(connection, now, actor, "segment.saved", f"newsletter {newsletter_id}", name=name, rule=words(rule))

    def remove(self, newsletter_id: int, name: str, *, actor: str, now: datetime) -> None:
        """Forget a segment; issues that were sent to it keep the rule. ``NotFoundError`` if there is none."""
        with writing(self._engine) as connection:
            gone = sa.delete(table).where(table.c.newsletter_id == newsletter_id, table.c.name == name)
            if not connection.execute(gone).rowcount:
                raise _none(name)
            record(connection, now, actor, "segment.removed", f"newsletter {newsletter_id}", name=name)

    def all(self, newsletter_id: int, *, now: datetime) -> list[Segment]:
        """The segments of a newsletter by name, each with its count."""
        wanted = sa.select(table).where(table.c.newsletter_id == newsletter_id).order_by(table.c.name)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
            return [_segment(connection, newsletter_id, row, now) for row in rows]

    def get(self, newsletter_id: int, name: str, *, now: datetime) -> Segment:
        """The segment of that name, or ``NotFoundError``."""
        wanted = sa.select(table).where(table.c.newsletter_id == newsletter_id, table.c.name == name)
        with reading(self._engine) as connection:
            row = connection.execute(wanted).one_or_none()
            if row is None:
                raise _none(name)
            return _segment(connection, newsletter_id, row, now)

    def direct(self, issue_id: int, rule: Rule | None, *, actor: str, now: datetime) -> None:
        """Have an issue go to those alone whom ``rule`` means when it is frozen, or to all; it stays so until it is changed.

        ``IssueStateError`` if it is being sent already.
        """
        text = words(rule) if rule else None
        not_yet = issue.c.state.in_((IssueState.DRAFT, IssueState.APPROVED))
        changed = sa.update(issue).where(issue.c.id == issue_id, not_yet).values(segment=text)
        with writing(self._engine) as connection:
            if not connection.execute(changed).rowcount:
                raise IssueStateError(f"Issue {issue_id} is being sent already, or was; to whom it goes is fixed.")
            record(connection, now, actor, "issue.directed", f"issue {issue_id}", segment=text)

    def count(self, newsletter_id: int, rule: Rule, *, now: datetime) -> int:
        """How many readers a rule means who may be written to."""
        with reading(self._engine) as connection:
            return _count(connection, newsletter_id, rule, now)

    def readers(self, newsletter_id: int, rule: Rule, *, now: datetime) -> Iterator[Subscription]:
        """Everybody whom a rule means, whether or not they may be written to, in the order in which they came."""
        with reading(self._engine) as connection:
            mine = (subscription.c.newsletter_id == newsletter_id) & subscriber.c.erased_at.is_(None)
            wanted = JOINED.where(mine, meant(connection, newsletter_id, rule, now)).order_by(subscriber.c.id)
            with connection.execute(wanted.execution_options(yield_per=1000)) as found:
                for row in found.mappings():
                    yield subscription_of(row)


def meant(connection: Connection, newsletter_id: int | None, rule: Rule, now: datetime) -> sa.ColumnElement[bool]:
    """The condition on ``subscription`` that a rule is; the same as ``model.segment.matches``."""
    wanted = sa.select(newsletter.c.language, newsletter.c.timezone).where(newsletter.c.id == newsletter_id)
    row = connection.execute(wanted).one()
    usual = Usual(language=row.language, timezone=row.timezone)
    return _Compiler(connection.dialect.name, usual, now).condition(rule)


@dataclass(frozen=True, slots=True)
class _Compiler:
    dialect: str
    usual: Usual
    now: datetime

    def condition(self, rule: Rule) -> sa.ColumnElement[bool]:
        match rule:
            case Not(inner):
                return sa.not_(self.condition(inner))
            case All(rules):
                return sa.and_(*(self.condition(one) for one in rules))
            case Any(rules):
                return sa.or_(*(self.condition(one) for one in rules))
            case Condition():
                return self._one(rule)

    def _one(self, asked: Condition) -> sa.ColumnElement[bool]:
        mine = subscription.c
        of_subscription: dict[str, Callable[[], sa.ColumnElement[bool]]] = {
            # Between plus signs, so that the end of one topic is not taken for another.
            "topic": lambda: (
                ~self._holds(sa.literal("+") + mine.topics + "+", f"+{asked.value}={Frequency.NEVER.value}+")
            ),
            "cadence": lambda: mine.frequency == Frequency(asked.value),
            "state": lambda: mine.state == SubscriptionState(asked.value),
            "source": lambda: self._says(mine.source, asked),
            "joined": lambda: self._then(mine.since, asked),
        }
        if asked.field in of_subscription:
            return of_subscription[asked.field]()
        return mine.subscriber_id.in_(sa.select(subscriber.c.id).where(self._of_person(asked)))

    def _of_person(self, asked: Condition) -> sa.ColumnElement[bool]:
        person = subscriber.c
        known: dict[str, Callable[[], sa.ColumnElement[bool]]] = {
            "language": lambda: _or_usual(person.language, self.usual.language) == asked.value,
            "timezone": lambda: _or_usual(person.timezone, self.usual.timezone) == asked.value,
            "format": lambda: person.plain.is_(asked.value == "text"),
            "email": lambda: self._says(person.email, asked),
            "attribute": lambda: self._attribute(asked),
            "seen": lambda: self._then(person.seen_at, asked),
        }
        return known[asked.field]()

    def _says(self, column: sa.ColumnElement[str], asked: Condition) -> sa.ColumnElement[bool]:
        return self._holds(column, asked.value) if asked.operator == "has" else column == asked.value

    def _holds(self, column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
        """Whether ``text`` stands somewhere in it, to the letter: LIKE leaves letter case aside in one of the databases."""
        place = sa.func.strpos if self.dialect == "postgresql" else sa.func.instr
        return place(column, text) > 0

    def _then(self, column: sa.ColumnElement[datetime], asked: Condition) -> sa.ColumnElement[bool]:
        instant = boundary(asked, self.now)
        return column.is_not(None) & (column < instant if asked.operator == "before" else column >= instant)

    def _attribute(self, asked: Condition) -> sa.ColumnElement[bool]:
        """Names are bound as values: a path would give quotes and dots in them a meaning."""
        if self.dialect == "postgresql":
            held = subscriber.c.attributes.op("->>", return_type=sa.Text())(asked.name)
            return held.is_not(None) & self._says(held, asked)
        pairs = sa.func.json_each(subscriber.c.attributes).table_valued("key", "value")
        return sa.exists(
            sa.select(sa.literal(1))
            .select_from(pairs)
            .where(pairs.c.key == asked.name, self._says(pairs.c.value, asked))
        )


def _or_usual(column: sa.ColumnElement[str], usual: str) -> sa.ColumnElement[str]:
    return sa.case((column == "", usual), else_=column)


def _count(connection: Connection, newsletter_id: int, rule: Rule, now: datetime) -> int:
    may = (subscription.c.state == SubscriptionState.ACTIVE) & (subscriber.c.suppressed == "")
    wanted = (
        sa.select(sa.func.count())
        .select_from(subscription.join(subscriber, subscriber.c.id == subscription.c.subscriber_id))
        .where(subscription.c.newsletter_id == newsletter_id, may, meant(connection, newsletter_id, rule, now))
    )
    return int(connection.scalar(wanted) or 0)


def _segment(
    connection: Connection, newsletter_id: int, row: sa.Row[tuple[str, str, datetime]], now: datetime
) -> Segment:
    rule = parse(row.rule)
    return Segment(name=row.name, rule=rule, saved_at=row.saved_at, count=_count(connection, newsletter_id, rule, now))


def _none(name: str) -> NotFoundError:
    return NotFoundError(f"There is no segment {name!r}; see: newsletter segment list")
