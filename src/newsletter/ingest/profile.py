"""What a site's pages look like, declared: to read another site's pages, add one file to ``profiles/``."""

import re
from dataclasses import dataclass, field

#: Matches no line: for what a site does not print.
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The anatomy of one site's pages in text form, one line a paragraph, in the order in which a page prints them.

    Every pattern is matched against a whole ``plain`` line. ``outlet`` is the publication's name as readers know it.
    """

    name: str
    outlet: str
    #: Alternatives: a page is this site's if, for one of them, each pattern matches some line.
    recognised_by: tuple[tuple[re.Pattern[str], ...], ...]
    #: Lines that are furniture wherever they stand ("Follow us on social").
    furniture: frozenset[str] = frozenset()
    #: The line under the dek; groups ``section`` and, if the site prints it, ``kind``.
    byline: re.Pattern[str] = NEVER
    #: The labels that stand alone above a card's teaser or in place of a byline.
    sections: frozenset[str] = frozenset()
    #: Running series whose name may open a headline ("Harbour Log: ..."). A label repeated below the story also tells.
    series: frozenset[str] = frozenset()
    #: The heading above a round-up's bullets.
    other_news: re.Pattern[str] = NEVER
    #: The heading above a briefing; groups ``source`` and ``date``.
    briefing: re.Pattern[str] = NEVER
    #: What a bullet begins with when the page kept its mark; matched at the start of a line.
    bullet_mark: re.Pattern[str] = NEVER
    #: The credit line of a picture. Dates in it are the photograph's, never the article's.
    image_credit: re.Pattern[str] = NEVER
    #: The line that ends a card.
    card_end: re.Pattern[str] = NEVER
    #: Widgets after the last card; the first of them closes the page.
    closing: frozenset[str] = frozenset()
    #: The invitation to the site's own newsletter.
    blurb: re.Pattern[str] = NEVER
    #: The name of a picture's file, which some pages print as its alternative text.
    file_name: re.Pattern[str] = field(
        default=re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif)|\S*\d{5,}\S*|\S+-scaled", re.IGNORECASE)
    )


def plain(line: str) -> str:
    """``line`` with single ordinary spaces only, the form in which it is compared; no-break spaces stay in what is stored."""
    return " ".join(line.split())
