"""Cutting a text without breaking what a reader sees as one character, and without turning what follows around."""

import re
import unicodedata

#: White space that may be folded: all but the spaces that hold two words together.
_SPACE = re.compile(r"[^\S\u00a0\u202f\u2007]+")
_WORD = re.compile(r"\S+")
_JOINER = "\u200d"
#: Embeddings and isolates of the bidirectional algorithm (UAX 9, section 2), and what ends them.
_ENDS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
_VIRAMA = 9
_HANGUL = (
    ("L", "\u1100", "\u115f"),
    ("L", "\ua960", "\ua97c"),
    ("V", "\u1160", "\u11a7"),
    ("V", "\ud7b0", "\ud7c6"),
    ("T", "\u11a8", "\u11ff"),
    ("T", "\ud7cb", "\ud7fb"),
    ("S", "가", "힣"),
)
_SYLLABLES = frozenset({"LL", "LV", "LS", "VV", "VT", "SV", "ST", "TT"})


def flat(text: str) -> str:
    """``text`` in one line, its words parted by single spaces; no-break spaces stay what they are."""
    return _SPACE.sub(" ", text).strip()


def first_words(text: str, count: int) -> str:
    """``text`` up to the end of its word number ``count``, white space as it is."""
    end = 0
    for number, word in enumerate(_WORD.finditer(text)):
        if number == count:
            break
        end = word.end()
    return text[:end]


def cut_at(text: str, most: int) -> str:
    """As much of ``text`` as fits in ``most`` code points and ends between two characters as readers see them.

    A single one that is longer is broken all the same.
    """
    end = min(most, len(text))
    while end > 0 and _inside(text, end):
        end -= 1
    return text[:end] or text[:most]


def closed(text: str) -> str:
    """``text`` with the ends of those directional runs that a cut has left open; what it is followed by is unaffected."""
    opened: list[str] = []
    for mark in text:
        if mark in _ENDS:
            opened.append(_ENDS[mark])
        elif opened and mark == opened[-1]:
            opened.pop()
    return text + "".join(reversed(opened))


def _inside(text: str, at: int) -> bool:
    """Whether a cut at ``at`` would part what belongs together (UAX 29, section 3.1.1, in as far as it joins)."""
    if at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if unicodedata.category(after)[0] == "M" or _extends(after) or before == _JOINER:
        return True
    if unicodedata.combining(before) == _VIRAMA and after.isalpha():
        return True
    if _is_flag_half(after):
        halves = len(text[:at]) - len(text[:at].rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
        return halves % 2 == 1
    return _hangul(before) + _hangul(after) in _SYLLABLES


def _extends(character: str) -> bool:
    """Joiners, skin tones, the letters of tag sequences, and marks of direction, which belong to what they follow."""
    return (
        character in "\u200c\u200d\uff9e\uff9f\u200e\u200f\u061c\u202c\u2069"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or ("\U000e0020" <= character <= "\U000e007f")
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _hangul(character: str) -> str:
    """The part of a Korean syllable that ``character`` is: lead, vowel, trail, a syllable, or none."""
    return next((part for part, low, high in _HANGUL if low <= character <= high), "-")
