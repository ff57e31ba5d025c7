from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOW, article, newsletter
from compose.harbour import (
    BOATS,
    FARES,
    FARES_ELSEWHERE,
    LIBRARY,
    MEALS,
    NEWSLETTER,
    ROUND_UP,
    SEA_WALL,
    SEA_WALL_ELSEWHERE,
    SEALS,
    SLOT,
    STRIKE,
    WEEK,
)
from newsletter.compose.digest import compose
from newsletter.compose.guard.gate import check, source_text
from newsletter.compose.quotes import keys
from newsletter.compose.tell.headings import usual
from newsletter.errors import NothingToSend
from newsletter.model.article import Article, Byline, OtherNews
from newsletter.model.issue import Issue, Item, Section, SectionKind
from newsletter.model.newsletter import DEFAULT_PLAN
from newsletter.model.past import Past
from newsletter.model.quotation import same_words

FULL = (*WEEK, ROUND_UP)


def issue(*articles: Article, topic: str | None = None, **plan: int) -> Issue:
    sections = tuple(replace(section, most=plan.get(section.kind, section.most)) for section in DEFAULT_PLAN)
    return compose(newsletter(topic=topic, plan=sections), SLOT, articles, number=7, now=NOW)


def section(made: Issue, kind: SectionKind) -> Section:
    return next(section for section in made.sections if section.kind is kind)


def printed_texts(made: Issue) -> list[str]:
    items: list[Item] = [item for section in made.sections for item in section.items]
    lines = [text for item in items for text in (item.dek, *(also.line for also in item.also)) if text]
    return lines + [paragraph.text for item in items for paragraph in item.paragraphs]


@settings(max_examples=25)
@given(st.permutations(FULL))
def test_the_same_articles_in_any_order_make_the_same_issue(shuffled: list[Article]) -> None:
    assert compose(NEWSLETTER, SLOT, shuffled, number=7, now=NOW) == compose(NEWSLETTER, SLOT, FULL, number=7, now=NOW)


@settings(max_examples=25)
@given(st.sets(st.sampled_from(FULL), min_size=1))
def test_every_article_of_the_period_is_printed_or_left_out_with_a_reason(pages: set[Article]) -> None:
    dated = [page if page.published else replace(page, published=FARES.published) for page in pages]
    made = issue(*dated, stories=1, other_news=2)
    items = [item for section in made.sections for item in section.items]
    headlines = {page.url: page.headline for page in dated}
    printed = {headlines[item.url] for item in items if item.url in headlines}
    printed |= {also.headline for item in items for also in item.also}
    left_out = {left.headline for left in made.left_out if left.reason}
    assert printed | left_out == set(headlines.values())


def test_an_issue_knows_its_newsletter_slot_and_number() -> None:
    made = issue(FARES)
    assert (made.newsletter, made.slot, made.number) == ("harbour", "2026-W47", 7)


def test_the_sections_stand_in_print_order() -> None:
    assert [(section.kind.value, section.heading) for section in issue(*FULL).sections] == [
        ("lead", None),
        ("stories", "More stories"),
        ("other_news", "Other Harbour News This Week"),
        ("briefing", "From Town Hall Briefing on Nov. 18"),
        ("magazine", "From the magazine"),
    ]


def test_a_section_without_items_is_not_printed() -> None:
    assert [section.kind for section in issue(FARES).sections] == [SectionKind.LEAD]


def test_a_round_up_leads_and_its_story_is_told_once() -> None:
    made = issue(*FULL)
    (lead,) = section(made, SectionKind.LEAD).items
    assert lead.headline == ROUND_UP.headline_without_series
    assert [also.headline for also in lead.also] == [FARES.headline, FARES_ELSEWHERE.headline]
    assert FARES.headline not in [item.headline for item in section(made, SectionKind.STORIES).items]


def test_without_a_round_up_the_top_story_leads() -> None:
    assert section(issue(*WEEK), SectionKind.LEAD).items[0].headline == FARES.headline


def test_the_plan_limits_every_section() -> None:
    made = issue(*FULL, stories=2, other_news=3, briefing=0, magazine=0)
    assert Counter(section.kind.value for section in made.sections) == {"lead": 1, "stories": 1, "other_news": 1}
    assert len(section(made, SectionKind.STORIES).items) == 2
    assert len(section(made, SectionKind.OTHER_NEWS).items) == 3


def test_the_round_ups_bullets_come_before_those_of_other_stories() -> None:
    made = issue(*FULL, stories=3)
    own = [bullet for news in ROUND_UP.sections if isinstance(news, OtherNews) for bullet in news.items]
    assert [item.paragraphs[0].text for item in section(made, SectionKind.OTHER_NEWS).items][:2] == own


def test_a_story_without_a_summary_is_a_bullet() -> None:
    brief = article("Crane mended", url="https://review.example/crane", dek=None, body=("The crane was mended today.",))
    made = issue(*WEEK, brief, stories=9)
    assert [item.url for item in section(made, SectionKind.OTHER_NEWS).items] == [brief.url]


@pytest.mark.parametrize(
    ("topic", "pages", "heading"),
    [
        ("Coast", FULL, "Other Coast News This Week"),
        (None, FULL, "Other Harbour News This Week"),
        (
            None,
            (*WEEK[:2], replace(STRIKE, byline=MEALS.byline), *WEEK[3:]),
            "Other Schools News This Week",
        ),
        (None, WEEK, "Other News This Week"),
    ],
    ids=["topic", "round-up", "most common section", "none"],
)
def test_other_news_is_headed_by_topic_round_up_or_section(
    topic: str | None, pages: tuple[Article, ...], heading: str
) -> None:
    assert section(issue(*pages, topic=topic, stories=0), SectionKind.OTHER_NEWS).heading == heading


def test_one_article_of_a_section_does_not_name_the_other_news() -> None:
    made = issue(FARES, replace(SEALS, byline=Byline(raw="Nature", section="Nature")), stories=0)
    assert section(made, SectionKind.OTHER_NEWS).heading == "Other News This Week"


def test_a_quotation_is_printed_once() -> None:
    echo = replace(STRIKE, body=(*STRIKE.body, f"The chair repeated in the hall: “{BOATS}.” The deckhands whistled."))
    found = keys(printed_texts(issue(*WEEK, ROUND_UP, echo)))
    assert any(BOATS.lower()[:20] in key for key in found)
    assert not [(one, other) for i, one in enumerate(found) for other in found[:i] if same_words(one, other)]


def test_what_is_left_out_says_why() -> None:
    bare = article("Photo of the week", dek=None, body=(), url="https://review.example/photo")
    made = issue(*WEEK, bare, stories=1, other_news=2)
    reasons = {left.headline: left.reason for left in made.left_out}
    assert reasons[bare.headline] == "no text to summarise"
    full = "no room: this newsletter's plan is 1 story and 2 lines of other news"
    assert [headline for headline, reason in reasons.items() if reason == full] == [LIBRARY.headline, MEALS.headline]


def test_another_telling_of_a_bullet_is_left_out_as_the_same_story() -> None:
    made = issue(replace(ROUND_UP, published=FARES.published), SEA_WALL, SEA_WALL_ELSEWHERE, stories=0)
    assert [(left.headline, left.reason) for left in made.left_out] == [
        (SEA_WALL_ELSEWHERE.headline, f"same story as “{SEA_WALL.headline}”")
    ]


def test_an_article_of_another_week_is_not_mentioned() -> None:
    old = article(
        "Old news", published=FARES.published and FARES.published.replace(month=1), url="https://review.example/old"
    )
    assert issue(FARES, old) == issue(FARES)


def test_headlines_of_recent_issues_push_a_story_down() -> None:
    assert section(issue(*WEEK), SectionKind.LEAD).items[0].headline == FARES.headline
    again = compose(
        NEWSLETTER, SLOT, WEEK, number=1, now=NOW, past=Past(headlines=(FARES.headline, FARES_ELSEWHERE.headline))
    )
    assert section(again, SectionKind.LEAD).items[0].headline == SEA_WALL.headline


def test_subject_and_preheader_come_from_the_lead() -> None:
    made = issue(*FULL)
    assert made.subject == ROUND_UP.headline
    assert made.preheader == ROUND_UP.dek


def test_a_period_of_headlines_without_text_makes_no_issue() -> None:
    with pytest.raises(NothingToSend, match="headlines and no text"):
        issue(article(dek=None, body=()))


def test_two_articles_without_an_address_stay_two() -> None:
    twins = [replace(page, url=None) for page in (SEALS, LIBRARY)]
    assert sum(len(section.items) for section in issue(*twins).sections) == 2


ANYTHING = st.text(st.sampled_from("aB1.,;:!?…“”\"'’()—- \n\tß海ש9½") | st.characters(), max_size=80)


@settings(max_examples=60)
@given(ANYTHING, st.none() | ANYTHING, st.lists(ANYTHING, max_size=4))
def test_whatever_a_page_holds_its_issue_says_nothing_that_the_page_does_not(
    headline: str, dek: str | None, body: list[str]
) -> None:
    page = article(headline, dek=dek, body=tuple(body))
    try:
        made = issue(page, LIBRARY)
    except NothingToSend:
        return
    for item in (item for section in made.sections for item in section.items if item.url == page.url):
        assert not [miss for text in item.paragraphs for miss in check(text.text, source_text(page)) if miss.blocks]


@pytest.mark.parametrize("language", ["en", "de-AT", "fr", "es", "ru", "uk"])
def test_the_usual_headings_are_in_the_newsletters_language(language: str) -> None:
    made = compose(newsletter(language=language, topic="Korallo"), SLOT, WEEK, number=1, now=NOW)
    headings = [section.heading for section in made.sections if section.heading]
    english = [section.heading for section in issue(*WEEK, topic="Korallo").sections if section.heading]
    assert len(headings) == len(english)
    assert any("Korallo" in heading for heading in headings)
    assert (headings == english) == (language == "en")


@pytest.mark.parametrize("language", ["de", "fr", "es", "ru", "uk", "ar"])
def test_no_usual_heading_is_left_in_english(language: str) -> None:
    for kind in (kind for kind in SectionKind if usual(kind, "en")):
        assert usual(kind, language) != usual(kind, "en"), kind
