"""What editors decide, over what the composer makes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOW, newsletter
from compose.harbour import FARES, LIBRARY, MEALS, ROUND_UP, SEA_WALL, SEALS, SLOT, STRIKE, WEEK
from newsletter.compose.digest import compose
from newsletter.compose.guard.gate import source_text
from newsletter.compose.quotes import keys
from newsletter.errors import NothingToSend
from newsletter.model.article import Article, Event
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import DoubtKind, Issue, Item, SectionKind
from newsletter.model.keys import article_key
from newsletter.model.newsletter import DEFAULT_PLAN, PlannedSection, Rule, RuleField
from newsletter.model.past import Past, PrintedIn
from newsletter.model.quotation import fold, same_words

STORED = tuple(replace(page, id=number) for number, page in enumerate((*WEEK, ROUND_UP), start=1))
ID = {page.headline: page.id for page in STORED}
LAST_WEEK = replace(LIBRARY, id=77, url="https://review.example/old", published=datetime(2026, 11, 10, tzinfo=UTC))


def key(page: Article) -> str:
    return f"a{ID[page.headline]}"


def edit(kind: EditKind, page: Article | str, value: str = "") -> Edit:
    return Edit(kind=kind, target=page if isinstance(page, str) else key(page), value=value)


def made(
    *edits: Edit,
    articles: Sequence[Article] = STORED,
    plan: Sequence[PlannedSection] = DEFAULT_PLAN,
    rules: Sequence[Rule] = (),
    past: Past | None = None,
) -> Issue:
    letter = newsletter(plan=tuple(plan), rules=tuple(rules))
    return compose(letter, SLOT, articles, number=7, now=NOW, past=past, edits=edits)


def items(issue: Issue) -> dict[str, Item]:
    return {item.key: item for section in issue.sections for item in section.items}


def reasons(issue: Issue) -> dict[str, str]:
    return {left.headline: left.reason for left in issue.left_out}


def where(issue: Issue, page: Article) -> str | None:
    return next((s.name for s in issue.sections for item in s.items if item.key == key(page)), None)


def test_a_pinned_article_is_in_whatever_its_score() -> None:
    small = tuple(replace(section, most=min(section.most, 1)) for section in DEFAULT_PLAN)
    assert where(made(plan=small), MEALS) is None
    pinned = made(edit(EditKind.PIN, MEALS), plan=small)
    assert where(pinned, MEALS) in {"lead", "stories"}
    assert items(pinned)[key(MEALS)].why.startswith("pinned by the editor; ")


@pytest.mark.parametrize("section", ["lead", "stories", "other_news"])
def test_a_pin_may_name_the_section(section: str) -> None:
    assert where(made(edit(EditKind.PIN, SEALS, section)), SEALS) == section


def test_a_pinned_article_of_another_week_is_in() -> None:
    issue = made(Edit(kind=EditKind.PIN, target="a77", value=""), articles=(*STORED, LAST_WEEK))
    assert "a77" in items(issue)
    assert "a77" not in items(made(articles=(*STORED, LAST_WEEK)))


def test_a_dropped_article_is_out_with_the_editors_reason_and_the_next_takes_its_place() -> None:
    before, after = made(), made(edit(EditKind.DROP, STRIKE, "we ran it on Monday"))
    assert where(before, STRIKE) == "stories"
    assert reasons(after)[STRIKE.headline] == "left out by the editor: we ran it on Monday"
    assert [len(s.items) for s in after.sections if s.name == "stories"] == [
        len(s.items) for s in before.sections if s.name == "stories"
    ]


def test_a_part_of_an_article_can_be_dropped_alone() -> None:
    bullet = next(item for item in items(made()).values() if ".b" in item.key)
    after = made(edit(EditKind.DROP, bullet.key))
    assert bullet.key not in items(after)
    assert [k for k in items(made()) if ".b" in k and k != bullet.key] == [k for k in items(after) if ".b" in k]


def test_dropping_everything_leaves_nothing_to_send() -> None:
    with pytest.raises(NothingToSend, match="left out by the editor"):
        made(edit(EditKind.DROP, FARES), articles=[STORED[0]])


def test_a_weight_is_a_term_of_the_score() -> None:
    issue = made(edit(EditKind.WEIGHT, SEALS, "3"))
    assert "the editor's weight +3.00" in items(issue)[key(SEALS)].why


def test_the_editors_words_stand_in_place_of_the_machines() -> None:
    issue = made(
        edit(EditKind.HEADLINE, SEALS, "Seals are back"), edit(EditKind.TEXT, SEALS, "They came.\n\nThey stay.")
    )
    item = items(issue)[key(SEALS)]
    assert (item.headline, [p.text for p in item.paragraphs]) == ("Seals are back", ["They came.", "They stay."])
    assert item.locked == ("headline", "text")


def test_a_typed_quotation_is_set_as_one_with_its_speaker() -> None:
    text = "She was glad.\n\n> “They are back.”\n> -- Runa Hale"
    (said, quoted) = items(made(edit(EditKind.TEXT, SEALS, text)))[key(SEALS)].paragraphs
    assert (said.quotation, quoted.quotation, quoted.text, quoted.speaker) == (
        False,
        True,
        "“They are back.”",
        "Runa Hale",
    )


def test_what_the_article_does_not_say_is_doubted_and_kept() -> None:
    text = "Rangers saw 18 seals near Gdansk. “They are here to stay,” one said."
    item = items(made(edit(EditKind.TEXT, SEALS, text)))[key(SEALS)]
    assert item.paragraphs[0].text == text
    found = {doubt.kind: (doubt.span, doubt.blocks) for doubt in item.doubts}
    assert found[DoubtKind.NUMBER] == ("18", False)
    assert found[DoubtKind.NAME] == ("Gdansk", False)
    assert found[DoubtKind.QUOTATION][0].startswith("They are here")


def test_words_about_a_text_that_has_changed_since_are_doubted() -> None:
    newer = [replace(page, version=2) if page.id == ID[SEALS.headline] else page for page in STORED]
    issue = made(edit(EditKind.HEADLINE, SEALS, "Seals"), articles=newer)
    (doubt,) = items(issue)[key(SEALS)].doubts
    assert (doubt.kind, doubt.sentence) == (DoubtKind.UPDATED, "the article was updated after you summarised it")


def test_the_editors_subject_preheader_and_headings_win() -> None:
    issue = made(
        edit(EditKind.SUBJECT, "", "This week"),
        edit(EditKind.PREHEADER, "", "Seals and more"),
        edit(EditKind.HEADING, "stories", "On the water"),
    )
    stories = next(section for section in issue.sections if section.name == "stories")
    assert (issue.subject, issue.preheader, stories.heading) == ("This week", "Seals and more", "On the water")


def test_a_new_headline_of_the_lead_is_the_subject_too() -> None:
    lead = made().sections[0].items[0]
    assert made(edit(EditKind.HEADLINE, lead.key, "Higher fares, old boats")).subject == "Higher fares, old boats"


def test_an_item_of_the_editors_own_stands_first_in_its_section() -> None:
    issue = made(
        edit(EditKind.ADD, "own1", "sponsor"),
        edit(EditKind.HEADLINE, "own1", "Oquist Ropes"),
        edit(EditKind.URL, "own1", "https://ropes.example"),
        edit(EditKind.ADD, "own2", "other_news"),
        edit(EditKind.TEXT, "own2", "The office is closed on Friday."),
    )
    sponsor = next(section for section in issue.sections if section.kind is SectionKind.SPONSOR)
    assert [(item.headline, item.url) for item in sponsor.items] == [("Oquist Ropes", "https://ropes.example")]
    news = next(section for section in issue.sections if section.name == "other_news")
    assert news.items[0].paragraphs[0].text == "The office is closed on Friday."


def test_a_quotation_in_replaced_words_is_free_to_be_printed_elsewhere() -> None:
    everywhere = made()
    lead = everywhere.sections[0].items[0]
    assert any("mistakes" in paragraph.text for paragraph in lead.paragraphs)
    after = made(edit(EditKind.TEXT, lead.key, "The council met."), edit(EditKind.PIN, FARES, "stories"))
    assert not any("mistakes" in paragraph.text for paragraph in after.sections[0].items[0].paragraphs)


@pytest.mark.parametrize("kind", ["embargo", "not_before"])
def test_nothing_is_printed_before_its_time(kind: str) -> None:
    def until(moment: datetime) -> list[Article]:
        given: dict[str, Any] = {kind: moment}
        return [replace(page, **given) if page.id == 1 else page for page in STORED]

    waits = until(NOW + timedelta(days=1))
    assert "until 2026-11-20 12:00 UTC" in reasons(made(edit(EditKind.PIN, FARES), articles=waits))[FARES.headline]
    assert where(made(edit(EditKind.PIN, FARES), articles=until(NOW)), FARES) is not None


def test_an_embargo_moves_an_article_into_the_week_in_which_it_ends() -> None:
    early = replace(LAST_WEEK, embargo=NOW - timedelta(hours=1))
    assert "a77" in items(made(articles=[*STORED, early]))


def test_a_retracted_article_is_left_out_and_pinned_it_blocks() -> None:
    gone = [replace(page, retracted_at=NOW) if page.id == ID[SEALS.headline] else page for page in STORED]
    assert reasons(made(articles=gone))[SEALS.headline] == "its source took it back on 2026-11-19"
    (doubt,) = items(made(edit(EditKind.PIN, SEALS), articles=gone))[key(SEALS)].doubts
    assert (doubt.kind, doubt.blocks) == (DoubtKind.RETRACTED, True)


def test_what_an_earlier_issue_printed_is_not_printed_again() -> None:
    past = Past(articles={ID[SEALS.headline] or 0: PrintedIn(6, 1)})
    assert reasons(made(past=past))[SEALS.headline] == "printed in No. 6 already"


def test_what_was_printed_and_updated_since_is_offered_again() -> None:
    newer = replace(LAST_WEEK, version=2, changed_at=NOW)
    past = Past(articles={77: PrintedIn(6, 1)})
    offered = "printed in No. 6 and updated at its source since; pin it to print it again"
    assert reasons(made(articles=(*STORED, newer), past=past))[LAST_WEEK.headline] == offered
    pinned = made(Edit(kind=EditKind.PIN, target="a77", value=""), articles=(*STORED, newer), past=past)
    assert "a77" in items(pinned)


def test_a_rule_is_a_term_of_the_score_or_a_reason_to_leave_out() -> None:
    liked = made(rules=[Rule(field=RuleField.TOPIC, value="nature", weight=2)])
    assert "rule for topic “nature” +2.00" in items(liked)[key(SEALS)].why
    never = made(rules=[Rule(field=RuleField.WORD, value="grey seals", weight=None)])
    assert reasons(never)[SEALS.headline] == "the rule for word “grey seals”: never"
    outlet = made(rules=[Rule(field=RuleField.OUTLET, value="Coast Post", weight=None)])
    assert all(item.outlet != "Coast Post" for item in items(outlet).values())


def test_a_section_for_a_topic_takes_its_articles_before_the_section_for_all() -> None:
    plan = [*DEFAULT_PLAN, PlannedSection(kind=SectionKind.STORIES, most=2, name="nature", topics=("Nature",))]
    issue = made(plan=plan)
    assert where(issue, SEALS) == "nature"
    assert [section.name for section in issue.sections][-1] == "nature"


def test_a_topic_that_finds_too_little_helps_its_articles() -> None:
    plan = [*DEFAULT_PLAN, PlannedSection(kind=SectionKind.STORIES, most=3, name="nature", topics=("Nature",))]
    assert "nature quota +0.20" in items(made(plan=plan))[key(SEALS)].why


def test_a_story_like_one_chosen_already_counts_for_less() -> None:
    twin = replace(SEALS, id=50, url="https://review.example/twin", headline="Grey seals counted in the estuary",
                   dek="Rangers saw 9 animals, two of them pups.", body=LIBRARY.body)  # fmt: skip
    wall = [replace(SEA_WALL, id=51), replace(SEALS, id=52), twin, replace(MEALS, id=53), replace(STRIKE, id=54)]
    shown = [item.why for item in items(made(articles=wall)).values() if "like “Grey seals" in item.why]
    assert shown
    assert all(" -0." in line for line in shown)


EVENT = replace(LIBRARY, id=60, url="https://review.example/reading", event=Event(starts=NOW + timedelta(days=6)))


def test_an_event_that_is_worded_stays_an_event() -> None:
    words = [
        Edit(kind=EditKind.HEADLINE, target="a60", value="Come and read"),
        Edit(kind=EditKind.KEEP, target="a60", value="events"),
    ]
    issue = made(*words, articles=[*STORED, EVENT])
    (item,) = next(section.items for section in issue.sections if section.kind is SectionKind.EVENTS)
    assert item.headline == "Come and read"


def test_a_plan_without_events_tells_them_as_stories() -> None:
    plan = [section for section in DEFAULT_PLAN if section.kind is not SectionKind.EVENTS]
    issue = made(plan=plan, articles=[*STORED[:3], EVENT])
    assert "a60" in items(issue)


def test_what_an_editor_says_of_an_event_is_held_against_its_article() -> None:
    issue = made(Edit(kind=EditKind.TEXT, target="a60", value="All 99 seats are taken."), articles=[*STORED, EVENT])
    assert [doubt.span for doubt in items(issue)["a60"].doubts] == ["99"]


def test_every_text_of_a_retracted_article_blocks() -> None:
    gone = [replace(page, retracted_at=NOW) if page.id == ID[ROUND_UP.headline] else page for page in STORED]
    shown = items(made(edit(EditKind.PIN, ROUND_UP), articles=gone)).values()
    parts = [item for item in shown if item.article_id == ID[ROUND_UP.headline]]
    assert len(parts) > 3
    assert all([doubt.kind for doubt in item.doubts if doubt.blocks] == [DoubtKind.RETRACTED] for item in parts)


def test_a_week_of_events_alone_says_so() -> None:
    with pytest.raises(NothingToSend, match="announce events and tell no story"):
        made(articles=[EVENT])


def test_a_pin_without_a_section_does_not_take_the_lead() -> None:
    assert made(edit(EditKind.PIN, SEALS)).subject == made().subject


def test_a_part_that_is_worded_is_not_pushed_out() -> None:
    plan = [DEFAULT_PLAN[0], PlannedSection(kind=SectionKind.NUMBERS, most=1)]
    everything = [DEFAULT_PLAN[0], PlannedSection(kind=SectionKind.NUMBERS, most=9)]
    figures = [item.key for item in items(made(plan=everything)).values() if ".n" in item.key]
    assert len(figures) > 1
    for figure in figures:
        worded = made(Edit(kind=EditKind.TEXT, target=figure, value="So many."), plan=plan)
        assert items(worded)[figure].paragraphs[0].text == "So many."
    (shown,) = [key for key in items(made(plan=plan)) if ".n" in key]
    dropped = items(made(Edit(kind=EditKind.DROP, target=shown, value=""), plan=plan))
    assert [key for key in dropped if ".n" in key] == [key for key in dropped if ".n" in key and key != shown] != []


_EDITS = st.one_of(
    st.builds(
        edit, st.just(EditKind.PIN), st.sampled_from(WEEK), st.sampled_from(["", "lead", "stories", "other_news"])
    ),
    st.builds(edit, st.just(EditKind.DROP), st.sampled_from(WEEK[1:]), st.just("enough")),
    st.builds(edit, st.just(EditKind.WEIGHT), st.sampled_from(WEEK), st.sampled_from(["-2", "3"])),
    st.builds(edit, st.just(EditKind.HEADLINE), st.sampled_from(WEEK), st.just("Mine")),
    st.builds(edit, st.just(EditKind.TEXT), st.sampled_from(WEEK), st.just("My words on this.")),
    st.builds(edit, st.just(EditKind.SUBJECT), st.just(""), st.just("My subject")),
)


@settings(max_examples=60)
@given(
    st.lists(_EDITS, max_size=6, unique_by=lambda one: (one.kind, one.target)),
    st.permutations(STORED),
    st.sets(st.sampled_from(STORED), max_size=4),
)
def test_no_edit_is_lost_whatever_comes_in_or_goes(
    edits: list[Edit], articles: list[Article], gone: set[Article]
) -> None:
    mine = {one.target for one in edits}
    here = [page for page in articles if page not in gone or article_key(page) in mine or page.id == 1]
    issue = made(*edits, articles=here)
    assert issue == made(*reversed(edits), articles=list(reversed(here)))
    assert compose(newsletter(), SLOT, here, number=7, now=NOW, edits=edits) == issue
    dropped = {one.target for one in edits if one.kind is EditKind.DROP}
    printed = items(issue)
    assert dropped.isdisjoint(printed)
    for one in edits:
        if one.target in dropped:
            continue
        if one.kind is EditKind.SUBJECT:
            assert issue.subject == one.value
        if one.kind is EditKind.HEADLINE and one.target in printed:
            assert printed[one.target].headline == "Mine"
        if one.kind is EditKind.TEXT and one.target in printed:
            assert [p.text for p in printed[one.target].paragraphs] == ["My words on this."]
    spans = keys([p.text for item in printed.values() for p in item.paragraphs])
    assert not [1 for n, one in enumerate(spans) for other in spans[:n] if same_words(one, other)]
    said = " | ".join(fold(source_text(page)) for page in STORED)
    assert all(span in said for span in spans)
