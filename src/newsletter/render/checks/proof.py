"""What is checked before an issue goes out: the issue itself, and the mail that was made of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.model.article import Article
from newsletter.model.issue import Issue, Item, Section
from newsletter.model.newsletter import Newsletter
from newsletter.render.compiled import Compiled
from newsletter.render.theme import Theme

#: So many characters of a text say which one is meant.
_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An issue on its way to approval. ``articles`` are those that it was made from, by id; ``now`` is the instant of checking."""

    issue: Issue
    newsletter: Newsletter
    compiled: Compiled
    theme: Theme
    now: datetime
    articles: Mapping[int, Article] = field(default_factory=dict)

    @property
    def items(self) -> Iterator[tuple[Section, Item]]:
        """Every item with its section, in print order."""
        return ((section, item) for section in self.issue.sections for item in section.items)


def name_of(item: Item) -> str:
    """How an editor recognises an item: its headline, else how its text begins."""
    return shortened(item.headline or next((paragraph.text for paragraph in item.paragraphs), "an item without text"))


def shortened(text: str) -> str:
    """The beginning of a text, ending after a whole word."""
    return text if len(text) <= _NAME else f"{text[:_NAME].rpartition(' ')[0] or text[:_NAME]}…"


def printed(item: Item) -> Iterator[str]:
    """Every text of an item that readers see, links and pictures aside."""
    yield from (text for text in (item.headline, item.dek, item.label, item.byline) if text)
    for paragraph in item.paragraphs:
        yield paragraph.text
        if paragraph.speaker:
            yield paragraph.speaker
    for other in item.also:
        yield " ".join(filter(None, (other.headline, other.line)))
