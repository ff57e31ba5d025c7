"""Texts as vectors of weighted words (TF-IDF), for summaries, for stories and for what is hot this week."""

import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from newsletter.model.sentences import tokens, words

Vector = Mapping[str, float]

#: Words that carry no subject, and the verbs with which reporters pass on what others said.
_STOP_WORDS = frozenset(
    words(
        "a about above after again against all almost along already also although always am among an and another any are"
        " aren't around as at away back be became because become been before being below between both but by came can can't"
        " cannot come could couldn't did didn't do does doesn't doing don't down during each either else enough even ever"
        " every few first for from further get gets go going got had hadn't has hasn't have haven't having he he's her here"
        " hers herself him himself his how however i i'm if in instead into is isn't it it's its itself just last later least"
        " less let like made make makes many may me meanwhile might more most mr mrs ms much must my myself near never new"
        " next no nor not now of off often on once one only onto or other others our ours ourselves out over own per perhaps"
        " put quite rather s same second she she's should shouldn't since so some soon still such t than that that's the"
        " their theirs them themselves then there there's these they they're this those though three through thus to today"
        " together too took two under until up upon us use used very via was wasn't way we we're well went were weren't what"
        " when where whether which while who whom whose why will with within without won't would wouldn't year years yes yet"
        " you you're your yours yourself week weeks month months day days time"
        " monday tuesday wednesday thursday friday saturday sunday"
        " add added adding adds admitted announce announced argue argued argues asked called claim claimed claims comment"
        " confirmed declared describe described explained insisted noted report reported reports said say saying says speak"
        " spoke stated tell telling tells told warned warns wrote"
    )
)


def content_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` that tell its subject, in order, repeats included."""
    return tuple(token for token in tokens(text.replace("’", "'")) if len(token) > 1 and token not in _STOP_WORDS)


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


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(math.fsum(weight * weight for weight in vector.values()))
    return {term: weight / length for term, weight in vector.items()} if length else {}
