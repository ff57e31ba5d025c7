"""Which articles tell the same story: TF-IDF words with average-link clustering, joined also by a shared quotation.

The method is the usual one for a week's pool of news (Manning, Raghavan, Schuetze, "Introduction to Information
Retrieval", 17.3): the two groups that are most alike on average become one, until no two groups are alike enough. What
keeps its cost near n log n is that each article is compared with a few others only, those that share most of its
strongest words; averages are exact all the same, since a group carries the sum of its vectors.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from newsletter.compose.language import language_of
from newsletter.compose.quotes import keys
from newsletter.compose.terms import Vector, content_words, cosine, unit_vectors
from newsletter.model.article import Article
from newsletter.model.quotation import CONTAINED_WORDS, same_words

#: Mean cosine from which two groups of articles are one story. Tellings of one story were seen at 0.4 and above, different
#: stories on one subject at 0.16 and below; nearer to the latter, since other writers share fewer words.
ALIKE = 0.22
#: The words of the body that tell what an article is about; the rest is background that many stories share.
LEAD_WORDS = 150
#: An article is looked for by so many of its words, those that weigh most in it,
STRONGEST = 24
#: for each of them among so many others on either side for which the word weighs about as much,
NEIGHBOURS = 8
#: and of all these it is compared in full with so many, those that share most. See docs/benchmarks.md for what is lost.
LIKELY = 12

Pair = tuple[int, int]
Run = tuple[str, ...]


def stories(articles: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """``articles`` grouped by the story they tell. Order is kept: in each story, and of the stories by their first."""
    vectors = unit_vectors([content_words(lead_text(article), language_of(article)) for article in articles])
    groups = agglomerate(vectors, likely_pairs(vectors), _quotation_pairs(articles))
    return tuple(tuple(articles[i] for i in group) for group in groups)


def lead_text(article: Article) -> str:
    """What says what ``article`` is about: headline, dek and the beginning of its body."""
    words: list[str] = []
    for paragraph in article.body:
        words += paragraph.split(maxsplit=LEAD_WORDS)[:LEAD_WORDS]
        if len(words) >= LEAD_WORDS:
            break
    return " ".join((article.headline, article.dek or "", *words[:LEAD_WORDS]))


def likely_pairs(vectors: Sequence[Vector]) -> list[Pair]:
    """The pairs that may be alike, each with its smaller number first, in order; at most ``LIKELY`` for each vector.

    Those who share a word stand in a row by how much it weighs for them, and each looks at its neighbours in the row. So
    the cost of a word is bounded however many share it, and a story that everybody tells still hangs together.
    """
    rows: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for i, vector in enumerate(vectors):
        for term in heapq.nlargest(STRONGEST, vector, key=vector.__getitem__):
            rows[term].append((vector[term], i))
    places: list[list[tuple[list[tuple[float, int]], int]]] = [[] for _ in vectors]
    for row in rows.values():
        row.sort()
        for at, (_, i) in enumerate(row):
            places[i].append((row, at))
    pairs: set[Pair] = set()
    for i, found in enumerate(places):
        shared: defaultdict[int, float] = defaultdict(float)
        for row, at in found:
            own = row[at][0]
            for weight, j in row[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]:
                shared[j] += own * weight
        shared.pop(i, None)
        pairs.update((min(i, j), max(i, j)) for j in heapq.nlargest(LIKELY, shared, key=shared.__getitem__))
    return sorted(pairs)


def agglomerate(vectors: Sequence[Vector], pairs: Iterable[Pair], joined: Iterable[Pair]) -> list[list[int]]:
    """Average-link groups of the numbers of unit ``vectors``, each in order, and all by their first.

    The pairs ``joined`` are together from the start. ``pairs`` says where to look for what is alike: where no pair of at
    least ``ALIKE`` is missing, the groups are those of comparing everything with everything, because two groups without
    such a pair between them are not alike on average either.
    """
    groups = _Groups(vectors)
    for i, j in pairs:
        groups.compare(i, j)
    for i, j in joined:
        groups.merge(groups.home[i], groups.home[j])
    for one, other in groups.most_alike():
        groups.merge(one, other)
    return sorted(sorted(members) for members in groups.members.values())


class _Groups:
    """Groups of unit vectors, each with the sum of its vectors and the groups in which something is like it.

    The mean of all cosines between two groups is the product of their sums over that of their sizes. It is rounded, so
    that the order in which the sums were made, which shows in the last digits, decides nothing.
    """

    def __init__(self, vectors: Sequence[Vector]) -> None:
        self.members = {i: [i] for i in range(len(vectors))}
        self.home = list(range(len(vectors)))
        self._near: dict[int, set[int]] = {i: set() for i in self.members}
        self._sums = {i: dict(vector) for i, vector in enumerate(vectors)}
        self._heap: list[tuple[float, int, int]] = []
        self._next = len(vectors)

    def compare(self, one: int, other: int) -> None:
        """Take note of two groups if they are alike on average."""
        pairs = len(self.members[one]) * len(self.members[other])
        average = round(cosine(self._sums[one], self._sums[other]) / pairs, 9)
        if average >= ALIKE:
            heapq.heappush(self._heap, (-average, one, other))
            self._near[one].add(other)
            self._near[other].add(one)

    def most_alike(self) -> Iterator[Pair]:
        """The two groups most alike among those there are when asked, until none are alike enough."""
        while self._heap:
            _, one, other = heapq.heappop(self._heap)
            if one in self.members and other in self.members:
                yield one, other

    def merge(self, one: int, other: int) -> None:
        """Make one group of two, and compare it with what either was alike.

        That is enough: its average with any third group is the weighted mean of the averages of its two parts.
        """
        if one == other:
            return
        new = self._next
        self._next += 1
        self.members[new] = self.members.pop(one) + self.members.pop(other)
        for member in self.members[new]:
            self.home[member] = new
        small, large = sorted((self._sums.pop(one), self._sums.pop(other)), key=len)
        for term, weight in small.items():
            large[term] = large.get(term, 0.0) + weight
        self._sums[new] = large
        self._near[new] = set()
        for neighbour in sorted((self._near.pop(one) | self._near.pop(other)) - {one, other}):
            self._near[neighbour] -= {one, other}
            self.compare(neighbour, new)


def _quotation_pairs(articles: Sequence[Article]) -> Iterator[Pair]:
    """The pairs that share a quotation of at least six words.

    One that is contained in another shares all its runs of six words with it, so it is enough to look among the holders
    of that run which fewest have.
    """
    first: dict[str, int] = {}
    runs: dict[str, tuple[Run, ...]] = {}
    for i, article in enumerate(articles):
        for key in keys((article.headline, article.dek or "", *article.body)):
            words = key.split()
            if key in first:
                yield first[key], i
            elif len(words) >= CONTAINED_WORDS:
                first[key] = i
                starts = range(len(words) - CONTAINED_WORDS + 1)
                # By way of a dictionary and not a set, whose order changes from one process to the next.
                runs[key] = tuple(dict.fromkeys(tuple(words[at : at + CONTAINED_WORDS]) for at in starts))
    holders: defaultdict[Run, list[str]] = defaultdict(list)
    for key, own in runs.items():
        for run in own:
            holders[run].append(key)
    for key, own in runs.items():
        fewest = min((holders[run] for run in own), key=len)
        yield from ((first[key], first[other]) for other in fewest if other != key and same_words(key, other))
