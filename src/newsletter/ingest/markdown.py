"""A Markdown file with front matter into an article: how an editor writes a story or a round-up by hand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.errors import IngestError
from newsletter.ingest import front_matter
from newsletter.ingest.html_text import plain_lines
from newsletter.ingest.literals import web_url
from newsletter.ingest.quotes import find_quotes
from newsletter.model.article import (
    Article,
    ArticleKind,
    Briefing,
    Image,
    OtherNews,
    Provenance,
    RelatedCard,
    instalment,
)
from newsletter.model.date_words import day_of

_OTHER_NEWS = re.compile(r"(in )?other\b.*\bnews this week:?", re.IGNORECASE)
_BRIEFING = re.compile(
    r"from (?:the )?(?P<source>.+) on (?P<date>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:, \d{4})?)"
    r":?",
    re.IGNORECASE,
)
_BREAKS = {"softbreak": " ", "hardbreak": " "}
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(slots=True)
class _Block:
    """A heading (``level`` 1 to 6), a paragraph or list item, or a picture."""

    text: str
    level: int = 0
    is_quote: bool = False
    image: Image | None = None


@dataclass(slots=True)
class _Draft:
    """What has been read so far. ``open_section`` takes the next paragraphs; without one they belong to the body."""

    body: list[str] = field(default_factory=list)
    blockquotes: list[str] = field(default_factory=list)
    sections: list[tuple[str, list[str]]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    open_section: list[str] | None = None


def read_markdown(text: str, *, provenance: Provenance, url: str | None = None) -> Article:
    """Return the article of a Markdown text, found at ``url`` or (``None``) in a file.

    The headline is the front matter's or the first ``# heading``. The body is plain text: links keep their words,
    pictures that stand alone become images, block quotations are body and ``blockquotes`` alike, list items are
    paragraphs. A heading "Other ... News This Week" opens a section whose list items are its bullets; a heading
    "From <source> on <Month> <day>" opens a briefing. Any other heading closes such a section and is itself kept as a
    paragraph, so that no word is lost. A headline "<series> #12: ..." numbers its instalment. In a file, a picture's relative path stays: the caller can give it an address.
    """
    given, markdown = front_matter.split(text)
    blocks = list(_blocks(MarkdownIt("commonmark").parse(markdown)))
    headline = given.get("headline") or given.get("title") or _take_headline(blocks)
    if not headline:
        raise IngestError("The Markdown has no headline. Begin it with a line such as `# Ferry fares rise`.")
    series, number = given.get("series") or None, front_matter.series_number(given)
    draft = _drafted(blocks)
    if not draft.body and not draft.sections:
        raise IngestError("The Markdown has no text below its headline. Write at least one paragraph.")
    return Article(
        headline=headline,
        provenance=provenance,
        kind=ArticleKind.ROUNDUP if draft.sections else ArticleKind.ARTICLE,
        outlet=given.get("outlet") or None,
        url=_address(given.get("url")) or url,
        language=given.get("language") or None,
        kicker=given.get("kicker") or None,
        series=series,
        dek=given.get("dek") or given.get("description") or None,
        byline=front_matter.byline(given),
        body=tuple(draft.body),
        blockquotes=tuple(draft.blockquotes),
        sections=tuple(_section(heading, paragraphs) for heading, paragraphs in draft.sections),
        quotes=find_quotes(_numbered(draft)),
        images=tuple(_located(image, url) for image in (front_matter.image(given), *draft.images) if image),
        related=tuple(_located_card(card, url) for card in front_matter.related(given)),
        published=front_matter.published(given),
        topics=front_matter.topics(given),
        series_number=instalment(headline, series)[0] if number is None else number,
        event=front_matter.event(given),
        embargo=front_matter.embargo(given),
    )


def _take_headline(blocks: list[_Block]) -> str | None:
    """Remove the first heading of the first level and return its text."""
    for at, block in enumerate(blocks):
        if block.level == 1:
            return blocks.pop(at).text
    return None


def _drafted(blocks: Sequence[_Block]) -> _Draft:
    """Sort the blocks into body and sections."""
    draft = _Draft()
    for block in blocks:
        if block.image:
            draft.images.append(block.image)
        elif block.level and (_OTHER_NEWS.fullmatch(block.text) or _BRIEFING.fullmatch(block.text)):
            draft.open_section = []
            draft.sections.append((block.text, draft.open_section))
        else:
            if block.level:
                draft.open_section = None
            (draft.body if draft.open_section is None else draft.open_section).append(block.text)
            if block.is_quote and draft.open_section is None:
                draft.blockquotes.append(block.text)
    return draft


def _section(heading: str, paragraphs: Sequence[str]) -> OtherNews | Briefing:
    """The section of a heading that one of the two patterns has matched."""
    if found := _BRIEFING.fullmatch(heading):
        return Briefing(
            heading=heading,
            source=found["source"],
            date_text=found["date"],
            paragraphs=tuple(paragraphs),
            day=day_of(found["date"], None),
        )
    return OtherNews(heading=heading, items=tuple(paragraphs))


def _numbered(draft: _Draft) -> list[tuple[int, str]]:
    """Every paragraph with its position; each section's heading takes one, after the body."""
    numbered = list(enumerate(draft.body))
    at = len(numbered)
    for _, paragraphs in draft.sections:
        numbered += enumerate(paragraphs, start=at + 1)
        at += 1 + len(paragraphs)
    return numbered


def _blocks(tokens: Sequence[Token]) -> Iterator[_Block]:
    """The blocks of a parsed text. All that stands in an outermost list item is one block."""
    level = quotes = depth = 0
    item: list[str] = []
    for token in tokens:
        if token.type in {"list_item_open", "list_item_close"}:
            depth += token.nesting
            if depth == 0 and item:
                yield _Block(" ".join(item))
                item = []
        elif token.type in {"blockquote_open", "blockquote_close"}:
            quotes += token.nesting
        elif token.type in {"heading_open", "heading_close"}:
            level = int(token.tag[1:]) if token.nesting > 0 else 0
        for block in _leaf(token):
            if depth and not block.image:
                item.append(block.text)
            else:
                yield replace(block, level=level, is_quote=quotes > 0)


def _leaf(token: Token) -> Iterator[_Block]:
    """What a token itself holds: a line of prose and its pictures, code, or the text of raw HTML."""
    if token.type == "inline":
        children = token.children or ()
        if words := _words(children):
            yield _Block(words)
        for child in children:
            if child.type == "image":
                alt = "".join(_BREAKS.get(part.type, part.content) for part in child.children or ())
                yield _Block("", image=Image(url=str(child.attrs["src"]) or None, alt=alt))
    elif token.type == "html_block":
        yield from (_Block(line) for line in plain_lines(token.content))
    elif token.type in {"fence", "code_block"} and token.content.strip():
        yield _Block(token.content.strip())


def _words(children: Sequence[Token]) -> str:
    """The plain text of a line of Markdown, without the alternative texts of its pictures."""
    pieces = (
        _BREAKS.get(child.type, child.content) for child in children if child.type not in {"image", "html_inline"}
    )
    return "".join(pieces).strip()


def _address(url: str | None) -> str | None:
    """The front matter's ``url``, which must be a web address."""
    if url and web_url(url, None) is None:
        raise IngestError(f'The url "{url}" is not a web address. Write one such as https://example.org/story.')
    return url or None


def _located_card(card: RelatedCard, base: str | None) -> RelatedCard:
    """``card`` with the addresses of its story and picture made whole."""
    return replace(card, url=_address(card.url), image=_located(card.image, base) if card.image else None)


def _located(image: Image, base: str | None) -> Image:
    """``image`` with its web address or, in a file, its relative path; any other kind of address is dropped."""
    url = web_url(image.url, base)
    if url is None and base is None and image.url and not _HAS_SCHEME.match(image.url):
        url = image.url
    return replace(image, url=url)
