"""Texts as vectors of weighted words (TF-IDF), for summaries, for stories and for what is hot this week."""

import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from newsletter.model.languages import language as known
from newsletter.model.sentences import tokens

Vector = Mapping[str, float]

_APOSTROPHES = str.maketrans("’ʼ", "''")


def content_words(text: str, language: str | None = None) -> tuple[str, ...]:
    """The words of ``text`` that tell its subject, in order, repeats included; ``language`` is a BCP 47 tag.

    Without a tag the words of English are left out.
    """
    spoken = known(language)
    plain: Iterable[str] = tokens(text.translate(_APOSTROPHES))
    if spoken.elisions:
        plain = (_unelided(token, spoken.elisions) for token in plain)
    return tuple(token for token in plain if len(token) > 1 and token not in spoken.stop_words)


def unit_vectors(documents: Sequence[Sequence[str]]) -> list[Vector]:
    """Each document's words weighted by count times ``ln((1 + n) / (1 + df)) + 1``, scaled to length 1."""
    # One string for each word, however often it was read: the same object is found faster than an equal one.
    counts = [Counter(map(sys.intern, document)) for document in documents]
    frequency = Counter(chain.from_iterable(counts))
    idf = {term: math.log((1 + len(documents)) / (1 + df)) + 1 for term, df in frequency.items()}
    return [_unit({term: count * idf[term] for term, count in counted.items()}) for counted in counts]


def cosine(one: Vector, other: Vector) -> float:
    """The cosine of the angle between two unit vectors: 0 when they share no word, 1 when they are the same."""
    small, large = (one, other) if len(one) < len(other) else (other, one)
    return math.fsum([weight * large[term] for term, weight in small.items() if term in large])


def centroid(vectors: Iterable[Vector]) -> Vector:
    """The direction in which ``vectors`` point together."""
    total: dict[str, float] = {}
    for vector in vectors:
        for term, weight in vector.items():
            total[term] = total.get(term, 0.0) + weight
    return _unit(total)


def _unelided(token: str, elisions: frozenset[str]) -> str:
    """``token`` without what French writes before an apostrophe: "l'eau" becomes "eau"."""
    before, _, rest = token.partition("'")
    return rest if rest and before in elisions else token


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(math.fsum(weight * weight for weight in vector.values()))
    return {term: weight / length for term, weight in vector.items()} if length else {}
