"""The public copy of an issue: its own page, and nothing personal in it."""

import json

from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.render.addresses import with_web_addresses
from newsletter.render.templates import SHIPPED, Templates
from newsletter.render.words import as_spoken, direction, edition


def render_web(
    issue: Issue, newsletter: Newsletter, *, canonical_url: str, home_url: str, templates: Templates = SHIPPED
) -> str:
    """The page of ``issue`` that ``canonical_url`` will show; ``home_url`` lists the newsletter's other issues."""
    issue = with_web_addresses(issue)
    image = next((item.image.url for s in issue.sections for item in s.items if item.image and item.image.url), None)
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": issue.subject,
        "description": issue.preheader,
        "inLanguage": newsletter.language,
        "publisher": {"@type": "Organization", "name": newsletter.organisation},
        "mainEntityOfPage": canonical_url,
        **({"image": image} if image else {}),
        **({"datePublished": issue.frozen_at.isoformat()} if issue.frozen_at else {}),
    }
    return templates.fill(
        "web/archive/issue.html",
        newsletter.language,
        issue=issue,
        newsletter=newsletter,
        theme=templates.theme(newsletter.theme),
        edition=edition(issue, newsletter.language),
        as_spoken=as_spoken(newsletter.language),
        direction=direction(newsletter.language),
        canonical_url=canonical_url,
        home_url=home_url,
        image=image,
        # A closing tag inside a string must not end the script element.
        about=json.dumps(about, ensure_ascii=False).replace("<", "\\u003c"),
    )
