"""Quotations inside an issue: which are the same, which were printed, and sentences that never break one in two."""

import re
from collections.abc import Iterable

from newsletter.model.article import Article, Quote
from newsletter.model.quotation import CLOSES, CONTAINED_WORDS, MARK, fold, same_words, spans
from newsletter.model.sentences import sentences, word_count

#: A block quotation is no longer than this.
LONGEST_WORDS = 60


def keys(texts: Iterable[str]) -> tuple[str, ...]:
    """The folded quotations in ``texts``, in order."""
    return tuple(key for text in texts for span in spans(text) if (key := fold(span)))


def balanced(text: str) -> bool:
    """Whether every quotation that ``text`` opens is closed, a straight mark closing a curly one and the reverse."""
    return not unclosed(text)


def unclosed(text: str) -> str:
    """The marks of the quotations that are open at the end of ``text``, the outermost first."""
    opened: list[str] = []
    _follow(text, opened)
    return "".join(opened)


def closing(text: str) -> str:
    """The marks that close what ``text`` leaves open, the innermost first; French ones keep their distance."""
    ends = {"„": "“", "«": "\u00a0»" if re.search(r"«\s", text) else "»", "»": "«", '"': '"'}
    return "".join(ends.get(mark, "”") for mark in reversed(unclosed(text)))


def whole_sentences(paragraph: str, language: str | None = None) -> tuple[str, ...]:
    """The sentences of ``paragraph``, those of one quotation kept together; what never closes its quotation is left out.

    Where guillemets are opened more often than closed, one closes all: so are names inside of names printed in Russian.
    """
    found: list[str] = []
    pending: list[str] = []
    opened: list[str] = []
    one_closes_all = paragraph.count("«") > paragraph.count("»")
    for sentence in sentences(paragraph, language):
        pending.append(sentence)
        _follow(sentence, opened, one_closes_all=one_closes_all)
        if not opened:
            found.append(" ".join(pending))
            pending = []
    return tuple(found)


def _follow(text: str, opened: list[str], *, one_closes_all: bool = False) -> None:
    """Bring ``opened``, the quotation marks that are open before ``text``, to where it stands after it."""
    for mark in MARK.findall(text):
        if opened and mark in CLOSES[opened[-1]]:
            opened.pop()
            while one_closes_all and mark == "»" and opened and opened[-1] == "«":
                opened.pop()
        else:
            opened.append(mark)


def strongest(article: Article, printed: "Printed") -> Quote | None:
    """The longest quotation of the body that has a speaker, fits a block quotation and is not printed yet."""
    body = f" {fold(' '.join(article.body))} "
    fitting = [
        quote
        for quote in article.quotes
        if quote.speaker
        and CONTAINED_WORDS <= word_count(quote.text) <= LONGEST_WORDS
        and f" {fold(quote.text)} " in body
        and not printed.holds(f"“{quote.text}”")
    ]
    return max(fitting, key=lambda quote: word_count(quote.text), default=None)


class Printed:
    """The quotations that an issue holds so far; an issue is composed in the order in which it is printed."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    def copy(self) -> "Printed":
        """The same quotations, to try out what else might be printed."""
        other = Printed()
        other._keys = list(self._keys)
        return other

    def holds(self, text: str) -> bool:
        """Whether a quotation in ``text`` has been printed already."""
        return any(same_words(key, printed) for key in keys([text]) for printed in self._keys)

    def add(self, *texts: str) -> None:
        """Take note that ``texts`` are printed now."""
        self._keys.extend(keys(texts))

    def unrepeated(self, paragraph: str, language: str | None = None) -> str:
        """``paragraph`` without the sentences whose quotation has been printed already, as it stands if there is none."""
        if not self.holds(paragraph):
            return paragraph
        return " ".join(sentence for sentence in whole_sentences(paragraph, language) if not self.holds(sentence))
