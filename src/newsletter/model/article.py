"""An article as it was found: what the page says and nothing it does not say.

A field that the page does not print stays ``None`` or empty; no author and no date is ever guessed. Text is stored as
printed, typographic quotation marks included.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

#: What may stand between the name of a series and the headline of its instalment.
_INSTALMENT = re.compile(r"(?:,?\s*(?:#|№|No\b\.?)\s*(?P<number>[0-9]{1,5}))?:(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


class ArticleKind(StrEnum):
    """Whether a page tells one story or is itself a round-up of several."""

    ARTICLE = "article"
    ROUNDUP = "roundup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """The line under the dek: ``Reporting | QiOSK`` has the kind ``Reporting`` and the section ``QiOSK``."""

    raw: str
    kind: str | None = None
    section: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words between quotation marks, verbatim, without the marks.

    ``speaker`` is the fullest name the page gives for whoever said it, or ``None`` when the page does not say.
    ``paragraph`` is the position of its line among the non-blank lines of the page, counted from 0.
    """

    text: str
    speaker: str | None = None
    paragraph: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture. ``url`` is absolute or ``None`` when only its caption survived; ``width``, ``height`` in pixels.

    ``problem`` says why an issue has to do without the picture; it is empty where nothing is wrong.
    """

    url: str | None = None
    alt: str = ""
    credit: str | None = None
    width: int | None = None
    height: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCard:
    """A teaser for another story of the same magazine, printed below the article."""

    title: str
    section: str | None = None
    excerpt: tuple[str, ...] = ()
    image: Image | None = None
    url: str | None = None
    stray_captions: tuple[str, ...] = ()
    end_marker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherNews:
    """A round-up's "Other ... News This Week": a heading and its bullets, in order. ``heading`` is as printed."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """A dated briefing: "From State Department Briefing on Oct. 22" and the paragraphs below it."""

    heading: str
    source: str
    date_text: str
    paragraphs: tuple[str, ...]
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that readers may go to. ``starts`` and ``ends`` are timezone-aware; ``place`` is as printed."""

    starts: datetime
    ends: datetime | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateEvidence:
    """What the text says about when it was written. Evidence only: none of it is a publication date.

    ``explicit`` are dates in headings and body ("Oct. 23"), ``relative`` phrases such as "last week" or "on Wednesday",
    ``weekdays_tied`` pairs (weekday, date) that the text puts together, ``inferred_year`` the nearest past year in which
    such a pair is true, ``week`` the Monday and Friday of that week, and ``must_not_use`` dates that belong to photo
    credits and related cards.
    """

    explicit: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    weekdays_tied: tuple[tuple[str, str], ...] = ()
    inferred_year: int | None = None
    week: tuple[date, date] | None = None
    must_not_use: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the article came from and what of the page was set aside, so that every line is accounted for."""

    parser: str
    fetched_at: datetime
    source_file: str | None = None
    feed_url: str | None = None
    guid: str | None = None
    boilerplate: tuple[str, ...] = ()
    footer_repeat: tuple[str, ...] = ()
    newsletter_blurb: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page or feed item.

    ``body`` holds the paragraphs of the story itself; for a round-up that is its lead. ``blockquotes`` are those
    paragraphs of the body that consist of one quotation. ``outlet`` is the name of the publication. ``published`` is
    timezone-aware, or ``None`` when the page prints no date. ``topics`` are the categories that page or feed names,
    ``series_number`` the number that the page itself gives its instalment of ``series``. Nothing is printed before
    ``embargo``.

    ``note`` is what the editor who captured the page wrote beside it, ``not_before`` until when an editor holds it back.
    The store keeps the last three: ``version`` counts the texts seen at this address from 1, ``changed_at`` is when the last one came, and ``retracted_at`` when its source
    took it back.
    """

    headline: str
    provenance: Provenance
    id: int | None = None
    source_id: int | None = None
    kind: ArticleKind = ArticleKind.ARTICLE
    outlet: str | None = None
    url: str | None = None
    language: str | None = None
    kicker: str | None = None
    series: str | None = None
    dek: str | None = None
    byline: Byline | None = None
    body: tuple[str, ...] = ()
    blockquotes: tuple[str, ...] = ()
    sections: tuple[OtherNews | Briefing, ...] = ()
    quotes: tuple[Quote, ...] = ()
    images: tuple[Image, ...] = ()
    related: tuple[RelatedCard, ...] = ()
    attributed_sources: tuple[str, ...] = ()
    published: datetime | None = None
    dates: DateEvidence = field(default_factory=DateEvidence)
    topics: tuple[str, ...] = ()
    series_number: int | None = None
    event: Event | None = None
    embargo: datetime | None = None
    note: str = ""
    not_before: datetime | None = None
    version: int = 1
    changed_at: datetime | None = None
    retracted_at: datetime | None = None

    @property
    def hero(self) -> Image | None:
        """The picture at the top of the page, if any part of it (file, alt text, credit) survived."""
        return self.images[0] if self.images else None

    @property
    def headline_without_series(self) -> str:
        """The headline as it reads under a series label: ``Diplomacy Watch #12: Allies reel`` becomes ``Allies reel``."""
        return instalment(self.headline, self.series)[1]

    @property
    def content_hash(self) -> str:
        """Sha256 (hex) over everything a reader would see; two fetches of an unchanged page agree."""
        parts: list[str] = [self.headline, self.dek or "", *self.body]
        for section in self.sections:
            parts.append(section.heading)
            parts.extend(section.items if isinstance(section, OtherNews) else section.paragraphs)
        if self.event:
            parts.append(f"{self.event.starts.isoformat()} {self.event.place or ''}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def identity(self) -> str:
        """The key under which a second look at the same page is recognised: canonical URL, feed guid or content."""
        if self.url:
            return canonical_url(self.url)
        if self.provenance.guid:
            return f"{self.provenance.feed_url or ''}#{self.provenance.guid}"
        return f"sha256:{self.content_hash}"


def instalment(headline: str, series: str | None) -> tuple[int | None, str]:
    """The number that ``headline`` gives its instalment of ``series``, if any, and the headline without the two.

    ``Harbour Watch #12: Fares rise`` and ``Harbour Watch No. 12: Fares rise`` are 12 and ``Fares rise``.
    """
    if series and headline.startswith(series) and (found := _INSTALMENT.fullmatch(headline, len(series))):
        return int(found["number"]) if found["number"] else None, found["rest"].strip()
    return None, headline


# Composing asks for it several times for each article of the week.
@lru_cache(maxsize=8192)
def canonical_url(url: str) -> str:
    """``url`` without what does not change the page: fragment, trailing slash, case of the host, tracking parameters."""
    parts = urlsplit(url)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not k.lower().startswith(_TRACKING)]
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), urlencode(query), ""))
