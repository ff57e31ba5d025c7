"""The words: marks left over, quotations printed twice or not closed, names in two spellings."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from newsletter.model.issue import Item, Paragraph
from newsletter.model.languages import language
from newsletter.model.quotation import fold, same_words, spans
from newsletter.render.checks.finding import Finding, error, warning
from newsletter.render.checks.proof import Proof, name_of, printed, shortened

#: What writers leave in a text to be filled in later, and printers' filling text.
_TO_COME = re.compile(r"\bTK(?:TK)*\b|\blorem ipsum\b|\[(?:todo|tbd|insert|tk)\b[^\]]*\]", re.IGNORECASE)
#: Marks of this and other programs for what is filled in. An article may be about them, so they are no errors.
_FOREIGN = re.compile(r"\{\{|\}\}|\{%|%\}|\*\|[A-Z_]+\|\*|%%\w+%%|\$\{\w+\}|<%|%>")
_INCHES = re.compile(r'(?<=\d)"')
_NAME = re.compile(r"\b[^\W\d_][\w’'-]{4,}")
_DOUBLED = re.compile(r"(.)\1")
#: Letters and groups that stand for the same sound in the ways to write one name in Latin letters.
_SOUNDS = (
    ("kh", "h"),
    ("ph", "f"),
    ("ck", "k"),
    ("ij", "i"),
    ("iy", "i"),
    ("yi", "i"),
    ("y", "i"),
    ("j", "i"),
    ("w", "v"),
)


def placeholders(proof: Proof) -> Iterator[Finding]:
    """Notes to come, and marks that some other program would have filled in."""
    for section, item in proof.items:
        text = " ".join(printed(item))
        at = {"item": item.key, "section": section.name}
        if found := _TO_COME.search(text):
            yield error(
                "placeholder", f"“{name_of(item)}” holds “{found[0]}”, a note to be filled in.", "Write it.", **at
            )
        elif found := _FOREIGN.search(text):
            sentence = f"“{name_of(item)}” holds {found[0]}, which looks like a mark left over from another program."
            yield warning("mark-left-over", sentence, "Take it out, unless the text is about such marks.", **at)
    for place, text in (("subject", proof.issue.subject), ("preheader", proof.issue.preheader)):
        if found := _TO_COME.search(text) or _FOREIGN.search(text):
            yield error("placeholder", f"The {place} holds “{found[0]}”.", f"Word the {place} anew.")


def quotations(proof: Proof) -> Iterator[Finding]:
    """A quotation that a reader meets twice; headlines may take a word from the text below them."""
    seen: list[tuple[str, Item]] = []
    for section, item in proof.items:
        for words in _quotations(item):
            key = fold(words)
            if first := next((where for earlier, where in seen if same_words(key, earlier)), None):
                where = (
                    f"twice in “{name_of(item)}”"
                    if first is item
                    else f"in “{name_of(first)}” and in “{name_of(item)}”"
                )
                yield warning(
                    "quotation-twice",
                    f"The quotation “{shortened(words)}” is printed {where}; once is enough.",
                    f"Word one of them anew: newsletter edit write {proof.issue.id} {item.key} TEXT",
                    item=item.key,
                    section=section.name,
                )
            else:
                seen.append((key, item))


def _quotations(item: Item) -> Iterable[str]:
    for paragraph in item.paragraphs:
        yield from spans(paragraph.text) or ((paragraph.text,) if paragraph.quotation else ())
    yield from (words for other in item.also for words in spans(other.line or ""))


def marks(proof: Proof) -> Iterator[Finding]:
    """Quotation marks that are opened and not closed, and two kinds of them in one item."""
    for section, item in proof.items:
        at = {"item": item.key, "section": section.name}
        if found := next(_unclosed(item.paragraphs), None):
            sentence = f"A quotation mark in “{name_of(item)}” has no partner: “{shortened(found)}”"
            yield warning("quotation-marks", sentence, "Close the quotation, or begin it.", **at)
        texts = " ".join(paragraph.text for paragraph in item.paragraphs)
        if texts.count('"') > 1 and ("“" in texts or "«" in texts):
            sentence = f"“{name_of(item)}” has typographic and straight quotation marks."
            yield warning("quotation-marks-mixed", sentence, "Use one kind.", **at)


def _unclosed(paragraphs: Iterable[Paragraph]) -> Iterator[str]:
    """Paragraphs in which marks do not come in pairs. One that goes on in the next paragraph is opened there again."""
    texts = [paragraph.text.strip() for paragraph in paragraphs]
    for whole, after in zip_longest(texts, texts[1:], fillvalue=""):
        text = _INCHES.sub("", whole)
        for opening, closing in _pairs_in(text):
            odd = text.count(opening) % 2
            left = odd if opening == closing else text.count(opening) - text.count(closing)
            if left and not (left == 1 and after.startswith(opening)):
                yield whole
                break


def _pairs_in(text: str) -> Iterator[tuple[str, str]]:
    """The pairs of marks that a text uses: „German“, »reversed«, ”Swedish”, “English” or "straight"."""
    if "„" in text:
        yield "„", "”" if "”" in text and "“" not in text else "“"
    elif "“" in text:
        yield "“", "”"
    elif "”" in text:
        yield "”", "”"
    if "«" in text or "»" in text:
        yield ("»", "«") if 0 <= text.find("»") < text.find("«") else ("«", "»")
    if '"' in text:
        yield '"', '"'


def names(proof: Proof) -> Iterator[Finding]:
    """A name in two spellings. In languages that bend names at their ends nothing is said."""
    if language(proof.newsletter.language).endings:
        return
    spellings: dict[str, dict[str, Item]] = {}
    for _section, item in proof.items:
        for paragraph in item.paragraphs:
            for found in _NAME.finditer(paragraph.text):
                word = found[0].removesuffix("’s").removesuffix("'s")
                if word[0].isupper() and not word.isupper():
                    spellings.setdefault(_sound(word), {}).setdefault(word, item)
    for forms in spellings.values():
        if len({form.casefold() for form in forms}) > 1:
            first, second, *_ = forms
            yield warning(
                "names",
                f"“{first}” and “{second}” look like one name in two spellings.",
                "Choose one for your own words; quotations keep theirs.",
                item=forms[second].key,
            )


def _sound(word: str) -> str:
    """How a name sounds, roughly: the same for ``Zelensky``, ``Zelenskyy`` and ``Zelenskiy``."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    for written, sound in _SOUNDS:
        bare = bare.replace(written, sound)
    return _DOUBLED.sub(r"\1", bare.replace("'", "").replace("’", ""))
