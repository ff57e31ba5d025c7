"""What the rules about text need to know of a language; the languages themselves are the modules of ``languages``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: Twelve months or seven weekdays, each with the forms in which it is printed.
Forms = tuple[tuple[str, ...], ...]

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language:
    """One language. Words are in lower case where case tells nothing; phrases are regular expressions where it says so.

    Sentences: after an abbreviation that ``leads_on`` none ends, nor after one of ``before_number`` if a digit follows.
    One that ``may_end`` a sentence does so before one of ``starters``, one that ``closes`` a list before any capital.
    After one of ``ordinal_after`` a number with a full stop is an ordinal (German "am 3. Platz").

    Dates: ``months`` from January and ``weekdays`` from Monday; ``date`` is a pattern with the fields ``day``, ``month``
    and ``year``, ``tied`` what may stand between a weekday and its date after a comma, ``relative`` three patterns with
    the field ``weekday``, widest first.

    Subject: ``stop_words`` carry none (verbs of reporting among them), ``elisions`` are what is written before an
    apostrophe ("l’eau").

    Gate: ``numbers`` are number words with their digits, ``not_numbers`` phrases in which they are none ("pour cent").
    ``not_names`` are capitalised without being names; ``nouns_capitalised`` says that every noun is. ``endings`` are the
    case endings that a name may change, ``shifts`` the vowels that may change into each other before them.

    Bullets: ``openers`` (patterns) go with the comma after them, ``conjunctions`` (patterns) with or without. A sentence
    may end before ``cut_before`` (patterns), at a comma before ``clauses`` (patterns) and at a dash (``dash_cuts``; in
    Russian it is a verb), in English at any comma or colon, but not after a ``dangling`` word; where it begins with a word
    of ``subordinate``, its first clause is none. ``says`` are the verbs and ``according`` the phrases (patterns) that tell
    whose word it is; in most languages (``verb_first``) the verb may come before the speaker. ``also`` (patterns) go on
    with a clause, and never begin an attribution.
    """

    code: str
    leads_on: frozenset[str] = NOTHING
    before_number: frozenset[str] = NOTHING
    may_end: frozenset[str] = NOTHING
    closes: frozenset[str] = NOTHING
    starters: frozenset[str] = NOTHING
    ordinal_after: frozenset[str] = NOTHING
    months: Forms = ()
    weekdays: Forms = ()
    date: str = ""
    tied: str = ""
    relative: tuple[str, ...] = ()
    stop_words: frozenset[str] = NOTHING
    elisions: frozenset[str] = NOTHING
    numbers: Mapping[str, str] = field(default_factory=dict)
    not_numbers: tuple[str, ...] = ()
    decimal_comma: bool = False
    not_names: frozenset[str] = NOTHING
    nouns_capitalised: bool = False
    endings: frozenset[str] = NOTHING
    shifts: str = ""
    openers: tuple[str, ...] = ()
    conjunctions: tuple[str, ...] = ()
    cut_before: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    dash_cuts: bool = True
    subordinate: frozenset[str] = NOTHING
    dangling: frozenset[str] = NOTHING
    says: frozenset[str] = NOTHING
    verb_first: bool = True
    according: tuple[str, ...] = ()

    @property
    def calendar_words(self) -> frozenset[str]:
        """Months and weekdays in lower case."""
        return frozenset(word.lower() for forms in (*self.months, *self.weekdays) for word in forms)


def several(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The parts of ``text`` between bars with spaces around them."""
    return tuple(part.strip() for part in text.split(" | "))


def forms(text: str) -> Forms:
    """The parts of ``text`` between bars, each as its words."""
    return tuple(tuple(part.split()) for part in text.split("|"))


def numerals(cardinals: str, *, hundred: str, ordinals: str) -> Mapping[str, str]:
    """Number words with their digits: ``cardinals`` from one to twenty, ``hundred``, ``ordinals`` from first to third."""
    counted = [*enumerate(forms(cardinals), start=1), *enumerate(forms(ordinals), start=1), (100, hundred.split())]
    return {word: str(value) for value, words in counted for word in words}


def as_printed(names: Iterable[str]) -> str:
    """A pattern of ``names``, the longest first; those in lower case may begin a sentence."""
    longest_first = sorted(names, key=len, reverse=True)
    cased = (f"[{name[0].upper()}{name[0]}]{name[1:]}" if name.islower() else name for name in longest_first)
    return f"(?:{'|'.join(cased)})"
