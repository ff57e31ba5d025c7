import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import article, provenance
from newsletter.compose.choose.gazetteer import HOME_TERMS, REGIONS
from newsletter.compose.choose.topics import is_about, stated_topics, topics
from newsletter.ingest.read import read_path
from newsletter.model.article import Article, Byline

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"


def page(headline: str, *body: str, dek: str | None = None) -> Article:
    return article(headline, body=body, dek=dek)


def best(found: Article) -> str:
    return topics(found)[0].topic


def test_what_the_page_says_comes_first_with_full_weight() -> None:
    found = replace(
        page("Warsaw and Kyiv agree on a port"),
        byline=Byline(raw="Reporting | Transport", section="Transport"),
        topics=("Harbours", "transport"),
    )
    stated = [(guess.topic, guess.share) for guess in topics(found)][:2]
    assert stated == [("Transport", 1.0), ("Harbours", 1.0)]
    assert topics(found)[2].topic == "Europe"
    assert stated_topics(found) == ("Transport", "Harbours")


def test_a_stated_region_is_not_guessed_once_more() -> None:
    found = replace(page("Warsaw and Kyiv agree on a port"), topics=("europe",))
    assert [guess.topic for guess in topics(found)].count("Europe") == 0
    assert topics(found)[0].topic == "europe"


@pytest.mark.parametrize(
    ("headline", "region"),
    [
        ("Warsaw and Kyiv agree on a port", "Europe"),
        ("Japanese shipyard wins an order from Manila", "Asia-Pacific"),
        ("Omani port opens to Iranian ships", "Middle East"),
        ("Kenya and Uganda share a lake ferry", "Africa"),
        ("Chile bans trawling off its coast", "Americas"),
        ("Senate votes on the Coast Guard’s budget", "Americas"),
        ("L’Allemagne ferme un port", "Europe"),
        ("Росія закриває порт", "Europe"),
    ],
)
def test_names_tell_the_region(headline: str, region: str) -> None:
    assert best(page(headline)) == region


def test_the_host_country_beats_a_mention_of_the_white_house() -> None:
    found = page("White House weighs on Poland", "Washington will ask Warsaw for a port, the White House said.")
    assert [guess.topic for guess in topics(found)] == ["Europe", "Americas"]
    assert best(page("White House weighs on senators", "Washington will ask the Senate for a port.")) == "Americas"


def test_the_headline_counts_three_times_and_the_dek_twice() -> None:
    assert best(page("A port for Kenya", "Poland and Poland will pay.")) == "Africa"
    assert best(page("A port", "Poland will pay.", dek="Kenya wants one.")) == "Africa"
    assert best(page("A port", "Poland and Poland and Poland will pay.", dek="Kenya wants one.")) == "Europe"


def test_a_second_choice_is_always_offered() -> None:
    first, second = topics(page("A port for Kenya"))
    assert (first.topic, first.reason) == ("Africa", "names “Kenya”")
    assert second.reason == "no name of this region; offered as the other choice"


def test_an_article_that_names_no_place_is_not_guessed() -> None:
    assert topics(page("Ferry fares rise in spring", "turkey is eaten on the pier, with china cups.")) == ()


def test_a_name_inside_a_word_is_none() -> None:
    assert topics(page("Chadwick and Malick sail the Romer")) == ()
    assert topics(page("The UKRIA club sails")) == ()


@given(
    st.lists(st.sampled_from([t.rstrip("*") for terms in (*REGIONS.values(), HOME_TERMS) for t in terms]), max_size=40)
)
def test_no_guess_is_surer_than_two_in_three(names: list[str]) -> None:
    guesses = topics(page(" ".join(names), " and ".join(names)))
    shares = [guess.share for guess in guesses]
    assert shares == sorted(shares, reverse=True)
    assert all(0 < share <= 0.66 for share in shares)
    assert len(guesses) != 1
    assert bool(guesses) is bool(names)


def test_an_article_is_about_what_it_states_whatever_the_case() -> None:
    found = replace(page("Ferry fares rise"), topics=("Transport",))
    assert is_about(found, ["schools", "TRANSPORT"])
    assert not is_about(found, ["schools"])
    assert not is_about(found, [])


def test_an_article_is_about_its_best_guess_and_any_likely_one() -> None:
    both = page("Poland and Kenya share a port", "Warsaw pays, Nairobi builds.")
    assert is_about(both, ["europe"])
    assert is_about(both, ["Africa"])
    assert not is_about(both, ["Middle East"])
    mostly = page("Poland builds a port", "Warsaw and Berlin pay. Polish ships come from Kenya.")
    assert is_about(mostly, ["Europe"])
    assert not is_about(mostly, ["Africa"])


@pytest.mark.real
@pytest.mark.skipif(not SEEDS.is_dir() and os.environ.get("CI") != "true", reason="the real pages are not here")
def test_five_of_the_six_related_cards_get_their_section() -> None:
    now = datetime(2026, 11, 19, tzinfo=UTC)
    cards = [card for path in sorted(SEEDS.glob("*.txt")) for card in read_path(path, now=now).related]
    home = {"Washington Politics": "Americas"}
    right = [
        best(Article(headline=card.title, body=card.excerpt, provenance=provenance())) == home.get(section, section)
        for card in cards
        if (section := card.section)
    ]
    assert len(right) == 6
    assert sum(right) == 5
