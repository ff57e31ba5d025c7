"""The words that templates need besides the issue's own."""

import unicodedata
from urllib.parse import urlsplit

from markupsafe import Markup

from newsletter.model.article import Image
from newsletter.model.issue import Item
from newsletter.model.slot import Slot

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
#: So many characters of the largest type stand in the column of the figures.
_LONGEST_FIGURE = 9
#: What the law or the press code of each country calls it.
_SPONSORED = {
    "de": "Anzeige", "en": "Sponsored", "es": "Patrocinado", "fr": "Sponsorisé", "ru": "Реклама", "uk": "Реклама",
}  # fmt: skip
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


def week(slot: str) -> str:
    """A slot in words: ``16–22 November 2026``; with both months or years where the week crosses into another."""
    named = Slot(slot, "UTC")
    first = named.monday
    last = first.fromordinal(first.toordinal() + 6)
    end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first.year != last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} {first.year} – {end}"
    if first.month != last.month:
        return f"{first.day} {_MONTHS[first.month - 1]} – {end}"
    return f"{first.day}–{end}"


def place(item: Item) -> str:
    """Where the link of an item goes, in a word: its outlet, else the host of its address."""
    return item.outlet or (urlsplit(item.url or "").hostname or "the source").removeprefix("www.")


def read_at(item: Item) -> str:
    """The words of a link that say where it goes."""
    return f"Read it at {place(item)}"


def label(item: Item) -> str | None:
    """The small line above an item; that of a numbered series is ``Harbour Watch No. 12``."""
    if item.series and item.series_number is not None and item.label in (None, item.series):
        return f"{item.series} No. {item.series_number}"
    return item.label or item.series


def sponsored(language: str) -> str:
    """The word that tells readers of ``language`` (BCP 47) that somebody paid for what follows; English if in doubt."""
    return _SPONSORED.get(language.partition("-")[0].lower(), _SPONSORED["en"])


def figure(text: str) -> tuple[str, str]:
    """A figure in two: what is set large and the unit below it. ``2.4 million crowns``: ``2.4`` and ``million crowns``.

    The first is empty where nothing of it is short enough for the narrow column in which figures stand.
    """
    first, _, rest = " ".join(text.split()).partition(" ")
    if len(first) > _LONGEST_FIGURE or (rest and not any(c.isdigit() for c in first)):
        return "", f"{first} {rest}".strip()
    return first, rest


def direction(language: str) -> str:
    """``rtl`` for languages written from right to left, else ``ltr``."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def other_direction(text: str, page: str) -> Markup:
    """The attribute ``dir`` for a text whose first letter (Unicode UAX 9, P2) runs against its page, else nothing."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), None)
    found = {None: page, "L": "ltr"}.get(first, "rtl")
    return Markup() if found == page else Markup(' dir="{}"').format(found)


def fit(image: Image, column: int) -> tuple[int, int | None]:
    """Width and height in pixels for a column so wide: never larger than the file, little taller than wide."""
    if not (image.width and image.height):
        return column, None
    scale = min(column / image.width, column * 1.25 / image.height, 1)
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))
