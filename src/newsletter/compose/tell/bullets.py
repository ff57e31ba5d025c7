"""One line of at most 30 words for a story: the publisher's dek or the lead sentence, shortened but never reworded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from newsletter.compose.guard.gate import guarded, source_text
from newsletter.compose.language import language_of
from newsletter.compose.quotes import balanced, closing, whole_sentences
from newsletter.compose.tell.clauses import LOOSE, ClauseRules, clause_rules, ended
from newsletter.compose.tell.summary import standing_sentences
from newsletter.model.article import Article
from newsletter.model.cutting import closed, cut_at, first_words
from newsletter.model.languages import language as known
from newsletter.model.sentences import word_count

MOST_WORDS = 30
#: The same for scripts that put no space between words.
MOST_CHARACTERS = 300
#: A sentence is never cut shorter than this.
FEWEST_WORDS = 10
#: So many sentences of the body are tried before the first is cut with an ellipsis.
TRIED = 5


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
    language = language_of(article)
    offered = tuple(islice((text for text in _offers(article) if not skip(text)), TRIED))
    for evidence in offered:
        if line := shortened(evidence, language):
            return _checked(article, Bullet(line, evidence))
    return _checked(article, Bullet(cut_off(offered[0], language), offered[0], cut=True)) if offered else None


def shortened(sentence: str, language: str | None = None) -> str | None:
    """``sentence`` in at most 30 words by leaving out asides and a last clause, or ``None`` if that cannot be done.

    An attribution is never left out, a quotation never broken, and what is left has at least 10 words. ``language`` is
    the BCP 47 tag of the sentence.
    """
    rules = clause_rules(known(language))
    text = rules.tidied(sentence)
    if word_count(text) <= MOST_WORDS:
        return ended(text) if len(text) <= MOST_CHARACTERS else None
    core, attribution = _attribution_apart(text, rules)
    room = MOST_WORDS - word_count(attribution)
    for head in rules.heads(core, room):
        fits = FEWEST_WORDS <= word_count(head) <= room
        if fits and balanced(head) and balanced(head + attribution) and not rules.attributed.search(core, len(head)):
            return ended(head + attribution)
    return None


def cut_off(sentence: str, language: str | None = None) -> str:
    """``sentence`` broken off with an ellipsis after at most 30 words, its attribution kept."""
    rules = clause_rules(known(language))
    core, attribution = _attribution_apart(rules.tidied(sentence), rules)
    room = max(0, min(MOST_WORDS - word_count(attribution), word_count(core)))
    for count in range(room, FEWEST_WORDS - 1, -1):
        line = _broken_off(first_words(core, count)) + attribution
        if balanced(line):
            return line
    line = _broken_off(first_words(core, room))
    return line + attribution if balanced(line + attribution) else line + closing(line) + attribution


def has_text(article: Article) -> bool:
    """Whether ``article`` has anything that a line could be made of."""
    return next(_offers(article), None) is not None


def _offers(article: Article) -> Iterator[str]:
    """What a bullet may be made of, best first: the dek, then the sentences of the body.

    A dek of a few words leans on the headline above it, which a bullet does not have, so it comes last.
    """
    dek = article.dek or ""
    deks = (dek,) if word_count(dek) <= MOST_WORDS else whole_sentences(dek, language_of(article))[:1]
    yield from (text for text in deks if word_count(text) >= FEWEST_WORDS)
    yield from standing_sentences(article)
    yield from (text for text in deks if 0 < word_count(text) < FEWEST_WORDS)


def _attribution_apart(text: str, rules: ClauseRules) -> tuple[str, str]:
    """``text`` as statement and the attribution at its end, which may be empty; one of half a bullet is a statement itself."""
    found = rules.attributed_at_end.search(text)
    if found is None or word_count(found.group()) > MOST_WORDS // 2:
        return text, ""
    return text[: found.start()], found.group()


def _broken_off(text: str) -> str:
    return closed(cut_at(text, MOST_CHARACTERS).rstrip(LOOSE) + "…")


def _checked(article: Article, line: Bullet) -> Bullet:
    checked = guarded(line.text, source_text(article), fallback=line.evidence, language=language_of(article))
    return replace(line, text=checked.text)
