"""The store's written summaries: one for each text of an article that a language model was asked about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, RowMapping

from newsletter.model.article import Article
from newsletter.model.issue import Doubt
from newsletter.model.written import Written, WrittenSentence
from newsletter.store.engine import reading, writing
from newsletter.store.records import from_json, to_json
from newsletter.store.tables import article
from newsletter.store.tables import written_summary as table
from newsletter.store.upsert import upsert

_NESTED: dict[str, Any] = {"sentences": tuple[WrittenSentence, ...], "doubts": tuple[Doubt, ...]}
_PLAIN = ("state", "overlap", "refusal", "model", "prompt_hash", "tokens_in", "tokens_out", "written_at")
#: Databases limit how many values one statement may name.
_AT_ONCE = 500


class Summaries:
    """Written summaries, at most one for each article and version of its text."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, written: Written) -> None:
        """Store ``written`` in place of an earlier one of the same text; what that one cost is added to its tokens."""
        with writing(self._engine) as connection:
            connection.execute(_put(connection, written))

    def of(self, articles: Sequence[Article]) -> dict[int, Written]:
        """What there is about the present texts of ``articles``, by the article's id, whatever became of it."""
        ids = [page.id for page in articles if page.id is not None]
        present = sa.select(table).join(
            article, (article.c.id == table.c.article_id) & (article.c.version == table.c.version)
        )
        found: dict[int, Written] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(ids), _AT_ONCE):
                wanted = present.where(table.c.article_id.in_(ids[start : start + _AT_ONCE]))
                found |= {row["article_id"]: _written(row) for row in connection.execute(wanted).mappings()}
        return found

    def spent(self, *, since: datetime) -> int:
        """The tokens, in and out, of every text that was asked about at or after ``since``."""
        total = sa.func.coalesce(sa.func.sum(table.c.tokens_in + table.c.tokens_out), 0)
        with reading(self._engine) as connection:
            return int(connection.scalar(sa.select(total).where(table.c.written_at >= since)) or 0)


def _put(connection: Connection, written: Written) -> sa.Insert:
    """The statement that stores ``written``; the tokens of one that is there are added up."""
    key = {"article_id": written.article_id, "version": written.version}
    values = {name: getattr(written, name) for name in _PLAIN}
    values |= {name: to_json(kind, getattr(written, name)) for name, kind in _NESTED.items()}
    changed = {
        **values,
        "tokens_in": table.c.tokens_in + written.tokens_in,
        "tokens_out": table.c.tokens_out + written.tokens_out,
    }
    return upsert(connection, table, key, values, changed=changed)


def _written(row: RowMapping) -> Written:
    nested = {name: from_json(kind, row[name]) for name, kind in _NESTED.items()}
    return Written(
        article_id=row["article_id"], version=row["version"], **{name: row[name] for name in _PLAIN}, **nested
    )
