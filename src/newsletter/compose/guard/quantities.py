"""The numbers of a text and what they are worth, however a language writes them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from newsletter.model.language import Language

#: Spaces that part thousands whatever the language; others write an ordinary space or an apostrophe.
_NO_BREAK = "\u00a0\u202f\u2009"
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_DOTTED_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")
#: "1,200,000" is nobody's decimal.
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as ``printed`` and what it may be read as, best first: "1 200" is 1200, and perhaps 1 and 200."""

    printed: str
    readings: tuple[str, ...]


def values(text: str, language: Language) -> Iterator[Number]:
    """The numbers of ``text``: digits without thousands separators and with a decimal point, and number words."""
    grouped, number = _patterns(language.decimal_comma)
    for found in number.finditer(text):
        parts = grouped.split(found.group())
        whole = _plain("".join(parts), language)
        readings = [whole, *(_plain(part, language) for part in parts if len(parts) > 1)]
        yield Number(found.group(), tuple(readings))
    for phrase in language.not_numbers:
        text = re.sub(rf"\b{phrase}\b".replace(" ", r"\s"), " ", text, flags=re.IGNORECASE)
    for word in _WORD.finditer(text):
        yield from _in_words(word.group(), language)


def _in_words(word: str, language: Language) -> Iterator[Number]:
    """The number that ``word`` is, or those of its parts ("twenty-five")."""
    for part in (word,) if word.lower() in language.numbers else word.split("-"):
        if value := language.numbers.get(part.lower().replace("’", "'").replace("ʼ", "'")):
            yield Number(part, (value,))


def _plain(number: str, language: Language) -> str:
    """``number`` in ASCII digits, without thousands separators and with a decimal point."""
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in number)
    digits = digits.replace("٬", "").replace("٫", ".")
    if not language.decimal_comma or _COMMA_THOUSANDS.fullmatch(digits):
        return digits.replace(",", "")
    if _DOTTED_THOUSANDS.fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    return digits.replace(",", ".") if _DECIMAL_COMMA.fullmatch(digits) else digits


@cache
def _patterns(decimal_comma: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:  # noqa: FBT001 - the key of the cache
    """What parts thousands, and a number."""
    spaces = f"[{_NO_BREAK} '’]" if decimal_comma else f"[{_NO_BREAK}]"
    number = rf"(?<!\d)\d{{1,3}}(?:{spaces}\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,٫٬]\d+)*"
    return re.compile(spaces), re.compile(number)
