"""Which stories matter most: an additive score whose every term can be read in words.

What is shown is what ranks: each share is rounded to hundredths first, and the score is their sum.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean, pstdev
from urllib.parse import urlsplit

from newsletter.compose.choose.period import Picked, precedence
from newsletter.compose.language import language_of
from newsletter.compose.terms import content_words, cosine, unit_vectors
from newsletter.model.article import Article, ArticleKind
from newsletter.model.languages.guess import guess
from newsletter.model.sentences import word_count
from newsletter.model.slot import Slot

COVERAGE = 0.8
HEAT = 0.7
LENGTH = 0.4
RECENCY = 0.4
HALF_LIFE = timedelta(days=3)
SIMILARITY = -0.6
SERIES = 0.3
#: A magazine's own round-up of the week leads: more than all other terms together can give another article.
ROUNDUP = 10.0


@dataclass(frozen=True, slots=True)
class Term:
    """One share of a score, rounded to hundredths, and what it is for."""

    words: str
    share: float


@dataclass(frozen=True, slots=True)
class Score:
    """The terms that make an article's score."""

    terms: tuple[Term, ...]

    @property
    def value(self) -> float:
        """The sum of the shares as they are shown."""
        return round(math.fsum(term.share for term in self.terms), 2)

    def __str__(self) -> str:
        """The score in words: ``2 sources +0.88; recency +0.31; score 1.19``."""
        return "; ".join([*(f"{term.words} {term.share:+.2f}" for term in self.terms), f"score {self.value:.2f}"])


@dataclass(frozen=True, slots=True)
class Telling:
    """One article's telling of a story: how it scores and, if it is undated, why it is in the period."""

    article: Article
    score: Score
    reason: str = ""
    pinned: bool = False
    kept: bool = False

    @property
    def why(self) -> str:
        """The line that tells an editor why the article stands where it stands."""
        return "; ".join(filter(None, ("pinned by the editor" if self.pinned else "", self.reason, str(self.score))))


@dataclass(frozen=True, slots=True)
class Story:
    """The tellings of one story, the main one first."""

    main: Telling
    others: tuple[Telling, ...] = ()


def _no_more(_: Article) -> tuple[Term, ...]:
    return ()


def _none(_: Article) -> bool:
    return False


def rank(
    stories: Sequence[Sequence[Picked]],
    slot: Slot,
    *,
    recent_headlines: Sequence[str] = (),
    wishes: Callable[[Article], Sequence[Term]] = _no_more,
    pinned: Callable[[Article], bool] = _none,
    kept: Callable[[Article], bool] = _none,
) -> tuple[Story, ...]:
    """``stories`` with the best first, and in each the best telling first; ties by date, address and headline.

    ``wishes`` are the terms that editor, rules and quotas add to an article's score; what is ``pinned`` stands before
    all that is not, and a telling that is ``kept`` is its story's main one.
    """
    window = _Window([picked.article for story in stories for picked in story], slot, recent_headlines)

    def told(picked: Picked, sources: int) -> Telling:
        article = picked.article
        score = Score((*window.terms(article, picked, sources), *_rounded(wishes(article))))
        return Telling(article, score, picked.reason, pinned(article), kept(article))

    sources = [len({_source(picked.article) for picked in story}) for story in stories]
    ranked = [
        sorted((told(picked, count) for picked in story), key=_precedence)
        for story, count in zip(stories, sources, strict=True)
    ]
    return tuple(
        Story(best, tuple(others)) for best, *others in sorted(ranked, key=lambda tellings: _order(tellings[0]))
    )


def _order(telling: Telling) -> tuple[bool, float, tuple[float, str, str, str]]:
    return not telling.pinned, -telling.score.value, precedence(telling.article)


def _precedence(telling: Telling) -> tuple[bool, bool, tuple[bool, float, tuple[float, str, str, str]]]:
    return not telling.pinned, not telling.kept, _order(telling)


def _rounded(terms: Sequence[Term]) -> tuple[Term, ...]:
    """``terms`` as they are shown, without those that come to nothing."""
    rounded = (Term(term.words, round(term.share, 2)) for term in terms)
    return tuple(term for term in rounded if term.share)


class _Window:
    """What an article's score is relative to: the other articles of the period and the issues before it."""

    def __init__(self, articles: Sequence[Article], slot: Slot, recent_headlines: Sequence[str]) -> None:
        self._length = {article.identity: _length(article) for article in articles}
        self._mean, self._spread = fmean(self._length.values()), pstdev(self._length.values())
        self._ends = slot.ends
        self._shared = Counter(
            word for article in articles for word in set(content_words(topline(article), language_of(article)))
        )
        self._words = {a.identity: content_words(a.headline, language_of(a)) for a in articles}
        headlines = unit_vectors([*(content_words(h, guess(h)) for h in recent_headlines), *self._words.values()])
        self._recent = headlines[: len(recent_headlines)]
        self._headline = dict(zip(self._words, headlines[len(recent_headlines) :], strict=True))

    def terms(self, article: Article, picked: Picked, sources: int) -> tuple[Term, ...]:
        """The shares of ``article``, which tells a story of so many ``sources``; terms without effect are not mentioned."""
        terms = (
            Term("1 source" if sources == 1 else f"{sources} sources", COVERAGE * math.log(1 + sources)),
            self._heat(article),
            Term("length", LENGTH * self._deviation(article)),
            Term("recency", RECENCY * self._freshness(picked)),
            Term("round-up", ROUNDUP if article.kind is ArticleKind.ROUNDUP else 0.0),
            Term("series", SERIES if article.series else 0.0),
            Term("like a recent headline", SIMILARITY * self._likeness(article)),
        )
        return _rounded(terms)

    def _heat(self, article: Article) -> Term:
        """How many other articles share the headline's words, on average: a long headline is not hotter for its length."""
        others = {word: math.log(self._shared[word]) for word in sorted(set(self._words[article.identity]))}
        hottest = max(others, key=others.__getitem__, default="")
        return Term(f"heat of “{hottest}”", HEAT * fmean(others.values()) if others else 0.0)

    def _deviation(self, article: Article) -> float:
        """How far the article's length lies from the usual, in standard deviations."""
        return (self._length[article.identity] - self._mean) / self._spread if self._spread else 0.0

    def _freshness(self, picked: Picked) -> float:
        """1 for an article of the slot's last instant, half of it every three days before; 0 for an undated one."""
        return 0.5 ** (max(timedelta(0), self._ends - picked.moment) / HALF_LIFE) if picked.moment else 0.0

    def _likeness(self, article: Article) -> float:
        """The highest cosine to a recent headline."""
        return max((cosine(self._headline[article.identity], recent) for recent in self._recent), default=0.0)


def _length(article: Article) -> float:
    return math.log(max(1, sum(map(word_count, article.body))))


def topline(article: Article) -> str:
    """What stands at the top of ``article``: its headline and dek."""
    return f"{article.headline} {article.dek or ''}"


def _source(article: Article) -> str:
    """What counts as one source: the publication, else the host, else the article itself."""
    return article.outlet or urlsplit(article.url or "").netloc or article.identity
