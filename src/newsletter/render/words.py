"""The words that templates need besides the issue's own."""

from urllib.parse import urlsplit

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
    outlet = item.outlet or urlsplit(item.url or "").hostname or "the source"
    return f"Read it at {outlet}"


def direction(language: str) -> str:
    """``rtl`` for languages written from right to left, else ``ltr``."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
