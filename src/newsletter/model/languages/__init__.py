"""The languages whose sentences, numbers, names and dates are known: one module each, words and no rules."""

from functools import lru_cache

from newsletter.model.language import Language, several
from newsletter.model.languages.de import GERMAN
from newsletter.model.languages.en import ENGLISH
from newsletter.model.languages.es import SPANISH, SPANISH_WITH_DECIMAL_POINT
from newsletter.model.languages.fr import FRENCH
from newsletter.model.languages.ru import RUSSIAN
from newsletter.model.languages.uk import UKRAINIAN

ALL = (ENGLISH, FRENCH, GERMAN, SPANISH, RUSSIAN, UKRAINIAN)
#: Any other language: no words of its own, and the few abbreviations that many share.
NEUTRAL = Language(code="", leads_on=several("Dr Prof St vs cf ca"))
_BY_TAG = {each.code: each for each in ALL} | {
    f"es-{region}": SPANISH_WITH_DECIMAL_POINT for region in ("mx", "us", "pr", "do", "gt", "hn", "ni", "pa", "sv")
}


@lru_cache(maxsize=256)
def language(code: str | None) -> Language:
    """The language of a BCP 47 tag ("de", "de-AT", "es_MX"): English for ``None``, a neutral one if it is not known.

    A tag is shortened from its end until it is known (RFC 4647, section 3.4).
    """
    if code is None:
        return ENGLISH
    parts = code.strip().lower().replace("_", "-").split("-")
    found = (_BY_TAG.get("-".join(parts[:count])) for count in range(len(parts), 0, -1))
    return next((each for each in found if each), NEUTRAL)
