"""What became of an issue's readers, counted as it happens: nobody has to count a million rows to show a number.

Each batch keeps its own numbers, so that workers do not wait for each other's; an issue's are their sum.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from newsletter.model.delivery import DeliveryState
from newsletter.store.tables import tally as table
from newsletter.store.upsert import insert_for

STATE, REASON, REPLY, MAYBE_SENT, DAY = "state/", "reason/", "reply/", "maybe_sent", "day/"


def add(connection: Connection, issue_id: int, batch_id: int, changes: Mapping[str, int]) -> None:
    """Change a batch's numbers, in the transaction that changes its rows."""
    rows = [
        {"issue_id": issue_id, "what": what, "batch_id": batch_id, "count": count}
        for what, count in changes.items()
        if count
    ]
    if rows:
        connection.execute(_add(connection.dialect.name), rows)


@cache
def _add(dialect: str) -> sa.Insert:
    insert = insert_for(dialect, table)
    more = {"count": table.c.count + insert.excluded.count}
    return insert.on_conflict_do_update(index_elements=["issue_id", "what", "batch_id"], set_=more)


def of(connection: Connection, issue_id: int) -> Counter[str]:
    """An issue's numbers, by what they count. As many rows are read as it has batches, not readers."""
    wanted = (
        sa.select(table.c.what, sa.func.sum(table.c.count)).where(table.c.issue_id == issue_id).group_by(table.c.what)
    )
    return Counter({what: int(count) for what, count in connection.execute(wanted) if count})


def of_batch(connection: Connection, issue_id: int, batch_id: int) -> Counter[str]:
    """The numbers of one batch."""
    wanted = sa.select(table.c.what, table.c.count).where(table.c.issue_id == issue_id, table.c.batch_id == batch_id)
    return Counter({what: int(count) for what, count in connection.execute(wanted)})


def under_way(connection: Connection) -> int:
    """How many rows of all issues are claimed at this moment."""
    claimed = table.c.what == f"{STATE}{DeliveryState.CLAIMED}"
    return int(connection.scalar(sa.select(sa.func.sum(table.c.count)).where(claimed)) or 0)


def by_day(connection: Connection) -> Counter[str]:
    """How many mails of all issues were accepted on each day (UTC)."""
    days = table.c.what.startswith(DAY)
    wanted = sa.select(table.c.what, sa.func.sum(table.c.count)).where(days).group_by(table.c.what)
    return Counter({what.removeprefix(DAY): int(count) for what, count in connection.execute(wanted) if count})
