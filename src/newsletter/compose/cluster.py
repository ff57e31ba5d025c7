"""Which articles tell the same story: TF-IDF words with average-link clustering, joined also by a shared quotation.

The method is the usual one for a week's pool of news (Manning, Raghavan, Schuetze, "Introduction to Information
Retrieval", 17.3): the two groups that are most alike on average become one, until no two groups are alike enough.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from newsletter.compose.quotes import CONTAINED_WORDS, keys, same
from newsletter.compose.terms import content_words, unit_vectors
from newsletter.model.article import Article

#: Mean cosine from which two groups of articles are one story. Tellings of one story were seen at 0.4 and above, different
#: stories on one subject at 0.16 and below; nearer to the latter, since other writers share fewer words.
ALIKE = 0.22
#: The words of the body that tell what an article is about; the rest is background that many stories share.
LEAD_WORDS = 150

Pair = tuple[int, int]


def stories(articles: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """``articles`` grouped by the story they tell. Order is kept: in each story, and of the stories by their first."""
    groups = _agglomerate(len(articles), _similarities(articles), _quotation_pairs(articles))
    return tuple(tuple(articles[i] for i in sorted(group)) for group in sorted(groups, key=min))


def lead_text(article: Article) -> str:
    """What says what ``article`` is about: headline, dek and the beginning of its body."""
    words: list[str] = []
    for paragraph in article.body:
        words += paragraph.split(maxsplit=LEAD_WORDS)[:LEAD_WORDS]
        if len(words) >= LEAD_WORDS:
            break
    return " ".join((article.headline, article.dek or "", *words[:LEAD_WORDS]))


def _similarities(articles: Sequence[Article]) -> dict[Pair, float]:
    """The cosine of each pair that shares a word; an inverted index leaves the other pairs untouched."""
    vectors = unit_vectors([content_words(lead_text(article)) for article in articles])
    index: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    found: defaultdict[Pair, float] = defaultdict(float)
    for i, vector in enumerate(vectors):
        for term, weight in vector.items():
            postings = index[term]
            for j, other in postings:
                found[j, i] += weight * other
            postings.append((i, weight))
    return found


def _quotation_pairs(articles: Sequence[Article]) -> Iterator[Pair]:
    """The pairs that share a quotation of at least six words, found by the run of six words they share."""
    first: dict[str, int] = {}
    holders: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for i, article in enumerate(articles):
        for key in keys((article.headline, article.dek or "", *article.body)):
            words = key.split()
            if len(words) < CONTAINED_WORDS:
                continue
            if key in first:
                yield first[key], i
                continue
            first[key] = i
            # A dictionary and not a set: the order of a set of words changes from one process to the next.
            starts = range(len(words) - CONTAINED_WORDS + 1)
            for run in dict.fromkeys(tuple(words[at : at + CONTAINED_WORDS]) for at in starts):
                holders[run].append(key)
    for held in holders.values():
        yield from ((first[one], first[other]) for one, other in combinations(held, 2) if same(one, other))


class _Groups:
    """Groups of articles with the sum of the cosines between each two of them."""

    def __init__(self, count: int, similarities: dict[Pair, float]) -> None:
        self.members = {i: [i] for i in range(count)}
        self.links: dict[int, dict[int, float]] = {i: {} for i in range(count)}
        for (i, j), cosine in similarities.items():
            self.links[i][j] = self.links[j][i] = cosine
        self._next = count

    def average(self, one: int, other: int) -> float:
        """The mean cosine between the articles of two groups."""
        return self.links[one][other] / (len(self.members[one]) * len(self.members[other]))

    def merge(self, one: int, other: int) -> int:
        """Make one group of two and return its number."""
        new, self._next = self._next, self._next + 1
        self.members[new] = self.members.pop(one) + self.members.pop(other)
        sums: defaultdict[int, float] = defaultdict(float)
        for old in (one, other):
            for neighbour, total in self.links.pop(old).items():
                if neighbour not in (one, other):
                    sums[neighbour] += total
                    del self.links[neighbour][old]
        self.links[new] = sums
        for neighbour, total in sums.items():
            self.links[neighbour][new] = total
        return new


def _agglomerate(count: int, similarities: dict[Pair, float], joined: Iterator[Pair]) -> list[list[int]]:
    """Average-link groups of the numbers below ``count``; the pairs ``joined`` are together from the start."""
    groups = _Groups(count, similarities)
    home = list(range(count))
    for i, j in joined:
        if home[i] != home[j]:
            new = groups.merge(home[i], home[j])
            for member in groups.members[new]:
                home[member] = new
    heap = [_entry(groups, one, other) for one in groups.links for other in groups.links[one] if one < other]
    heap = [entry for entry in heap if -entry[0] >= ALIKE]
    heapq.heapify(heap)
    while heap:
        _, one, other = heapq.heappop(heap)
        if one in groups.members and other in groups.members:
            new = groups.merge(one, other)
            for neighbour in groups.links[new]:
                if groups.average(new, neighbour) >= ALIKE:
                    heapq.heappush(heap, _entry(groups, neighbour, new))
    return list(groups.members.values())


def _entry(groups: _Groups, one: int, other: int) -> tuple[float, int, int]:
    return -groups.average(one, other), one, other
