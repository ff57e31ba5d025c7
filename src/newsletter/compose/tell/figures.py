"""The figures in a sentence that carry news: percentages, money, counts of things, records.

Years, dates, times, durations, ages, ordinals, scores and the numbers in names are figures of another kind. English; of
other languages the per cent sign and the currency signs are read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from newsletter.compose.guard.day_words import ENGLISH
from newsletter.compose.terms import content_words
from newsletter.model.sentences import words

#: Fewer of a thing are no figure.
FEWEST_COUNTED = 3
#: So many words after a number may be what is counted: "3,000 North Korean special forces".
_COUNTED_WORDS = 4

_NUMBER = r"\d+(?:[.,]\d+)*"
_SCALE = r"(?:[\s-]?(?:thousand|million|billion|trillion|bn|m|k)\b)?"
#: What keeps a figure honest belongs to it: "up to 12,000" is not "12,000".
_ROUGHLY = (
    r"(?:(?:about|around|nearly|almost|roughly|approximately|some|at least|at most|up to|as (?:many|much|few|little) as"
    r"|(?:no )?(?:more|fewer|less) than|over|under|only|just|an estimated|another|an (?:additional|extra)|minus)\s)?"
)
_RANGE = rf"(?:between\s{_NUMBER}\sand\s|{_NUMBER}\s?(?:%|per\s?cent)?\s?(?:to|or|–|-)\s?)?"
_START = r"(?<![\w.,:/#+°-])"
_CENT = r"(?:%|per\s?cent(?:age\spoints?)?\b|Prozent\b|pour\scent\b|por\sciento\b)"
_SIGN = r"(?:\b(?:US|A|C|HK|NZ))?[$€£¥₴₽₹]"
_CURRENCY = (
    "(?:crowns?|kroner|kronor|euros?|dollars?|pounds|yen|yuan|rou?bles?|rupees?|francs?|hryvnias?|zlotys?|pesos?|rand|lira"
    "|shekels?|dirhams?|riyals?|dinars?)"
)
_EACH = r"(?:\s(?:a|an|per)\s(?:second|minute|hour|day|night|week|month|quarter|year|head|person|tonne|ton|litre)\b)?"
_PERCENT = re.compile(rf"{_START}(?i:{_ROUGHLY}){_RANGE}[−-]?{_NUMBER}\s?{_CENT}")
_MONEY = re.compile(
    rf"{_START}(?i:{_ROUGHLY})(?:(?:between\s)?{_SIGN}\s?{_NUMBER}{_SCALE}\s?(?:to|and|–|-)\s?)?{_SIGN}\s?{_NUMBER}{_SCALE}{_EACH}"
    rf"|{_START}(?i:{_ROUGHLY}){_RANGE}{_NUMBER}{_SCALE}\s{_CURRENCY}\b{_EACH}"
    rf"|{_START}{_RANGE}{_NUMBER}\s?[€₽₴]"
)
_COUNT = re.compile(rf"{_START}(?i:{_ROUGHLY}){_RANGE}(?P<number>{_NUMBER})(?P<scale>{_SCALE})(?=\s[^\W\d])")
_SUPERLATIVE = (
    "(?:highest|lowest|most|fewest|largest|biggest|smallest|worst|best|longest|shortest|hottest|coldest|wettest|driest"
    "|fastest|slowest|strongest|weakest|deepest|busiest|steepest|sharpest|earliest|heaviest|first time)"
)
_RECORD = re.compile(
    rf"\b{_SUPERLATIVE}(?:\s[^\W\d][\w-]*){{0,3}}?\s"
    r"(?:since(?:\s[A-Z]\w+)?\s\d{4}|on record|ever (?:recorded|measured|seen)|in (?:more than |nearly )?[\w-]+ (?:years|decades))\b"
)

_TIME = frozenset(
    words(
        "seconds minutes hours days nights mornings evenings weeks weekends fortnights months quarters years decades centuries"
        " times oclock degrees percent pm am"
    )
)
_PLURALS = frozenset(
    words(
        "people men women children fish sheep deer feet teeth police staff aircraft crew cattle personnel dead homeless"
    )
)
#: They end in s and are none, most of them verbs.
_NO_PLURALS = frozenset(
    words(
        "says goes does was has this his hers yes less across towards besides perhaps always gives takes makes shows holds"
        " means needs wants comes runs gets puts sets leads leaves tells brings keeps rises falls remains works"
    )
)
_BETWEEN = frozenset(words("new more further other old"))
_A_PART = re.compile(
    r"\b(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|none|some|half|most|many|few|all|each)"
    r"\s(?:[^\W\d]+\s)?(?:out\s)?(?:of|in)\s(?:the\s|its\s|their\s)?$"
    r"|\b(?:first|last|next|top|other)\s$|^of\s(?:the\s)?$",
    re.IGNORECASE,
)
_MONTHS = tuple(form for forms in ENGLISH.months for form in forms)
_NAMED = re.compile(
    r"(?:\b(?:No|Nos|number|page|room|article|section|chapter|aged?|route|line|pier|berth|flight)\.?|[\d°])[\s-]$",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?:^|.*[^\w’'-])([^\W\d_a-z][\w’'-]*)\s$", re.DOTALL)


class Kind(IntEnum):
    """What a figure is, the kind that carries most news last."""

    COUNT = 0
    MONEY = 1
    PERCENT = 2
    RECORD = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its unit, ``text`` as printed, which begins at ``start`` of its sentence."""

    text: str
    start: int
    kind: Kind

    @property
    def end(self) -> int:
        """Where it ends in its sentence."""
        return self.start + len(self.text)

    @property
    def key(self) -> str:
        """Under which it is the same figure elsewhere: without "about", separators and the spelling of per cent."""
        if self.kind is Kind.RECORD:
            return " ".join((self.text.split()[0].lower(), *re.findall(r"\d{4}", self.text)))
        plain = re.sub(rf"^{_ROUGHLY}", "", self.text.lower())
        return re.sub(r"\s?(?:%|per\s?cent)", " percent", re.sub(r"(?<=\d),(?=\d{3})", "", plain))


def figures(sentence: str) -> tuple[Figure, ...]:
    """The figures of ``sentence`` that carry news, in order; none twice, what is money is not counted as well."""
    found: list[Figure] = []
    for kind, pattern in ((Kind.PERCENT, _PERCENT), (Kind.MONEY, _MONEY), (Kind.RECORD, _RECORD)):
        for match in pattern.finditer(sentence):
            _take(found, Figure(match.group(), match.start(), kind))
    for figure in _counts(sentence):
        _take(found, figure)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _take(found: list[Figure], figure: Figure) -> None:
    if all(figure.end <= other.start or other.end <= figure.start for other in found):
        found.append(figure)


def _counts(sentence: str) -> Iterator[Figure]:
    for match in _COUNT.finditer(sentence):
        before = sentence[: match.start()]
        if _is_count(match) and not _belongs_to_what_precedes(before):
            noun = _counted(sentence[match.end() :])
            if noun:
                yield Figure(f"{match.group()} {noun}", match.start(), Kind.COUNT)


def _is_count(match: re.Match[str]) -> bool:
    """Whether the number is neither a year nor too small."""
    number = match["number"]
    value = float(number.replace(",", "")) if number.replace(",", "").replace(".", "", 1).isdigit() else 0.0
    year = len(number) == len("1998") and number.isdigit() and number[:2] in ("16", "17", "18", "19", "20")
    return bool(match["scale"]) or (value >= FEWEST_COUNTED and not year)


def _belongs_to_what_precedes(before: str) -> bool:
    """Whether a number after ``before`` is part of a name or a date, or what another number is a share of."""
    if _NAMED.search(before) or _A_PART.search(before):
        return True
    named = _CAPITALISED.match(before)
    is_name = named is not None and (named.start(1) > 0 or bool(content_words(named[1])))
    return is_name or before.rstrip(" .").endswith(_MONTHS)


def _counted(after: str) -> str:
    """The words at the head of ``after`` up to a plural noun; empty if that is no thing that is counted."""
    taken: list[str] = []
    for found in islice(re.finditer(r"\s([^\W\d_]+(?:[-’'][^\W\d_]+)*)(?=(\W|$))", after), _COUNTED_WORDS):
        word = found[1]
        if found.start() != sum(len(part) + 1 for part in taken) or word in _MONTHS or word.lower() in _TIME:
            return ""
        taken.append(word)
        if _is_plural(word.lower()):
            return " ".join(taken)
        if word.lower() not in _BETWEEN and not content_words(word):
            return ""
    return ""


def _is_plural(word: str) -> bool:
    if word in _PLURALS:
        return True
    return (
        len(word) > len("has")
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "’s", "'s"))
        and word not in _NO_PLURALS
    )
