import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from builders import SLOT, article
from compose.harbour import WEEK, with_evidence
from newsletter.compose.guard.datelines import dateline_doubts
from newsletter.compose.guard.day_words import ENGLISH, named_days, named_weekdays
from newsletter.ingest.read import read_path
from newsletter.model.article import Article, OtherNews
from newsletter.model.issue import DoubtKind
from newsletter.model.sentences import sentences
from newsletter.model.slot import Slot

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
MAGAZINE = Path(__file__).parents[2] / "samples" / "magazine" / "articles"
SLOT_47 = Slot(SLOT, "Europe/Berlin")  # 16 to 22 November 2026
THIS_WEEK = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
WEEK_BEFORE = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)
#: A sentence for the article that shares no words with those under test.
ELSEWHERE = ("Grey seals were seen near the lighthouse.",)


def page(published: datetime | None = THIS_WEEK, *body: str) -> Article:
    return article(published=published, body=body or ELSEWHERE, dek=None)


def doubts(text: str, source: Article | None = None) -> list[str]:
    return [doubt.sentence for doubt in dateline_doubts(text, source or page(), SLOT_47)]


def spans(text: str, source: Article | None = None) -> list[str]:
    return [doubt.span for doubt in dateline_doubts(text, source or page(), SLOT_47)]


@pytest.mark.parametrize(
    "text",
    [
        "The council met on Wednesday, Nov. 18.",
        "The council met on Wednesday, Nov. 18, 2026.",
        "The council met on Wednesday (18 November).",
        "The council met on Wednesday the 18th of November.",
        "The council met on Nov. 18, a Wednesday.",
        "The wall fell on Thursday, January 26, 1978.",
    ],
)
def test_a_weekday_that_its_date_has_is_no_doubt(text: str) -> None:
    assert doubts(text, page(THIS_WEEK, text)) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It met on Tuesday, Nov. 18.", "“Tuesday, Nov. 18” does not agree: 18 November 2026 is a Wednesday."),
        (
            "It met on Thursday, Nov. 18, 2026.",
            "“Thursday, Nov. 18, 2026” does not agree: 18 November 2026 is a Wednesday.",
        ),
        ("It met on Friday (18 November).", "“Friday (18 November)” does not agree: 18 November 2026 is a Wednesday."),
        ("It met on Nov. 18, a Monday.", "“Nov. 18, a Monday” does not agree: 18 November 2026 is a Wednesday."),
        ("It met on Feb. 30.", "The calendar has no “Feb. 30”."),
    ],
)
def test_a_weekday_that_its_date_does_not_have_is_a_doubt(text: str, sentence: str) -> None:
    (doubt,) = dateline_doubts(text, page(), SLOT_47)
    assert doubt.sentence == sentence
    assert doubt.kind is DoubtKind.DATELINE
    assert doubt.span in text
    assert not doubt.blocks


def test_the_year_is_the_nearest_one_to_the_article() -> None:
    january = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert doubts("It met on Wednesday, Dec. 30.", page(january)) == []
    assert doubts("It met on Thursday, Dec. 30.", page(january)) != []


def test_a_weekday_of_another_week_is_explained() -> None:
    text = "The council met on Wednesday."
    assert doubts(text, page(WEEK_BEFORE)) == ["“on Wednesday” was 11 November, the week before this issue."]
    assert doubts(text) == []
    assert doubts(text, page(datetime(2026, 11, 5, tzinfo=UTC))) == [
        "“on Wednesday” was 4 November, 2 weeks before this issue."
    ]
    assert doubts(text, page(None)) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("The council will meet on Wednesday.", None),
        ("The council will meet next Monday.", None),
        ("The council will meet on Friday.", "“on Friday” was 13 November, the week before this issue."),
        (
            "The chair said on Wednesday that the ferry will sail.",
            "“on Wednesday” was 11 November, the week before this issue.",
        ),
        ("On Wednesday the council will meet, it was said.", None),
        ("The council met last Friday.", "“last Friday” was 6 November, 2 weeks before this issue."),
        ("Tuesday’s council was long.", "“Tuesday” was 10 November, the week before this issue."),
        ("The council met every Wednesday, on Sundays too.", None),
        ("“We meet on Wednesday,” the chair said.", None),
        ("The council met on Wednesday, Nov. 11.", None),
    ],
)
def test_what_a_weekday_meant_in_an_article_of_the_week_before(text: str, sentence: str | None) -> None:
    assert doubts(text, page(WEEK_BEFORE)) == ([sentence] if sentence else [])


def test_last_and_next_week_are_other_weeks_for_the_readers_of_another() -> None:
    before = page(WEEK_BEFORE)
    assert doubts("It fell last week.", before) == [
        "“last week” was the week of 2 November, 2 weeks before this issue."
    ]
    assert doubts("It falls this week.", before) == [
        "“this week” was the week of 9 November, the week before this issue."
    ]
    assert doubts("It falls next week.", before) == ["“next week” was the week of 16 November, the week of this issue."]
    assert doubts("It fell last week and falls next week.") == []


def test_an_undated_article_speaks_of_the_week_its_text_tells() -> None:
    told = with_evidence(page(None), date(2026, 11, 9), date(2026, 11, 13))
    assert doubts("The council met on Wednesday.", told) == [
        "“on Wednesday” was 11 November, the week before this issue."
    ]
    assert doubts("The council met yesterday.", told) == []


def test_yesterday_today_and_tomorrow_are_other_days_when_the_issue_is_read() -> None:
    day = "by the time the issue is read it is another day."
    assert doubts("It fell yesterday.") == [f"“yesterday” was Wednesday, 18 November; {day}"]
    assert doubts("It falls today.") == [f"“today” was Thursday, 19 November; {day}"]
    assert doubts("It falls tomorrow.") == [f"“tomorrow” was Friday, 20 November; {day}"]
    assert doubts("“It falls today,” he said.") == []
    assert doubts("In today’s world it falls.") == []


def test_the_day_is_the_one_of_the_newsletters_own_clock() -> None:
    late = page(datetime(2026, 11, 18, 23, 30, tzinfo=UTC))
    assert "Thursday, 19 November" in doubts("It falls today.", late)[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The council meets on Feb. 2.", "2 February 2027, 11 weeks after this issue"),
        ("The council meets on July 13.", "13 July 2026, 18 weeks before this issue"),
        ("The council met on March 3.", "3 March 2027, 15 weeks after this issue"),
    ],
)
def test_a_date_without_a_year_far_from_the_issue_is_a_doubt(text: str, told: str) -> None:
    (sentence,) = doubts(text)
    assert told in sentence
    assert sentence.endswith("; say which year is meant.")


@pytest.mark.parametrize(
    "text",
    [
        "The council meets on Dec. 8.",
        "The council met on Oct. 23.",
        "The ban was lifted on July 13.",
        "The council will meet on Feb. 2.",
        "Hired until Jan. 31, the ferry sails.",
    ],
)
def test_a_date_that_readers_place_is_no_doubt(text: str) -> None:
    assert doubts(text) == []


def test_a_year_that_the_article_gives_is_no_doubt_and_another_one_is() -> None:
    own = page(THIS_WEEK, "The wall was begun on 3 May 1931.")
    assert doubts("Begun on 3 May 1931, the wall stands.", own) == []
    assert doubts("Work begins on 3 May 1951.", own) == [
        "“3 May 1951” is 3942 weeks before this issue, and the article does not name that year."
    ]


def test_a_day_that_the_articles_own_sentence_does_not_have_is_a_doubt() -> None:
    own = page(
        THIS_WEEK, "The harbour council of Skarrow decided on Tuesday to mend the wall before Dec. 8 and no later."
    )
    (text,) = own.body
    assert doubts(text, own) == []
    assert doubts("The harbour council of Skarrow decided on Tuesday to mend the wall.", own) == []
    assert doubts(text.replace("Tuesday", "Thursday"), own) == [
        "“on Thursday” is not what the article says there, which is “on Tuesday”."
    ]
    assert spans(text.replace("Dec. 8", "Dec. 9"), own) == ["Dec. 9"]
    assert doubts(text.replace("Dec. 8", "8 December"), own) == []
    assert doubts("Nobody had asked the fishermen on Thursday.", own) == []


def test_days_that_change_places_are_a_doubt() -> None:
    own = page(THIS_WEEK, "The wall of Skarrow broke on Monday evening and was closed on Friday morning with stones.")
    (text,) = own.body
    swapped = text.replace("Monday", "Sunday").replace("Friday", "Monday").replace("Sunday", "Friday")
    assert doubts(text, own) == []
    assert len(doubts(swapped, own)) == 1


def test_a_language_whose_days_are_not_known_raises_no_doubt() -> None:
    german = replace(page(WEEK_BEFORE), language="de")
    assert doubts("Der Rat met on Wednesday.", german) == []
    assert doubts("The council met on Wednesday.", replace(german, language="en-GB")) != []


@pytest.mark.parametrize("source", WEEK, ids=lambda source: source.headline)
def test_the_texts_of_the_week_raise_no_doubt(source: Article) -> None:
    assert [doubt for text in source.body for doubt in dateline_doubts(text, source, SLOT_47)] == []


@pytest.mark.parametrize("file", sorted(MAGAZINE.glob("*.md")), ids=lambda file: file.stem)
def test_the_sample_articles_raise_no_doubt_in_their_own_week(file: Path) -> None:
    source = read_path(file, now=datetime(2026, 11, 23, tzinfo=UTC))
    assert source.published
    slot = Slot.of(source.published, "Europe/Copenhagen")
    found = [doubt.sentence for text in _texts(source) for doubt in dateline_doubts(text, source, slot)]
    assert found == []


def _texts(source: Article) -> Iterator[str]:
    yield from source.body
    for section in source.sections:
        yield from section.items if isinstance(section, OtherNews) else section.paragraphs


@cache
def _pages() -> tuple[Article, ...]:
    return tuple(read_path(path, now=datetime(2026, 11, 19, tzinfo=UTC)) for path in sorted(SEEDS.glob("*.txt")))


def _mutants(sentence: str) -> Iterator[str]:
    """``sentence`` with one weekday, or the day of one date, changed to another."""
    for named in named_weekdays(sentence, ENGLISH):
        printed = ENGLISH.weekdays[named.weekday]
        for other in ENGLISH.weekdays:
            if other != printed:
                yield sentence[: named.start] + sentence[named.start :].replace(printed, other, 1)
    for day in named_days(sentence, ENGLISH):
        for other_day in range(1, 28):
            if other_day != day.day:
                shifted = re.sub(rf"\b{day.day}\b", str(other_day), day.span, count=1)
                yield sentence[: day.start] + shifted + sentence[day.start + len(day.span) :]


real = pytest.mark.real
here = pytest.mark.skipif(not SEEDS.is_dir() and os.environ.get("CI") != "true", reason="the real pages are not here")
SEED_WEEK = Slot("2024-W43", "Europe/Berlin")


@real
@here
def test_the_real_texts_of_their_own_week_raise_no_doubt() -> None:
    for source in _pages():
        for text in (source.headline, source.dek or "", *_texts(source)):
            assert dateline_doubts(text, source, SEED_WEEK) == ()


@real
@here
def test_every_shifted_day_of_the_real_texts_is_caught() -> None:
    mutants = [
        (source, mutant)
        for source in _pages()
        for text in (*_texts(source), *(section.heading for section in source.sections))
        for sentence in sentences(text)
        for mutant in _mutants(sentence)
    ]
    missed = [mutant for source, mutant in mutants if not dateline_doubts(mutant, source, SEED_WEEK)]
    assert len(mutants) > 50
    assert missed == []


@real
@here
def test_a_real_text_is_doubted_in_the_issue_of_another_week() -> None:
    for source in _pages():
        dated = replace(source, published=datetime(2024, 10, 24, 12, 0, tzinfo=UTC))
        for text in _texts(dated):
            days = [day for sentence in sentences(text) for day in named_weekdays(sentence, ENGLISH)]
            if days and "“" not in text:
                assert dateline_doubts(text, dated, Slot("2024-W44", "Europe/Berlin"))
