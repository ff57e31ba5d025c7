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


def read_at(item: Item) -> str:
    """The words of a link that say where it goes."""
    host = (urlsplit(item.url or "").hostname or "the source").removeprefix("www.")
    return f"Read it at {item.outlet or host}"


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
