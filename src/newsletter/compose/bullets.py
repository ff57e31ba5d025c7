"""One line of at most 30 words for a story: the publisher's dek or the lead sentence, shortened but never reworded."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from newsletter.compose.guard import guarded, source_text
from newsletter.compose.language import language_of
from newsletter.compose.quotes import balanced, whole_sentences
from newsletter.compose.summary import standing_sentences
from newsletter.model.article import Article
from newsletter.model.sentences import word_count, words

MOST_WORDS = 30
#: The same for scripts that put no space between words.
MOST_CHARACTERS = 300
#: A sentence is never cut shorter than this.
FEWEST_WORDS = 10
#: So many sentences of the body are tried before the first is cut with an ellipsis.
TRIED = 5

#: What is left hanging where a sentence is cut.
_LOOSE = " ,;:–—-"
_WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PARENTHESIS = re.compile(r"\s*\([^()]{0,120}\)")
_OPENER = re.compile(
    rf"^(?:(?:Meanwhile|However|Also|In addition|Moreover|Earlier|On {_WEEKDAY}),|But(?! for\b),?|And,?)\s+"
)
#: Where a sentence may end early: at a mark or before a word that opens a clause.
_CUT = re.compile(
    r"[,;:](?=\s)|\s[–—-](?=\s)|—|\s(?=(?:while|after|amid|as|which|who|although|despite|because|but|where|with)\s)"
)
_SUBORDINATE = re.compile(
    r"(?:While|After|Amid|As|Although|Though|Despite|Because|When|Where|With|If|Since|Before|Once|Until|Unless)\b"
)
#: A sentence does not end with one of these.
_DANGLING = frozenset(
    words(
        "a an the of to in on at by for from and or nor but such as well than that which who while with its their his her"
        " is are was were be been has have had will would more most not so"
    )
)
_SAYS = "(?:said|says|told|reported|reports|announced|argued|warned|wrote|added|stated|noted|claimed|insisted)"
_OTHER_CLAUSE = "(?:while|after|amid|as|which|who|although|despite|because|but|and|where|with)"
#: ", the ministry said" and ", according to the ministry": whose word it is that the sentence is true.
_ATTRIBUTION = rf",[\"”’]*\s+(?:according to\s|(?!{_OTHER_CLAUSE}\s)(?:[^\s,;:]+\s){{1,8}}?{_SAYS}\b)"
_ATTRIBUTED = re.compile(rf"{_ATTRIBUTION}|\saccording to\s")
_ATTRIBUTED_AT_END = re.compile(rf"{_ATTRIBUTION}[^,;:]*$")
#: Marks that a sentence may end with, closing quotation marks included.
_ENDED = re.compile(r"[.!?…][\"”’»]*$")


@dataclass(frozen=True, slots=True)
class Bullet:
    """A line and the source sentence it rests on; ``cut`` says that it ends in an ellipsis."""

    text: str
    evidence: str
    cut: bool = False


def bullet(article: Article, *, skip: Callable[[str], bool]) -> Bullet | None:
    """The line for ``article``; ``None`` if it has no text or ``skip`` (see ``summarise``) refuses all of it.

    Numbers and quotations of the line occur in the article: what the gate refuses is replaced by its source sentence.
    """
    offered = tuple(islice((text for text in _offers(article) if not skip(text)), TRIED))
    for evidence in offered:
        if line := shortened(evidence):
            return _checked(article, Bullet(line, evidence))
    return _checked(article, Bullet(cut_off(offered[0]), offered[0], cut=True)) if offered else None


def shortened(sentence: str) -> str | None:
    """``sentence`` in at most 30 words by leaving out asides and a last clause, or ``None`` if that cannot be done.

    An attribution is never left out, a quotation never broken, and what is left has at least 10 words.
    """
    text = _tidied(sentence)
    if word_count(text) <= MOST_WORDS:
        return _ended(text) if len(text) <= MOST_CHARACTERS else None
    core, attribution = _attribution_apart(text)
    room = MOST_WORDS - word_count(attribution)
    for head in _heads(core, room):
        if balanced(head) and balanced(head + attribution) and not _ATTRIBUTED.search(core, len(head)):
            return _ended(head + attribution)
    return None


def cut_off(sentence: str) -> str:
    """``sentence`` broken off with an ellipsis after at most 30 words, its attribution kept."""
    core, attribution = _attribution_apart(_tidied(sentence))
    words = core.split()
    room = max(0, min(MOST_WORDS - word_count(attribution), len(words)))
    for count in range(room, FEWEST_WORDS - 1, -1):
        line = _broken_off(words[:count]) + attribution
        if balanced(line):
            return line
    line = _broken_off(words[:room])
    return line + attribution if balanced(line + attribution) else f"{line}”{attribution}"


def has_text(article: Article) -> bool:
    """Whether ``article`` has anything that a line could be made of."""
    return next(_offers(article), None) is not None


def _offers(article: Article) -> Iterator[str]:
    """What a bullet may be made of, best first: the dek, then the sentences of the body.

    A dek of a few words leans on the headline above it, which a bullet does not have, so it comes last.
    """
    dek = article.dek or ""
    deks = (dek,) if word_count(dek) <= MOST_WORDS else whole_sentences(dek)[:1]
    yield from (text for text in deks if word_count(text) >= FEWEST_WORDS)
    yield from standing_sentences(article)
    yield from (text for text in deks if 0 < word_count(text) < FEWEST_WORDS)


def _tidied(sentence: str) -> str:
    """``sentence`` without asides in parentheses and without the word that ties it to the one before."""
    text = " ".join(_OPENER.sub("", _PARENTHESIS.sub("", sentence)).split())
    return text[:1].upper() + text[1:]


def _attribution_apart(text: str) -> tuple[str, str]:
    """``text`` as statement and the attribution at its end, which may be empty; one of half a bullet is a statement itself."""
    found = _ATTRIBUTED_AT_END.search(text)
    if found is None or word_count(found.group()) > MOST_WORDS // 2:
        return text, ""
    return text[: found.start()], found.group()


def _heads(core: str, room: int) -> Iterator[str]:
    """The beginnings of ``core`` that could stand as a sentence of 10 to ``room`` words, longest first."""
    window = " ".join(core.split()[: room + 1])
    first = 1 if _SUBORDINATE.match(core) else 0
    for place in reversed(list(_CUT.finditer(window))[first:]):
        head = window[: place.start()].rstrip(_LOOSE)
        if FEWEST_WORDS <= word_count(head) <= room and head.split()[-1].lower() not in _DANGLING:
            yield head


def _broken_off(words: list[str]) -> str:
    return " ".join(words)[:MOST_CHARACTERS].rstrip(_LOOSE) + "…"


def _ended(text: str) -> str:
    return text if _ENDED.search(text) else text.rstrip(_LOOSE) + "."


def _checked(article: Article, line: Bullet) -> Bullet:
    checked = guarded(line.text, source_text(article), fallback=line.evidence, language=language_of(article))
    return replace(line, text=checked.text)
