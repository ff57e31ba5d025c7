"""Where a sentence may end early, what of it may go and what must stay: the patterns of a language, put together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from newsletter.model.cutting import closed, first_words, flat
from newsletter.model.language import Language, as_printed

#: What is left hanging where a sentence is cut.
LOOSE = " ,;:–—-،؛\u00a0\u202f"
_PARENTHESIS = re.compile(r"\s*\([^()]{0,120}\)")
#: Marks that a sentence may end with, closing quotation marks and marks of direction included.
_ENDED = re.compile(r"[.!?…؟۔।。！？](?:[\"”’“‘»«\u200e\u200f\u061c\u202c\u2069]|[^\S\n]»)*$")
_NEVER = "(?!)"


def ended(text: str) -> str:
    """``text`` with a full stop, unless it has its mark."""
    return closed(text if _ENDED.search(text) else text.rstrip(LOOSE) + ".")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClauseRules:
    """The patterns of one language. ``attributed`` is whose word it is that a sentence is true."""

    opener: re.Pattern[str]
    cut: re.Pattern[str]
    clause: re.Pattern[str]
    goes_on: re.Pattern[str]
    subordinate: re.Pattern[str]
    dangling: frozenset[str]
    attributed: re.Pattern[str]
    attributed_at_end: re.Pattern[str]
    any_mark_cuts: bool

    def tidied(self, sentence: str) -> str:
        """``sentence`` without asides in parentheses and without the word that ties it to the one before."""
        text = flat(self.opener.sub("", _PARENTHESIS.sub("", sentence)))
        return text[:1].title() + text[1:]

    def heads(self, core: str, room: int) -> Iterator[str]:
        """The beginnings of ``core`` in about ``room`` words that could stand as a sentence, longest first."""
        window = first_words(core, room + 1)
        first = 1 if self.any_mark_cuts and self.subordinate.match(core) else 0
        for place in reversed(list(self.cut.finditer(window))[first:]):
            head = window[: place.start()].rstrip(LOOSE)
            stands = bool(head) and head.split()[-1].lower() not in self.dangling
            if stands and (self.any_mark_cuts or self._whole(head, core[place.start() :])):
                yield head

    def _whole(self, head: str, rest: str) -> bool:
        """Whether the main clause is in ``head``: it does not go on after a clause inside of it."""
        *earlier, last = head.split(",")
        if (self.subordinate.match(head) and not earlier) or (earlier and self.clause.match(last.lstrip())):
            return False
        if rest.lstrip()[:1] in "–—":
            return not re.search(r"\s[–—]\s", rest.lstrip()[1:]) and not re.search(r"\s[–—]\s", head)
        if rest.startswith(";"):
            return True
        return all(self.goes_on.match(part.lstrip()) for part in rest.lstrip(" ,").split(",")[1:])


@cache
def clause_rules(language: Language) -> ClauseRules:
    """The patterns of ``language``."""
    according, says, clauses = _any(language.according), _any(sorted(language.says)), _any(language.clauses)
    weekday = as_printed(name for names in language.weekdays for name in names)
    openers = _any(opener.replace("{weekday}", weekday) for opener in language.openers)
    cut_before = _any(language.cut_before)
    other = _any((*language.clauses, *language.cut_before, *language.also))
    if language.verb_first:
        dash = r"\s[–—](?=\s)" if language.dash_cuts else _NEVER
        marks = rf"[;؛](?=\s)|{dash}|,(?=\s{clauses}\s)"
        speaker = r"(?:[–—-]\s+)?", r"(?:[^\s,;:]+\s){0,8}?"
    else:
        marks = r"[,;:](?=\s)|\s[–—-](?=\s)|—"
        speaker = "", r"(?:[^\s,;:]+\s){1,8}?"
    # ", the ministry said" and ", according to the ministry"
    attribution = rf",[\"”’“»]*\s+{speaker[0]}(?:{according}\s|(?!{other}\s){speaker[1]}{says}\b)"
    return ClauseRules(
        opener=re.compile(rf"^(?:{openers},|{_any(language.conjunctions)},?)\s+"),
        cut=re.compile(rf"{marks}|\s(?={cut_before}\s)"),
        clause=re.compile(rf"{clauses}\s"),
        goes_on=re.compile(rf"{other}\s"),
        subordinate=re.compile(rf"{_any(sorted(language.subordinate))}\b"),
        dangling=language.dangling,
        attributed=re.compile(rf"{attribution}|\s{according}\b"),
        attributed_at_end=re.compile(rf"{attribution}[^,;:]*$"),
        any_mark_cuts=not language.verb_first,
    )


def _any(patterns: Iterable[str]) -> str:
    """One of ``patterns``; nothing at all if there are none."""
    return f"(?:{'|'.join(patterns) or _NEVER})"
