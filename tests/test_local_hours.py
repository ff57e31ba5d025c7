"""Copies that leave at the hour of each reader, and in nobody's night."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW, newsletter
from newsletter.deliver.memory import MemoryTransport
from newsletter.dispatch.local_hours import leaves_at
from newsletter.model.delivery import DeliveryState, Receipt, Verdict
from newsletter.model.issue import IssueState
from newsletter.model.manners import Manners
from newsletter.model.subscriber import SubscriptionState
from newsletter.pipeline import Press
from test_aftermath import ready

QUIET = newsletter(manners=Manners(quiet="22:00-07:00"))
SEND_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "hour", "local"),
    [
        ("", None, "Fri 16:00"),
        ("", 16, "Fri 16:00"),
        ("", 8, "Sat 08:00"),
        ("America/New_York", None, "Fri 10:00"),
        ("America/New_York", 18, "Fri 18:00"),
        ("Asia/Tokyo", None, "Sat 07:00"),
        ("Asia/Tokyo", 23, "Sun 07:00"),
        ("Asia/Kathmandu", 9, "Sat 09:00"),
    ],
)
def test_a_copy_leaves_at_the_readers_hour_and_not_in_their_night(zone: str, hour: int | None, local: str) -> None:
    due = leaves_at(QUIET, SEND_AT, zone, hour)
    assert f"{due.astimezone(ZoneInfo(zone or QUIET.timezone)):%a %H:%M}" == local


def test_an_hour_that_comes_twice_is_its_first_and_one_that_is_left_out_the_jump() -> None:
    plain = newsletter()
    fold, gap = datetime(2026, 10, 31, 20, tzinfo=UTC), datetime(2027, 3, 13, 20, tzinfo=UTC)
    assert leaves_at(plain, fold, "America/New_York", 1) == datetime(2026, 11, 1, 5, tzinfo=UTC)
    assert leaves_at(plain, gap, "America/New_York", 2) == datetime(2027, 3, 14, 7, tzinfo=UTC)


@given(
    st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})),
    st.none() | st.integers(0, 23),
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware below
)
def test_in_every_zone_it_is_within_a_day_and_a_night(zone: str, hour: int | None, moment: datetime) -> None:
    send_at = moment.replace(tzinfo=UTC)
    due = leaves_at(QUIET, send_at, zone, hour)
    local = due.astimezone(ZoneInfo(zone))
    assert send_at <= due <= send_at + timedelta(hours=35)
    assert 7 <= local.hour < 22
    if hour is not None and 7 <= hour < 22:
        assert local.hour == hour


def reader(press: Press, number: int, *, zone: str = "", hour: int | None = None) -> None:
    known = press.store.subscribers.get(number, 1)
    wish = replace(known, hour=hour, subscriber=replace(known.subscriber, timezone=zone))
    press.store.subscribers.change(wish, 1, actor="reader", now=NOW)


def send(press: Press, at: datetime, relay: MemoryTransport) -> list[str]:
    before = len(relay.mails)
    replace(press, clock=lambda: at).dispatch.send(1, relay)
    return [mail.recipient for mail in relay.mails[before:]]


def test_each_gets_it_when_their_hour_has_come(press: Press) -> None:
    emails, relay = ready(press, 3), MemoryTransport()  # NOW is 13:00 in Berlin and 07:00 in New York
    reader(press, 1, zone="America/New_York", hour=9)
    reader(press, 2, hour=18)
    assert send(press, NOW, relay) == [emails[2]]
    assert press.store.issues.get(1).local_hours
    waiting = {row.email: (row.state, row.reason) for row in press.store.accounts.rows(1)}
    assert waiting[emails[0]] == (DeliveryState.DEFERRED, "hour")
    assert send(press, NOW + 2 * HOUR - timedelta(seconds=1), relay) == []
    assert send(press, NOW + 2 * HOUR, relay) == [emails[0]]
    assert send(press, NOW + 5 * HOUR, relay) == [emails[1]]
    assert press.store.issues.get(1).state is IssueState.FINISHED


def test_who_leaves_before_their_hour_gets_nothing(press: Press) -> None:
    emails, relay = ready(press, 2), MemoryTransport()
    reader(press, 1, hour=18)
    assert send(press, NOW, relay) == [emails[1]]
    known = press.store.subscribers.get(1, 1)
    press.store.subscribers.change(replace(known, state=SubscriptionState.UNSUBSCRIBED), 1, actor="r", now=NOW)
    assert send(press, NOW + 5 * HOUR, relay) == []
    assert press.dispatch.status(1).suppressed == {"unsubscribed": 1}


def test_a_retry_does_not_come_in_the_readers_night_either(press: Press) -> None:
    emails = ready(press, 1, quiet="22:00-07:00")
    reader(press, 1, zone="Asia/Tokyo", hour=21)  # NOW is 21:00 there
    later = Receipt(verdict=Verdict.DEFERRED, code=451, text="4.3.0 later")
    assert send(press, NOW + timedelta(minutes=55), MemoryTransport({emails[0]: later})) == []
    relay = MemoryTransport()
    assert send(press, NOW + timedelta(minutes=70), relay) == [], "it is 22:10 in Tokyo"
    (row,) = press.store.accounts.rows(1)
    assert (row.reason, row.due_at) == ("hour", datetime(2026, 11, 19, 22, 0, tzinfo=UTC))
    assert send(press, datetime(2026, 11, 19, 22, 0, tzinfo=UTC), relay) == emails


def test_who_only_waits_for_their_hour_is_not_given_up(press: Press) -> None:
    emails, relay = ready(press, 1, give_up_hours=1), MemoryTransport()
    reader(press, 1, hour=12)
    assert send(press, NOW, relay) == []
    assert send(press, NOW + 23 * HOUR, relay) == emails


def test_a_pause_that_ends_before_the_hour_costs_nobody_their_copy(press: Press) -> None:
    emails, relay = ready(press, 1), MemoryTransport()
    reader(press, 1, hour=18)
    known = press.store.subscribers.get(1, 1)
    paused = replace(known, state=SubscriptionState.PAUSED, paused_until=NOW + HOUR)
    press.store.subscribers.change(paused, 1, actor="r", now=NOW)
    assert send(press, NOW, relay) == []
    assert send(press, NOW + 5 * HOUR, relay) == emails, "nobody woke them but the claim itself"
