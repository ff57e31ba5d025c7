"""A period's issues in one: nothing is lost, nothing comes twice, and nothing is written anew."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import issue, item, newsletter
from newsletter.compose.review import review
from newsletter.compose.tell.envelope import PREHEADER, SUBJECT
from newsletter.errors import NothingToSend
from newsletter.i18n.phrases import LANGUAGES
from newsletter.model.issue import Edition, Issue, Item, Section, SectionKind
from newsletter.model.newsletter import DEFAULT_PLAN, PlannedSection

LETTER = newsletter()
KIND = SectionKind


def told(number: int, version: int = 1, words: str = "") -> Item:
    headline = words or f"Story {number}"
    return item(headline, f"{headline} was told.", key=f"a{number}", article_id=number, version=version)


def section(kind: SectionKind, *items: Item, heading: str | None = None, name: str = "") -> Section:
    return Section(kind=kind, items=items, heading=heading, name=name)


def day(number: int, *sections: Section, **given: Any) -> Issue:
    return replace(
        issue(*sections), **{"id": number, "slot": f"2026-11-{number:02d}", "subject": f"Day {number}", **given}
    )


def month(*issues: Issue, language: str = "en") -> Issue:
    return review(replace(LETTER, language=language), "2026-11", Edition.MONTHLY, issues)


def keys(made: Issue, *kinds: SectionKind) -> list[str]:
    return [one.key for s in made.sections if not kinds or s.kind in kinds for one in s.items]


def test_the_newest_lead_leads_and_the_others_are_the_first_stories() -> None:
    made = month(
        day(1, section(KIND.LEAD, told(1)), section(KIND.STORIES, told(2), heading="Then")),
        day(2, section(KIND.LEAD, told(3)), section(KIND.STORIES, told(4), told(5), heading="Now")),
        day(3, section(KIND.LEAD, told(6))),
    )
    assert [(s.kind, s.heading) for s in made.sections] == [(KIND.LEAD, None), (KIND.STORIES, "Now")]
    assert keys(made) == ["a6", "a3", "a1", "a4", "a5", "a2"]
    assert (made.edition, made.slot, made.newsletter) == (Edition.MONTHLY, "2026-11", "harbour")


@pytest.mark.parametrize(("language", "heading"), [("en", "More stories"), ("de", "Weitere Geschichten")])
def test_old_leads_get_a_section_where_there_are_no_other_stories(language: str, heading: str) -> None:
    bullets = section(KIND.OTHER_NEWS, told(9), heading="Other news")
    made = month(day(1, section(KIND.LEAD, told(1)), bullets), day(2, section(KIND.LEAD, told(2))), language=language)
    assert [(s.kind, s.heading) for s in made.sections] == [
        (KIND.LEAD, None),
        (KIND.STORIES, heading),
        (KIND.OTHER_NEWS, "Other news"),
    ]
    planned = replace(LETTER, plan=(PlannedSection(kind=KIND.STORIES, most=1, name="town", heading="In town"),))
    own = review(planned, "2026-11", Edition.MONTHLY, [day(n, section(KIND.LEAD, told(n))) for n in (1, 2)])
    assert (own.sections[1].name, own.sections[1].heading) == ("town", "In town")


def test_sections_come_in_the_order_of_the_plan_and_those_it_has_no_more_come_last() -> None:
    old = section(KIND.OTHER_NEWS, told(7), heading="Abroad", name="abroad")
    made = month(
        day(1, section(KIND.LEAD, told(1)), old, section(KIND.MAGAZINE, told(2)), section(KIND.SERIES, told(3))),
        day(2, section(KIND.LEAD, told(4)), section(KIND.OTHER_NEWS, told(5), heading="Home")),
    )
    assert [s.name for s in made.sections] == ["lead", "stories", "other_news", "series", "magazine", "abroad"]


def test_every_briefing_keeps_its_own_heading() -> None:
    made = month(
        day(1, section(KIND.LEAD, told(1)), section(KIND.BRIEFING, told(2), heading="Town hall, 2 Nov.")),
        day(
            2,
            section(KIND.LEAD, told(3)),
            section(KIND.BRIEFING, told(4), heading="Town hall, 9 Nov."),
            section(KIND.BRIEFING, told(5), heading="Port"),
        ),
    )
    briefings = [(s.heading, [one.key for one in s.items]) for s in made.sections if s.kind is KIND.BRIEFING]
    assert briefings == [("Town hall, 9 Nov.", ["a4"]), ("Port", ["a5"]), ("Town hall, 2 Nov.", ["a2"])]


def test_what_was_told_again_comes_once_in_its_newest_version_where_that_stood() -> None:
    made = month(
        day(1, section(KIND.LEAD, told(1)), section(KIND.STORIES, told(2, version=2), told(3))),
        day(2, section(KIND.LEAD, told(4)), section(KIND.OTHER_NEWS, told(1, version=3, words="Put right"), told(2))),
    )
    found = {one.key: one for s in made.sections for one in s.items}
    assert Counter(keys(made)) == {"a1": 1, "a2": 1, "a3": 1, "a4": 1}
    assert (found["a1"].headline, found["a1"].version, found["a2"].version) == ("Put right", 3, 2)
    assert keys(made, KIND.OTHER_NEWS) == ["a1"]


def test_of_the_same_version_the_newest_issues_words_count() -> None:
    made = month(day(1, section(KIND.LEAD, told(1, words="Early"))), day(2, section(KIND.LEAD, told(1, words="Late"))))
    assert [one.headline for s in made.sections for one in s.items] == ["Late"]


def test_sponsor_and_events_are_those_of_the_newest_issue() -> None:
    first = day(1, section(KIND.LEAD, told(1)), section(KIND.SPONSOR, told(2)), section(KIND.EVENTS, told(3)))
    second = day(2, section(KIND.LEAD, told(4)), section(KIND.EVENTS, told(5)))
    assert keys(month(first, second), KIND.SPONSOR, KIND.EVENTS) == ["a5"]
    breaking = day(3, section(KIND.LEAD, told(6)), edition=Edition.BREAKING)
    made = month(first, second, breaking)
    assert keys(made, KIND.SPONSOR, KIND.EVENTS) == ["a5"]
    assert keys(made)[0] == "a6"
    assert keys(month(breaking)) == ["a6"]


def test_what_editors_wrote_of_their_own_is_not_lost_for_being_counted_from_one_each_day() -> None:
    def own(words: str) -> Section:
        return section(KIND.OTHER_NEWS, item(None, words, key="own1", url=None))

    lead = section(KIND.LEAD, told(1))
    made = month(
        day(1, lead, own("The office is closed.")), day(2, lead, own("We moved.")), day(3, lead, own("We moved."))
    )
    notes = {one.key: one.paragraphs[0].text for s in made.sections for one in s.items if one.key.startswith("own")}
    assert notes == {"own1": "We moved.", "own1.2": "The office is closed."}


def test_without_anything_to_tell_there_is_no_review() -> None:
    for issues in ((), (day(1, section(KIND.SPONSOR, told(1)), section(KIND.MAGAZINE, told(2))),)):
        with pytest.raises(NothingToSend, match="Harbour Weekly that went out in 2026-11"):
            month(*issues)


def test_the_subject_says_what_it_is() -> None:
    issues = [day(n, section(KIND.LEAD, told(n))) for n in (1, 2, 3)]
    made = month(*issues)
    assert made.subject == "November 2026 in one mail: Story 3"
    assert made.preheader == "Also: Story 2; Story 1"
    weekly = review(LETTER, "2026-W47", Edition.WEEKLY, issues)
    assert weekly.subject == "16–22 November 2026 in one mail: Story 3"
    assert month(*issues[:1]).preheader == issues[0].preheader


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_every_language_within_what_an_inbox_shows(language: str) -> None:
    long = "The harbour council votes on ferry fares, boats and the sea wall, and then on everything else there is"
    issues = [day(n, section(KIND.LEAD, told(n, words=long))) for n in range(1, 9)]
    for edition, slot in ((Edition.MONTHLY, "2026-11"), (Edition.WEEKLY, "2026-W47")):
        made = review(replace(LETTER, language=language), slot, edition, issues)
        assert len(made.subject) <= SUBJECT
        assert len(made.preheader) <= PREHEADER
        assert made.subject[0] == made.subject[0].upper()
        assert "The harbour council" in made.subject
        assert ("in one mail" in made.subject) == (language == "en")


_ITEMS = st.builds(told, st.integers(1, 12), st.integers(1, 3))
_TOLD = [kind for kind in SectionKind if kind not in (KIND.LEAD, KIND.SPONSOR, KIND.EVENTS)]


@st.composite
def _issues(draw: st.DrawFn) -> list[Issue]:
    made = []
    for number in range(draw(st.integers(1, 5))):
        kinds = draw(st.lists(st.sampled_from(_TOLD), unique=True))
        sections = [section(KIND.LEAD, draw(_ITEMS))]
        sections += [
            section(kind, *draw(st.lists(_ITEMS, min_size=1, max_size=3)), heading=f"{kind}") for kind in kinds
        ]
        # An issue never has a key twice.
        seen: set[str] = set()
        for place, one in enumerate(sections):
            fresh = tuple(i for i in one.items if not (i.key in seen or seen.add(i.key)))  # type: ignore[func-returns-value]
            sections[place] = replace(one, items=fresh)
        made.append(day(number + 1, *(one for one in sections if one.items)))
    return made


@given(_issues(), st.permutations(DEFAULT_PLAN))
def test_every_item_of_every_issue_comes_exactly_once_and_unchanged(
    issues: list[Issue], plan: list[PlannedSection]
) -> None:
    made = review(replace(LETTER, plan=tuple(plan)), "2026-11", Edition.MONTHLY, issues)
    there = [one for each in issues for s in each.sections for one in s.items]
    assert Counter(keys(made)) == Counter({one.key for one in there})
    for s in made.sections:
        for one in s.items:
            assert one in there
            assert one.version == max(other.version for other in there if other.key == one.key)
    assert made.sections[0].kind is KIND.LEAD or not any(s.kind is KIND.LEAD for s in made.sections)
    assert len([s for s in made.sections if s.kind is KIND.LEAD]) <= 1
    homes = [(s.name, s.heading) for s in made.sections]
    assert len(set(homes)) == len(homes)
