"""Bytes of unknown encoding into clean text."""

import codecs
import re
import unicodedata
from collections.abc import Iterator

from newsletter.errors import IngestError

#: The most text that a page may have, in characters: no story is longer, and every later step is bounded by it.
MAX_TEXT = 1_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the shorter one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_IN_PAGE = re.compile(
    rb"""(?:<meta[^>]{0,200}charset|<\?xml[^>]{0,200}encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
# Codecs that the web uses. Python knows more (unicode_escape, punycode), which no page may choose.
_WEB = re.compile(r"(utf-?(8|16|32)|windows|cp\d|iso|koi|mac|gb|big5|euc|shift|s?jis|tis)", re.IGNORECASE)
# Pages that say this mean windows-1252 (WHATWG Encoding, section 4.2), and many of them are UTF-8 after all.
_LATIN = re.compile(r"(iso-?8859-?1|latin-?1|us-?ascii|windows-1252|cp1252)", re.IGNORECASE)

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
# Characters that show nothing and can carry a text of their own: zero-width space, word joiner and what is invisible
# beside it, tags, supplementary variation selectors, and more than one selector for a character. The flags of England,
# Scotland and Wales are written with tags (Unicode Technical Standard 51, annex C). Joiners and direction marks stay:
# scripts need them.
_SMUGGLED = re.compile(
    "(\U0001f3f4\U000e0067\U000e0062"
    "(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f)"
    "|[\u200b\u2060-\u2064\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
_SELECTORS = re.compile("([\ufe00-\ufe0f])[\ufe00-\ufe0f]+")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_ISOLATES = frozenset("\u2066\u2067\u2068")
# Reordering a run of marks takes quadratic time (200,000 of them: 30 s); no script stacks more than a handful.
_MARKS = re.compile(r"([^\w\s\x00-\x7f]{31,})")

_SIGNATURES = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"RIFF")
_SAMPLE = 4096
_BINARY_SHARE = 0.05  # of control and undecodable characters; random bytes have 0.1, text with a few strays 0.001


def decode(content: bytes, content_type: str | None = None) -> str:
    """Return ``content`` as text, whatever it says or does not say about its encoding; never an exception.

    Tried in this order: byte order mark, UTF-16 without one, the charset of ``content_type`` (a ``Content-Type`` header)
    or of the page's own first kilobyte, UTF-8; what is none of them is read as windows-1252, as browsers do.
    """
    for encoding in _candidates(content, content_type):
        try:
            return content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return content.decode("cp1252", errors="replace")


def clean(text: str) -> str:
    """Return ``text`` in NFC, with the line feed as its only line end and no other control character than the tab.

    No-break spaces stay: they are typography. What shows nothing and may hide a text goes, and so do controls of writing
    direction that are not closed in their line, which would turn round what follows.
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    if text.isascii():
        return text
    text = _SELECTORS.sub(r"\1", _SMUGGLED.sub(r"\1", text))
    if _DIRECTIONS.search(text):
        text = "\n".join(_balanced(line) for line in text.split("\n"))
    return "".join(
        piece if place % 2 else unicodedata.normalize("NFC", piece) for place, piece in enumerate(_MARKS.split(text))
    )


def _balanced(line: str) -> str:
    """``line`` without the controls of direction that nothing closes, or that close nothing (Unicode Annex 9, BD9)."""
    opened: list[tuple[int, bool]] = []  # where, and whether it is an isolate
    isolates = 0
    unpaired: set[int] = set()
    for found in _DIRECTIONS.finditer(line):
        at, control = found.start(), found[0]
        if control == _POP_ISOLATE and isolates:
            while not opened[-1][1]:
                unpaired.add(opened.pop()[0])
            opened.pop()
            isolates -= 1
        elif control == _POP_EMBEDDING and opened and not opened[-1][1]:
            opened.pop()
        elif control in {_POP_EMBEDDING, _POP_ISOLATE}:
            unpaired.add(at)
        else:
            opened.append((at, control in _ISOLATES))
            isolates += control in _ISOLATES
    unpaired.update(at for at, _ in opened)
    return "".join(character for at, character in enumerate(line) if at not in unpaired) if unpaired else line


def is_binary(content: bytes, text: str) -> bool:
    """Whether ``content``, decoded to ``text``, is a picture, an archive, a PDF or another thing that is not text."""
    if content.startswith(_SIGNATURES):
        return True
    sample = text[:_SAMPLE]
    strays = len(_CONTROLS.findall(sample)) + sample.count("\N{REPLACEMENT CHARACTER}")
    return strays > _BINARY_SHARE * len(sample)


def refuse_long(characters: int) -> None:
    """Raise ``IngestError`` if a page has more text than any story, before anything expensive is done with it."""
    if characters > MAX_TEXT:
        raise IngestError("The page holds more than a million characters. Save the story alone and add that.")


def _candidates(content: bytes, content_type: str | None) -> Iterator[str]:
    """The encodings to try, likeliest first."""
    yield from (encoding for mark, encoding in _BOMS if content.startswith(mark))
    zeros = content[:_SAMPLE]
    if zeros.count(0) * 4 > len(zeros):  # Latin text in UTF-16 is half zeros; which half tells the byte order
        yield "utf-16-le" if zeros[1::2].count(0) > zeros[::2].count(0) else "utf-16-be"
    declared = _declared(content, content_type)
    if declared and _WEB.match(declared) and not _LATIN.fullmatch(declared):
        yield declared
    yield "utf-8"


def _declared(content: bytes, content_type: str | None) -> str | None:
    """The charset that the server or, failing that, the page names."""
    if found := _CHARSET.search(content_type or ""):
        return found[1]
    in_page = _IN_PAGE.search(content[:1024])
    return in_page[1].decode("ascii") if in_page else None
