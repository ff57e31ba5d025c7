"""The fixed phrases of mails and pages in every language that has a catalog.

A catalog is a gettext ``.po`` file in ``locale``; it is compiled in memory when it is first asked for, so there is no
compiled copy that could be older than its source. English is the language of the templates and needs none.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
ENGLISH = "en"
#: Languages that have the phrases, English first.
LANGUAGES = (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))
#: English where no country is named: day before month, as most of the world writes.
_INTERNATIONAL = "en_001"


def spoken(language: str) -> str:
    """The language of ``LANGUAGES`` in which a newsletter in ``language`` (BCP 47) says what is fixed: English if in doubt."""
    own = language.replace("_", "-").partition("-")[0].lower()
    return own if own in LANGUAGES else ENGLISH


def phrases(language: str) -> NullTranslations:
    """The catalog for a newsletter in ``language`` (BCP 47). Its ``gettext`` and ``ngettext`` answer in English if in doubt."""
    return _catalog(spoken(language))


@cache
def locale(language: str) -> Locale:
    """How dates and numbers are written beside the phrases: by the rules of ``de-AT`` for Austria's German, say."""
    tag = language.replace("_", "-") if spoken(language) == language.partition("-")[0].lower() else ENGLISH
    if tag.lower() == ENGLISH:
        return Locale.parse(_INTERNATIONAL)
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(_INTERNATIONAL if spoken(language) == ENGLISH else spoken(language))


@cache
def _catalog(language: str) -> NullTranslations:
    if language == ENGLISH:
        return NullTranslations()
    with (FOLDER / f"{language}.po").open("rb") as source:
        compiled = BytesIO()
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
