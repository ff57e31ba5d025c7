"""A file or an address into an article: finds out what it holds and calls the reader for it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from newsletter.errors import IngestError
from newsletter.ingest.fetch import Fetcher
from newsletter.ingest.html_page import read_html
from newsletter.ingest.markdown import read_markdown
from newsletter.ingest.page_text import read_page
from newsletter.ingest.profiles import recognise
from newsletter.ingest.quotes import find_quotes
from newsletter.ingest.text import clean, decode, is_binary, refuse_long
from newsletter.model.article import Article, Provenance

#: The largest page that is read.
MAX_PAGE_BYTES = 5_000_000

_MARKDOWN = frozenset({".md", ".markdown"})
_HTML = frozenset({".html", ".htm", ".xhtml"})
# What may stand above the root element. Atomic: without that a page of nothing but comments takes for ever to refuse.
_PROLOGUE = r"(?>\s*(?:<\?.*?\?>|<!--.*?-->))*+\s*"
_HTML_START = re.compile(_PROLOGUE + r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_FEED_START = re.compile(_PROLOGUE + r"(?:<(?:rss|rdf:RDF|feed)\b|\{.{0,500}jsonfeed\.org\\?/version)", re.DOTALL)
_DEK_WORDS = 40


def read_path(path: Path, *, now: datetime) -> Article:
    """Read the Markdown, HTML or text file ``path``; ``IngestError`` says what is wrong with it and what to do."""
    try:
        if path.is_dir():
            raise IngestError(f"{path.name} is a folder. Name one of the files in it.")
        if path.exists() and not path.is_file():
            raise IngestError(
                f"{path.name} is not a file that can be read. Name a page saved as text, HTML or Markdown."
            )
        with path.open("rb") as file:
            content = file.read(MAX_PAGE_BYTES + 1)
    except FileNotFoundError as error:
        raise IngestError(f"There is no file {path}. Check the path.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise IngestError(f"{path.name} cannot be read. Check that you may open it.") from error
    return read_page_bytes(content, content_type=None, name=path.name, url=None, now=now)


def read_url(url: str, fetcher: Fetcher, *, now: datetime) -> Article:
    """Fetch the page at ``url`` and read it; ``FetchError`` when it cannot be had, ``IngestError`` when not be read."""
    page = fetcher.get(url, max_bytes=MAX_PAGE_BYTES)
    name = PurePosixPath(unquote(urlsplit(page.url).path)).name or "The page"
    return read_page_bytes(page.content, content_type=page.content_type, name=name, url=page.url, now=now)


def read_page_bytes(content: bytes, *, content_type: str | None, name: str, url: str | None, now: datetime) -> Article:
    """Read a page: a file called ``name`` (``url`` is ``None``) or the answer of ``url`` with its ``content_type``."""
    if len(content) > MAX_PAGE_BYTES:
        raise IngestError(f"{name} is larger than {MAX_PAGE_BYTES // 1_000_000} MB. Save the story alone and add that.")
    raw = decode(content, content_type)
    if is_binary(content, raw):
        raise IngestError(f"{name} is not text. Save the story as text, HTML or Markdown and add that.")
    text = clean(raw)
    if not text.strip():
        raise IngestError(f"{name} is empty. Check that it was saved whole.")
    if _FEED_START.match(text):
        raise IngestError(f"{name} is a feed, not a page. Add it as a source: newsletter source add {url or 'URL'}")
    source_file = name if url is None else None
    provenance = Provenance(parser="page", fetched_at=now, source_file=source_file)
    read = _reader(text, content_type or "", PurePosixPath(name).suffix.lower())
    return read(text, url, provenance)


def _reader(text: str, content_type: str, suffix: str) -> Callable[[str, str | None, Provenance], Article]:
    """The reader for a page. What the server calls HTML is HTML, even under the name of the Markdown that it shows."""
    if "html" in content_type or _HTML_START.match(text):
        return _read_html
    if suffix in _MARKDOWN or content_type.startswith("text/markdown"):
        return _read_markdown
    return _read_html if suffix in _HTML else _read_text


def _read_markdown(text: str, url: str | None, provenance: Provenance) -> Article:
    refuse_long(len(text))
    return read_markdown(text, url=url, provenance=replace(provenance, parser="markdown"))


def _read_html(text: str, url: str | None, provenance: Provenance) -> Article:
    return read_html(text, url=url, provenance=replace(provenance, parser="html"))


def _read_text(text: str, url: str | None, provenance: Provenance) -> Article:
    """A page of a site that a profile knows; else the first line is the headline, a short second one the dek."""
    refuse_long(len(text))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if profile := recognise(lines):
        article = read_page(text, profile, provenance=replace(provenance, parser=profile.name))
        return replace(article, url=article.url or url)
    headline, *rest = lines
    if not rest:
        raise IngestError("The page has only one line. Put the headline in the first line and the story below it.")
    has_dek = len(rest) > 1 and len(rest[0].split()) <= _DEK_WORDS
    body = rest[1:] if has_dek else rest
    first = len(lines) - len(body)
    return Article(
        headline=headline,
        provenance=replace(provenance, parser="text"),
        url=url,
        dek=rest[0] if has_dek else None,
        body=tuple(body),
        quotes=find_quotes(list(enumerate(body, start=first))),
    )
