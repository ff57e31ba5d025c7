"""A review: a week or month of issues in one, for readers who asked for no more. Nothing in it is written anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from newsletter.compose.tell import headings
from newsletter.compose.tell.envelope import PREHEADER, SUBJECT, cut
from newsletter.errors import NothingToSend
from newsletter.i18n.dates import days_of, month_of
from newsletter.i18n.phrases import phrases
from newsletter.model.article import Article
from newsletter.model.issue import Edition, Issue, Item, Section, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot

#: What was true or booked for one issue alone.
_OF_ITS_TIME = frozenset({SectionKind.SPONSOR, SectionKind.EVENTS})
#: A mail with nothing but these is not sent.
_NO_REASON_TO_WRITE = frozenset({SectionKind.SPONSOR, SectionKind.MAGAZINE})


def review(newsletter: Newsletter, slot_key: str, edition: Edition, issues: Sequence[Issue]) -> Issue:
    """One issue out of the ``issues`` of the period that ``slot_key`` names (``2026-W47``, ``2026-11``), oldest first in.

    The newest lead leads, the others are the first stories. Sections of the same name are one, under the newest heading and
    the newest items first; each briefing keeps its own. What stood in several issues comes once, in its newest version.
    Sponsor and events are those of the newest issue. Items keep their keys and versions, by which it is known who had
    them. Raises ``NothingToSend`` if nothing is left to tell.
    """
    sections = _sections(newsletter, _newest_first(issues))
    if all(section.kind in _NO_REASON_TO_WRITE for section in sections):
        raise NothingToSend(
            f"No issue of {newsletter.title} that went out in {slot_key} has anything to tell again, so there is no review."
        )
    return Issue(
        newsletter=newsletter.slug,
        slot=slot_key,
        subject=_subject(newsletter.language, slot_key, edition, sections, issues[-1]),
        preheader=_preheader(newsletter.language, sections, issues[-1]),
        sections=sections,
        edition=edition,
    )


def repeatable(issue: Issue, articles: Mapping[int, Article]) -> Issue:
    """``issue`` as it may be told again: without what its source took back since; ``articles`` are those known now.

    Its doubts were settled when it was approved, and nobody is asked about them again.
    """
    back = {known for known, article in articles.items() if article.retracted_at is not None}
    sections = (
        replace(s, items=tuple(replace(item, doubts=()) for item in s.items if item.article_id not in back))
        for s in issue.sections
    )
    return replace(issue, sections=tuple(section for section in sections if section.items))


# ---- what comes once


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """An item, the section that it stood in, and how many issues ago."""

    age: int
    section: Section
    item: Item


def _newest_first(issues: Sequence[Issue]) -> list[_Place]:
    """Every item once, in its newest version, with its place."""
    # A breaking issue has neither sponsor nor events, and takes them from nobody.
    regular = [issue for issue in issues if issue.edition is Edition.REGULAR]
    timely = (regular or issues)[-1:]
    places = [
        _Place(age=age, section=section, item=item)
        for age, issue in enumerate(reversed(issues))
        for section in issue.sections
        if section.kind not in _OF_ITS_TIME or issue in timely
        for item in section.items
    ]
    newest: dict[str, _Place] = {}
    for place in places:
        known = newest.get(place.item.key)
        if known is None or (place.item.article_id is not None and place.item.version > known.item.version):
            newest[place.item.key] = place
    return list(_kept(places, newest))


def _kept(places: Iterable[_Place], newest: dict[str, _Place]) -> Iterator[_Place]:
    """Those of ``places`` that are the newest of their key, and what editors wrote of their own.

    Each issue counts its own items from ``own1``: they are the same only if they say the same, and get another key if not.
    """
    said: list[Item] = []
    for place in places:
        if place is newest[place.item.key]:
            said.append(place.item)
            yield place
        elif place.item.article_id is None and not any(_same(place.item, item) for item in said):
            said.append(place.item)
            yield replace(place, item=replace(place.item, key=f"{place.item.key}.{place.age}"))


def _same(one: Item, other: Item) -> bool:
    return replace(one, key="") == replace(other, key="")


# ---- where it stands


def _sections(newsletter: Newsletter, places: Sequence[_Place]) -> tuple[Section, ...]:
    """The sections of the review, in the order of the plan; those that the plan has no more come last."""
    leads = [place for place in places if place.section.kind is SectionKind.LEAD]
    merged: dict[tuple[str, str | None], Section] = {}
    for place in places:
        if place.section.kind is not SectionKind.LEAD:
            found = merged.setdefault(_home(place.section), replace(place.section, items=()))
            merged[_home(place.section)] = replace(found, items=(*found.items, place.item))
    told = list(merged.values())
    if leads[1:]:
        told = _with_stories(newsletter, told, [place.item for place in leads[1:]])
    told += [replace(place.section, items=(place.item,)) for place in leads[:1]]
    return tuple(sorted(told, key=lambda section: _rank(newsletter, section)))


def _home(section: Section) -> tuple[str, str | None]:
    """Sections of one home are one; several briefings fill one section of the plan, each under a heading of its own."""
    return section.name, section.heading if section.kind is SectionKind.BRIEFING else None


def _with_stories(newsletter: Newsletter, told: list[Section], leads: Sequence[Item]) -> list[Section]:
    """``told`` with former leads as the first stories, in a section of their own if there are no others."""
    stories = [section for section in told if section.kind is SectionKind.STORIES]
    if stories:
        first = min(stories, key=lambda section: _rank(newsletter, section))
        return [replace(s, items=(*leads, *s.items)) if s is first else s for s in told]
    planned = next((one for one in newsletter.plan if one.kind is SectionKind.STORIES), None)
    heading = (planned and planned.heading) or headings.usual(SectionKind.STORIES, newsletter.language)
    name = planned.name if planned else ""
    return [*told, Section(kind=SectionKind.STORIES, name=name, heading=heading, items=tuple(leads))]


def _rank(newsletter: Newsletter, section: Section) -> int:
    if section.kind is SectionKind.LEAD:
        return -1
    names = [planned.name for planned in newsletter.plan]
    if section.name in names:
        return names.index(section.name)
    # Stories that the plan knows nothing of are leads of old, and they come right after the newest.
    return 0 if section.kind is SectionKind.STORIES else len(names)


# ---- what is said about the whole


def _subject(language: str, slot_key: str, edition: Edition, sections: Sequence[Section], newest: Issue) -> str:
    headline = next(_headlines(sections), newest.subject)
    words = phrases(language).gettext("%(period)s in one mail: %(headline)s")
    return cut(words % {"period": _period(slot_key, edition, language), "headline": headline}, SUBJECT)


def _preheader(language: str, sections: Sequence[Section], newest: Issue) -> str:
    _, *others = [*_headlines(sections)] or [""]
    if not others:
        return newest.preheader
    return cut(phrases(language).gettext("Also: %(headlines)s") % {"headlines": "; ".join(others)}, PREHEADER)


def _headlines(sections: Iterable[Section]) -> Iterator[str]:
    told = (section for section in sections if section.kind not in _NO_REASON_TO_WRITE | _OF_ITS_TIME)
    return (item.headline for section in told for item in section.items if item.headline)


def _period(slot_key: str, edition: Edition, language: str) -> str:
    """The week or month in words, as a subject begins."""
    slot = Slot(slot_key, "UTC")
    words = (
        month_of(slot.first_day, language)
        if edition is Edition.MONTHLY
        else days_of(slot.first_day, slot.last_day, language)
    )
    return words[:1].upper() + words[1:]
