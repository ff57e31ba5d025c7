"""The faithfulness gate: numbers, quotations and names of a text must occur in the article it speaks of.

The gate is precise and not complete: what it flags is nearly always wrong, what it lets pass may still be. That is why
the source sentences stand beside every text (``Item.evidence``) and nothing is ever called verified.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from newsletter.model.article import Article, OtherNews
from newsletter.model.quotation import fold, spans
from newsletter.model.sentences import sentences, words

_NUMBER_WORDS = words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen twenty"
)
_NUMBERS = {word: str(value) for value, word in enumerate(_NUMBER_WORDS, start=1)}
_NUMBERS |= {"hundred": "100", "first": "1", "second": "2", "third": "3"}
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
#: Capitalised without being a name.
_NOT_NAMES = frozenset(
    words(
        "i january february march april may june july august september october november december jan feb mar apr jun jul aug"
        " sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mr mrs ms dr prof president minister"
        " secretary senator representative governor general chancellor chairman director professor king queen"
    )
)
#: A quotation shorter than this many characters is not looked for.
_SHORTEST_QUOTATION = 6
#: "Ukrainians" is covered by "Ukraine": so many letters agree at least, and so many differ at most.
_STEM = 4
_ENDING = 4
#: Small words inside a name, which an acronym leaves out.
_LINKS = frozenset({"of", "the", "and", "for", "de", "on", "in"})


class MissKind(StrEnum):
    """What a text says that its source does not."""

    NUMBER = "number"
    QUOTATION = "quotation"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Miss:
    """A ``span`` of a text that does not occur in the source."""

    kind: MissKind
    span: str

    @property
    def blocks(self) -> bool:
        """Whether an automatic text with this miss must not be used; a name is a warning to the editor."""
        return self.kind is not MissKind.NAME


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text that may be used, and what the gate found in the text that was offered."""

    text: str
    misses: tuple[Miss, ...]


def check(text: str, source: str) -> tuple[Miss, ...]:
    """Every number, quotation and name of ``text`` that does not occur in ``source``, in that order."""
    return (*_numbers(text, source), *_quotations(text, source), *_names(text, source))


def guarded(text: str, source: str, *, fallback: str) -> Guarded:
    """``text``, or the extractive ``fallback`` if a number or quotation of ``text`` is not in ``source``."""
    misses = check(text, source)
    return Guarded(fallback if any(miss.blocks for miss in misses) else text, misses)


def source_text(article: Article) -> str:
    """Everything that ``article`` says, as the gate's source."""
    parts = [article.headline, article.dek or "", *article.body]
    for section in article.sections:
        parts.append(section.heading)
        parts += section.items if isinstance(section, OtherNews) else section.paragraphs
    return "\n\n".join(parts)


def _numbers(text: str, source: str) -> Iterator[Miss]:
    known = {value for _, value in _values(source)}
    return (Miss(MissKind.NUMBER, span) for span, value in _values(text) if value not in known)


def _values(text: str) -> Iterator[tuple[str, str]]:
    """The numbers of ``text`` as printed and as digits without thousands separators."""
    for found in _DIGITS.finditer(text):
        yield found.group(), found.group().replace(",", "")
    for found in _WORD.finditer(text):
        for part in found.group().split("-"):
            if value := _NUMBERS.get(part.lower()):
                yield part, value


def _quotations(text: str, source: str) -> Iterator[Miss]:
    known = f" {fold(source)} "
    for span in spans(text):
        if len(span) >= _SHORTEST_QUOTATION and f" {fold(span)} " not in known:
            yield Miss(MissKind.QUOTATION, span)


def _names(text: str, source: str) -> Iterator[Miss]:
    known = {_bare(word) for word in _WORD.findall(source)}
    stems: defaultdict[str, set[str]] = defaultdict(set)
    for word in known:
        stems[word[:_STEM]].add(word)
    initials = _initials(source)
    for name in _capitalised(text):
        bare = _bare(name)
        kin = any(_kin(bare, word) for word in stems[bare[:_STEM]])
        if not (bare in known or kin or (name.isupper() and bare in initials)):
            yield Miss(MissKind.NAME, name)


def _capitalised(text: str) -> Iterator[str]:
    """The words of ``text`` that a capital marks as names; a sentence's first word says nothing."""
    for sentence in sentences(text):
        for found in list(_WORD.finditer(sentence))[1:]:
            if found.group()[0].isupper() and _bare(found.group()) not in _NOT_NAMES:
                yield found.group()


def _kin(one: str, other: str) -> bool:
    """Whether two words differ in their ending only, as "ukraine" and "ukrainian" do."""
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return stem >= _STEM and max(len(one), len(other)) - stem <= _ENDING


def _initials(source: str) -> str:
    """The initials of the capitalised words of ``source``, in runs: "the North Atlantic Treaty" gives "nat"."""
    small = (word for word in _WORD.findall(source) if word not in _LINKS)
    return "".join(word[0].lower() if word[0].isupper() else " " for word in small)


def _bare(word: str) -> str:
    """``word`` without case, possessive s and the dots of an acronym."""
    return _POSSESSIVE.sub("", word).replace(".", "").lower()
