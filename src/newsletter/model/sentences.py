"""Sentences, words and tokens of a text: rules and lists of abbreviations, no data to download.

The abbreviations are the language's (``languages``). Other languages are split at their own full stops and never cause
an error. Time is linear in the text.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from newsletter.model.language import Language
from newsletter.model.languages import language
from newsletter.model.languages.en import ENGLISH
from newsletter.model.languages.ru import RUSSIAN
from newsletter.model.languages.uk import UKRAINIAN


def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` as an editor counts them: what stands between white space."""
    return tuple(text.split())


def word_count(text: str) -> int:
    """How many words ``text`` has."""
    return len(text.split())


#: A paragraph ends a sentence whatever its last character is.
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
#: Marks that end a sentence, the closing marks that belong to it, then white space (which Chinese and Japanese do without).
#: “ and « close in German, and French puts a space before its closing mark. Marks of direction belong to what they follow.
#: Possessive repeats and the look-behind keep "....." from being tried again from each of its dots.
_ENDS = re.compile(
    r"(?<![.!?…؟۔।])[.!?…؟۔।]++(?:[\"'”’“‘»«)\]\u200e\u200f\u061c\u202c\u2069]|[^\S\n]»(?![^\W_]))*+(?=\s)"
    r"|(?<![。！？])[。！？]++[”’」』）]*+"
)
_OPENERS = "\"'“‘«»„‚‹›([¿¡—–- \u00a0\u202f\u200e\u200f\u061c\u202a\u202b\u2066\u2067\u2068"
_LETTER = re.compile(r"[^\W\d_]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
#: How far before a full stop an abbreviation may begin.
_REACH = 24
#: Latin, Hebrew and Arabic marks on letters, and what joins them.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u200c\u200d"
_LETTERS = rf"[^\W_]++(?:[{_MARKS}]++[^\W_]*+)*+"
_TOKEN = re.compile(rf"{_LETTERS}(?:[.,'’״׳-]{_LETTERS})*")
_POSSESSIVE = ("'s", "’s")
#: Two digits or a Roman number before a full stop may be an ordinal.
_ORDINAL = re.compile(r"\d{1,2}|[IVX]{2,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """Which abbreviations end a sentence, see ``Language``; the months are those of a language with ordinals."""

    leads_on: frozenset[str]
    before_number: frozenset[str]
    may_end: frozenset[str]
    closes: frozenset[str]
    starters: frozenset[str]
    ordinal_after: frozenset[str]
    months: frozenset[str]

    def end_after(self, before: str, earlier: str, following: str) -> bool:
        """Whether a full stop between the words ``before`` (``earlier`` stands before it) and ``following`` ends one."""
        if before in self.leads_on or (before in self.before_number and following[:1].isdigit()):
            return False
        if self.months and _ORDINAL.fullmatch(before):
            return following not in self.months and earlier not in self.ordinal_after
        if before not in self.closes and (before in self.may_end or _INITIALS.fullmatch(before)):
            return following.lower() in self.starters
        return True


def sentences(text: str, language: str | None = None) -> tuple[str, ...]:
    """The sentences of ``text`` in order, as printed; closing quotation marks stay with the sentence they close.

    ``language`` is a BCP 47 tag. Without one the rules are those of English and, for Cyrillic letters, of Russian and
    Ukrainian. Other languages cannot be joined in: "M." leads on in French and is an initial in English, and a sentence
    may begin with "La" in Spanish where an English one names somebody "J. La Salle".
    """
    rules = _rules(language)
    found: list[str] = []
    for paragraph in _PARAGRAPHS.split(text):
        start = 0
        for end in _ENDS.finditer(paragraph):
            if _ends_here(paragraph, end, rules):
                found.append(paragraph[start : end.end()].strip())
                start = end.end()
        found.append(paragraph[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def tokens(text: str) -> tuple[str, ...]:
    """The words of ``text`` for comparing: lower case, without punctuation around them and without a possessive s."""
    return tuple(token[:-2] if token.endswith(_POSSESSIVE) else token for token in _TOKEN.findall(text.lower()))


@lru_cache(maxsize=64)
def _rules(code: str | None) -> _Rules:
    languages = [ENGLISH, RUSSIAN, UKRAINIAN] if code is None else [language(code)]

    def every(kind: Callable[[Language], Iterable[str]]) -> frozenset[str]:
        return frozenset(word for each in languages for word in kind(each))

    return _Rules(
        leads_on=every(lambda each: each.leads_on),
        before_number=every(lambda each: each.before_number),
        may_end=every(lambda each: each.may_end),
        closes=every(lambda each: each.closes),
        starters=every(lambda each: each.starters),
        ordinal_after=every(lambda each: each.ordinal_after),
        months=every(lambda each: chain(*each.months) if each.ordinal_after else ()),
    )


def _ends_here(paragraph: str, end: re.Match[str], rules: _Rules) -> bool:
    """Whether the marks found really end a sentence."""
    if paragraph[end.start()] in "。！？":
        return True
    following = _word_after(paragraph, end.end())
    if following[:1].islower():
        return False
    if end.group() != ".":
        return True
    return rules.end_after(*_words_before(paragraph, end.start()), following)


def _word_after(paragraph: str, at: int) -> str:
    """The first word after ``at`` without the marks that open it; an initial keeps its full stop."""
    head = paragraph[at : at + 2 * _REACH].lstrip().lstrip(_OPENERS)
    found = re.match(r"[^\W_](?:[^\W_]+|\.)?", head)
    return found.group() if found else ""


def _words_before(paragraph: str, at: int) -> tuple[str, str]:
    """The word that ends at ``at`` and the one before it, in lower case; "z. B." is one word, written "z.B"."""
    tail = paragraph[max(0, at - _REACH) : at].split()
    if not tail or paragraph[at - 1].isspace():
        return "", ""
    word = tail.pop().lstrip(_OPENERS)
    while tail and _LETTER.fullmatch(word.partition(".")[0]) and _LETTER.fullmatch(tail[-1].lstrip(_OPENERS)[:-1]):
        if not tail[-1].endswith("."):
            break
        word = f"{tail.pop().lstrip(_OPENERS)}{word}"
    return word, tail[-1].lstrip(_OPENERS).lower() if tail else ""
