"""Which sentences make sense alone: taken out of their article, they lean on nothing that was said before them."""

import re

from newsletter.model.article import Article
from newsletter.model.sentences import words

_PRONOUN = "it|them|these|those|this|that|which|whom"
_FEW = "two|three|four|five|six|seven|eight|nine|ten"
_ORDINAL = "second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_SOME = f"most|some|one|none|all|both|many|few|half|each|part|much|{_FEW}"
#: How an English sentence begins that goes on from the one before it. "It" in "it is unclear" is refused with the others.
_GOES_ON = re.compile(
    rf"(?:(?:{_SOME}) of (?:{_PRONOUN})|of (?:{_PRONOUN})"
    r"|he|she|it|they|his|her|hers|its|their|theirs|him|them|this|that|these|those|such|both|neither|either"
    rf"|the (?:other|others|latter|former|same|rest|existing|remaining|{_ORDINAL}|{_FEW})|another|in other|others"
    r"|but|and|or|nor|yet|so|then|thus|hence|therefore|however|meanwhile|still|instead|also|too|moreover|furthermore"
    r"|besides|nevertheless|nonetheless|otherwise|indeed|likewise|similarly|earlier|later|afterwards|in addition"
    r"|as a result|as such|for example|for instance|in fact|in turn|by contrast|in contrast|on the other hand"
    r"|at the same time|since then|until then|by then|what is more|after that|before that|because of this|corrections?:|clarification:)(?!\w)",
    re.IGNORECASE,
)
_MARKS = "\"'“”‘’«»„([—–- "


def goes_on(sentence: str) -> bool:
    """Whether ``sentence`` begins with a word that ties it to the one before ("It", "But", "Most of them")."""
    return bool(_GOES_ON.match(sentence.lstrip(_MARKS)))


def names_cut_short(article: Article, sentence: str, *, after: str = "") -> bool:
    """Whether ``sentence`` calls a person of ``article`` by surname alone whom nobody has introduced.

    ``after`` is what readers have read just before. Known are the people whom the article quotes.
    """
    said = f"{after} {sentence}"
    here = set(re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", _without_possessives(sentence)))
    for quote in article.quotes:
        name = words(quote.speaker or "")
        if len(name) > 1 and name[-1] in here and " ".join(name[-2:]) not in said:
            return True
    return False


def stands_alone(article: Article, sentence: str) -> bool:
    """Whether ``sentence`` of ``article`` can be printed without what stands before it, as its first one always can."""
    is_first = bool(article.body) and article.body[0].startswith(sentence)
    return (is_first or not goes_on(sentence)) and not names_cut_short(article, sentence)


def adjoin(article: Article, one: str, other: str) -> bool:
    """Whether ``other`` follows ``one`` at once, in the same paragraph."""
    return any(f"{one} {other}" in " ".join(paragraph.split()) for paragraph in article.body)


def _without_possessives(text: str) -> str:
    return re.sub(r"['’]s\b", "", text)
