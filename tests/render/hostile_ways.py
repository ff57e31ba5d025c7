"""The ways that a text comes into an issue: on a page, in a feed, typed into a field."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape

import pytest

from builders import NOW, SLOT, article, image, issue, item, newsletter
from newsletter.compose.digest import compose
from newsletter.errors import IngestError, NewsletterError
from newsletter.ingest.feed import read_feed
from newsletter.ingest.read import read_page_bytes
from newsletter.model.article import Article
from newsletter.model.issue import Also, Issue, Item, Paragraph, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot

URL, FEED = "https://review.example/a", "https://courier.example/feed"
WHOLE = (SectionKind.STORIES, SectionKind.OTHER_NEWS)
# The rest of the kinds are laid out by the same macros.
_KINDS = (SectionKind.LEAD, SectionKind.SPONSOR, SectionKind.NUMBERS, SectionKind.EVENTS, SectionKind.MAGAZINE)
SENTENCE = re.compile(r"[A-Z\"“].{15,}[.?)!]|.* is [^.]+\. .+", re.DOTALL)
_STORY = "The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday."
_PAGE = """<!doctype html><html lang="en"><head><title>Fares {attribute}</title><meta property="og:title" content="Fares {attribute}">
<meta name="description" content="In short: {attribute}"><meta name="author" content="A. Example {attribute}">
<meta property="og:site_name" content="Review {attribute}"><meta property="og:image" content="https://review.example/a.jpg">
<meta property="og:image:alt" content="A boat {attribute}"><meta name="keywords" content="ports, {attribute}">
<meta property="article:published_time" content="2026-11-17T09:00:00Z"></head><body><article><h1>Fares</h1><p>{story}</p>
<blockquote><p>“We {attribute}.”</p></blockquote>
{markup}
<p>Two new boats will be ordered this year, and the first should sail in the autumn of 2027.</p></article></body></html>"""
_FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Courier {attribute}</title><item><title>Boats {attribute}</title><link>https://courier.example/boats</link>
<pubDate>Wed, 18 Nov 2026 09:00:00 GMT</pubDate><author>{attribute}</author><category>{attribute}</category>
<description>{attribute}</description><content:encoded>{attribute} &lt;p&gt;{story}&lt;/p&gt;</content:encoded></item></channel></rss>"""


@contextmanager
def refused_in_a_sentence(kind: type[NewsletterError]) -> Iterator[None]:
    """What is inside succeeds, or fails with a sentence for the person at the keyboard; nothing else may happen."""
    try:
        yield
    except kind as error:
        if not SENTENCE.fullmatch(str(error)):
            pytest.fail(f"{error!r} is not a sentence")


def page_of(text: str) -> bytes:
    filled = _PAGE.format(attribute=escape(text), markup=text, story=_STORY)
    return filled.encode("utf-8", "surrogatepass")


def feed_of(text: str) -> bytes:
    return _FEED.format(attribute=escape(text), story=_STORY).encode("utf-8", "surrogatepass")


def read(text: str, number: int = 0) -> list[Article]:
    """The articles that a page and a feed with ``text`` in every place make; none where one is refused in a sentence."""
    found: list[Article] = []
    with refused_in_a_sentence(IngestError):
        url = f"https://review.example/{number}"
        found.append(
            read_page_bytes(page_of(text), content_type="text/html; charset=utf-8", name="a", url=url, now=NOW)
        )
    with refused_in_a_sentence(IngestError):
        found += read_feed(feed_of(text), feed_url=f"{FEED}/{number}", content_type=None, now=NOW).articles
    return found


def told_whole(page: Article) -> Item:
    """Everything that the article holds, as an item: more than the composer would ever print."""
    return item(
        page.headline,
        paragraphs=(*(Paragraph(text=text, quotation=text in page.blockquotes) for text in page.body),),
        dek=page.dek, byline=page.byline.raw if page.byline else None, outlet=page.outlet, url=page.url,
        image=image(alt=page.images[0].alt) if page.images else None, label=" ".join(page.topics) or None,
        also=(Also(headline=page.headline, outlet=page.outlet, url=page.url, line=page.dek),),
    )  # fmt: skip


def issue_of(pages: list[Article]) -> Issue:
    """What the composer makes of the pages, and below it the pages whole."""
    composed = compose(newsletter(), Slot(SLOT, "Europe/Berlin"), [*pages, article()], number=1, now=NOW)
    whole = tuple(
        Section(kind=kind, heading="Whole", items=tuple(map(told_whole, pages))) for kind in SectionKind if pages
    )
    return replace(composed, sections=(*composed.sections, *whole))


def issue_with(*texts: str) -> Issue:
    """An issue in which every field is one of ``texts``, as if an editor had typed it."""
    items = tuple(map(_typed, texts))
    sections = tuple(Section(kind=kind, heading=text, items=items) for kind in _KINDS for text in texts[:1])
    return issue(*sections, subject=texts[0], preheader=texts[-1])


def _typed(text: str) -> Item:
    return Item(
        headline=text, label=text, kicker=text, dek=text, byline=text, outlet=text, url=URL,
        paragraphs=(Paragraph(text=text), Paragraph(text=text, quotation=True, speaker=text)),
        image=image(alt=text, credit=text), also=(Also(headline=text, outlet=text, line=text, url=FEED),),
        series=text, series_number=1,
    )  # fmt: skip


def newsletter_with(text: str) -> Newsletter:
    return newsletter(title=text, tagline=text, organisation=text, postal_address=text, sender_name=text)
