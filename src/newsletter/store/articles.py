"""The store's articles."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
    Event,
    Image,
    OtherNews,
    Provenance,
    Quote,
    RelatedCard,
)
from newsletter.store.engine import reading, writing
from newsletter.store.records import from_json, to_json
from newsletter.store.tables import article as table
from newsletter.store.tables import article_version as former

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
    "topics": tuple[str, ...],
    "event": Event | None,
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
    "series_number",
    "embargo",
)
#: What only the store knows of an article; a fetch never sets it.
_KEPT = ("note", "not_before", "version", "changed_at", "retracted_at")


#: What may be otherwise at each fetch of a page that is the same.
_INCIDENTAL = frozenset({"provenance", "url"})


class Added(StrEnum):
    """What became of an article that was offered to the store."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text that an article had before it was changed at its source."""

    article_id: int
    version: int
    headline: str
    dek: str | None
    body: tuple[str, ...]
    replaced_at: datetime


class Articles:
    """Articles, one row for each story of each outlet."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, article: Article, *, now: datetime) -> tuple[Article, Added]:
        """Store ``article`` under its identity; return it with its id, and whether it was new, changed or known.

        A known page with other content replaces the stored one in place, so that its id stays; the text it had is kept
        as a version. One that had been retracted and is back stands again.
        """
        return self.add_all([article], now=now)[0]

    def add_all(self, articles: Iterable[Article], *, now: datetime) -> list[tuple[Article, Added]]:
        """Store ``articles`` in one transaction, all or, if anything fails, none; see ``add``."""
        with writing(self._engine) as connection:
            return [_add(connection, article, now) for article in articles]

    def annotate(self, article_id: int, note: str) -> None:
        """Write an editor's note beside an article, in place of an earlier one."""
        with writing(self._engine) as connection:
            _get(connection, article_id)
            connection.execute(sa.update(table).where(table.c.id == article_id).values(note=note))

    def hold(self, article_id: int, until: datetime | None) -> None:
        """Print an article not before ``until``; ``None`` lets it go."""
        with writing(self._engine) as connection:
            _get(connection, article_id)
            connection.execute(sa.update(table).where(table.c.id == article_id).values(not_before=until))

    def retract(self, article_ids: Collection[int], *, now: datetime) -> None:
        """Mark articles whose source took them back; those marked already keep their date."""
        standing = table.c.id.in_(article_ids) & table.c.retracted_at.is_(None)
        with writing(self._engine) as connection:
            connection.execute(sa.update(table).where(standing).values(retracted_at=now))

    def taken_back(self, source_id: int, listed: Collection[Article], *, since: datetime) -> list[Article]:
        """The articles of a source published after ``since`` that are not among those ``listed`` now and still stand."""
        wanted = sa.select(table).where(
            table.c.source_id == source_id, table.c.published > since, table.c.retracted_at.is_(None)
        )
        here = {article.identity for article in listed}
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(table.c.id)).mappings().all()
        return [_article(row) for row in rows if row["identity"] not in here]

    def versions(self, article_id: int) -> list[Version]:
        """The texts that an article had before the present one, oldest first."""
        wanted = sa.select(former).where(former.c.article_id == article_id).order_by(former.c.version)
        with reading(self._engine) as connection:
            return [Version(**{**row, "body": tuple(row["body"])}) for row in connection.execute(wanted).mappings()]

    def get(self, article_id: int) -> Article:
        """The article of that number, or ``NotFoundError``."""
        with reading(self._engine) as connection:
            return _get(connection, article_id)

    def by_id(self, article_ids: Collection[int]) -> dict[int, Article]:
        """Those of the articles that are there, by their number."""
        wanted = sa.select(table).where(table.c.id.in_(article_ids))
        with reading(self._engine) as connection:
            found = [_article(row) for row in connection.execute(wanted).mappings()]
        return {int(article.id or 0): article for article in found}

    def all(self) -> list[Article]:
        """Every article, oldest first."""
        with reading(self._engine) as connection:
            return [_article(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]

    def around(
        self, starts: datetime, ends: datetime, *, also: Collection[int] = (), late: timedelta = timedelta()
    ) -> list[Article]:
        """What may belong to the period from ``starts`` to ``ends``.

        That is what was published or changed in it, what may be printed from then on, what announces an event to come,
        what has no date of its own, and what was published up to ``late`` before it and added in it; ``also`` are the
        numbers of others that are wanted.
        """
        moments = (table.c.published, table.c.changed_at, table.c.embargo, table.c.not_before)
        within = [(column >= starts) & (column < ends) for column in moments]
        is_late = (table.c.added_at >= starts) & (table.c.published >= starts - late) & (table.c.published < starts)
        wanted = sa.select(table).where(
            sa.or_(*within, is_late, table.c.published.is_(None), table.c.event.is_not(None), table.c.id.in_(also))
        )
        with reading(self._engine) as connection:
            return [_article(row) for row in connection.execute(wanted.order_by(table.c.id)).mappings()]


def _add(connection: Connection, article: Article, now: datetime) -> tuple[Article, Added]:
    found = connection.execute(sa.select(table).where(table.c.identity == article.identity))
    known = found.mappings().one_or_none()
    if known is None:
        values = {**_values(article), "identity": article.identity, "added_at": now, "note": article.note}
        values["retracted_at"] = article.retracted_at
        new_id = connection.scalar(sa.insert(table).values(values).returning(table.c.id))
        return replace(article, id=new_id), Added.NEW
    if article.source_id not in (None, known["source_id"]):
        # Another source, or somebody by hand, brought the page first: two texts of one page would take turns for ever.
        return _get(connection, known["id"]), Added.UNCHANGED
    values = {"note": article.note} if article.note else {}
    fresh = _values(article)
    has_new_text = known["content_hash"] != article.content_hash
    changed = any(known[name] != value for name, value in fresh.items() if name not in _INCIDENTAL)
    if has_new_text:
        _keep_version(connection, known, now)
        values |= {"changed_at": now, "version": known["version"] + 1}
    if changed:
        values |= fresh
    if known["retracted_at"] != article.retracted_at:
        values["retracted_at"] = None if article.retracted_at is None else known["retracted_at"] or now
    if values:
        connection.execute(sa.update(table).where(table.c.id == known["id"]).values(values))
    return _get(connection, known["id"]), Added.CHANGED if changed else Added.UNCHANGED


def _keep_version(connection: Connection, known: RowMapping, now: datetime) -> None:
    """Keep the text that is about to be replaced."""
    texts = {"headline": known["headline"], "dek": known["dek"], "body": known["body"]}
    connection.execute(
        sa.insert(former).values(article_id=known["id"], version=known["version"], replaced_at=now, **texts)
    )


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
        **{name: row[name] for name in (*_PLAIN, *_KEPT) if name != "content_hash"},
        **{name: from_json(kind, row[name]) for name, kind in _NESTED.items()},
    )
