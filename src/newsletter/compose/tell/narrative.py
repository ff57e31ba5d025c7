"""The narrative register of "Other ... News This Week": one or two whole sentences of the article, 40 to 75 words together.

The lengths are those of magazines that write their round-up in this register: 44 to 77 words in two sentences, hardly
ever above 90. The outlet is named by the link that stands with the line; no attribution is added to the words.
"""

from collections.abc import Callable, Sequence
from itertools import islice

from newsletter.compose.guard.gate import check, source_text
from newsletter.compose.language import language_of
from newsletter.compose.tell.alone import adjoin, names_cut_short, stands_alone
from newsletter.compose.tell.line import Line
from newsletter.compose.tell.summary import FIRST_SENTENCES, SHORTEST, Worth, standing_sentences
from newsletter.model.article import Article
from newsletter.model.sentences import word_count

FEWEST_WORDS = 40
MOST_WORDS = 75
#: Never more than this, and the same for scripts that put no space between words.
HARD_CAP = 90
HARD_CAP_CHARACTERS = 900


def narrative(article: Article, *, skip: Callable[[str], bool]) -> Line | None:
    """One or two whole sentences of ``article`` that make sense alone, in source order.

    40 to 75 words if the article allows it and never above 90; ``None`` if no sentence can stand alone, so that the
    caller takes the brief line. ``skip`` says which sentences must not be used (see ``summarise``).
    """
    body = islice(standing_sentences(article), FIRST_SENTENCES)
    offered = [sentence for sentence in body if word_count(sentence) >= SHORTEST and not skip(sentence)]
    first = next((i for i, sentence in enumerate(offered) if _opens(article, sentence)), None)
    if first is None:
        return None
    second = _second(article, offered, first)
    for chosen in ([first] if second is None else [first, second], [first]):
        told = tuple(offered[i] for i in chosen)
        if not any(miss.blocks for miss in check(" ".join(told), source_text(article), language_of(article))):
            return Line(" ".join(told), told)
    return None


def _opens(article: Article, sentence: str) -> bool:
    """Whether a line can begin with ``sentence``."""
    return _distance(sentence) is not None and stands_alone(article, sentence)


def _second(article: Article, offered: Sequence[str], first: int) -> int | None:
    """The sentence that brings the first nearest to the length wanted; of equals the next one, else what adds most."""
    alone = _distance(offered[first])
    distances = {
        i: distance
        for i in range(first + 1, len(offered))
        if (distance := _distance(f"{offered[first]} {offered[i]}")) is not None
        and _follows(article, offered[first], offered[i])
    }
    nearest = min(distances.values(), default=None)
    if nearest is None or (alone is not None and alone < nearest):
        return None
    equals = [i for i in distances if distances[i] == nearest]
    following = (i for i in equals if adjoin(article, offered[first], offered[i]))
    return next(following, Worth(offered, language_of(article)).best(equals, [first]))


def _follows(article: Article, first: str, sentence: str) -> bool:
    """Whether ``sentence`` can stand right after ``first``: it stands there in the article, or it stands alone."""
    if names_cut_short(article, sentence, after=first):
        return False
    return adjoin(article, first, sentence) or stands_alone(article, sentence)


def _distance(text: str) -> int | None:
    """How many words ``text`` is off the length wanted; ``None`` if it is too long to be printed."""
    count = word_count(text)
    if count > HARD_CAP or len(text) > HARD_CAP_CHARACTERS:
        return None
    return max(0, FEWEST_WORDS - count, count - MOST_WORDS)
