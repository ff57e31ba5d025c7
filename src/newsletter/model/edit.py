"""An edit: one thing that an editor decided about an issue, kept apart from what the machine composed.

A draft is what the composer makes of the articles with the edits laid over it. So it can be composed again at any time
and no edit is ever lost.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EditKind(StrEnum):
    """What an editor can do. The first ones choose, the others word."""

    #: The article is in, before all others that are not pinned; the value names a section or is empty.
    PIN = "pin"
    #: The item stays out; the value is the reason.
    DROP = "drop"
    #: The value, -2 to +3, goes into the article's score.
    WEIGHT = "weight"
    #: The article stays in the section that the value names, at the place that its score gives it: somebody worded it.
    KEEP = "keep"
    #: An item of the editor's own; the value names its section, other edits on the same target word it.
    ADD = "add"
    HEADLINE = "headline"
    DEK = "dek"
    LABEL = "label"
    #: Paragraphs parted by a blank line; ``> words`` is a block quotation, a last line ``> -- Name`` its speaker.
    TEXT = "text"
    URL = "url"
    #: Of a section, by its name.
    HEADING = "heading"
    SUBJECT = "subject"
    PREHEADER = "preheader"


#: The edits that put words in place of the machine's in one item.
WORDING = frozenset({EditKind.HEADLINE, EditKind.DEK, EditKind.LABEL, EditKind.TEXT, EditKind.URL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One decision. There is one for each ``kind`` and ``target``: a later one takes its place.

    ``target`` is an item's key (``a12``, ``own1``), a section's name, or empty for the issue itself. ``version`` is the
    version of the article that the editor saw, for telling them when it has changed since.
    """

    kind: EditKind
    target: str
    value: str
    version: int = 1
    at: datetime | None = None
    actor: str = ""
