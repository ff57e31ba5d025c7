"""The sentences of a page as tokens, and the names in them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsletter.ingest.speaker_words import LINKS, OPENERS, PLACE_ENDS, PLACES, TITLES, WHERE
from newsletter.model.quotation import quotations
from newsletter.model.sentences import sentences

MASK = re.compile(r"“(\d+)[.,]?”")
_TOKEN = re.compile(r"“\d+[.,]?”|[^\W_][\w.'’&/-]*|[,;:()—–]")
_GENITIVE = re.compile("['’]s?$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as ``tokens``, each quotation one token; ``runs`` are its runs of capitalised words, start to end."""

    tokens: tuple[str, ...]
    runs: dict[int, int]


class Names:
    """The full names on a page."""

    def __init__(self, page: Iterable[Sentence]) -> None:
        words = [(name.split(), name) for name in dict.fromkeys(_full_names(page))]
        # A surname counts before a first name, and of two people with one name the first on the page.
        self._by_word = {word[0]: name for word, name in reversed(words)}
        self._by_word |= {word[-1]: name for word, name in reversed(words)}

    def fullest(self, name: str) -> str:
        """``name``, or the full name on the page that ends with it or, failing that, begins with it."""
        return self._by_word.get(name, name)

    def person(self, name: str | None) -> str | None:
        """The full name behind ``name``, if the page gives one."""
        full = self.fullest(name or "")
        return full if " " in full and self._by_word.get(full.split()[-1]) else None


def tokenised(text: str) -> list[Sentence]:
    """The sentences of the paragraph ``text``; a quotation is one token that holds its number in ``text``."""
    pieces, end = [], 0
    for number, quotation in enumerate(quotations(text)):
        stop = {".": ".", ",": ",", "?": ",", "!": ","}.get(quotation.text[-1], "")
        pieces += [text[end : quotation.start], f"“{number}{stop}”"]
        end = quotation.end
    found = []
    for sentence in sentences("".join((*pieces, text[end:]))):
        # A full stop clings to an abbreviation, and to the last word, where it is taken off.
        if tokens := _TOKEN.findall(sentence):
            tokens[-1] = tokens[-1].rstrip(".") if tokens[-1].count(".") == 1 else tokens[-1]
            found.append(Sentence(tuple(tokens), dict(_runs(tokens))))
    return found


def name_at(sentence: Sentence, start: int) -> str | None:
    """The name in the run at ``start``: a person's without titles, a body's whole, with the article before it."""
    run = sentence.tokens[start : sentence.runs[start]]
    words = _trimmed(run)
    if not words or _GENITIVE.search(words[-1]):
        return None
    if person := _person(words):
        return " ".join(person)
    has_article = "the" in {run[0].lower(), *sentence.tokens[max(0, start - 1) : start]}
    return " ".join(("the", *words) if has_article else words)


def is_genitive(token: str) -> bool:
    """Whether ``token`` ends as in "Marsh's"."""
    return bool(_GENITIVE.search(token))


def is_thing(sentence: Sentence, start: int) -> bool:
    """Whether the run at ``start`` is told to be no person: "in Port Maren", "the Lapwing", but "the Minister Ada Marsh"."""
    run = sentence.tokens[start : sentence.runs[start]]
    leading = {word.lower() for word in (run[0], *sentence.tokens[max(0, start - 1) : start])}
    has_title = any(word.lower().rstrip(".") in TITLES for word in run)
    return not leading.isdisjoint(WHERE) or ("the" in leading and not has_title)


def _full_names(page: Iterable[Sentence]) -> Iterator[str]:
    """The persons' names of two words or more that ``page`` prints, in order."""
    for sentence in page:
        for start, end in sentence.runs.items():
            person = _person(_trimmed([_GENITIVE.sub("", word) for word in sentence.tokens[start:end]]))
            is_place = person and (person[0].lower() in PLACES | LINKS or person[-1].lower() in PLACE_ENDS)
            if len(person) > 1 and not is_place and not is_thing(sentence, start):
                yield " ".join(person)


def _person(words: Sequence[str]) -> list[str]:
    """What follows the last title in ``words``, up to an "of"; nothing if they name a body."""
    titles = [i for i, word in enumerate(words) if word.lower().rstrip(".") in TITLES]
    name = list(words[titles[-1] + 1 :] if titles else words)
    return name[: name.index("of")] if "of" in name else name


def _trimmed(run: Sequence[str]) -> list[str]:
    """A run without the words at its ends that are capitalised for another reason: where a sentence begins, weekdays."""
    words = list(run)
    while words and words[0].lower() in OPENERS:
        del words[0]
    while words and words[-1].lower() in OPENERS:
        del words[-1]
    return words


def _runs(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The runs of capitalised words (links such as "of" and "von" between two included); a genitive ends a run."""
    start: int | None = None
    for i, token in enumerate((*tokens, ",")):
        links = token in LINKS and next((t[0].isupper() for t in tokens[i + 1 : i + 3] if t not in LINKS), False)
        if start is not None and not (token[0].isupper() or links):
            yield start, i
            start = None
        if start is None and token[0].isupper():
            start = i
        if start is not None and _GENITIVE.search(token):
            yield start, i + 1
            start = None
