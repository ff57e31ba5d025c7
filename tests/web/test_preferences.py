"""The preferences page: what it offers, and what becomes of what a reader chooses there."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from builders import NOW, newsletter, subscriber
from newsletter.i18n.phrases import LANGUAGES
from newsletter.i18n.zones import zones
from newsletter.model.cadence import Cadence, Every
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import Frequency, Subscription, SubscriptionState
from newsletter.pipeline import Press
from newsletter.web.app import create

DAILY = Cadence(every=Every.DAY)
ALL = ["stories", "other_news", "briefing", "series", "numbers", "events", "magazine"]


@pytest.fixture
def link(press: Press) -> str:
    letter = paper(press, topics=("Harbour", "Crime & courts"), cadence=DAILY)
    press.store.subscribers.add(letter.id or 0, [Subscription(subscriber=subscriber(), newsletter="")], now=NOW)
    return press.links.preferences(1, letter.id or 0)


@pytest.fixture
def web(press: Press) -> Iterator[TestClient]:
    with TestClient(create(press), base_url="https://news.example.org") as client:
        yield client


def paper(press: Press, **given: Any) -> Newsletter:
    return press.store.newsletters.save(newsletter(**given))


def standing(press: Press) -> Subscription:
    return press.store.subscribers.get(1, 1)


def chosen(page: str) -> dict[str, list[str]]:
    """What a browser would send for this page if nobody touched it."""
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and (" checked" in tag or 'type="date"' in tag or 'name="name"' in tag):
            sent.setdefault(name[1], []).append(value[1])
    for name, options in re.findall(r'<select[^>]* name="(\w+)">(.*?)</select>', page, re.DOTALL):
        value = re.search(r'value="([^"]*)"[^>]* selected', options)
        sent.setdefault(name, []).append((value[1] if value else "").replace("&amp;", "&"))
    return sent


def test_a_reader_sets_everything_and_finds_it_again(press: Press, web: TestClient, link: str) -> None:
    choices = {
        "state": "paused", "pause_until": "2026-12-24", "frequency": "monthly", "hour": "7", "timezone": "Asia/Kolkata",
        "topic": ["Harbour=every", "Crime & courts=never"], "wanted": ["stories"], "name": "Zoë Reader", "language": "de",
        "format": "text",
    }  # fmt: skip
    assert "Gespeichert" in web.post(link, data=choices).text
    found = standing(press)
    assert (found.state, found.frequency, found.hour) == (SubscriptionState.PAUSED, Frequency.MONTHLY, 7)
    assert found.topics == {"Harbour": Frequency.EVERY, "Crime & courts": Frequency.NEVER}
    person = found.subscriber
    assert (person.timezone, person.name, person.language, person.plain) == ("Asia/Kolkata", "Zoë Reader", "de", True)
    assert found.paused_until == datetime(2026, 12, 23, 18, 30, tzinfo=UTC)
    again = chosen(web.get(link).text)
    assert again == {key: value if isinstance(value, list) else [value] for key, value in choices.items()}


def test_saving_without_touching_anything_changes_nothing(press: Press, web: TestClient, link: str) -> None:
    for _ in range(2):
        untouched = chosen(web.get(link).text)
        assert untouched["timezone"] == ["Europe/Berlin"]
        assert (untouched["hour"], untouched["wanted"]) == (["any"], ALL)
        web.post(link, data=untouched)
    assert press.store.audit.of("subscriber 1") == []
    assert standing(press).subscriber.timezone == ""


def test_what_makes_no_difference_is_not_offered_unless_it_was_chosen(press: Press, web: TestClient, link: str) -> None:
    assert re.findall(r'name="frequency" value="(\w+)"', web.get(link).text) == [
        "every", "weekly", "monthly", "breaking",
    ]  # fmt: skip
    paper(press, cadence=Cadence(every=Every.WEEK, on=("friday",)), topics=("Harbour",))
    page = web.get(link).text
    assert re.findall(r'name="frequency" value="(\w+)"', page) == ["every", "monthly", "breaking"]
    assert "Harbour=weekly" not in page
    web.post(link, data={"state": "active", "frequency": "weekly", "topic": "Harbour=weekly"})
    assert chosen(web.get(link).text)["frequency"] == ["weekly"]
    assert chosen(web.get(link).text)["topic"] == ["Harbour=weekly"]


def test_a_newsletter_without_topics_does_not_ask_for_any(press: Press, web: TestClient, link: str) -> None:
    assert "Crime &amp; courts=never" in web.get(link).text
    paper(press)
    assert 'name="topic"' not in web.get(link).text
    assert "Topics" not in web.get(link).text


@pytest.mark.parametrize("day", ["2026-11-19", "2020-01-01", "soon", "9999-12-31", "2026-02-30"])
def test_a_day_that_ends_no_pause_saves_nothing_and_says_so(press: Press, web: TestClient, link: str, day: str) -> None:
    answer = web.post(link, data={"state": "paused", "pause_until": day, "frequency": "weekly", "wanted": ["stories"]})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'aria-invalid="true" aria-describedby="no-day"' in answer.text
    # What else was chosen is still chosen, so that only the day has to be mended.
    assert chosen(answer.text)["frequency"] == ["weekly"]
    assert (chosen(answer.text)["wanted"], chosen(answer.text)["state"]) == (["stories"], ["paused"])
    assert press.store.audit.of("subscriber 1") == []


@pytest.mark.parametrize(
    "stale", [{"topic": "Sports=never"}, {"timezone": "Mars/Base"}, {"hour": "24"}, {"frequency": "never"}]
)
def test_a_page_older_than_what_is_offered_saves_nothing_and_says_so(
    press: Press, web: TestClient, link: str, stale: dict[str, str]
) -> None:
    answer = web.post(link, data={"state": "unsubscribed", **stale})
    assert answer.status_code == 422
    assert "Please choose again" in answer.text
    assert press.store.audit.of("subscriber 1") == []


def test_nobody_makes_themselves_unconfirmed(press: Press, web: TestClient, link: str) -> None:
    assert web.post(link, data={"state": "unconfirmed"}).status_code == 422
    assert standing(press).state is SubscriptionState.ACTIVE


@pytest.mark.parametrize("day", ["2026-12-24", "2020-01-01", "soon"])
def test_a_day_counts_for_nobody_who_does_not_pause(press: Press, web: TestClient, link: str, day: str) -> None:
    assert "Saved" in web.post(link, data={"state": "active", "pause_until": day, "wanted": ALL}).text
    assert (standing(press).state, standing(press).paused_until) == (SubscriptionState.ACTIVE, None)


def test_whoever_comes_back_early_does_so_although_the_day_still_stands_there(
    press: Press, web: TestClient, link: str
) -> None:
    web.post(link, data={"state": "paused", "pause_until": "2026-12-24"})
    there = chosen(web.get(link).text)
    assert there["pause_until"] == ["2026-12-24"]
    web.post(link, data={**there, "state": "active"})
    found = standing(press)
    assert (found.state, found.paused_until) == (SubscriptionState.ACTIVE, None)


def test_leaving_ends_a_pause_and_a_day_does_not_keep_anybody(press: Press, web: TestClient, link: str) -> None:
    web.post(link, data={"state": "unsubscribed", "pause_until": "2026-12-24"})
    found = standing(press)
    assert (found.state, found.paused_until) == (SubscriptionState.UNSUBSCRIBED, None)
    web.post(link, data={"state": "active"})
    assert standing(press).state is SubscriptionState.ACTIVE


def test_a_pause_that_is_over_is_not_shown_as_one(press: Press, web: TestClient, link: str) -> None:
    web.post(link, data={"state": "paused", "pause_until": "2026-11-20"})
    assert chosen(web.get(link).text)["state"] == ["paused"]
    held = standing(press)
    assert held.paused_until is not None
    press.store.subscribers.change(
        Subscription(
            subscriber=held.subscriber,
            newsletter=held.newsletter,
            state=held.state,
            paused_until=NOW - timedelta(days=1),
        ),
        1,
        actor="t",
        now=NOW,
    )
    page = chosen(web.get(link).text)
    assert (page["state"], page["pause_until"]) == (["active"], [""])


def test_a_topic_that_is_no_longer_offered_waits_for_its_return(press: Press, web: TestClient, link: str) -> None:
    web.post(link, data={"state": "active", "topic": ["Harbour=monthly", "Crime & courts=never"]})
    paper(press, topics=("harbour",), cadence=DAILY)
    assert chosen(web.get(link).text)["topic"] == ["harbour=monthly"]
    web.post(link, data=chosen(web.get(link).text))
    assert standing(press).topics == {"harbour": Frequency.MONTHLY, "Crime & courts": Frequency.NEVER}


def test_the_newsletters_own_zone_can_be_chosen_even_if_it_is_no_place(
    press: Press, web: TestClient, link: str
) -> None:
    paper(press, timezone="UTC")
    assert chosen(web.get(link).text)["timezone"] == ["UTC"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_zone_has_words_of_its_own_in_every_language(language: str) -> None:
    names, words = zip(*zones(language), strict=True)
    assert len(set(names)) == len(set(words)) == len(names)
    assert dict(zones("uk"))["Europe/Kyiv"] == "Україна – Київ"
    assert dict(zones("de"))["Asia/Kolkata"] == "Indien – Kalkutta"
    assert dict(zones("en"))["Asia/Singapore"] == "Singapore"
