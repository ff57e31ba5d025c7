"""Sections and items: what is missing, said twice, left in doubt or not yet to be printed."""

from collections.abc import Iterator

from newsletter.model.issue import DoubtKind, Item, SectionKind
from newsletter.model.quotation import fold
from newsletter.render.checks.finding import Finding, error, note, warning
from newsletter.render.checks.proof import Proof, name_of

_SETTLE = {
    DoubtKind.NUMBER: "Compare it with the source and word it anew: newsletter edit write",
    DoubtKind.QUOTATION: "Print it as the source has it: newsletter edit write",
    DoubtKind.UPDATED: "Read the new version: newsletter article changes",
    DoubtKind.RETRACTED: "Take the item out: newsletter edit drop",
}


def sections(proof: Proof) -> Iterator[Finding]:
    """Sections that hold nothing, and headings that stand twice."""
    headings: dict[str, str] = {}
    for section in proof.issue.sections:
        name = section.heading or section.kind
        if not section.items:
            yield error(
                "section-empty", f"The section “{name}” is empty.", "Take it out of the plan.", section=section.name
            )
        if not section.heading:
            continue
        if fold(section.heading) in headings:
            yield warning(
                "heading-twice",
                f"Two sections have the heading “{section.heading}”.",
                f"Word one anew: newsletter edit heading {proof.issue.id} {section.name} TEXT",
                section=section.name,
            )
        headings.setdefault(fold(section.heading), section.name)


def items(proof: Proof) -> Iterator[Finding]:
    """Items without words, pictures without a description, sponsors without a link."""
    for section, item in proof.items:
        at = {"item": item.key, "section": section.name}
        if not item.headline and not item.paragraphs:
            where = section.heading or section.kind
            yield error("item-empty", f"An item of “{where}” has neither headline nor text.", "Take it out.", **at)
        if item.image and item.image.url and not item.image.alt.strip():
            yield error(
                "alt-missing",
                f"The picture of “{name_of(item)}” has no description (alt text).",
                "Give the article's picture an alt text: most inboxes show it in place of the picture.",
                **at,
            )
        if item.image and item.image.problem:
            sentence = f"“{name_of(item)}” goes without its picture. {item.image.problem}"
            yield note("picture-missing", sentence, "Compose again later to have it asked for once more.", **at)
        if section.kind is SectionKind.SPONSOR and not item.url:
            yield warning(
                "sponsor-link", f"The sponsor’s item “{name_of(item)}” has no link (url).", "Give it one.", **at
            )


def twice(proof: Proof) -> Iterator[Finding]:
    """Headlines and links that a reader meets a second time."""
    headlines: dict[str, str] = {}
    links: dict[str, Item] = {}
    for section, item in proof.items:
        at = {"item": item.key, "section": section.name}
        if item.headline and fold(item.headline) in headlines:
            yield warning("headline-twice", f"The headline “{item.headline}” is printed twice.", "Drop one.", **at)
        elif item.url and (first := links.get(item.url)) and first.article_id != item.article_id:
            # Several lines of one article, as from a round-up, lead to it each.
            sentence = f"“{name_of(item)}” leads to the same page as “{name_of(first)}”."
            yield warning("link-twice", sentence, "Drop one.", **at)
        if item.headline:
            headlines[fold(item.headline)] = item.key
        if item.url:
            links.setdefault(item.url, item)


def doubts(proof: Proof) -> Iterator[Finding]:
    """What the composer left for a person to settle."""
    for section, item in proof.items:
        for doubt in item.doubts:
            found = error if doubt.blocks else warning
            remedy = _SETTLE.get(doubt.kind, "Compare it with the source.")
            sentence = f"“{name_of(item)}”: {doubt.sentence}"
            yield found(f"doubt-{doubt.kind}", sentence, remedy, item=item.key, section=section.name)


def timing(proof: Proof) -> Iterator[Finding]:
    """Articles that may not be printed yet, and events that are over."""
    for section, item in proof.items:
        article = proof.articles.get(item.article_id or 0)
        if article is None:
            continue
        at = {"item": item.key, "section": section.name}
        for word, moment in (("under embargo", article.embargo), ("held back", article.not_before)):
            if moment and moment > proof.now:
                until = f"{moment:%Y-%m-%d %H:%M} UTC"
                yield error("embargo", f"“{name_of(item)}” is {word} until {until}.", "Send later, or drop it.", **at)
        if article.published and article.published > proof.now:
            day = f"{article.published:%Y-%m-%d %H:%M} UTC"
            yield error("date-future", f"“{name_of(item)}” is dated {day}, which is yet to come.", "Check it.", **at)
        if (
            article.event
            and section.kind is SectionKind.EVENTS
            and (article.event.ends or article.event.starts) < proof.now
        ):
            yield warning("event-over", f"The event “{name_of(item)}” is over.", "Drop it.", **at)
