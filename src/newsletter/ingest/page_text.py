"""A magazine page as text into an article, by its site's profile.

A page reads: furniture, kicker, headline, dek, byline; the story, perhaps with a round-up's sections; the top picture's
credit; what the footer repeats; cards for other stories; widgets. Every line that is not blank ends up in one place:
in a field of the article or, set aside, in its provenance.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from newsletter.errors import IngestError
from newsletter.ingest.dateline import read_dates
from newsletter.ingest.profile import Profile, plain
from newsletter.ingest.quotes import find_quotes
from newsletter.ingest.related import cards_begin, read_cards
from newsletter.model.article import (
    Article,
    ArticleKind,
    Briefing,
    Byline,
    DateEvidence,
    Image,
    OtherNews,
    Provenance,
    RelatedCard,
)
from newsletter.model.date_words import day_of
from newsletter.model.quotation import fold, is_quotation

#: Kicker, headline, dek, byline.
_HEADER = 4
#: An alternative text is a few words, a headline hardly more than a dozen; a paragraph of a story is longer.
_KICKER_WORDS = 4
_HEADLINE_WORDS = 25
_DEK_WORDS = 40

#: A name that a fact is credited to.
_OUTLET = r"((?!(?:He|I|It|She|That|They|This|We)\b)[A-Z][\w&-]*(?:\s(?:of\s|for\s)?[A-Z][\w&-]*){0,6})"
_CREDIT = re.compile(
    rf"[Aa]ccording\sto\s(?:report(?:s|ing)\s(?:from|by)\s)?(?:[Tt]he\s)?{_OUTLET}|{_OUTLET}\sreport(?:s|ed)(?:\sthat\b|,)"
    rf"|\breport(?:ing|s|ed)\s(?:from|by)\s(?:[Tt]he\s)?{_OUTLET}"
    rf"|\b[Ii]n\san?\s{_OUTLET}\s(?:article|interview|report|op-ed|column)\b"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank, and its position among those."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """What stands above the story, on the lines before ``end``; ``parts`` are those of them that say it."""

    headline: str
    alt: str = ""
    dek: str | None = None
    byline: Byline | None = None
    end: int = 0
    parts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """A round-up's section: its heading line (none for bullets without one) and the lines below it."""

    heading: _Line | None
    lines: tuple[_Line, ...]


def read_page(text: str, profile: Profile, *, provenance: Provenance) -> Article:
    """Return the article that the page ``text`` holds, one line a paragraph.

    ``provenance`` comes back with what of the page was set aside; its ``fetched_at`` tells which years are past when
    the year of writing is inferred. ``IngestError`` if the page has no headline or no story.
    """
    page = [_Line(number, line.strip()) for number, line in enumerate(filter(str.strip, text.splitlines()))]
    closing = _closing(page, profile)
    furniture = [line for line in page[:closing] if plain(line.text) in profile.furniture]
    content = [line for line in page[:closing] if plain(line.text) not in profile.furniture]
    header = _header(_texts(content), profile)
    spare = [line for i, line in enumerate(content[: header.end]) if i not in header.parts]
    content = content[header.end :]
    first_card = cards_begin(_texts(content), profile)
    cards, outside = read_cards(_texts(content[first_card:]), profile)
    story, credit_lines, repeats, strays = _story(content[:first_card], header, profile)
    set_aside = [*furniture, *spare, *strays, *(content[first_card + i] for i in outside), *page[closing:]]
    provenance = replace(
        provenance,
        boilerplate=_texts(sorted(set_aside, key=lambda line: line.number)),
        footer_repeat=_texts(repeats),
        newsletter_blurb=next((line.text for line in page if profile.blurb.fullmatch(plain(line.text))), None),
    )
    return _article(header, _sections(story, profile), tuple(credit_lines), cards, profile, provenance)


def _article(
    header: _Header,
    sections: Sequence[_Section],
    credit_lines: tuple[_Line, ...],
    cards: tuple[RelatedCard, ...],
    profile: Profile,
    provenance: Provenance,
) -> Article:
    """The article out of the parts of its page; the first of ``sections`` is the story itself."""
    if not any(section.lines for section in sections):
        raise IngestError(
            f"The page “{header.headline}” holds no text below its headline. Check that the file was saved whole."
        )
    paragraphs = [(line.number, line.text) for section in sections for line in section.lines]
    dates = _dates(sections, credit_lines, cards, profile, provenance)
    return Article(
        headline=header.headline,
        provenance=provenance,
        kind=ArticleKind.ROUNDUP if len(sections) > 1 else ArticleKind.ARTICLE,
        outlet=profile.outlet,
        kicker=_kicker(header, profile),
        series=_series(header.headline, provenance.footer_repeat, profile),
        dek=header.dek,
        byline=header.byline,
        body=_texts(sections[0].lines),
        blockquotes=tuple(line.text for line in sections[0].lines if is_quotation(line.text)),
        sections=tuple(_printed(section, profile, dates.inferred_year) for section in sections[1:]),
        quotes=find_quotes(paragraphs),
        images=_images(header.alt, credit_lines),
        related=cards,
        attributed_sources=_credited(text for _, text in paragraphs),
        dates=dates,
    )


def _texts(lines: Iterable[_Line]) -> tuple[str, ...]:
    """The lines as printed."""
    return tuple(line.text for line in lines)


def _closing(page: Sequence[_Line], profile: Profile) -> int:
    """Where the widgets below the last card begin; the length of the page if it has none."""
    ends = [i for i, line in enumerate(page) if profile.card_end.fullmatch(plain(line.text))]
    start = ends[-1] + 1 if ends else 1
    below = ((i, plain(line.text)) for i, line in enumerate(page) if i >= start)
    return next((i for i, text in below if text in profile.closing or profile.blurb.fullmatch(text)), len(page))


def _header(lines: Sequence[str], profile: Profile) -> _Header:
    """The header of the page, or what its footer repeats of it."""
    if not lines:
        raise IngestError("The page holds no text. Check that the file was saved whole.")
    repeated = _repeated_headline(lines)
    signed = next((i for i in range(1, min(_HEADER, len(lines))) if _byline(lines[i], profile)), None)
    above = lines[: signed or _HEADER - 1]
    if repeated is not None and lines[repeated] not in above:
        byline = _byline(lines[repeated + 1], profile) if repeated + 1 < len(lines) else None
        return _Header(headline=lines[repeated], byline=byline)
    if repeated is not None:
        at = max(i for i, line in enumerate(above) if line == lines[repeated])
    else:
        has_kicker = len(above) > 1 and (signed == _HEADER - 1 or _is_kicker(above[0], above[1], profile))
        at = 1 if has_kicker else 0
    return _header_at(lines, at, signed, profile)


def _header_at(lines: Sequence[str], at: int, signed: int | None, profile: Profile) -> _Header:
    """The header whose headline stands at ``at`` and whose byline at ``signed``, if it has one."""
    if len(lines[at].split()) > _HEADLINE_WORDS:
        raise IngestError("The page has no headline: it begins with a paragraph. Put the headline on the first line.")
    has_dek = at + 1 < signed if signed else len(lines) > at + 2 and _is_dek(lines[at + 1])
    end = signed + 1 if signed else at + 1 + has_dek
    return _Header(
        headline=lines[at],
        alt=lines[at - 1] if at else "",
        dek=lines[at + 1] if has_dek else None,
        byline=_byline(lines[signed], profile) if signed else None,
        end=end,
        parts=frozenset({max(at - 1, 0), at, at + has_dek, end - 1}),
    )


def _repeated_headline(lines: Sequence[str]) -> int | None:
    """Where a footer prints a series label and the headline again: ``Harbour Log:``, ``Harbour Log: Fares rise``."""
    for i, (label, headline) in enumerate(pairwise(lines)):
        if label.endswith(":") and headline.startswith(f"{label} "):
            return i + 1
    return None


def _byline(line: str, profile: Profile) -> Byline | None:
    """The byline that ``line`` is; it never names an author on the sites that have a profile."""
    if plain(line) in profile.sections:
        return Byline(raw=line, section=plain(line))
    if found := profile.byline.fullmatch(plain(line)):
        groups = found.groupdict()
        return Byline(raw=line, kind=groups.get("kind"), section=groups.get("section"))
    return None


def _is_kicker(line: str, below: str, profile: Profile) -> bool:
    """Whether ``line`` is the alternative text of the top picture rather than a headline."""
    if line == below or profile.file_name.fullmatch(line):
        return True
    is_label = len(line.split()) <= _KICKER_WORDS and not line.endswith((".", "?", "!"))
    return is_label and len(line.split()) < len(below.split()) <= _HEADLINE_WORDS


def _is_dek(line: str) -> bool:
    """Whether a line below a headline that no byline follows is a dek: a line that does not end as a sentence does."""
    return len(line.split()) <= _DEK_WORDS and not line.endswith((".", "?", "!", "”", '"', ":"))


def _kicker(header: _Header, profile: Profile) -> str | None:
    """The line above the headline, unless it only repeats the headline or is the name of a file."""
    is_idle = not header.alt or fold(header.alt) == fold(header.headline) or profile.file_name.fullmatch(header.alt)
    return None if is_idle else header.alt


def _series(headline: str, repeats: Sequence[str], profile: Profile) -> str | None:
    """The series that the headline opens with, known to the profile or named again in the footer."""
    label, colon, _ = headline.partition(":")
    return label if colon and (label in profile.series or f"{label}:" in repeats) else None


def _images(alt: str, credit_lines: Sequence[_Line]) -> tuple[Image, ...]:
    """The top picture, as far as its alternative text and credit survived, and a picture for each further credit."""
    found = [Image(credit=line.text) for line in credit_lines]
    if alt:
        found[:1] = [replace(found[0] if found else Image(), alt=alt)]
    return tuple(found)


def _story(
    lines: Sequence[_Line], header: _Header, profile: Profile
) -> tuple[list[_Line], list[_Line], list[_Line], list[_Line]]:
    """``lines`` sorted into story, picture credits, what the footer repeats of the header, and captions gone astray."""
    story: list[_Line] = []
    credit_lines: list[_Line] = []
    strays: list[_Line] = []
    bucket = story
    for line in lines:
        is_stray = bucket is not story and line.text in credit_lines[-1].text
        is_credit = profile.image_credit.fullmatch(plain(line.text))
        bucket = credit_lines if is_credit else strays if is_stray else story
        bucket.append(line)
    repeats: list[_Line] = []
    while story and _is_repeat(story[-1].text, header, profile):
        repeats.insert(0, story.pop())
    return story, credit_lines, repeats, strays


def _is_repeat(line: str, header: _Header, profile: Profile) -> bool:
    """Whether a line below the story says again what the header has said: series label, headline, byline, section."""
    is_label = line.endswith(":") and header.headline.startswith(line)
    return is_label or line == header.headline or _byline(line, profile) is not None


def _sections(story: Sequence[_Line], profile: Profile) -> list[_Section]:
    """The story itself, then a round-up's sections: headings tell where one begins, dashes where there is no heading."""
    parts: list[tuple[_Line | None, list[_Line]]] = [(None, [])]
    for line in story:
        if profile.other_news.fullmatch(plain(line.text)) or profile.briefing.fullmatch(plain(line.text)):
            parts.append((line, []))
        else:
            parts[-1][1].append(line)
    lead, bullets = _dashed(parts[0][1], profile)
    headless = [_Section(heading=None, lines=bullets)] if bullets else []
    headed = [_Section(heading=heading, lines=tuple(lines)) for heading, lines in parts[1:]]
    return [_Section(heading=None, lines=lead), *headless, *headed]


def _dashed(lines: Sequence[_Line], profile: Profile) -> tuple[tuple[_Line, ...], tuple[_Line, ...]]:
    """The story and its bullets where only dashes tell them apart; the first bullet of such a list carries none."""
    dashed = [i for i, line in enumerate(lines) if profile.bullet_mark.match(line.text)]
    if len(dashed) < 2:  # noqa: PLR2004 - one dash alone signs a quotation
        return tuple(lines), ()
    first = max(dashed[0] - 1, 1)
    return tuple(lines[:first]), tuple(lines[first:])


def _printed(section: _Section, profile: Profile, year: int | None) -> OtherNews | Briefing:
    """A section as the article keeps it, its bullets without their marks."""
    heading = section.heading.text if section.heading else ""
    if found := profile.briefing.fullmatch(plain(heading)):
        return Briefing(
            heading=heading,
            source=found["source"],
            date_text=found["date"],
            paragraphs=_texts(section.lines),
            day=day_of(found["date"], year),
        )
    items = [
        text[mark.end() :] if (mark := profile.bullet_mark.match(text)) else text for text in _texts(section.lines)
    ]
    return OtherNews(heading=heading, items=tuple(items))


def _dates(
    sections: Sequence[_Section],
    credit_lines: Sequence[_Line],
    cards: Sequence[RelatedCard],
    profile: Profile,
    provenance: Provenance,
) -> DateEvidence:
    """What story and headings say of the time of writing; credits and cards are set aside."""
    prose = [line.text for section in sections for line in (section.heading, *section.lines) if line]
    dated = [
        (found["date"], section.lines[0].text)
        for section in sections
        if section.heading and section.lines and (found := profile.briefing.fullmatch(plain(section.heading.text)))
    ]
    captions = [text for card in cards for text in (*_captions(card), card.title, *card.excerpt)]
    return read_dates(
        prose, dated=dated, set_aside=[*_texts(credit_lines), *captions], now=provenance.fetched_at.date()
    )


def _captions(card: RelatedCard) -> tuple[str, ...]:
    """What stands above a card's title."""
    image = card.image or Image()
    return (image.alt, image.credit or "", *card.stray_captions)


def _credited(texts: Iterable[str]) -> tuple[str, ...]:
    """The outlets and bodies that ``texts`` credit by name ("according to ...", "... reports that"), in order."""
    credited = (next(filter(None, match.groups())) for text in texts for match in _CREDIT.finditer(text))
    names = (" ".join(name.split()).removeprefix("The ") for name in credited)
    return tuple(dict.fromkeys(names))
