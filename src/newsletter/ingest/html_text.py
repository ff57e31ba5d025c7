"""HTML into a tree, and a tree into lines of plain text. Everything here is iterative and bounded."""

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from newsletter.errors import IngestError
from newsletter.ingest.hidden_text import drop_hidden
from newsletter.ingest.text import clean

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"
))
_UNSEEN = frozenset((
    "applet", "audio", "canvas", "head", "iframe", "math", "noscript", "object", "script", "style", "svg",
    "template", "video"
))
# fmt: on
# An opening tag up to its end, quoted values taken as HTML takes them. It never fails half-way, so it takes linear time.
_TAG = re.compile(r"""<[a-zA-Z](?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))|=)*+""")
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))""")
_LONG_TAG = 10_000
_MOST_ATTRIBUTES = 2_000  # the parser's time grows with their square: 40,000 of one element took 11 s
_SPACE = re.compile(r"[ \t\n\r\f]+")  # not the no-break space: it is typography


def parse_html(text: str) -> HtmlElement:
    """Return the tree of a page or fragment, however broken, without what its reader does not see.

    ``IngestError`` when there is nothing in it, when an element has thousands of attributes, or when it is nested deeper
    than 256 elements: libxml2 gives up there and would lose the rest without a word. That bound also keeps every later
    walk of the tree cheap.
    """
    if len(text) > _LONG_TAG and any(map(_is_flooded, _TAG.finditer(text))):
        raise IngestError("The page's HTML is not one of a story. Save its text as a .txt file and add that.")
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise IngestError("The page is empty. Check that it shows its text without a login or JavaScript.") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise IngestError("The page's HTML is nested too deeply to be read. Save its text as a .txt file and add that.")
    drop_hidden(tree, _BLOCKS)
    return tree


def _is_flooded(tag: re.Match[str]) -> bool:
    """Whether an opening tag has more attributes than any real one; a long value, such as a picture's data, is one."""
    return tag.end() - tag.start() > _LONG_TAG and len(re.split(r"[\s/]+", _VALUE.sub(" ", tag[0]))) > _MOST_ATTRIBUTES


def lines(root: HtmlElement, *, alt_texts: bool = False) -> list[str]:
    """Return the text that a reader sees below ``root``, one line for each block; blank lines are left out.

    With ``alt_texts`` a picture's alternative text is a line too, as it is where a page is copied as text.
    """
    found: list[str] = []
    line: list[str] = []
    for piece in _pieces(root, alt_texts=alt_texts):
        if piece is not None:
            line.append(piece)
            continue
        _end_line(line, found)
    _end_line(line, found)
    return found


def line_of(root: HtmlElement) -> str:
    """Return the text below ``root`` on one line."""
    return " ".join(lines(root))


def one_line(text: str) -> str:
    """Return ``text`` cleaned and with single spaces, as HTML shows it; no-break spaces stay."""
    return clean(_SPACE.sub(" ", text)).strip()


def plain_lines(markup: str) -> list[str]:
    """Return the lines of a fragment of HTML, or of text without any; none if it cannot be read."""
    try:
        return lines(parse_html(markup))
    except IngestError:
        return []


def plain_line(title: str | None) -> str:
    """Return a title on one line, without the markup and the second layer of entities that some feeds put in it."""
    return " ".join(plain_lines(title)) if title and title.strip() else ""


def _pieces(root: HtmlElement, *, alt_texts: bool) -> Iterator[str | None]:
    """The runs of text below ``root`` in order, and ``None`` wherever a line ends."""
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        is_block = element.tag in _BLOCKS
        if is_block:
            yield None
        if event == "end":
            if element is not root and element.tail:
                yield element.tail
        elif element.tag in _UNSEEN:
            walker.skip_subtree()
        elif alt_texts and element.tag == "img":
            yield from (None, element.get("alt", ""), None)
        elif element.text:
            yield element.text


def _end_line(line: list[str], found: list[str]) -> None:
    """Move what ``line`` holds to ``found``, unless it is blank."""
    if text := one_line("".join(line)):
        found.append(text)
    line.clear()
