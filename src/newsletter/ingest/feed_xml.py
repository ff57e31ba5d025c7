"""A feed's XML made fit for the parser: bounded in depth and items, before any expensive work is done on it."""

import re
from dataclasses import dataclass

from lxml import etree

from newsletter.errors import IngestError

MAX_ITEMS = 500
_MAX_DEPTH = 64  # real feeds nest to about 10; the parser's time grows with the square of the depth
_MAX_BROKEN = 1_000_000  # characters: the parser for XML that is not well-formed took 26 s for 5 MB of opened tags
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    r"|<(?P<close>/?)(?P<name>[A-Za-z_][\w:.-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(?P<empty>/?)>",
    re.DOTALL,
)
_ITEMS = frozenset({"item", "entry"})
_ITEM = re.compile(r"<(?:item|entry)\b")
# feedparser takes a picture's caption for the description of the story, and its title for the story's. Under names
# that it does not know it keeps them apart, as ``media_caption`` and ``media_label``.
_RENAMED = {"description": "caption", "title": "label"}
_OF_PICTURE = re.compile(r"(</?media:)(description|title)\b")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class Bounded:
    """A feed as UTF-8. ``is_whole`` is false when items beyond the limits were cut off."""

    content: bytes
    is_whole: bool


def bounded(text: str) -> Bounded:
    """Return the feed ``text`` with at most ``MAX_ITEMS`` items, and of broken XML those in its first million characters.

    ``IngestError`` when it is nested absurdly deep.
    """
    text = _OF_PICTURE.sub(lambda found: found[1] + _RENAMED[found[2]], _DECLARATION.sub("", text))
    kept = text if len(text) <= _MAX_BROKEN or _is_well_formed(text) else _beginning(text)
    kept = _first_items(kept)
    return Bounded(kept.encode("utf-8", "replace"), is_whole=kept == text)


def _is_well_formed(text: str) -> bool:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


def _beginning(text: str) -> str:
    """The first million characters, up to the end of the last item in them."""
    ends = [at + len(tag) for tag in ("</item>", "</entry>") if (at := text.rfind(tag, 0, _MAX_BROKEN)) >= 0]
    return text[: max(ends, default=_MAX_BROKEN)]


def _first_items(text: str) -> str:
    """The feed without the items that are too many; what is open where it is cut is closed."""
    open_elements: list[str] = []
    items = 0
    for token in _TOKEN.finditer(text):
        name = token["name"]
        if name is None or token["empty"]:
            continue
        if not token["close"]:
            open_elements.append(name)
            if len(open_elements) > _MAX_DEPTH:
                raise IngestError("The feed is nested too deeply to be one. Check the address.")
        elif name in open_elements:
            while open_elements.pop() != name:
                pass
            items += name in _ITEMS
            if items == MAX_ITEMS and _ITEM.search(text, token.end()):
                closing = "".join(f"</{element}>" for element in reversed(open_elements))
                return text[: token.end()] + closing
    return text
