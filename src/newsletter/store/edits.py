"""The store's edits: what editors decided about an issue, kept apart from what was composed."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine, RowMapping

from newsletter.model.edit import Edit
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.tables import edit as table
from newsletter.store.tables import issue
from newsletter.store.upsert import upsert


class Edits:
    """Edits, at most one for each issue, kind and target."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, issue_id: int, edits: Iterable[Edit], *, actor: str, now: datetime) -> None:
        """Store ``edits`` in one transaction; each takes the place of an earlier one of its kind and target."""
        with writing(self._engine) as connection:
            for edit in edits:
                values = {"value": edit.value, "version": edit.version, "at": now, "actor": actor}
                key = {"issue_id": issue_id, "kind": edit.kind, "target": edit.target}
                connection.execute(upsert(connection, table, key, values))
                detail = {"kind": str(edit.kind), "target": edit.target, "value": edit.value}
                record(connection, now, actor, "issue.edited", f"issue {issue_id}", **detail)

    def undo(self, issue_id: int, target: str, *, kind: str | None = None, actor: str, now: datetime) -> int:
        """Take back the edits on ``target``, or the one of ``kind`` alone; return how many there were."""
        mine = (table.c.issue_id == issue_id) & (table.c.target == target)
        if kind is not None:
            mine &= table.c.kind == kind
        with writing(self._engine) as connection:
            gone = connection.execute(sa.delete(table).where(mine).returning(table.c.kind)).all()
            detail = {"target": target, "kinds": sorted(str(row.kind) for row in gone)}
            record(connection, now, actor, "issue.edit_undone", f"issue {issue_id}", **detail)
        return len(gone)

    def of(self, issue_id: int) -> tuple[Edit, ...]:
        """The edits of one issue, oldest first."""
        wanted = sa.select(table).where(table.c.issue_id == issue_id)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(table.c.at, table.c.kind, table.c.target)).mappings().all()
        return tuple(_edit(row) for row in rows)

    def of_newsletter(self, newsletter_id: int) -> dict[int, tuple[Edit, ...]]:
        """The edits of all issues of a newsletter, by issue."""
        mine = sa.select(issue.c.id).where(issue.c.newsletter_id == newsletter_id).order_by(issue.c.slot)
        with reading(self._engine) as connection:
            ids = connection.scalars(mine).all()
        return {issue_id: found for issue_id in ids if (found := self.of(issue_id))}


def _edit(row: RowMapping) -> Edit:
    return Edit(**{key: value for key, value in row.items() if key != "issue_id"})
