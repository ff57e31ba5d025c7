"""The gaps of a compiled mail that are filled in for each reader, and content that must not look like one."""

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

#: URL-safe ASCII, so that they survive inlining and encoding unchanged.
UNSUBSCRIBE = "__NL_UNSUBSCRIBE__"
PREFERENCES = "__NL_PREFERENCES__"
SLOTS = (UNSUBSCRIBE, PREFERENCES)

_MARK = "__NL_"
#: Looks the same to a reader; in an address it means the same (RFC 3986, 2.3).
_IN_TEXT, _IN_ADDRESS = "__\u2060NL_", "__%4EL_"

T = TypeVar("T")


def without_slots(value: T) -> T:
    """``value`` with no text in it that would be taken for a slot.

    Whoever writes a slot's token into an article would otherwise have readers' own links printed where they like.
    """
    if isinstance(value, str):
        return value.replace(_MARK, _IN_ADDRESS if "://" in value and " " not in value else _IN_TEXT)  # type: ignore[return-value]  # a str for a str
    if isinstance(value, tuple):
        return tuple(map(without_slots, value))  # type: ignore[return-value]  # a tuple for a tuple
    if is_dataclass(value) and not isinstance(value, type) and _MARK in repr(value):
        changed = {one.name: without_slots(getattr(value, one.name)) for one in fields(value)}
        return replace(value, **changed)
    return value
