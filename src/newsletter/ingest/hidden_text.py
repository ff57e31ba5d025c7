"""What a page holds and its reader does not see: taken out of the tree before anything reads it.

Text that only machines see is how a page would give orders to whoever summarises it. Style sheets are not applied: what
they hide by class, colour like its ground or move off the screen stays.
"""

import re
from collections.abc import Collection, Mapping

from lxml.html import HtmlElement

_NEVER_SHOWN = frozenset({"noscript", "style", "template"})
_DATA = "application/ld+json"  # a script in name only: what the page says about itself
_STORY = frozenset({"article", "h1", "main"})
_PAGE = frozenset({"body", "html"})  # hidden as a whole until a script has run, or nobody would read the page
_SUSPECTS = (
    "descendant-or-self::*[@style or @hidden or @aria-hidden or self::dialog or self::input"
    " or self::noscript or self::script or self::style or self::template]"
)

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})[ \t\n]?", re.IGNORECASE)
_IMPORTANT = re.compile(r"\s*!\s*important\s*\Z")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_FONT_SIZE = re.compile(r"(?:\A|\s)([+-]?[\d.]+(?:px|pt|r?em|%)?)(?=\s*/|\s)")
_LONGEST_STYLE = 10_000  # characters: a longer one is no style
_FAINT = 0.05  # of full opacity; below it nothing can be made out
_SPECK = 1.0  # pixels or points; nobody reads type of that size
_AS_AROUND = frozenset({"", "inherit", "larger", "smaller", "unset"})

_Style = Mapping[str, str]


def drop_hidden(tree: HtmlElement, blocks: Collection[str]) -> None:
    """Empty every element of ``tree`` that a browser does not show; ``blocks`` are the tags that begin a new line.

    They are emptied and not removed: joining the texts around removed ones takes quadratic time. ``aria-hidden`` counts
    for blocks of text only, since it hides drop caps and icons from screen readers alone, and not for what holds the
    story: a dialog before it marks the whole page so.
    """
    veils: dict[HtmlElement, tuple[bool | None, bool | None]] = {}
    for element in tree.xpath(_SUSPECTS):
        if element.tag in _PAGE:
            continue
        style = _declarations(element.get("style") or "")
        if _is_unseen(element, style, blocks):
            element.clear(keep_tail=True)
        elif style:
            veils[element] = _is_speck(style), _is_invisible(style)
    if any(True in veil for veil in veils.values()):
        _blank(tree, veils)


def _is_unseen(element: HtmlElement, style: _Style, blocks: Collection[str]) -> bool:
    """Whether nothing in ``element`` is shown, whatever the elements inside say of themselves."""
    if _is_never_shown(element) or "hidden" in element.attrib or style.get("display") == "none":
        return True
    if _is_faint(style.get("opacity", "")):
        return bool(element.tag != "img")  # pictures fade in when they have come
    is_aria = (element.get("aria-hidden") or "").strip().lower() == "true"
    return is_aria and element.tag in blocks and next(element.iter(*_STORY), None) is None


def _is_never_shown(element: HtmlElement) -> bool:
    """Whether it is for programs, or a dialog that is not open."""
    match element.tag:
        case "script":
            return bool(element.get("type") != _DATA)
        case "input":
            return (element.get("type") or "").strip().lower() == "hidden"
        case "dialog":
            return "open" not in element.attrib
        case tag:
            return tag in _NEVER_SHOWN


def _blank(tree: HtmlElement, veils: Mapping[HtmlElement, tuple[bool | None, bool | None]]) -> None:
    """Take out the text that is too small or invisible; elements inside may take back what is said above them."""
    states: dict[HtmlElement, tuple[bool, bool]] = {}
    for element in tree.iter():
        small, invisible = states.get(element.getparent(), (False, False))
        if (small or invisible) and element.tail:
            element.tail = None
        own_small, own_invisible = veils.get(element, (None, None))
        small = small if own_small is None else own_small
        invisible = invisible if own_invisible is None else own_invisible
        states[element] = small, invisible
        if small or invisible:
            element.text = None
            element.attrib.pop("alt", None)


def _declarations(style: str) -> dict[str, str]:
    """An inline style as names and values, as CSS counts them: the last one, but those marked important first."""
    if not style or len(style) > _LONGEST_STYLE:
        return {}
    plain = _ESCAPE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), _COMMENT.sub("", style)).lower()
    found: dict[str, str] = {}
    important: dict[str, str] = {}
    for declaration in plain.split(";"):
        name, _, value = declaration.partition(":")
        bare = _IMPORTANT.sub("", value)
        (important if bare != value else found)[name.strip()] = bare.strip()
    return found | important


def _is_faint(opacity: str) -> bool:
    number = _NUMBER.match(opacity)
    return number is not None and float(number[0]) * (0.01 if opacity.endswith("%") else 1) < _FAINT


def _is_speck(style: _Style) -> bool | None:
    """Whether the style makes type too small to read; ``None`` if it leaves that to the elements around."""
    size = style.get("font-size") or next(iter(_FONT_SIZE.findall(style.get("font", ""))), "")
    number = _NUMBER.match(size)
    if not number:
        return None if size in _AS_AROUND else False
    if float(number[0]) == 0:
        return True
    if size.endswith(("em", "%")) and not size.endswith("rem"):
        return None
    return float(number[0]) <= _SPECK and size.endswith(("px", "pt"))


def _is_invisible(style: _Style) -> bool | None:
    """Whether the style hides the element but not its place; ``None`` if it leaves that to the elements around."""
    match style.get("visibility"):
        case "hidden" | "collapse":
            return True
        case "visible":
            return False
    return None
