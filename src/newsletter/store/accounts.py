"""The ledger as people read it: how many, who, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from newsletter.model.delivery import DeliveryState
from newsletter.store import tallies
from newsletter.store.engine import reading
from newsletter.store.tables import delivery as table
from newsletter.store.tables import subscriber, tally

#: What a line of the ledger tells of the person.
_OF_PERSON = ("email", "name", "plain", "link_serial")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the ledger, for people to read."""

    subscriber_id: int
    email: str
    name: str
    variant: str
    state: DeliveryState
    reason: str
    attempt: int
    generation: int
    claimed_at: datetime | None
    due_at: datetime | None
    maybe_sent: bool
    reply_code: int | None
    reply_text: str
    settled_at: datetime | None
    plain: bool = False
    link_serial: int = 0
    digest: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """An issue's numbers: by state, of the suppressed by reason, of the answers by code."""

    states: dict[DeliveryState, int]
    suppressed: dict[str, int]
    replies: dict[str, int]
    maybe_sent: int


class Accounts:
    """Questions to the ledger that change nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counts(self, issue_id: int) -> Counts:
        """The numbers of an issue; all states are there, and their sum is the frozen list."""
        with reading(self._engine) as connection:
            found = tallies.of(connection, issue_id)
        return Counts(
            states={state: found[f"{tallies.STATE}{state}"] for state in DeliveryState},
            suppressed=_below(found, tallies.REASON),
            replies=_below(found, tallies.REPLY),
            maybe_sent=found[tallies.MAYBE_SENT],
        )

    def by_day(self) -> tuple[dict[str, int], int]:
        """How many mails of all issues were accepted on each day (UTC, as 2026-11-23), and how many are under way now."""
        with reading(self._engine) as connection:
            return dict(tallies.by_day(connection)), tallies.under_way(connection)

    def recount(self, issue_id: int) -> dict[DeliveryState, int]:
        """The states counted row by row: slow on a long list, and the proof of ``counts``."""
        wanted = sa.select(table.c.state, sa.func.count()).where(table.c.issue_id == issue_id).group_by(table.c.state)
        with reading(self._engine) as connection:
            found = {DeliveryState(state): int(count) for state, count in connection.execute(wanted)}
        return {state: found.get(state, 0) for state in DeliveryState}

    def rows(self, issue_id: int) -> list[Row]:
        """The ledger of one issue, person by person."""
        return list(self.walk(issue_id))

    def in_doubt(self) -> Iterator[tuple[int, int, int]]:
        """Issue, subscriber and generation of every row of which nobody knows whether its mail arrived.

        Only issues that have any are looked through, batch by batch.
        """
        some = sa.select(tally.c.issue_id).where(tally.c.what == tallies.MAYBE_SENT, tally.c.count > 0).distinct()
        wanted = sa.select(table.c.issue_id, table.c.subscriber_id, table.c.generation)
        with reading(self._engine) as connection:
            for row in connection.execute(wanted.where(table.c.issue_id.in_(some), _DOUBT)):
                yield row.issue_id, row.subscriber_id, row.generation

    def walk(self, issue_id: int) -> Iterator[Row]:
        """The same without holding more than a part of it at a time."""
        names = [field for field in Row.__slots__ if field not in _OF_PERSON]
        wanted = (
            sa.select(*(table.c[name] for name in names), *(subscriber.c[name] for name in _OF_PERSON))
            .join(subscriber, subscriber.c.id == table.c.subscriber_id)
            .where(table.c.issue_id == issue_id)
            .order_by(table.c.subscriber_id)
            .execution_options(yield_per=1000)
        )
        with reading(self._engine) as connection:
            for row in connection.execute(wanted).mappings():
                yield Row(**row)


# Of mails that may have arrived, the rows that nothing has settled since.
_DOUBT = table.c.maybe_sent & table.c.state.in_((DeliveryState.UNKNOWN, DeliveryState.QUEUED))


def _below(found: dict[str, int], prefix: str) -> dict[str, int]:
    return {what.removeprefix(prefix): count for what, count in sorted(found.items()) if what.startswith(prefix)}
