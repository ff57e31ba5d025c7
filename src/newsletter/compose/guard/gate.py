"""The faithfulness gate: numbers, quotations and names of a text must occur in the article it speaks of.

The gate is precise and not complete: what it flags is nearly always wrong, what it lets pass may still be. That is why
the source sentences stand beside every text (``Item.evidence``) and nothing is ever called verified.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from newsletter.compose.guard.quantities import values
from newsletter.model.article import Article, OtherNews
from newsletter.model.language import Language
from newsletter.model.languages import language as known_language
from newsletter.model.quotation import fold, spans
from newsletter.model.sentences import sentences

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
#: A quotation shorter than this many characters is not looked for.
_SHORTEST_QUOTATION = 6
#: "Ukrainians" is covered by "Ukraine": so many letters agree at least, and so many differ at most.
_STEM = 4
_ENDING = 4
#: A case ending is looked for after so many letters.
_CASE_STEM = 3
#: Small words inside a name, which an acronym leaves out.
_LINKS = frozenset({"of", "the", "and", "for", "de", "on", "in"})
#: What makes a German word of so many letters a common noun, whatever stands before it.
_ABSTRACT = re.compile(r".{4,}(?:ung|heit|keit|schaft|ismus|nis)(?:en|e|s|se|sen)?")
#: What German adds to a noun, in as far as the common stem would be too short to tell ("Rat", "des Rates").
_INFLECTED = re.compile(r"(?:e[srn]?|[sn])$")
#: A part of a German compound has so many letters at least.
_PART = 5


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


def check(text: str, source: str, language: str | None = None) -> tuple[Miss, ...]:
    """Every number, quotation and name of ``text`` that does not occur in ``source``, in that order.

    ``language`` is the BCP 47 tag of both; without one they are read as English.
    """
    spoken = known_language(language)
    return (*_numbers(text, source, spoken), *_quotations(text, source), *_names(text, source, spoken))


def guarded(text: str, source: str, *, fallback: str, language: str | None = None) -> Guarded:
    """``text``, or the extractive ``fallback`` if a number or quotation of ``text`` is not in ``source``."""
    misses = check(text, source, language)
    return Guarded(fallback if any(miss.blocks for miss in misses) else text, misses)


def source_text(article: Article) -> str:
    """Everything that ``article`` says, as the gate's source."""
    parts = [article.headline, article.dek or "", *article.body]
    for section in article.sections:
        parts.append(section.heading)
        parts += section.items if isinstance(section, OtherNews) else section.paragraphs
    return "\n\n".join(parts)


def _numbers(text: str, source: str, language: Language) -> Iterator[Miss]:
    known = {value for number in values(source, language) for value in number.readings}
    return (
        Miss(MissKind.NUMBER, number.printed) for number in values(text, language) if number.readings[0] not in known
    )


def _quotations(text: str, source: str) -> Iterator[Miss]:
    known = f" {fold(source)} "
    for span in spans(text):
        if len(span) >= _SHORTEST_QUOTATION and f" {fold(span)} " not in known:
            yield Miss(MissKind.QUOTATION, span)


def _names(text: str, source: str, language: Language) -> Iterator[Miss]:
    known = {_bare(word) for word in _words(source, language)}
    stems: defaultdict[str, set[str]] = defaultdict(set)
    for word in known:
        stems[_stem(word, language)].add(word)
    initials = _initials(source)
    for name in _capitalised(text, language):
        bare = _bare(name)
        if bare in known or (name.isupper() and bare in initials):
            continue
        if any(_kin(bare, word, language) for word in stems[_stem(bare, language)]):
            continue
        if not (language.nouns_capitalised and _common_noun(bare, known)):
            yield Miss(MissKind.NAME, name)


def _words(text: str, language: Language) -> Iterator[str]:
    """The words of ``text``, without what French writes before an apostrophe."""
    for found in _WORD.finditer(text):
        before, _, rest = found.group().replace("’", "'").partition("'")
        yield rest if rest and before.lower() in language.elisions else found.group()


def _capitalised(text: str, language: Language) -> Iterator[str]:
    """The words of ``text`` that a capital marks as names; a sentence's first word says nothing."""
    not_names = language.not_names | language.calendar_words
    for sentence in sentences(text, language.code or None):
        for word in list(_words(sentence, language))[1:]:
            if word[0].isupper() and _bare(word) not in not_names:
                yield word


def _stem(word: str, language: Language) -> str:
    """The letters that kin have in common at least."""
    return _level(word, language)[: _CASE_STEM if language.endings else _STEM]


def _level(word: str, language: Language) -> str:
    """``word`` with the vowels that change into each other made one."""
    return "".join(language.shifts[:1] if letter in language.shifts else letter for letter in word)


def _kin(one: str, other: str, language: Language) -> bool:
    """Whether two words differ in their ending only, as "ukraine" and "ukrainian" or "Київ" and "Києва" do."""
    pairs = zip(_level(one, language), _level(other, language), strict=False)
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if language.endings:
        return any(
            one[at:] in language.endings and other[at:] in language.endings for at in range(_CASE_STEM, stem + 1)
        )
    return stem >= _STEM and max(len(one), len(other)) - stem <= _ENDING


def _common_noun(bare: str, known: Collection[str]) -> bool:
    """Whether a German word is no name: an abstract noun, part of a compound of the source or a compound of its words."""
    if _ABSTRACT.fullmatch(bare) or _INFLECTED.sub("", bare) in known:
        return True
    parts = (word for word in known if len(word) >= _PART)
    return len(bare) >= _PART and any(
        word.startswith(bare) or word.endswith(bare) or bare.endswith(word) for word in parts
    )


def _initials(source: str) -> str:
    """The initials of the capitalised words of ``source``, in runs: "the North Atlantic Treaty" gives "nat"."""
    small = (word for word in _WORD.findall(source) if word not in _LINKS)
    return "".join(word[0].lower() if word[0].isupper() else " " for word in small)


def _bare(word: str) -> str:
    """``word`` without case, possessive s and the dots of an acronym; ё and the shape of an apostrophe tell nothing."""
    plain = word.lower().replace("ё", "е").replace("ʼ", "’").replace("'", "’")
    return _POSSESSIVE.sub("", plain).replace(".", "")
