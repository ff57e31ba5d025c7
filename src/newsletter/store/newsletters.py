"""The store's newsletters."""

from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, RowMapping

from newsletter.errors import NotFoundError
from newsletter.model.cadence import Cadence
from newsletter.model.manners import Manners
from newsletter.model.newsletter import Newsletter, PlannedSection, Rule
from newsletter.model.terms import Terms
from newsletter.store.engine import reading, writing
from newsletter.store.records import from_json, to_json
from newsletter.store.tables import newsletter as table

_PLAIN = tuple(
    f.name for f in fields(Newsletter) if f.name not in ("id", "plan", "rules", "manners", "cadence", "topics", "terms")
)
_NESTED: dict[str, Any] = {
    "plan": tuple[PlannedSection, ...], "rules": tuple[Rule, ...], "manners": Manners, "cadence": Cadence | None, "topics": tuple[str, ...], "terms": Terms,
}  # fmt: skip


class Newsletters:
    """What editors own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, newsletter: Newsletter) -> Newsletter:
        """Store the newsletter under its slug, new or in place of the old one."""
        values: dict[str, Any] = {name: getattr(newsletter, name) for name in _PLAIN}
        values |= {name: to_json(kind, getattr(newsletter, name)) for name, kind in _NESTED.items()}
        with writing(self._engine) as connection:
            known = connection.scalar(sa.select(table.c.id).where(table.c.slug == newsletter.slug))
            if known is None:
                connection.execute(sa.insert(table).values(values))
            else:
                connection.execute(sa.update(table).where(table.c.id == known).values(values))
        return self.get(newsletter.slug)

    def get(self, slug: str) -> Newsletter:
        """The newsletter of that slug; ``NotFoundError`` names the ones there are."""
        known = {newsletter.slug: newsletter for newsletter in self.all()}
        if slug not in known:
            there_are = ", ".join(known) or "none yet"
            raise NotFoundError(
                f"There is no newsletter {slug!r} (known: {there_are}); see: newsletter newsletter --help"
            )
        return known[slug]

    def all(self) -> list[Newsletter]:
        """Every newsletter, in the order of their slugs."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.slug)).mappings().all()
        return [_newsletter(row) for row in rows]


def _newsletter(row: RowMapping) -> Newsletter:
    nested = {name: from_json(kind, row[name]) for name, kind in _NESTED.items()}
    return Newsletter(id=row["id"], **nested, **{name: row[name] for name in _PLAIN})
