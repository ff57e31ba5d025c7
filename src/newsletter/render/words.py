"""The words that templates need besides the issue's own."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from markupsafe import Markup

from newsletter.i18n.dates import days_of
from newsletter.i18n.phrases import locale, phrases, spoken
from newsletter.model.article import Image
from newsletter.model.cutting import cut_at
from newsletter.model.issue import Issue, Item
from newsletter.model.slot import Slot

#: So many letters of a word fit beside the margins of a phone, whatever its type; each piece of a longer one has as many.
_PIECE = 16
#: Thai, Lao, Burmese, Khmer, Chinese, Japanese and Korean are written without spaces, and programs know where to break.
_ENDLESS = re.compile(r"[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]{32,}")
#: So many characters of the largest type stand in the column of the figures.
_LONGEST_FIGURE = 9
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


def edition(issue: Issue, language: str) -> str:
    """Which issue it is, in words of ``language`` (BCP 47): ``No. 12, 16–22 November 2026``."""
    slot = Slot(issue.slot, "UTC")
    return phrases(language).gettext("No. %(number)s, %(week)s") % {
        "number": issue.number,
        "week": days_of(slot.first_day, slot.last_day, language),
    }


def tongue(language: str) -> str:
    """What a language is called by those who speak it: ``Deutsch``, ``français``."""
    return locale(language).get_language_name() or language


def place(item: Item) -> str:
    """Where the link of an item goes, in a word: its outlet, else the host of its address."""
    return item.outlet or (urlsplit(item.url or "").hostname or "").removeprefix("www.")


def label(item: Item, language: str) -> str | None:
    """The small line above an item; that of a numbered series is, in English, ``Harbour Watch No. 12``."""
    if item.series and item.series_number is not None and item.label in (None, item.series):
        words = phrases(language).gettext("%(series)s No. %(number)s")
        return words % {"series": item.series, "number": item.series_number}
    return item.label or item.series


def figure(text: str) -> tuple[str, str]:
    """A figure in two: what is set large and the unit below it. ``2.4 million crowns``: ``2.4`` and ``million crowns``.

    The first is empty where nothing of it is short enough for the narrow column in which figures stand.
    """
    first, _, rest = " ".join(text.split()).partition(" ")
    if len(first) > _LONGEST_FIGURE or (rest and not any(c.isdigit() for c in first)):
        return "", f"{first} {rest}".strip()
    return first, rest


def breakable(text: str) -> str:
    """``text`` with a place to break (U+200B) in words that are longer than any line of a phone.

    The property of CSS that does it is unknown to several mail programs, and one endless word would widen the page.
    """
    return _ENDLESS.sub(lambda word: "\u200b".join(_pieces(word[0])), text)


def _pieces(word: str) -> Iterator[str]:
    while word:
        piece = cut_at(word, _PIECE)
        yield piece
        word = word[len(piece) :]


def direction(language: str) -> str:
    """``rtl`` for languages written from right to left, else ``ltr``."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def as_spoken(language: str) -> Markup:
    """The attributes for what is fixed on a page in ``language``: it is in English where there is no catalog."""
    own = spoken(language)
    if own == language.partition("-")[0].lower():
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(own, direction(own))


def other_direction(text: str, page: str) -> Markup:
    """The attribute ``dir`` for a text whose first letter (Unicode UAX 9, P2) runs against its page, else nothing."""
    found = {None: page, "L": "ltr"}.get(_first_letter(text), "rtl")
    return Markup() if found == page else Markup(' dir="{}"').format(found)


def upright(text: str) -> Markup:
    """The attribute that keeps a text upright whose script has no italics: slanted Arabic and Hebrew are hard to read."""
    return Markup(' style="font-style:normal"') if _first_letter(text) in ("R", "AL") else Markup()


def _first_letter(text: str) -> str | None:
    """The kind of the first letter that has a direction: L, R or AL."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), None)


def fit(image: Image, column: int) -> tuple[int, int | None]:
    """Width and height in pixels for a column so wide: never larger than the file, little taller than wide."""
    if not (image.width and image.height):
        return column, None
    scale = min(column / image.width, column * 1.25 / image.height, 1)
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))
