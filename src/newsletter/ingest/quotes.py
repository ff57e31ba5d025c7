"""Who said what: the quotations of a story with their speakers.

A speaker is named only where the text puts one beside a verb of saying. "Marsh pushed for a “fair answer”" does not
say that she said it: such a quotation has no speaker, because a wrong name is worse than none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.ingest.names import MASK, Sentence, tokenised
from newsletter.ingest.people import People
from newsletter.ingest.speaker_words import BREAKS, PRONOUNS
from newsletter.ingest.speakers import PHRASE, Saying, is_plain, sayings
from newsletter.model.article import Quote
from newsletter.model.quotation import is_quotation, quotations


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """The speaker of each quotation in a paragraph, by its number there, and what the paragraph below has to know.

    ``last_speaker`` is whom "he" or "she" means there, ``announced`` who speaks if a block quotation follows, and
    ``goes_on`` tells that the last quotation is not closed.
    """

    speakers: dict[int, str | None]
    last_speaker: str | None = None
    announced: str | None = None
    goes_on: bool = False


def find_quotes(paragraphs: Sequence[tuple[int, str]]) -> tuple[Quote, ...]:
    """The quotations in ``paragraphs`` (position on the page, text) in order, each with its speaker if it has one."""
    page = [tokenised(text) for _, text in paragraphs]
    people = People(page)
    found: list[Quote] = []
    above = _Paragraph({})
    for (number, text), sentences in zip(paragraphs, page, strict=True):
        inside = quotations(text)
        goes_on = any(not quotation.closing for quotation in inside)
        if is_quotation(text):
            speaker = found[-1].speaker if above.goes_on else above.announced
            above = _Paragraph({0: speaker}, speaker, goes_on=goes_on)
        else:
            above = _prose(sentences, people, above.last_speaker, goes_on=goes_on)
        found.extend(
            Quote(text=quotation.text, speaker=above.speakers.get(i), paragraph=number)
            for i, quotation in enumerate(inside)
        )
    return tuple(found)


def _prose(sentences: Sequence[Sentence], people: People, last_speaker: str | None, *, goes_on: bool) -> _Paragraph:
    """A paragraph that is not all quotation, below one in which ``last_speaker`` spoke last."""
    people.begin(sentences, last_speaker)
    speakers: dict[int, str | None] = {}
    said: list[Saying] = []
    latest: str | None = None
    for sentence in sentences:
        said = sayings(sentence, people)
        speakers.update(_speakers(sentence, said, speakers))
        latest = said[-1].speaker if said else latest
        people.read(sentence, said[-1].speaker if said and not _has_listener(sentence, said[-1]) else None)
    announced = _announced(sentences[-1], said, people) if sentences else None
    return _Paragraph(speakers, people.still_meant(latest), announced, goes_on)


def _has_listener(sentence: Sentence, saying: Saying) -> bool:
    """Whether the one who is spoken to is named behind the verb: "Marsh told Reed"."""
    return not saying.verb_first and saying.end in sentence.runs


def _speakers(
    sentence: Sentence, said: Sequence[Saying], earlier: Mapping[int, str | None]
) -> Iterator[tuple[int, str | None]]:
    """The number and the speaker of each quotation in a sentence; ``earlier`` are those before it in its paragraph."""
    for at, token in enumerate(sentence.tokens):
        if mask := MASK.fullmatch(token):
            number = int(mask[1])
            # A sentence that is all quotation goes on with whoever spoke before it in the paragraph.
            is_all = len(sentence.tokens) == 1
            yield number, earlier.get(number - 1) if is_all else _said_by(sentence, at, said)


def _announced(last: Sentence, said: Sequence[Saying], people: People) -> str | None:
    """Whom a paragraph that ends with the sentence ``last`` announces by a colon."""
    if last.tokens[-1] != ":":
        return None
    if said:
        return said[-1].speaker
    return people.who(last, 0) if last.tokens[0].lower() in PRONOUNS else people.subject(last)


def _said_by(sentence: Sentence, at: int, found: Sequence[Saying]) -> str | None:
    """Who says the quotation at ``at``: the saying right before it, right behind it, further before it or behind it."""
    tokens = sentence.tokens
    before = at - 1 if at and tokens[at - 1] in {",", ":", "that", "—", "–"} else at
    for saying in found:
        if saying.end in {at, before}:
            return saying.speaker
    behind = at + 2 if tokens[at + 1 : at + 2] == (",",) else at + 1
    # "..., harbour pilot Ada Marsh said": words may stand before a name, if a comma shows that the speech is over.
    reach = PHRASE if "," in tokens[at] or behind > at + 1 else 0
    for saying in found:
        if behind <= saying.start <= behind + reach and is_plain(tokens[behind : saying.start]):
            return saying.speaker
    for saying in reversed(found):
        if saying.end <= at:
            return None if _changes_subject(sentence, saying.end, at) else saying.speaker
    return next((s.speaker for s in found if s.start > at and (s.verb_first or s.end == len(tokens))), None)


def _changes_subject(sentence: Sentence, start: int, stop: int) -> bool:
    """Whether ``start:stop`` holds a clause with a subject and a verb of its own: ", and Marsh pushed for"."""
    tokens = sentence.tokens
    return any(
        start + 1 < run < end < stop
        and tokens[run - 1] in {"and", "but", "while"}
        and tokens[run - 2] in {",", ";"}
        and tokens[end][0].islower()
        and tokens[end] not in BREAKS
        for run, end in sentence.runs.items()
    )
