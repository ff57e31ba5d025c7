"""Which articles of a period may be printed at all; each that may not is left out with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.compose.choose.decisions import Decisions
from newsletter.compose.choose.period import Picked
from newsletter.compose.choose.rules import Verdicts
from newsletter.model.article import Article
from newsletter.model.issue import LeftOut
from newsletter.model.keys import article_key
from newsletter.model.past import Past


@dataclass(frozen=True, slots=True)
class Sifted:
    """The articles that may be printed, and those that may not."""

    kept: tuple[Picked, ...]
    left_out: tuple[LeftOut, ...]


def sift(picked: Sequence[Picked], *, now: datetime, past: Past, verdicts: Verdicts, decisions: Decisions) -> Sifted:
    """Part ``picked``. What the editor wants overrules everything but an embargo and an editor's own "leave it out"."""
    kept: list[Picked] = []
    left_out: list[LeftOut] = []
    for found in picked:
        article = found.article
        reason = _barred(article, now, decisions)
        if reason is None and not decisions.wants(article):
            reason = _unfit(article, past) or verdicts.never(article)
        if reason is None:
            kept.append(found)
        else:
            left_out.append(left(article, reason))
    return Sifted(tuple(kept), tuple(left_out))


def reoffered(articles: Iterable[Article], picked: Sequence[Picked], past: Past) -> tuple[LeftOut, ...]:
    """The articles of earlier issues that changed at their source since they were printed, offered again."""
    here = {found.article.id for found in picked}
    return tuple(
        left(article, reason) for article in articles if article.id not in here and (reason := _updated(article, past))
    )


def left(article: Article, reason: str) -> LeftOut:
    """``article`` as left out for ``reason``."""
    return LeftOut(article_id=article.id, headline=article.headline, reason=reason)


def _barred(article: Article, now: datetime, decisions: Decisions) -> str | None:
    dropped = decisions.dropped(article_key(article))
    if dropped is not None:
        return f"left out by the editor: {dropped}" if dropped else "left out by the editor"
    for moment, word in ((article.embargo, "embargoed"), (article.not_before, "held back by the editor")):
        if moment and moment > now:
            return f"{word} until {moment:%Y-%m-%d %H:%M} UTC"
    return None


def _unfit(article: Article, past: Past) -> str | None:
    if article.retracted_at:
        return f"its source took it back on {article.retracted_at:%Y-%m-%d}"
    printed = past.articles.get(article.id or 0)
    return _updated(article, past) or (f"printed in No. {printed.number} already" if printed else None)


def _updated(article: Article, past: Past) -> str | None:
    printed = past.articles.get(article.id or 0)
    if printed is None or article.version <= printed.version:
        return None
    return f"printed in No. {printed.number} and updated at its source since; pin it to print it again"
