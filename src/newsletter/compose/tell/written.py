"""Summaries that a language model wrote: whether one may be used, asked when it comes and again whenever it is printed.

Figures and quotations must stand in the very sentences that the summary names as its sources, which are what an editor
sees beside it. That is a filter and no proof: a sentence may twist what its sources say without a wrong number in it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from newsletter.compose.guard.gate import Miss, MissKind, check, source_text
from newsletter.compose.language import language_of
from newsletter.compose.quotes import balanced
from newsletter.compose.terms import content_words
from newsletter.model.article import Article
from newsletter.model.issue import Doubt, DoubtKind
from newsletter.model.quotation import fold, same_words, spans
from newsletter.model.sentences import tokens
from newsletter.model.written import Judgement, Written, WrittenSentence, WrittenState

#: Below this share of content words in common, a text is not about its article, or not in its language.
LOWEST_OVERLAP = 0.35

_MARKUP = re.compile(r"[<>{}`\\|^*_~]|\]\(|&#?\w+;|^#")
_ADDRESS = re.compile(r"://|\bwww\.|@|[^\W_]\.[a-z]{2,24}(?=$|[^\w.]|\.(?:\s|$))", re.IGNORECASE)
#: Marks around words that the gate does not read as a quotation.
_ODD_MARKS = re.compile(r"[‚‛‟‹›″〝〞「」『』＂]|''|,,")
_SINGLE = re.compile(r"(?<!\w)['‘]([^'‘’]+(?:['’](?=\w)[^'‘’]+)*)['’](?!\w)")
_SHAPES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})
_EDGES = " .,;:!?…"


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A written summary that may be printed, the article's sentences that it rests on, and what an editor should look at."""

    sentences: tuple[str, ...]
    evidence: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    model: str = ""


def written_sentences(article: Article, written: Written | None, *, skip: Callable[[str], bool]) -> WrittenText | None:
    """What a model wrote about ``article``, or ``None`` if the extractive summary is to be used.

    That is when there is nothing, when it is about another version of the text, when the gate refuses it, or when
    ``skip`` names one of its sentences: the rest might not make sense without it.
    """
    if written is None or written.state is not WrittenState.ACCEPTED:
        return None
    if (written.article_id, written.version) != (article.id, article.version):
        return None
    judgement = judge(article, written.sentences)
    if judgement.refusal or any(skip(sentence.text) for sentence in written.sentences):
        return None
    return WrittenText(
        tuple(sentence.text for sentence in written.sentences), written.evidence, judgement.doubts, written.model
    )


def judge(article: Article, sentences: Sequence[WrittenSentence]) -> Judgement:
    """Whether ``sentences`` may stand for ``article``; a name that it does not hold is a doubt and no refusal."""
    source = source_text(article)
    text = " ".join(sentence.text for sentence in sentences)
    misses = [miss for sentence in sentences for miss in _unsupported(sentence, language_of(article))]
    misses += [miss for miss in check(text, source, language_of(article)) if miss.kind is MissKind.NAME]
    overlap = _overlap(text, source, language_of(article))
    return Judgement(
        refusal=next(_refusals(article, sentences, overlap), ""),
        doubts=tuple(_doubt(miss) for miss in dict.fromkeys(misses)),
        overlap=overlap,
    )


def _unsupported(sentence: WrittenSentence, language: str | None) -> Iterator[Miss]:
    """The numbers and quotations of ``sentence`` that its sources do not hold."""
    return (miss for miss in check(sentence.text, " ".join(sentence.support), language) if miss.blocks)


def _refusals(article: Article, sentences: Sequence[WrittenSentence], overlap: float) -> Iterator[str]:
    """Why ``sentences`` must not be used, the plainest reason first. No words of theirs but numbers; see ``Judgement``."""
    known = f" {fold(source_text(article))} "
    for number, sentence in enumerate(sentences, start=1):
        if not sentence.support or any(f" {fold(source)} " not in known for source in sentence.support):
            yield f"Sentence {number} rests on a sentence that the article does not have."
        if _MARKUP.search(sentence.text):
            yield f"Sentence {number} holds markup; write plain text."
        if _ADDRESS.search(sentence.text):
            yield f"Sentence {number} holds an address; leave it out."
        for miss in _unsupported(sentence, language_of(article)):
            if miss.kind is MissKind.NUMBER:
                yield f"Sentence {number} holds the number {miss.span}, and the sentences it names do not."
        if not _copied(sentence):
            yield f"Sentence {number} has a quotation that is not word for word in the sentences it names."
    if not _attributed(article, sentences):
        yield "It has a quotation without the name of its speaker."
    if overlap < LOWEST_OVERLAP:
        yield "It has too few words in common with the article."


def _copied(sentence: WrittenSentence) -> bool:
    """Whether what stands between quotation marks was copied: letter for letter but for the shape of marks and dashes."""
    if _ODD_MARKS.search(sentence.text) or not balanced(sentence.text):
        return False
    said = " ".join(map(_plain, sentence.support))
    quoted = (*spans(sentence.text), *_SINGLE.findall(sentence.text))
    return not any(_unsupported_quotation(span, said) for span in quoted)


def _unsupported_quotation(span: str, said: str) -> bool:
    found = re.search(rf"(?<!\w){re.escape(_plain(span).strip(_EDGES))}(?!\w)", said)
    return found is None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_SHAPES).split())


def _attributed(article: Article, sentences: Sequence[WrittenSentence]) -> bool:
    """Whether everybody who is quoted is named, as far as the article says who speaks."""
    text = " ".join(sentence.text for sentence in sentences)
    named = set(tokens(text))
    for key in map(fold, spans(text)):
        speakers = [quote.speaker for quote in article.quotes if quote.speaker and same_words(key, fold(quote.text))]
        if speakers and not any(tokens(speaker)[-1] in named for speaker in speakers if tokens(speaker)):
            return False
    return True


def _overlap(text: str, source: str, language: str | None) -> float:
    """The share of the content words of ``text`` that ``source`` has too, 0 to 1; 0 for a text without any."""
    mine = content_words(text, language)
    known = set(content_words(source, language))
    return round(sum(word in known for word in mine) / len(mine), 3) if mine else 0.0


def _doubt(miss: Miss) -> Doubt:
    sentence = f"the {miss.kind} “{miss.span}” is not in the article"
    return Doubt(kind=DoubtKind(miss.kind), sentence=sentence, span=miss.span, blocks=miss.blocks)
