"""Numbers of the week: a figure as a headline, and below it the sentence that it stands in."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from newsletter.compose.guard.gate import check, source_text
from newsletter.compose.language import language_of
from newsletter.compose.tell.alone import stands_alone
from newsletter.compose.tell.figures import Figure, Kind, figures
from newsletter.compose.tell.summary import FIRST_SENTENCES, standing_sentences
from newsletter.model.article import Article
from newsletter.model.issue import Item, Paragraph
from newsletter.model.keys import part_key
from newsletter.model.quotation import quotations
from newsletter.model.sentences import word_count, words

FEWEST_WORDS = 6
MOST_WORDS = 45

#: What speaks for a figure: its kind, that headline or dek have it too, that its sentence names somebody or something.
_WORTH = {Kind.COUNT: 0.0, Kind.MONEY: 2.0, Kind.PERCENT: 2.0, Kind.RECORD: 1.0}
_A_RECORD = 2.0
_IN_HEADLINE = 2.0
_NAMES = 1.0
#: A figure that somebody says is worth less than one that the article reports.
_QUOTED = 1.0
#: Each sentence further down counts so much less.
_LATER = 0.1
_SPEAKS = re.compile(
    r"\b(?:said|says|told|added|adds|wrote|warned|argued)\s+(?:[a-z]+\s+)?[A-Z]|[A-Z][\w’'-]+\s+(?:said|says|told|added|wrote|warned|argued)\b"
)


@dataclass(frozen=True, slots=True)
class _Found:
    article: Article
    sentence: str
    figure: Figure
    worth: float

    @property
    def strong(self) -> bool:
        """Whether it is more than a count."""
        return self.worth >= _WORTH[Kind.MONEY]


def numbers(articles: Sequence[Article], *, skip: Callable[[str], bool], most: int) -> Iterator[Item]:
    """At most ``most`` numbers of the week out of ``articles``, which are given with the best story first.

    One for each article and none twice. Strong figures (percentages, money, records, what the headline counts) go before
    plain counts; what is chosen comes in the order of ``articles``. ``skip`` refuses sentences (see ``summarise``).
    """
    found = [best for article in articles if (best := _best(article, skip))]
    chosen: list[_Found] = []
    printed: set[str] = set()
    for candidate in sorted(found, key=lambda one: not one.strong):
        if len(chosen) < most and candidate.figure.key not in printed:
            printed.add(candidate.figure.key)
            chosen.append(candidate)
    return (_item(one) for one in found if any(one is other for other in chosen))


def _best(article: Article, skip: Callable[[str], bool]) -> _Found | None:
    """The best figure of ``article`` that the gate lets pass; the gate is slow, so it looks at few."""
    source, language = source_text(article), language_of(article)
    best_first = sorted(_candidates(article, skip), key=lambda one: -one.worth)
    return next(
        (one for one in best_first if not any(miss.blocks for miss in check(one.sentence, source, language))), None
    )


def _candidates(article: Article, skip: Callable[[str], bool]) -> Iterator[_Found]:
    """The figures of the sentences that can be printed alone; a figure in a quotation needs its speaker beside it."""
    for place, sentence in enumerate(islice(standing_sentences(article), FIRST_SENTENCES)):
        if not FEWEST_WORDS <= word_count(sentence) <= MOST_WORDS or skip(sentence):
            continue
        if not stands_alone(article, sentence):
            continue
        found = figures(sentence)
        for figure in found:
            quoted = _quoted(sentence, figure)
            if quoted and not _names_speaker(sentence):
                continue
            worth = _worth(article, sentence, figure, found) - _LATER * place - (_QUOTED if quoted else 0.0)
            yield _Found(article, sentence, figure, worth)


def _worth(article: Article, sentence: str, figure: Figure, found: Sequence[Figure]) -> float:
    worth = _WORTH[figure.kind]
    if any(other.kind is Kind.RECORD for other in found):
        worth += _A_RECORD
    if _digits(figure) and _digits(figure) & _all_digits(f"{article.headline} {article.dek or ''}"):
        worth += _IN_HEADLINE
    if any(word[:1].isupper() for word in words(sentence)[1:]):
        worth += _NAMES
    return worth


def _digits(figure: Figure) -> frozenset[str]:
    return _all_digits(figure.text) if figure.kind is not Kind.RECORD else frozenset()


def _all_digits(text: str) -> frozenset[str]:
    return frozenset(found.replace(",", "") for found in re.findall(r"\d+(?:[.,]\d+)*", text))


def _quoted(sentence: str, figure: Figure) -> bool:
    return any(found.start <= figure.start < found.end for found in quotations(sentence))


def _names_speaker(sentence: str) -> bool:
    """Whether the words outside the quotations name who speaks."""
    outside = sentence
    for found in reversed(quotations(sentence)):
        outside = outside[: found.start] + " " + outside[found.end :]
    return bool(_SPEAKS.search(" ".join(outside.split())))


def _item(found: _Found) -> Item:
    article, text = found.article, found.figure.text
    return Item(
        key=part_key(article, "n", found.sentence),
        version=article.version,
        headline=text[:1].upper() + text[1:],
        paragraphs=(Paragraph(text=found.sentence),),
        outlet=article.outlet,
        url=article.url,
        article_id=article.id,
        evidence=(found.sentence,),
        why=f"a figure of “{article.headline}”",
    )
