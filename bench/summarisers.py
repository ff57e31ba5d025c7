"""The contenders: ours, the first sentences, and the methods of sumy where it is installed, all with our splitter."""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from bench.magazine import SLOT
from newsletter.compose.tell.summary import STORY, summarise
from newsletter.model.article import Article, Provenance
from newsletter.model.sentences import sentences, tokens

#: The sentences that every contender but ours gives; ours gives two, or three where two are short, and stops at 60 words.
SENTENCES = 2
#: sumy's methods by the name of their module and class.
_SUMY = {
    "LexRank": "lex_rank.LexRankSummarizer",
    "TextRank": "text_rank.TextRankSummarizer",
    "LSA": "lsa.LsaSummarizer",
    "KL": "kl.KLSummarizer",
    "Reduction": "reduction.ReductionSummarizer",
    "Luhn": "luhn.LuhnSummarizer",
    "SumBasic": "sum_basic.SumBasicSummarizer",
}

Summariser = Callable[[Sequence[str]], str]


def contenders() -> dict[str, Summariser]:
    """Every way to sum up the paragraphs of an article that can be tried here, by name; ours first, then the lead."""
    found: dict[str, Summariser] = {"newsletter": _ours, "lead-3": _lead(3), "lead-2": _lead(2)}
    if has_sumy():
        found |= {f"sumy {name}": _sumy(path) for name, path in _SUMY.items()}
    return found


def has_sumy() -> bool:
    """Whether sumy and the numpy that most of its methods ask for are installed."""
    return all(find_spec(name) for name in ("sumy", "numpy"))


def _ours(paragraphs: Sequence[str]) -> str:
    page = Article(headline="", body=tuple(paragraphs), provenance=Provenance(parser="bench", fetched_at=SLOT.starts))
    return " ".join(summarise(page, STORY, skip=lambda _: False))


def _lead(count: int) -> Summariser:
    def first(paragraphs: Sequence[str]) -> str:
        return " ".join(islice(_split(paragraphs), count))

    return first


def _sumy(path: str) -> Summariser:
    """One of sumy's methods as its manual uses them: English stop words and stemmer."""
    module, name = path.split(".")
    dom, stemmers, help_ = (import_module(f"sumy.{part}") for part in ("models.dom", "nlp.stemmers", "utils"))
    method: Any = getattr(import_module(f"sumy.summarizers.{module}"), name)(stemmers.Stemmer("english"))
    method.stop_words = help_.get_stop_words("english")

    def summed_up(paragraphs: Sequence[str]) -> str:
        document = dom.ObjectDocumentModel(
            dom.Paragraph([dom.Sentence(sentence, _Words()) for sentence in sentences(paragraph)])
            for paragraph in paragraphs
        )
        return " ".join(str(sentence) for sentence in method(document, SENTENCES))

    return summed_up


class _Words:
    """Our words in the shape of sumy's tokenizer, whose own wants a download."""

    def to_words(self, text: str) -> tuple[str, ...]:
        return tokens(text)


def _split(paragraphs: Sequence[str]) -> Iterable[str]:
    return (sentence for paragraph in paragraphs for sentence in sentences(paragraph))
