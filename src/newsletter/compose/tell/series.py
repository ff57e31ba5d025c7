"""Running series: which instalments an issue has, and their numbers."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time

from newsletter.compose.choose.period import precedence
from newsletter.model.article import Article


def instalments(articles: Iterable[Article]) -> tuple[Article, ...]:
    """Those of ``articles`` that belong to a series, the oldest first: the order in which they are numbered.

    An article without a date counts as of the last day of the week it speaks of, else as of its arrival.
    """
    return tuple(sorted((a for a in articles if a.series), key=lambda a: (_moment(a), precedence(a))))


def series_number(article: Article, printed_before: Mapping[str, int], earlier_in_issue: int) -> int:
    """The number of ``article`` in its series: the one its page gives, else one more than there were before it.

    ``printed_before`` counts the instalments of each series in earlier issues, ``earlier_in_issue`` those of this series
    that stand before it in this one.
    """
    if article.series_number is not None:
        return article.series_number
    return 1 + printed_before.get(article.series or "", 0) + earlier_in_issue


def _moment(article: Article) -> datetime:
    if article.published:
        return article.published
    if article.dates.week:
        return datetime.combine(article.dates.week[1], time.max, UTC)
    return article.provenance.fetched_at
