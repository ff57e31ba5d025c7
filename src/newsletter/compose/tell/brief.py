"""The brief register of other news: a line like a title, 7 to 15 words and never above 30.

Such lines have 7 words at the median in round-ups of links and 15 in those with a sentence a link; 30 is the cap of a
bullet. Words are left out at the end of a clause or not at all: nothing is reworded.
"""

import re
from collections.abc import Callable, Iterator

from newsletter.compose.guard.gate import check, source_text
from newsletter.compose.language import language_of
from newsletter.compose.quotes import balanced, whole_sentences
from newsletter.compose.tell.alone import names_cut_short
from newsletter.compose.tell.bullets import MOST_WORDS as HARD_CAP
from newsletter.compose.tell.bullets import bullet, shortened
from newsletter.compose.tell.line import Line
from newsletter.compose.tell.summary import standing_sentences
from newsletter.model.article import Article
from newsletter.model.sentences import word_count, words

FEWEST_WORDS = 7
MOST_WORDS = 15
#: A headline that is the only whole thing to print may be so short.
SHORTEST_HEADLINE = 4

_KIND = (
    "live|live blog|live updates?|video|watch|listen|audio|podcasts?|photos?|gallery|in pictures|opinion|comment|analysis"
    "|explainers?|explained|quiz|interview|editorial|column|review|q&a|newsletter|breaking|updated?|exclusive|factbox"
    "|letters?|obituary|corrections?|fact check|timeline|map|poll|recap|transcript|sponsored|advertisement"
)
#: "Live: ..." and "... | Video" say what the page is, and a page that is one is no statement.
_LABELLED = re.compile(rf"(?:{_KIND})\s*[:|–—-]\s|.*(?:\s[|–—-]\s*|\()(?:as it happened|{_KIND})\)?\s*$", re.IGNORECASE)
#: "How the ferry got its name", "Five things to know": a headline that promises what it does not say.
_PROMISES = re.compile(
    r"(?:how|why|what|when|where|who|which|whose|here(?:['’]s| is| are)|everything|meet|inside)\b"
    r"|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:\w+ )?(?:things|ways|reasons|tips|facts|questions|charts|takeaways)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile("[?？؟]")

#: Where a sentence may end early: at a mark, or before a word that opens a clause.
_CUT = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)|—|\s(?=(?:while|after|amid|which|who|because|where)\s)")
_SUBORDINATE = re.compile(
    r"(?:while|after|amid|as|although|though|despite|because|when|where|with|if|since|before|once|until|unless|given|by|in"
    r"|on|at|for|from|of|to|under|according)\b",
    re.IGNORECASE,
)
#: What says whose word it is, and what turns the sense round, must not be left out.
_NEEDED = re.compile(
    r"\b(?:according to|said|says|say|told|tells|report(?:s|ed)?|announc\w+|argu\w+|warn\w*|wrote|writes|add(?:s|ed)"
    r"|stated|noted|claim\w*|insist\w*|alleg\w+|believ\w+|expect\w*|estimat\w+|den(?:y|ies|ied)"
    r"|unless|if|except|provided|but|though|although|despite|however|not|n[o']t|never|no|without|until|only|rather|instead)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
#: "ropes, buoys and lamps" is not cut after the ropes.
_LISTED = re.compile(r",\s(?:[\w’'-]+\s){0,3}?[\w’'-]+,?\s(?:and|or)\s")
#: A sentence does not end with one of these.
_DANGLING = frozenset(
    words(
        "a an the of to in on at by for from and or nor but such as well than that which who while with its their his her"
        " is are was were be been has have had will would more most not so into over under between after before if when"
    )
)
_FEWEST_AFTER_A_COMMA = 4
_LOOSE = " ,;:–—-"
_ENDED = re.compile(r"[.!?…][\"”’»]*$")


def brief(article: Article, *, skip: Callable[[str], bool]) -> Line | None:
    """The line like a title: the headline if it is a statement of 7 to 15 words, else ``under_headline``.

    A line that is whole goes before one that ends in an ellipsis. ``None`` if nothing is left that ``skip`` allows.
    """
    return next((line for line in _offers(article, skip) if _passes(article, line)), None)


def under_headline(article: Article, *, skip: Callable[[str], bool]) -> Line | None:
    """The brief line for a place where the headline stands above it: dek or lead sentence, 15 words if that can be.

    ``None`` if the article has no text, or none that ``skip`` allows.
    """
    headline = article.headline_without_series
    offers = (*_short_texts(article, skip), bullet_line(article, skip))
    passing = (line for line in offers if line and line.text != headline and _passes(article, line))
    return next(passing, None)


def is_statement(headline: str) -> bool:
    """Whether ``headline`` says what happened: no question, no label of the kind of page, no promise of an answer."""
    return not (
        _QUESTION.search(headline)
        or _LABELLED.match(headline)
        or _PROMISES.match(headline.lstrip("‘’“”\"'"))
        or headline.endswith((":", "…"))
        or headline.isupper()
    )


def cut_short(sentence: str, most: int = MOST_WORDS) -> str | None:
    """``sentence`` (English) ended after a clause so that it has 7 to ``most`` words; ``None`` if that cannot be done.

    Nothing that says whose word it is and nothing that turns the sense round is left out, no quotation is broken.
    """
    if word_count(sentence) <= most:
        return sentence
    if _SUBORDINATE.match(sentence):
        return None
    for place in reversed(list(_CUT.finditer(sentence))):
        head, tail = sentence[: place.start()].rstrip(_LOOSE), sentence[place.start() :]
        if (
            FEWEST_WORDS <= word_count(head) <= most
            and _is_rounded(head)
            and not _NEEDED.search(tail)
            and not _LISTED.match(tail)
            and balanced(head)
        ):
            return head if _ENDED.search(head) else f"{head}."
    return None


def _is_rounded(head: str) -> bool:
    """Whether nothing is left hanging at the end of ``head``: no "and", no "..., eleven days"."""
    last = re.split(r"[,;:–—]", head)[-1]
    return head.rsplit(maxsplit=1)[-1].lower() not in _DANGLING and word_count(last) >= _FEWEST_AFTER_A_COMMA


def bullet_line(article: Article, skip: Callable[[str], bool]) -> Line | None:
    """The bullet of at most 30 words as a line."""
    found = bullet(article, skip=skip)
    return Line(found.text, (found.evidence,), found.cut) if found else None


def _offers(article: Article, skip: Callable[[str], bool]) -> Iterator[Line]:
    """What the line may be, best first."""
    headline = article.headline_without_series
    whole = is_statement(headline) and balanced(headline) and not skip(headline)
    count = word_count(headline)
    if whole and FEWEST_WORDS <= count <= MOST_WORDS:
        yield Line(headline, (article.headline,))
    yield from _short_texts(article, skip)
    long = bullet_line(article, skip)
    if long and not long.cut:
        yield long
    if whole and count >= SHORTEST_HEADLINE:
        yield Line(headline, (article.headline,))
    if long:
        yield long


def _short_texts(article: Article, skip: Callable[[str], bool]) -> Iterator[Line]:
    """Dek and lead sentence in 7 to 15 words."""
    for sentence in _sentences(article):
        if skip(sentence) or names_cut_short(article, sentence):
            continue
        text = shortened(sentence, language_of(article)) or sentence
        short = cut_short(text) if _is_english(article) or word_count(text) <= MOST_WORDS else None
        if short and word_count(short) >= FEWEST_WORDS:
            yield Line(short, (sentence,))


def _sentences(article: Article) -> Iterator[str]:
    """The dek, its first sentence, and the first sentence of the body."""
    dek = article.dek or ""
    whole = whole_sentences(dek, language_of(article))
    if word_count(dek) <= MOST_WORDS and whole:
        yield dek
    yield from whole[:1]
    yield from list(standing_sentences(article))[:1]


def _passes(article: Article, line: Line) -> bool:
    """Whether ``line`` fits, breaks no quotation, and the gate finds each of its numbers and quotations in the article."""
    fits = word_count(line.text) <= HARD_CAP and balanced(line.text)
    return fits and not any(miss.blocks for miss in check(line.text, source_text(article), language_of(article)))


def _is_english(article: Article) -> bool:
    return (language_of(article) or "en").lower().startswith("en")
