"""Quotations in running text: where they stand, and when two of them are the same words."""

import re
import unicodedata
from dataclasses import dataclass

#: What may close each opening mark: a straight mark closes a curly one and the reverse, as pages print them mixed.
CLOSES = {"“": '”"', "”": '”"', '"': '"”', "„": '“”"', "«": "»", "»": "«"}
#: A quotation mark. Before the last letter of a Hebrew word, or after two letters of one, it marks an acronym instead.
MARK = re.compile(f'(?!["”](?<=[א-ת].)[א-ת](?![א-ת]))(?!["”](?<=[א-ת][א-ת].)[א-ת])[{"".join(CLOSES)}]')
_ALWAYS_OPEN = "“„«"
#: Fewer words two writers may well choose alike without quoting the same sentence.
_EQUAL_WORDS = 3
#: A quotation contained in another counts as the same from this many words on.
CONTAINED_WORDS = 6
_ELISION = re.compile("(?<=\\w)['’](?=\\w)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words between two marks, verbatim. It takes ``start:end`` of its paragraph, marks included.

    ``closing`` is empty where the paragraph ends before the quotation does.
    """

    text: str
    start: int
    end: int
    opening: str
    closing: str


def fold(text: str) -> str:
    """The key under which a quotation is the same one: its words in lower case, parted by single spaces.

    Quotation marks, dashes, other punctuation and the kind of white space do not count, nor does the shape of an
    apostrophe; accents do. ``fold(fold(text)) == fold(text)``.
    """
    plain = _ELISION.sub("", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in plain).split())


def same_words(one: str, other: str) -> bool:
    """Whether two folded quotations are one: equal (from three words on) or one contained in the other (from six)."""
    short, long = sorted((one, other), key=len)
    words = len(short.split())
    return words >= _EQUAL_WORDS if short == long else words >= CONTAINED_WORDS and f" {short} " in f" {long} "


def spans(text: str) -> tuple[str, ...]:
    """The quotations in the paragraph ``text``, verbatim, in order, without their marks; see ``quotations``."""
    return tuple(quotation.text for quotation in quotations(text))


def quotations(text: str) -> tuple[Quotation, ...]:
    """The quotations in the paragraph ``text``, in order.

    Single marks inside one are kept, and single marks alone open none: they cannot be told from apostrophes. A
    quotation that is never closed goes on in the next paragraph, so it reaches to the end of this one; an unclosed
    straight mark counts only at the start, elsewhere it may stand for inches. Guillemets inside guillemets belong to
    the outer quotation where each of them is closed.
    """
    found: list[Quotation | None] = []
    opening: re.Match[str] | None = None
    nests, depth = text.count("«") == text.count("»"), 0
    for mark in MARK.finditer(text):
        if opening is None:
            opening = mark if _opens(text, mark) else None
        elif nests and mark.group() == opening.group() == "«":
            depth += 1
        elif mark.group() in CLOSES[opening.group()]:
            if depth:
                depth -= 1
                continue
            found.append(_between(text, opening, mark))
            opening = None
    if opening and (opening.group() in _ALWAYS_OPEN or not text[: opening.start()].strip()):
        found.append(_between(text, opening, None))
    return tuple(quotation for quotation in found if quotation)


def is_quotation(text: str) -> bool:
    """Whether the paragraph ``text`` is one quotation and nothing else."""
    found = quotations(text)
    return len(found) == 1 and not any(c.isalnum() for c in text[: found[0].start] + text[found[0].end :])


def _opens(text: str, mark: re.Match[str]) -> bool:
    """Whether ``mark`` begins a quotation: a straight or closing one only where a word begins and none has just ended."""
    if mark.group() in _ALWAYS_OPEN:
        return True
    before, after = text[max(0, mark.start() - 1) : mark.start()], text[mark.end() : mark.end() + 1]
    return not before.isalnum() and bool(after) and not after.isspace()


def _between(text: str, opening: re.Match[str], closing: re.Match[str] | None) -> Quotation | None:
    """The quotation between two marks; ``None`` if no letter or digit stands there."""
    inside = text[opening.end() : closing.start() if closing else len(text)].strip()
    if not any(c.isalnum() for c in inside):
        return None
    end, mark = (closing.end(), closing.group()) if closing else (len(text), "")
    return Quotation(inside, opening.start(), end, opening.group(), mark)
