"""What an editor is told before approving: errors block, warnings are for the eye."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import urlsplit

from newsletter.model.issue import Issue, Item, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.quotation import fold, same_words, spans
from newsletter.render.checks.finding import Finding, error, warning
from newsletter.render.compiled import PREFERENCES, SLOTS, UNSUBSCRIBE, Compiled

#: Gmail cuts a mail here, in bytes of HTML, and with it the unsubscribe link.
CLIPPED_AT = 102_400
WARN_AT = 80_000
_SUBJECT = 78
#: So many characters of a text say which one is meant.
_NAME = 60
_HREF = re.compile(r'href="([^"]*)"')


def check_issue(issue: Issue, newsletter: Newsletter, compiled: Compiled) -> tuple[Finding, ...]:
    """Everything that is wrong or doubtful about a compiled issue, errors first."""
    errors = (
        *_content(issue),
        *_links(compiled),
        *_footer(newsletter, compiled),
        *_parity(issue, compiled),
        *_clipped(compiled),
        *_doubted(issue, blocks=True),
    )
    warnings = (
        *_doubted(issue, blocks=False),
        *_sponsors(issue),
        *_repeated(issue),
        *_inbox(issue, compiled),
        *_surroundings(newsletter, compiled),
    )
    return (*(error("content", e) for e in errors), *(warning("content", w) for w in warnings))


def _content(issue: Issue) -> Iterator[str]:
    if not issue.preheader.strip():
        yield "The preheader is empty, so the inbox shows whatever comes first."
    for section in issue.sections:
        name = section.heading or section.kind
        if not section.items:
            yield f"The section “{name}” is empty."
        for item in section.items:
            if not item.headline and not item.paragraphs:
                yield f"An item of “{name}” has neither headline nor text."
            if item.image and item.image.url and not item.image.alt.strip():
                yield f"The picture of “{item.headline or name}” has no description (alt text)."


def _links(compiled: Compiled) -> Iterator[str]:
    for url in dict.fromkeys(_HREF.findall(compiled.html)):
        if url not in SLOTS and urlsplit(url).scheme not in ("http", "https", "mailto"):
            yield f"The link {url!r} is not a whole address, so it leads nowhere from a mail."


def _footer(newsletter: Newsletter, compiled: Compiled) -> Iterator[str]:
    if not newsletter.postal_address.strip():
        yield "The postal address is empty, and the law asks for one in every mail."
    for token, words in ((UNSUBSCRIBE, "unsubscribe"), (PREFERENCES, "preferences")):
        if token not in compiled.html or token not in compiled.text:
            yield f"The {words} link is missing."


def _parity(issue: Issue, compiled: Compiled) -> Iterator[str]:
    """Both parts must say the same: every headline of the issue and every link of the HTML."""
    # Without white space, because the text breaks its lines, and inside a very long word too.
    flat = "".join(compiled.text.split())
    for section in issue.sections:
        for item in section.items:
            if item.headline and "".join(item.headline.split()) not in flat:
                yield f"The headline “{item.headline}” is missing from the text part."
    for url in dict.fromkeys(_HREF.findall(compiled.html)):
        if unescape(url) not in compiled.text:
            yield f"The link {unescape(url)} is missing from the text part."


def _clipped(compiled: Compiled) -> Iterator[str]:
    size = len(compiled.html.encode())
    if size > CLIPPED_AT:
        yield f"The HTML is {size // 1024} KB; Gmail cuts at 100 KB and hides the unsubscribe link. Shorten the issue."


def _items(issue: Issue) -> Iterator[Item]:
    return (item for section in issue.sections for item in section.items)


def _name(item: Item) -> str:
    """How an editor recognises an item: its headline, else how its text begins."""
    return _shortened(item.headline or next((paragraph.text for paragraph in item.paragraphs), "an item without text"))


def _shortened(text: str) -> str:
    return text if len(text) <= _NAME else f"{text[:_NAME].rpartition(' ')[0] or text[:_NAME]}…"


def _doubted(issue: Issue, *, blocks: bool) -> Iterator[str]:
    """What the composer left for a person to settle."""
    for item in _items(issue):
        yield from (f"“{_name(item)}”: {doubt.sentence}" for doubt in item.doubts if doubt.blocks is blocks)


def _sponsors(issue: Issue) -> Iterator[str]:
    for section in issue.sections:
        if section.kind is SectionKind.SPONSOR:
            yield from (f"The sponsor’s item “{_name(i)}” has no link (url)." for i in section.items if not i.url)


def _repeated(issue: Issue) -> Iterator[str]:
    """A quotation that a reader meets twice; headlines may take a word from the text below them."""
    printed: list[tuple[str, Item]] = []
    for item in _items(issue):
        for words in _quotations(item):
            key = fold(words)
            if first := next((where for earlier, where in printed if same_words(key, earlier)), None):
                where = f"twice in “{_name(item)}”" if first is item else f"in “{_name(first)}” and in “{_name(item)}”"
                yield f"The quotation “{_shortened(words)}” is printed {where}; once is enough."
            else:
                printed.append((key, item))


def _quotations(item: Item) -> Iterable[str]:
    for paragraph in item.paragraphs:
        yield from spans(paragraph.text) or ((paragraph.text,) if paragraph.quotation else ())
    yield from (words for other in item.also for words in spans(other.line or ""))


def _inbox(issue: Issue, compiled: Compiled) -> Iterator[str]:
    size = len(compiled.html.encode())
    if WARN_AT < size <= CLIPPED_AT:
        yield f"The HTML is {size // 1024} KB; Gmail cuts at 100 KB."
    if len(compiled.subject) > _SUBJECT:
        yield f"The subject has {len(compiled.subject)} characters; inboxes show 30 to 78."
    if compiled.subject.strip() and compiled.subject.strip() in issue.preheader:
        yield "The preheader repeats the subject."


def _surroundings(newsletter: Newsletter, compiled: Compiled) -> Iterator[str]:
    if newsletter.postal_address == "Your postal address" or newsletter.organisation == "Your organisation":
        yield f"Organisation and postal address are placeholders: newsletter newsletter set {newsletter.slug} postal_address=..."
    if "{{" in compiled.text or "{%" in compiled.text:
        yield "The text holds {{ or {%, which looks like a mark left over from another program."
    if any(urlsplit(url).hostname in ("127.0.0.1", "localhost") for url in _HREF.findall(compiled.html)):
        yield "Links lead to this machine (base_url): nobody else can open them."
