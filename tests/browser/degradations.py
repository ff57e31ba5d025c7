"""What mail programs do to a mail's HTML before they show it: each takes the HTML and gives what is left."""

import re
from collections.abc import Callable

_STYLE_BLOCK = re.compile(r"<style\b.*?</style>", re.DOTALL)
_CLASS = re.compile(r' class="[^"]*"')
_STYLE = re.compile(r'(?<= style=")[^"]*')
_FOR_WORD = re.compile(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", re.DOTALL)
_OFFICE_SETTINGS = re.compile(r"<xml>.*?</xml>", re.DOTALL)
_DIV_STYLE = re.compile(r'(?<=<div)([^>]*? style=")([^"]*)')
_LINK_STYLE = re.compile(r'(?<=<a )([^>]*?style=")([^"]*)')


def as_it_is(html: str) -> str:
    return html


def without_style_blocks(html: str) -> str:
    """As in the mail programs that drop the head, or what is over a limit."""
    return _STYLE_BLOCK.sub("", html)


def without_classes(html: str) -> str:
    """As where classes are renamed and the style block is not."""
    return _CLASS.sub("", html)


def without_limits(html: str) -> str:
    """As where ``max-width`` and round corners are unknown."""
    return _STYLE.sub(lambda style: _without(style[0], "max-width", "border-radius"), html)


def as_word_would(html: str) -> str:
    """What Word's engine, in Outlook for Windows, is known to do, as far as a browser can be made to do it.

    It sees the tables that are hidden from all others, and of the style sheets only the one meant for it. It knows no
    ``max-width``, ``min-width`` and ``inline-block``, no width of a ``div``, no padding of a link, and takes
    ``mso-padding-alt`` for the padding of a cell. It is no proof of what Word does.
    """
    html = _FOR_WORD.sub(r"\1", _STYLE_BLOCK.sub(_only_for_word, html))
    html = _OFFICE_SETTINGS.sub("", html)
    html = _STYLE.sub(lambda style: _without(style[0], "max-width", "min-width", "border-radius"), html)
    html = _STYLE.sub(lambda style: re.sub(r"display:\s*inline-block;?", "", style[0]), html)
    html = _STYLE.sub(lambda style: _with_padding_for_word(style[0]), html)
    html = _DIV_STYLE.sub(lambda div: div[1] + _without(div[2], "width"), html)
    return _LINK_STYLE.sub(lambda link: link[1] + _without(link[2], "padding", "display"), html)


#: In the words that a failing test prints.
DEGRADATIONS: dict[str, Callable[[str], str]] = {
    "as it is": as_it_is,
    "no style blocks": without_style_blocks,
    "no classes": without_classes,
    "no limits": without_limits,
}


def _only_for_word(block: re.Match[str]) -> str:
    return block[0] if "mso-" in block[0] and "@media" not in block[0] else ""


def _with_padding_for_word(style: str) -> str:
    given = re.search(r"mso-padding-alt:([^;]*)", style)
    return f"{_without(style, 'padding')}; padding:{given[1]}" if given else style


def _without(style: str, *properties: str) -> str:
    """``style`` less these properties, whole names only (``width`` leaves ``border-width``)."""
    return re.sub(rf"(?<![\w-])(?:{'|'.join(properties)})\s*:[^;]*(?:;\s*|$)", "", style)
