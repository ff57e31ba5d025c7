"""An article as a JSON object, for programs and for people who want to see what was recovered from a page.

Every key is present for every article; what the page does not print is ``null`` or empty.
"""

from collections.abc import Iterator
from pathlib import PurePath

from newsletter.model.article import (
    Article,
    ArticleKind,
    Briefing,
    Byline,
    DateEvidence,
    Event,
    OtherNews,
    Quote,
    RelatedCard,
)
from newsletter.model.quotation import quotations
from newsletter.model.sentences import word_count

_STRAIGHT, _CURLY = '"', {"“", "”"}


def article_view(article: Article) -> dict[str, object]:
    """``article`` in JSON's own types: strings, numbers, lists, dicts and ``None``; dates in ISO 8601."""
    return {**_record(article), **_head(article), **_story(article), **_aside(article)}


def _record(article: Article) -> dict[str, object]:
    """How the store and the outside world know the article."""
    origin = article.provenance
    return {
        "id": article.id,
        "url": article.url,
        "source_file": PurePath(origin.source_file).name if origin.source_file else None,
        "site": article.outlet,
        "outlet": article.outlet,
        "kind": str(article.kind),
        "published": article.published.isoformat() if article.published else None,
        "date_published": article.published.date().isoformat() if article.published else None,
        "date_evidence": _dates(article.dates),
        "embargo": article.embargo.isoformat() if article.embargo else None,
        "content_hash": article.content_hash,
        "parser": origin.parser,
    }


def _head(article: Article) -> dict[str, object]:
    """What stands above the story."""
    byline = article.byline
    return {
        "kicker": article.kicker,
        "title": article.headline,
        "series": article.series,
        "series_number": article.series_number,
        "title_without_series": article.headline_without_series,
        "dek": article.dek,
        "byline": _byline(byline) if byline else None,
        "topics": list(article.topics),
        "event": _event(article.event) if article.event else None,
        "section_labels": [byline.section] if byline and byline.section else [],
        "image_credits": [image.credit for image in article.images if image.credit],
        "hero_image_credit": article.hero.credit if article.hero else None,
    }


def _story(article: Article) -> dict[str, object]:
    """The story, a round-up's sections, and who is quoted. ``lead`` and ``body`` are the same paragraphs."""
    bullets = [item for section in article.sections if isinstance(section, OtherNews) for item in section.items]
    return {
        "lead": list(article.body),
        "body": list(article.body),
        "lead_blockquotes": list(article.blockquotes),
        "sections": [_section(section) for section in article.sections],
        "bullets": bullets,
        "quotes": [_quote(quote) for quote in article.quotes],
        "mixed_quote_marks": "; ".join(_mixed_marks(article)) or None,
        "attributed_sources": list(article.attributed_sources),
        "word_counts": _word_counts(article),
    }


def _aside(article: Article) -> dict[str, object]:
    """What stands below the story, and what was set aside."""
    origin = article.provenance
    return {
        "footer_repeat": {_repeats(line, article): line for line in origin.footer_repeat},
        "related": [_card(card) for card in article.related],
        "boilerplate": list(origin.boilerplate),
        "newsletter_blurb": origin.newsletter_blurb,
    }


def _byline(byline: Byline) -> dict[str, object]:
    return {"raw": byline.raw, "kind": byline.kind, "section": byline.section, "author": byline.author}


def _event(event: Event) -> dict[str, object]:
    ends = event.ends.isoformat() if event.ends else None
    return {"starts": event.starts.isoformat(), "ends": ends, "place": event.place}


def _quote(quote: Quote) -> dict[str, object]:
    return {"speaker": quote.speaker, "text": quote.text, "paragraph": quote.paragraph}


def _dates(dates: DateEvidence) -> dict[str, object]:
    return {
        "explicit": list(dates.explicit),
        "relative": list(dates.relative),
        "weekdays_tied": [list(pair) for pair in dates.weekdays_tied],
        "inferred_year": dates.inferred_year,
        "inferred_issue_week": "..".join(day.isoformat() for day in dates.week) if dates.week else None,
        "must_not_use": list(dates.must_not_use),
    }


def _section(section: OtherNews | Briefing) -> dict[str, object]:
    if isinstance(section, Briefing):
        return {
            "kind": "briefing",
            "heading": section.heading,
            "source": section.source,
            "date_text": section.date_text,
            "paragraphs": list(section.paragraphs),
        }
    return {
        "kind": "other_news",
        "heading": section.heading,
        "heading_normalized": section.heading.removesuffix(":"),
        "items": list(section.items),
    }


def _card(card: RelatedCard) -> dict[str, object]:
    return {
        "image_alt": card.image.alt or None if card.image else None,
        "image_credit": card.image.credit if card.image else None,
        "stray_caption_lines": list(card.stray_captions),
        "title": card.title,
        "section": card.section,
        "excerpt": list(card.excerpt),
        "end_marker": card.end_marker,
    }


def _repeats(line: str, article: Article) -> str:
    """Which part of the header a line of the footer repeats."""
    if line == article.headline:
        return "title"
    if line.endswith(":"):
        return "series_label"
    return "section" if article.byline is None or line == article.byline.section else "byline"


def _mixed_marks(article: Article) -> Iterator[str]:
    """A remark on each quotation that a straight mark opens and a curly one closes, or the reverse."""
    numbers = {quote.text: quote.paragraph for quote in article.quotes}
    for quotation in (quotation for text in _paragraphs(article) for quotation in quotations(text)):
        marks = {quotation.opening, quotation.closing}
        if _STRAIGHT in marks and marks & _CURLY:
            number = numbers.get(quotation.text)
            place = "a paragraph" if number is None else f"paragraph {number}"
            yield f"{place} opens with {_mark(quotation.opening)} and closes with {_mark(quotation.closing)}"


def _mark(mark: str) -> str:
    return f"ASCII {mark}" if mark == _STRAIGHT else mark


def _paragraphs(article: Article) -> Iterator[str]:
    """The story and its sections, in the order printed."""
    yield from article.body
    for section in article.sections:
        yield from section.items if isinstance(section, OtherNews) else section.paragraphs


def _word_counts(article: Article) -> dict[str, object]:
    """Words as an editor counts them; a round-up is counted part by part."""
    if article.kind is ArticleKind.ARTICLE:
        return {"body": _total(article.body), "paragraphs": len(article.body)}
    others = [section for section in article.sections if isinstance(section, OtherNews)]
    briefings = [section for section in article.sections if isinstance(section, Briefing)]
    return {
        "lead": _total(article.body),
        "lead_paragraphs": [word_count(text) for text in article.body],
        "other_news_items": [word_count(text) for section in others for text in section.items],
        "briefings": [_total(section.paragraphs) for section in briefings],
    }


def _total(texts: tuple[str, ...]) -> int:
    return sum(word_count(text) for text in texts)
