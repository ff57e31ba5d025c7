"""The store's articles."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping

from newsletter.errors import NotFoundError
from newsletter.model.article import (
    Article,
    Briefing,
    Byline,
    DateEvidence,
    Image,
    OtherNews,
    Provenance,
    Quote,
    RelatedCard,
)
from newsletter.store.engine import reading, writing
from newsletter.store.records import from_json, to_json
from newsletter.store.tables import article as table

#: The columns that hold JSON, and what each holds.
_NESTED: dict[str, Any] = {
    "body": tuple[str, ...],
    "blockquotes": tuple[str, ...],
    "sections": tuple[OtherNews | Briefing, ...],
    "quotes": tuple[Quote, ...],
    "images": tuple[Image, ...],
    "related": tuple[RelatedCard, ...],
    "attributed_sources": tuple[str, ...],
    "dates": DateEvidence,
    "provenance": Provenance,
}
_PLAIN = (
    "source_id",
    "kind",
    "outlet",
    "url",
    "language",
    "kicker",
    "headline",
    "series",
    "dek",
    "published",
    "content_hash",
)


class Added(StrEnum):
    """What became of an article that was offered to the store."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Articles:
    """Articles, one row for each story of each outlet."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, article: Article, *, now: datetime) -> tuple[Article, Added]:
        """Store ``article`` under its identity; return it with its id, and whether it was new, changed or known.

        A known page with other content replaces the stored one in place, so that its id stays.
        """
        with writing(self._engine) as connection:
            known = connection.execute(
                sa.select(table.c.id, table.c.content_hash).where(table.c.identity == article.identity)
            ).one_or_none()
            if known is None:
                values = {**_values(article), "identity": article.identity, "added_at": now}
                new_id = connection.scalar(sa.insert(table).values(values).returning(table.c.id))
                return replace(article, id=new_id), Added.NEW
            if known.content_hash == article.content_hash:
                return _get(connection, known.id), Added.UNCHANGED
            connection.execute(
                sa.update(table).where(table.c.id == known.id).values({**_values(article), "changed_at": now})
            )
            return replace(article, id=known.id), Added.CHANGED

    def get(self, article_id: int) -> Article:
        """The article of that number, or ``NotFoundError``."""
        with reading(self._engine) as connection:
            return _get(connection, article_id)

    def all(self) -> list[Article]:
        """Every article, oldest first."""
        with reading(self._engine) as connection:
            return [_article(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]

    def around(self, starts: datetime, ends: datetime) -> list[Article]:
        """What may belong to the period from ``starts`` to ``ends``: published in it, or without a date of its own."""
        dated = (table.c.published >= starts) & (table.c.published < ends)
        wanted = sa.select(table).where(dated | table.c.published.is_(None)).order_by(table.c.id)
        with reading(self._engine) as connection:
            return [_article(row) for row in connection.execute(wanted).mappings()]


def _get(connection: Connection, article_id: int) -> Article:
    row = connection.execute(sa.select(table).where(table.c.id == article_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"There is no article {article_id}; see: newsletter article list")
    return _article(row)


def _values(article: Article) -> dict[str, Any]:
    """The columns of one row but for id, identity and the store's own times."""
    byline = article.byline
    return {
        **{name: getattr(article, name) for name in _PLAIN},
        **{name: to_json(kind, getattr(article, name)) for name, kind in _NESTED.items()},
        "byline_raw": byline.raw if byline else None,
        "byline_kind": byline.kind if byline else None,
        "byline_section": byline.section if byline else None,
        "byline_author": byline.author if byline else None,
    }


def _article(row: RowMapping) -> Article:
    byline = None
    if row["byline_raw"] is not None:
        byline = Byline(
            raw=row["byline_raw"], kind=row["byline_kind"], section=row["byline_section"], author=row["byline_author"]
        )
    return Article(
        id=row["id"],
        byline=byline,
        **{name: row[name] for name in _PLAIN if name != "content_hash"},
        **{name: from_json(kind, row[name]) for name, kind in _NESTED.items()},
    )
