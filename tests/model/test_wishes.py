from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from builders import NOW, newsletter, subscriber
from newsletter.errors import ChoiceError
from newsletter.model.cadence import Cadence, Every
from newsletter.model.subscriber import Frequency, Subscription, SubscriptionState
from newsletter.model.wishes import (
    frequencies,
    frequency_wish,
    hour_wish,
    pause_wish,
    standing,
    topic_wish,
    zone_of,
    zone_wish,
)

EVERY, WEEKLY, MONTHLY, BREAKING, NEVER = Frequency
LETTER = newsletter(topics=("Harbour & Sea", "Crime"))


@pytest.mark.parametrize(
    ("cadence", "offered"),
    [
        (None, (EVERY, MONTHLY, BREAKING)),
        (Cadence(every=Every.DAY), (EVERY, WEEKLY, MONTHLY, BREAKING)),
        (Cadence(every=Every.WEEKDAY), (EVERY, WEEKLY, MONTHLY, BREAKING)),
        (Cadence(every=Every.WEEK, on=("friday",)), (EVERY, MONTHLY, BREAKING)),
        (Cadence(every=Every.WEEK, on=("tuesday", "friday")), (EVERY, WEEKLY, MONTHLY, BREAKING)),
        (Cadence(every=Every.TWO_WEEKS, on=("friday",), since=date(2026, 1, 2)), (EVERY, MONTHLY, BREAKING)),
        (Cadence(every=Every.MONTH, on=("1",)), (EVERY, BREAKING)),
        (Cadence(every=Every.MONTH, on=("1", "15")), (EVERY, WEEKLY, MONTHLY, BREAKING)),
        (Cadence(every=Every.CRON, cron="0 7 * * mon-fri"), (EVERY, WEEKLY, MONTHLY, BREAKING)),
    ],
)
def test_only_what_makes_a_difference_is_offered(cadence: Cadence | None, offered: tuple[Frequency, ...]) -> None:
    assert frequencies(newsletter(cadence=cadence)) == offered


def test_a_topic_is_found_in_any_letter_case_and_spelt_as_the_newsletter_does() -> None:
    assert topic_wish("harbour & SEA=monthly", LETTER) == ("Harbour & Sea", MONTHLY)
    assert topic_wish(" Crime =never", LETTER) == ("Crime", NEVER)
    assert topic_wish("Crime=usual", LETTER) == ("Crime", None)


@pytest.mark.parametrize("text", ["Sports=never", "Crime", "=never", ""])
def test_an_unknown_topic_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(ChoiceError, match="offers: Harbour & Sea, Crime"):
        topic_wish(text, LETTER)


def test_a_topic_is_never_wanted_in_a_way_that_does_not_exist() -> None:
    with pytest.raises(ChoiceError, match="'often' is not how often"):
        topic_wish("Crime=often", LETTER)
    with pytest.raises(ChoiceError, match="offers no topics"):
        topic_wish("Crime=never", newsletter())


def test_a_newsletter_as_a_whole_is_not_had_never() -> None:
    assert frequency_wish("weekly") is WEEKLY
    for text in ("never", "Weekly", "daily", ""):
        with pytest.raises(ChoiceError, match="one of every, weekly, monthly, breaking"):
            frequency_wish(text)


def test_an_hour_is_one_that_a_clock_shows() -> None:
    assert [hour_wish(text) for text in ("any", "0", "07", "23")] == [None, 0, 7, 23]
    for text in ("24", "-1", "7:30", "", "seven", "٧"):
        with pytest.raises(ChoiceError, match="no hour"):
            hour_wish(text)


def test_a_zone_is_a_place_and_not_what_one_machine_calls_its_own() -> None:
    assert [zone_wish(text) for text in ("usual", "UTC", "Asia/Kolkata")] == ["", "UTC", "Asia/Kolkata"]
    for text in ("Berlin", "localtime", "../etc/passwd", "/etc/localtime", "Europe/Atlantis", "EST", ""):
        with pytest.raises(ChoiceError, match="no time zone"):
            zone_wish(text)


def test_a_pause_ends_when_the_day_begins_where_the_reader_is() -> None:
    day = date(2026, 12, 24)
    assert pause_wish(day, "Europe/Berlin", NOW).astimezone(UTC) == datetime(2026, 12, 23, 23, 0, tzinfo=UTC)
    assert pause_wish(day, "Asia/Kolkata", NOW).astimezone(UTC) == datetime(2026, 12, 23, 18, 30, tzinfo=UTC)
    # Nobody there ever had this midnight: the clocks went from 0:00 to 1:00.
    gap = pause_wish(date(2026, 4, 24), "Africa/Cairo", datetime(2026, 4, 1, tzinfo=UTC))
    assert gap.astimezone(UTC) == datetime(2026, 4, 23, 22, 0, tzinfo=UTC)


def test_a_pause_does_not_end_before_it_began_nor_in_another_age() -> None:
    assert pause_wish(date(2026, 11, 20), "Europe/Berlin", NOW) > NOW
    for day in (date(2026, 11, 19), date(2020, 1, 1), date.min):
        with pytest.raises(ChoiceError, match="over or has begun"):
            pause_wish(day, "Asia/Tokyo", NOW)
    with pytest.raises(ChoiceError, match="ten years"):
        pause_wish(date.max, "America/Los_Angeles", NOW)


def test_the_clock_is_the_readers_own_where_they_told_it() -> None:
    assert zone_of(subscriber(), LETTER) == "Europe/Berlin"
    assert zone_of(subscriber(timezone="Asia/Tokyo"), LETTER) == "Asia/Tokyo"


def test_a_pause_that_is_over_has_ended_by_itself() -> None:
    paused = Subscription(subscriber=subscriber(), newsletter="", state=SubscriptionState.PAUSED)
    assert standing(paused, NOW) is SubscriptionState.PAUSED
    until = replace(paused, paused_until=NOW)
    assert standing(until, NOW - timedelta(seconds=1)) is SubscriptionState.PAUSED
    assert standing(until, NOW) is SubscriptionState.ACTIVE
