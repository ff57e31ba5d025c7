"""An HTML page into an article."""

import importlib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newsletter.errors import IngestError
from newsletter.ingest.html_metadata import Metadata, read_metadata
from newsletter.ingest.html_text import line_of, lines, one_line, parse_html
from newsletter.ingest.page_text import read_page
from newsletter.ingest.profiles import recognise
from newsletter.ingest.quotes import find_quotes
from newsletter.ingest.text import refuse_long
from newsletter.model.article import Article, Byline, Provenance

_FEW_WORDS = 50  # fewer, and trafilatura has probably missed the article (guides: its own figure for a fallback)
#: Elements of a page: more, and trafilatura takes seconds (40,000: 4 s), or everything does. Long stories have 2,000.
_MANY_ELEMENTS = 20_000
_MOST_ELEMENTS = 200_000
_ASIDE = frozenset({"nav", "header", "footer", "aside", "form", "figure"})


@dataclass(frozen=True, slots=True)
class _Block:
    """One paragraph of the page's text; ``is_quote`` when the page sets it as a block quotation."""

    text: str
    is_quote: bool = False


def read_html(text: str, *, url: str | None, provenance: Provenance) -> Article:
    """Return the article of a page found at ``url`` (``None`` for a file).

    A page of a site that a profile knows is read by that profile, from the page's text. Any other gives its main text
    as paragraphs (trafilatura where it is installed, an extraction of our own otherwise) and, from its explicit
    metadata alone, headline, dek, outlet, author, date, language and picture. ``IngestError`` when no headline or no
    text can be found.
    """
    tree = parse_html(text)
    if next(islice(tree.iter(), _MOST_ELEMENTS, None), None) is not None:
        raise IngestError("The page holds more elements than any story. Save the story alone and add that.")
    metadata = read_metadata(tree, url)
    page = lines(tree, alt_texts=True)
    refuse_long(sum(map(len, page)))
    if profile := recognise(page):
        article = read_page("\n".join(page), profile, provenance=replace(provenance, parser=profile.name))
        return _completed(article, metadata)
    return _article(metadata, _blocks(tree), provenance)


def _article(metadata: Metadata, blocks: Sequence[_Block], provenance: Provenance) -> Article:
    """The article that metadata and paragraphs make."""
    if not metadata.headline:
        raise IngestError("The page has no headline. Give it an <h1>, or add the story as a Markdown file.")
    blocks = [block for block in blocks if block.text != metadata.headline]
    if not blocks:
        raise IngestError("The page shows no text of a story. Check that it needs no login or JavaScript to be read.")
    body = tuple(block.text for block in blocks)
    return Article(
        headline=metadata.headline,
        provenance=provenance,
        outlet=metadata.outlet,
        url=metadata.url,
        language=metadata.language,
        dek=_dek(metadata.description, body[0]),
        byline=Byline(raw=metadata.author, author=metadata.author) if metadata.author else None,
        body=body,
        blockquotes=tuple(block.text for block in blocks if block.is_quote),
        quotes=find_quotes(list(enumerate(body))),
        images=(metadata.image,) if metadata.image else (),
        published=metadata.published,
        topics=metadata.topics,
        event=metadata.event,
    )


def _completed(article: Article, metadata: Metadata) -> Article:
    """A profile's article with what only the HTML knows: address, language, date, topics, the file of the top picture."""
    images = article.images
    if images and metadata.image and not images[0].url:
        file = metadata.image
        images = (replace(images[0], url=file.url, width=file.width, height=file.height), *images[1:])
    return replace(
        article,
        url=article.url or metadata.url,
        language=article.language or metadata.language,
        published=article.published or metadata.published,
        topics=article.topics or metadata.topics,
        event=article.event or metadata.event,
        images=images,
    )


def _dek(description: str | None, opening: str) -> str | None:
    """The description, unless it only repeats how the story begins, cut short or not."""
    stem = (description or "").rstrip(" .…[]")
    return None if not stem or opening.startswith(stem) else description


def _blocks(tree: HtmlElement) -> list[_Block]:
    """The main text: trafilatura's, or our own where that is not installed or finds next to nothing."""
    is_large = next(islice(tree.iter(), _MANY_ELEMENTS, None), None) is not None
    found = [] if is_large else _by_trafilatura(deepcopy(tree))  # it changes what it is given
    if sum(len(block.text.split()) for block in found) >= _FEW_WORDS:
        return found
    return _by_structure(tree) or found


def _by_trafilatura(tree: HtmlElement) -> list[_Block]:
    """What trafilatura takes for the main text; nothing if it is not installed (the extra ``extract``).

    It is given the tree, from which what nobody sees has gone, and not the page, where it would find that.
    ``fast`` with ``favor_precision`` did best in the comparison that the default rests on. It is given the page and
    never an address, so it fetches nothing.
    """
    try:
        trafilatura = importlib.import_module("trafilatura")  # takes 0.2-0.5 s to import
    except ImportError:
        return []
    try:
        found = trafilatura.bare_extraction(
            tree, fast=True, favor_precision=True, include_comments=False, include_tables=False
        )
    except Exception:  # noqa: BLE001 - a fault inside the extractor must not lose a page that we can read ourselves
        return []
    return [] if found is None or found.body is None else _trafilatura_blocks(found.body)


def _trafilatura_blocks(body: Any) -> list[_Block]:  # noqa: ANN401 - an lxml element in trafilatura's own vocabulary
    """Its paragraphs, headings, quotations and outermost list items, in order; the page's own headline is none."""
    for element in body.iter("p", "item", "lb"):  # or their words would run together where one is inside another
        element.text, element.tail = f" {element.text or ''}", f" {element.tail or ''}"
    found = []
    for element in body.iter("p", "head", "item", "quote"):
        is_headline = element.tag == "head" and element.get("rend") == "h1"
        if is_headline or element.xpath("ancestor::p or ancestor::item or (self::quote and (.//p or .//item))"):
            continue
        if text := one_line("".join(element.itertext())):
            found.append(_Block(text, bool(element.xpath("ancestor-or-self::quote"))))
    return found


def _by_structure(tree: HtmlElement) -> list[_Block]:
    """The paragraphs of the ``article``, ``main`` or ``body`` element that has any, else that element's lines."""
    roots = [root for path in ("//article", "//main", "//body") for root in tree.xpath(path)[:1]]
    for root in roots:
        blocks = [_Block(line_of(p), _is_quoted(p)) for p in _paragraphs(root)]
        if blocks := [block for block in blocks if block.text]:
            return blocks
    return [_Block(line) for line in lines(roots[0])] if roots else []


def _paragraphs(root: HtmlElement) -> Iterator[HtmlElement]:
    """The outermost paragraphs, quotations and, inside a story, list items below ``root`` that stand beside no story."""
    if next(root.iterancestors(*_ASIDE), None) is not None:
        return
    walker = etree.iterwalk(root, events=("start",))
    for _, element in walker:
        if _is_paragraph(element):
            yield element
        elif element.tag != "li" and element.tag not in _ASIDE:
            continue
        walker.skip_subtree()


def _is_paragraph(element: HtmlElement) -> bool:
    match element.tag:
        case "li":
            return next(element.iterancestors("article", "main"), None) is not None
        case "blockquote":
            return next(element.iter("p"), None) is None
        case tag:
            return bool(tag == "p")


def _is_quoted(element: HtmlElement) -> bool:
    return element.tag == "blockquote" or next(element.iterancestors("blockquote"), None) is not None
