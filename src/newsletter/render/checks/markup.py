"""The skeleton of the HTML: what screen readers go by, and what Outlook needs."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml import html as lxml_html

from newsletter.render.checks.finding import Finding, error, warning
from newsletter.render.compiled import Compiled
from newsletter.render.slots import SLOTS

_TOKEN = re.compile(r"__NL_\w+?__")
_TEMPLATE = "Correct the template: newsletter template list"


def markup(compiled: Compiled) -> Iterator[Finding]:
    """Language and title, headings in order, sizes and descriptions of pictures, tokens that nobody fills."""
    tree = lxml_html.document_fromstring(compiled.html.encode())
    if not tree.get("lang"):
        yield error("language-missing", "The mail does not say its language (lang).", _TEMPLATE)
    if not "".join(str(text) for title in tree.iter("title") for text in title.itertext()).strip():
        yield error("title-missing", "The mail has no title.", _TEMPLATE)
    yield from _headings([int(str(heading.tag)[1]) for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")])
    for image in tree.iter("img"):
        if image.get("alt") is None or not str(image.get("width", "")).isdigit():
            sentence = f"The picture {image.get('src')} has no alt text or no width in pixels."
            yield error("image-attributes", sentence, _TEMPLATE)
    for part in (compiled.html, compiled.text, compiled.subject):
        if left := set(_TOKEN.findall(part)) - set(SLOTS):
            yield error("token-left", f"The mark {min(left)} would be sent as it stands.", _TEMPLATE)


def _headings(levels: list[int]) -> Iterator[Finding]:
    if levels.count(1) != 1:
        yield warning(
            "heading-first",
            f"The mail has {levels.count(1)} main headings (h1) in place of one.",
            "Give the lead a headline.",
        )
    if skipped := next((pair for pair in pairwise(levels) if pair[1] > pair[0] + 1), None):
        sentence = f"A heading of level {skipped[1]} follows one of level {skipped[0]}."
        yield warning("heading-order", sentence, "Give the section between them a heading.")
