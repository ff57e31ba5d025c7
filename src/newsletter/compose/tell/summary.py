"""A summary of whole sentences of the article: TF-IDF, maximal marginal relevance and a lead prior.

Extractive, so nothing is invented. Maximal marginal relevance is Carbonell and Goldstein (SIGIR 1998); that the first
sentences of news weigh more is the lead prior. The weights were measured on news sets against "the first k sentences".
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from newsletter.compose.language import language_of
from newsletter.compose.quotes import whole_sentences
from newsletter.compose.terms import centroid, content_words, cosine, unit_vectors
from newsletter.model.article import Article
from newsletter.model.sentences import word_count

#: Sentences with fewer words say nothing on their own; those after the first 80 are never the news.
SHORTEST = 4
FIRST_SENTENCES = 80
#: Relevance: half cosine to the centroid, half position, which fades by 1/e every four sentences.
CENTROID_WEIGHT = 0.5
LEAD_WEIGHT = 0.5
LEAD_FADES = 4
#: Maximal marginal relevance: relevance against likeness to what is chosen already.
LAMBDA = 0.7


@dataclass(frozen=True, slots=True)
class Length:
    """How long a summary is: so many sentences, at most so many words; below ``enough`` words one sentence more."""

    sentences: int
    words: int
    enough: int = 0


#: People who write summaries for a living write 48 words on average, news apps 60.
STORY = Length(sentences=2, words=60, enough=45)
LEAD = Length(sentences=3, words=90)


def summarise(article: Article, length: Length, *, skip: Callable[[str], bool]) -> tuple[str, ...]:
    """The sentences that sum up ``article``, in its own order and words; empty if it has none that can stand alone.

    ``skip`` says which sentences must not be used, for instance because their quotation is printed elsewhere.
    """
    language = language_of(article)
    offered = tuple(islice(_candidates(article, skip), FIRST_SENTENCES))
    worth = Worth(offered, language)
    chosen: list[int] = []
    while fitting := _fitting(offered, chosen, length):
        chosen.append(worth.best(fitting, chosen))
    return tuple(offered[i] for i in sorted(chosen))


class Worth:
    """What each of some sentences adds to those that are chosen already; sentences are called by their number.

    ``language`` is their BCP 47 tag.
    """

    def __init__(self, sentences: Sequence[str], language: str | None = None) -> None:
        self._vectors = unit_vectors([content_words(sentence, language) for sentence in sentences])
        middle = centroid(self._vectors)
        likeness = [cosine(vector, middle) for vector in self._vectors]
        top = max(likeness, default=0.0) or 1.0
        self._relevance = [
            CENTROID_WEIGHT * alike / top + LEAD_WEIGHT * math.exp(-i / LEAD_FADES) for i, alike in enumerate(likeness)
        ]

    def best(self, offered: Sequence[int], chosen: Sequence[int]) -> int:
        """The one of ``offered`` that adds most; of equals the first."""
        return max(offered, key=lambda i: self._added(i, chosen))

    def _added(self, i: int, chosen: Sequence[int]) -> float:
        likest = max((cosine(self._vectors[i], self._vectors[j]) for j in chosen), default=0.0)
        return LAMBDA * self._relevance[i] - (1 - LAMBDA) * likest


def standing_sentences(article: Article) -> Iterator[str]:
    """The sentences of the body that make sense alone: no quotation without its speaker, no half one, no "as follows:"."""
    language = language_of(article)
    for paragraph in article.body:
        if paragraph not in article.blockquotes:
            yield from (sentence for sentence in whole_sentences(paragraph, language) if not sentence.endswith(":"))


def _candidates(article: Article, skip: Callable[[str], bool]) -> Iterator[str]:
    return (s for s in standing_sentences(article) if word_count(s) >= SHORTEST and not skip(s))


def _fitting(offered: Sequence[str], chosen: Sequence[int], length: Length) -> list[int]:
    """The sentences that may be chosen next; the first leaves room for a second if any two fit together."""
    counts = [word_count(sentence) for sentence in offered]
    used = sum(counts[i] for i in chosen)
    if len(chosen) > length.sentences or (len(chosen) == length.sentences and used >= length.enough):
        return []
    left = [i for i in range(len(offered)) if i not in chosen and used + counts[i] <= length.words]
    if chosen:
        return left
    return [i for i in left if any(counts[i] + counts[j] <= length.words for j in left if j != i)] or left
