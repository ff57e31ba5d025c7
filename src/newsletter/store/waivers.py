"""The store's waivers: the warnings that editors let stand, by whom and why."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from newsletter.model.waiver import Waiver
from newsletter.store.audit import record
from newsletter.store.engine import reading, writing
from newsletter.store.tables import waiver as table
from newsletter.store.upsert import upsert


class Waivers:
    """Waivers, at most one for each finding of an issue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, issue_id: int, waivers: Iterable[Waiver]) -> None:
        """Store ``waivers`` in one transaction; a new reason takes the place of an earlier one."""
        with writing(self._engine) as connection:
            for one in waivers:
                values = {
                    "ref": one.ref,
                    "sentence": one.sentence,
                    "reason": one.reason,
                    "actor": one.actor,
                    "at": one.at,
                }
                key = {"issue_id": issue_id, "fingerprint": one.fingerprint}
                connection.execute(upsert(connection, table, key, values))
                detail = {"ref": one.ref, "sentence": one.sentence, "reason": one.reason}
                record(connection, one.at, one.actor, "issue.warning_waived", f"issue {issue_id}", **detail)

    def of(self, issue_id: int) -> tuple[Waiver, ...]:
        """The waivers of one issue, oldest first."""
        wanted = sa.select(table).where(table.c.issue_id == issue_id).order_by(table.c.at, table.c.ref)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).mappings().all()
        return tuple(Waiver(**{key: value for key, value in row.items() if key != "issue_id"}) for row in rows)
