"""ROUGE-1, -2 and -L as F1 (Lin, "ROUGE: a package for automatic evaluation of summaries", 2004), without stemming.

Words are runs of letters and digits in lower case; no stop word is left out. ROUGE-L takes the longest common
subsequence of the whole texts. With several references the best of them counts, each measure for itself (section 2.1).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Rouge:
    """F1 from 0 to 1, of single words, of pairs of words, of the longest common subsequence."""

    one: float
    two: float
    long: float


def rouge(candidate: str, references: Sequence[str]) -> Rouge:
    """How much of ``references`` a summary says, and how much of it they say."""
    mine, theirs = _words(candidate), [_words(reference) for reference in references]
    return Rouge(
        one=max(_overlap(mine, words, 1) for words in theirs),
        two=max(_overlap(mine, words, 2) for words in theirs),
        long=max(_f1(_common(mine, words), len(mine), len(words)) for words in theirs),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _overlap(one: Sequence[str], other: Sequence[str], size: int) -> float:
    grams, others = (Counter(zip(*(words[i:] for i in range(size)), strict=False)) for words in (one, other))
    return _f1((grams & others).total(), grams.total(), others.total())


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, row by row."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, match in enumerate(other, start=1):
            above = row[at]
            row[at] = before + 1 if word == match else max(above, row[at - 1])
            before = above
    return row[-1]


def _f1(hits: int, found: int, wanted: int) -> float:
    return 2 * hits / (found + wanted) if hits else 0.0
