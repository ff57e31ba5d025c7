"""An editor's words over the machine's: what a person wrote wins, and is only ever looked at, never changed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from newsletter.compose.guard.gate import MissKind, check, source_text
from newsletter.compose.language import language_of
from newsletter.model.article import Article
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import Doubt, DoubtKind, Item, Paragraph

_BLANK = re.compile(r"\n\s*\n")
_SPEAKER = re.compile(r"(?:--|—)\s*(\S.*)")
_KINDS = {
    MissKind.NUMBER: DoubtKind.NUMBER,
    MissKind.QUOTATION: DoubtKind.QUOTATION,
    MissKind.NAME: DoubtKind.NAME,
}


def worded(item: Item, wording: Mapping[EditKind, Edit], article: Article | None) -> Item:
    """``item`` with the editor's words in place of the machine's, and the doubts that these raise.

    ``article`` is the item's; ``None`` for an item of the editor's own, which has nothing to be held against. A number, quotation or name that is not in the source is a doubt and never blocks: the editor knows.
    """
    if not wording:
        return item
    said = {str(kind): edit.value for kind, edit in wording.items()}
    texts: dict[str, Any] = {key: value or None for key, value in said.items() if key != EditKind.TEXT}
    changed = replace(item, **texts, locked=tuple(sorted({*item.locked, *said})))
    if EditKind.TEXT in wording:
        changed = replace(changed, paragraphs=paragraphs(wording[EditKind.TEXT].value))
    doubts = [*item.doubts, *_updated(item, wording)]
    if article is not None:
        doubts += _misses("\n\n".join(value for key, value in said.items() if key != EditKind.URL), article)
    return replace(changed, doubts=tuple(doubts))


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs that an editor typed: parted by blank lines, ``>`` before each line of a block quotation.

    A last line ``> -- Name`` names the speaker.
    """
    return tuple(_paragraph(part.strip()) for part in _BLANK.split(text.strip()) if part.strip())


def _misses(text: str, article: Article) -> Iterator[Doubt]:
    """What the gate finds in a text that a person wrote, as doubts that do not block."""
    for miss in check(text, source_text(article), language_of(article)):
        sentence = f"the {miss.kind} “{miss.span}” is not in the article"
        yield Doubt(kind=_KINDS[miss.kind], span=miss.span, sentence=sentence)


def _paragraph(text: str) -> Paragraph:
    lines = [line.strip() for line in text.splitlines()]
    if not all(line.startswith(">") for line in lines):
        return Paragraph(text=" ".join(lines))
    quoted = [line.removeprefix(">").strip() for line in lines]
    named = _SPEAKER.fullmatch(quoted[-1]) if len(quoted) > 1 else None
    words = " ".join(quoted[:-1] if named else quoted)
    return Paragraph(text=words, quotation=True, speaker=named[1] if named else None)


def _updated(item: Item, wording: Mapping[EditKind, Edit]) -> Iterator[Doubt]:
    """The article has another text now than when the editor wrote about it."""
    if any(edit.version < item.version for edit in wording.values()):
        yield Doubt(kind=DoubtKind.UPDATED, sentence="the article was updated after you summarised it")
