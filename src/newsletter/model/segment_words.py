"""Reading a segment's rule; the grammar stands in `model.segment`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.errors import NewsletterError
from newsletter.model.segment import DEEPEST, FIELDS, LONGEST, All, Any, Condition, Not, Rule, check_words, operators

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>[()])|(?P<word>[^\s()"]+))')


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    #: Where it begins, counted from 1.
    at: int
    is_quoted: bool = False

    def says(self, word: str) -> bool:
        return not self.is_quoted and self.text.casefold() == word


def parse(text: str) -> Rule:
    """The rule that ``text`` says, or a ``NewsletterError`` that tells where it cannot be read and what could stand there."""
    if len(text) > LONGEST:
        raise NewsletterError(f"A rule has {LONGEST} characters at most.")
    reader = _Reader(_tokens(text), len(text) + 1)
    rule = reader.rule(0)
    if reader.left:
        raise reader.wrong("and, or, or the end of the rule")
    return rule


def _tokens(text: str) -> list[_Token]:
    found, place = list[_Token](), 0
    end = len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            at = len(text) - len(text[place:].lstrip()) + 1
            raise NewsletterError(f"The rule cannot be read at character {at}: a quotation mark is not closed.")
        if quoted := match["quoted"]:
            found.append(_Token(re.sub(r"\\(.)", r"\1", quoted[1:-1]), match.start("quoted") + 1, is_quoted=True))
        else:
            kind = "mark" if match["mark"] else "word"
            found.append(_Token(match[kind], match.start(kind) + 1))
        place = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.left = tokens[::-1]
        self._end = end

    def rule(self, depth: int) -> Rule:
        return self._joined("or", Any, self._all, depth)

    def _all(self, depth: int) -> Rule:
        return self._joined("and", All, self._one, depth)

    def _joined(self, word: str, kind: type[All] | type[Any], part: Callable[[int], Rule], depth: int) -> Rule:
        rules = [part(depth)]
        while self.left and self.left[-1].says(word):
            self.left.pop()
            rules.append(part(depth))
        return kind(tuple(rules)) if len(rules) > 1 else rules[0]

    def _one(self, depth: int) -> Rule:
        if depth > DEEPEST:
            raise NewsletterError(f"A rule is nested {DEEPEST} deep at most.")
        token = self._next(f"one of {', '.join(FIELDS)}, not, or a bracket")
        if token.says("not"):
            return Not(self._one(depth + 1))
        if token.says("("):
            inner = self.rule(depth + 1)
            if not (self.left and self.left[-1].says(")")):
                raise self.wrong("and, or, or a closing bracket")
            self.left.pop()
            return inner
        return self._condition(token)

    def _condition(self, token: _Token) -> Condition:
        field = token.text.casefold()
        if token.is_quoted or field not in FIELDS:
            raise self._wrong_at(token, f"one of {', '.join(FIELDS)}, not, or a bracket")
        name = self._next("the name of an attribute").text if field == "attribute" else ""
        known = operators(field)
        said = self._next(" or ".join(known))
        operator = said.text.casefold()
        if operator not in known:
            raise self._wrong_at(said, " or ".join(known))
        value = self._next("a value")
        if not value.is_quoted and value.text in "()":
            raise self._wrong_at(value, "a value")
        if operator == "within":
            days = self._next("days")
            if not (days.says("days") or days.says("day")):
                raise self._wrong_at(days, "days")
        text = value.text.casefold() if field in ("cadence", "state", "format") else value.text
        condition = Condition(field, operator, text, name)
        try:
            check_words(condition)
        except NewsletterError as error:
            raise self._wrong_at(value, str(error)) from None
        return condition

    def _next(self, wanted: str) -> _Token:
        if not self.left:
            raise self.wrong(wanted)
        return self.left.pop()

    def wrong(self, wanted: str) -> NewsletterError:
        if self.left:
            return self._wrong_at(self.left[-1], wanted)
        return NewsletterError(f"The rule ends too early, at character {self._end}: here would stand {wanted}.")

    def _wrong_at(self, token: _Token, wanted: str) -> NewsletterError:
        return NewsletterError(
            f"The rule cannot be read at character {token.at}, {token.text[:40]!r}: here would stand {wanted}."
        )
