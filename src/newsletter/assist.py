"""Assisting: a language model writes summaries ahead of composing, and composing reads what is there."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsletter.assistant.endpoint import Endpoint
from newsletter.assistant.writer import Writer, worth_asking
from newsletter.compose.choose.period import pick
from newsletter.compose.tell.written import judge
from newsletter.errors import NothingToSend
from newsletter.model.article import Article, ArticleKind
from newsletter.model.slot import Slot
from newsletter.model.written import Written, WrittenState
from newsletter.store.store import Store

#: So many requests in a row without an answer end a run: the endpoint is down, and each may take its whole time.
UNANSWERED_IN_A_ROW = 3
_DAY = timedelta(hours=24)


@dataclass(slots=True)
class Assisted:
    """What one run did. ``stopped`` is the sentence why it ended before its articles did; empty if it did not."""

    written: list[Written] = field(default_factory=list)
    stopped: str = ""

    @property
    def counts(self) -> Counter[WrittenState]:
        """How many articles came to each state."""
        return Counter(written.state for written in self.written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assist:
    """Summaries by a language model. An article is asked about once for each text it has, whatever came of it."""

    store: Store
    clock: Callable[[], datetime]

    def waiting(self, slot: Slot) -> list[Article]:
        """The articles of ``slot`` to ask about, the newest first; those that an endpoint left unanswered come last.

        Round-ups are printed in their own words, and what is under embargo or was taken back leaves the house for
        nobody.
        """
        try:
            picked = pick(self.store.articles.around(slot.starts, slot.ends), slot)
        except NothingToSend:
            return []
        articles = [found.article for found in picked if self._may_be_sent(found.article)]
        known = self.store.summaries.of(articles)
        fresh = [article for article in articles if int(article.id or 0) not in known]
        again = [
            article
            for article in articles
            if (found := known.get(int(article.id or 0))) and found.state is WrittenState.UNANSWERED
        ]
        return sorted(fresh, key=_newest_first) + sorted(again, key=_newest_first)

    def write(
        self,
        articles: Iterable[Article],
        endpoint: Endpoint,
        *,
        daily_tokens: int,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Assisted:
        """Ask about each of ``articles`` and store what comes, one by one, so that a run may be interrupted.

        The run ends early when ``daily_tokens`` were spent in the last 24 hours, or when the endpoint is down.
        """
        writer = Writer(endpoint, judge)
        done = Assisted()
        in_a_row = 0
        for article in articles:
            now = self.clock()
            spent = self.store.summaries.spent(since=now - _DAY)
            if spent >= daily_tokens:
                done.stopped = (
                    f"The assistant has spent {spent} tokens in 24 hours and assistant.daily_tokens allows "
                    f"{daily_tokens}; run again later, or raise it."
                )
                break
            written = writer.write(article, now=now)
            self.store.summaries.put(written)
            done.written.append(written)
            progress(1)
            in_a_row = in_a_row + 1 if written.state is WrittenState.UNANSWERED else 0
            if in_a_row == UNANSWERED_IN_A_ROW:
                done.stopped = f"{in_a_row} requests in a row had no answer. The last one: {written.refusal}"
                break
        return done

    def _may_be_sent(self, article: Article) -> bool:
        """Whether ``article`` is worth a request and free to leave the house."""
        return (
            article.kind is ArticleKind.ARTICLE
            and article.retracted_at is None
            and (article.embargo is None or article.embargo <= self.clock())
            and worth_asking(article)
        )


def _newest_first(article: Article) -> tuple[float, int]:
    """The key that sorts undated articles behind the dated ones."""
    return -article.published.timestamp() if article.published else 0.0, -int(article.id or 0)
