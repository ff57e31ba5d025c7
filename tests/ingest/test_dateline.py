from datetime import date

import pytest

from newsletter.ingest.dateline import read_dates
from newsletter.model.date_words import day_of

NOW = date(2026, 11, 19)


def test_dates_in_the_text_are_listed_once_in_the_order_printed() -> None:
    found = read_dates(["The fair ran to Nov. 3, 2024.", "It opens on October 30 and closes Nov. 3, 2024."], now=NOW)
    assert found.explicit == ("Nov. 3, 2024", "October 30")


@pytest.mark.parametrize("text", ["12 May 2024", "13th Jan, 2025", "2024-10-23", "Sept. 2", "Oct.\u00a023", "May 5"])
def test_the_usual_ways_of_writing_a_date_are_known(text: str) -> None:
    assert read_dates([f"It began {text} in the rain."], now=NOW).explicit == (text,)


@pytest.mark.parametrize(
    "text", ["may 5 boats", "Oct. 2024", "in June", "10 percent of 2024", "Mark 5", "May 500 boats"]
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert read_dates([text], now=NOW).explicit == ()


def test_relative_phrases_are_listed_from_the_week_to_the_night() -> None:
    text = "On Wednesday, in last night’s speech, she said that as of today, and since last week, this week counts."
    assert read_dates([text], now=NOW).relative == ("last week", "on Wednesday", "as of today", "last night's")


def test_the_year_is_the_nearest_past_one_in_which_weekday_and_date_agree() -> None:
    found = read_dates([], dated=[("Oct. 23", "Marsh stepped onto the quay Wednesday.")], now=NOW)
    assert found.weekdays_tied == (("Wednesday", "Oct. 23"),)
    assert found.inferred_year == 2024
    assert found.week == (date(2024, 10, 21), date(2024, 10, 25))


def test_the_year_depends_on_when_the_page_was_read() -> None:
    dated = [("Oct. 23", "Marsh stepped onto the quay Wednesday.")]
    assert read_dates([], dated=dated, now=date(2024, 10, 22)).inferred_year == 2019
    assert read_dates([], dated=dated, now=date(2031, 1, 1)).inferred_year == 2030


def test_a_weekday_beside_its_date_is_tied_to_it() -> None:
    found = read_dates(["The quay opened on Tuesday, Nov. 17, and closed at once."], now=NOW)
    assert found.weekdays_tied == (("Tuesday", "Nov. 17"),)
    assert found.inferred_year == 2026


def test_pairs_that_never_agree_leave_the_year_open() -> None:
    found = read_dates(["It opened Tuesday, Nov. 17, and closed Tuesday, Nov. 18."], now=NOW)
    assert found.inferred_year is None
    assert found.week is None


def test_a_paragraph_with_two_weekdays_ties_none_to_its_heading() -> None:
    assert read_dates([], dated=[("Oct. 23", "On Monday and on Wednesday.")], now=NOW).weekdays_tied == ()


def test_without_a_tie_no_year_is_guessed() -> None:
    assert read_dates(["It happened on Oct. 23, 2024, last week."], now=NOW).inferred_year is None


def test_dates_of_credits_and_cards_are_kept_apart() -> None:
    aside = ["Top photo credit: a quay, July 13, 2025. AGENCY", "The report of 1990, due by 2028, costs $2024."]
    found = read_dates(["The boats sail on Oct. 23."], set_aside=aside, now=NOW)
    assert found.explicit == ("Oct. 23",)
    assert found.must_not_use == ("July 13, 2025", "1990", "2028")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oct. 23", date(2024, 10, 23)),
        ("23rd October", date(2024, 10, 23)),
        ("October 23, 2019", date(2019, 10, 23)),
        ("2019-10-23", date(2019, 10, 23)),
        ("Feb. 30", None),
        ("2019-13-01", None),
        ("Quay 23", None),
    ],
)
def test_a_date_in_words_is_a_day_of_the_year_unless_it_names_its_own(text: str, expected: date | None) -> None:
    assert day_of(text, 2024) == expected


def test_a_date_without_any_year_is_no_day() -> None:
    assert day_of("Oct. 23", None) is None
