"""Things to test with, each with boring defaults: name only what the test is about."""

from datetime import UTC, datetime
from typing import Any

from newsletter.model.article import Article, Image, Provenance
from newsletter.model.issue import Issue, Item, Paragraph, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import Subscriber

NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
SLOT = "2026-W47"


def provenance(**given: Any) -> Provenance:
    return Provenance(**{"parser": "builder", "fetched_at": NOW, **given})


def article(headline: str = "Ferry fares rise in spring", **given: Any) -> Article:
    plain: dict[str, Any] = {
        "headline": headline,
        "provenance": provenance(),
        "outlet": "The Harbour Review",
        "url": "https://review.example/ferry-fares",
        "dek": "The council says the increase pays for two new boats.",
        "body": (
            "The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday.",
            "Two new boats will be ordered this year, and the first should sail in the autumn of 2027.",
            "Commuters had asked for a cheaper monthly ticket, which the council will discuss again in January.",
        ),
        "published": datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
    }
    return Article(**{**plain, **given})


def image(**given: Any) -> Image:
    plain = {"url": "https://review.example/boat.jpg", "alt": "A white ferry", "credit": "Photo: A. Example"}
    return Image(**{**plain, "width": 1200, "height": 675, **given})


def newsletter(slug: str = "harbour", **given: Any) -> Newsletter:
    plain: dict[str, Any] = {
        "slug": slug,
        "title": "Harbour Weekly",
        "sender": "editor@news.example.org",
        "sender_name": "Harbour Weekly",
        "organisation": "The Harbour Review",
        "postal_address": "1 Quay Street, 4000 Port Example",
        "timezone": "Europe/Berlin",
    }
    return Newsletter(**{**plain, **given})


def item(
    headline: str | None = "Ferry fares rise in spring", text: str = "Fares go up in April.", **given: Any
) -> Item:
    return Item(
        **{"headline": headline, "paragraphs": (Paragraph(text=text),), "url": "https://review.example/a", **given}
    )


def issue(*sections: Section, **given: Any) -> Issue:
    plain: dict[str, Any] = {
        "newsletter": "harbour",
        "slot": SLOT,
        "subject": "Ferry fares rise in spring",
        "preheader": "The council says the increase pays for two new boats.",
        "sections": sections or (Section(kind=SectionKind.LEAD, items=(item(),)),),
    }
    return Issue(**{**plain, **given})


def subscriber(email: str = "reader@example.com", **given: Any) -> Subscriber:
    return Subscriber(**{"email": email, "name": "", **given})
