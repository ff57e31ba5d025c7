"""Manners on the way out: shared limits, what providers bear, warming up, quiet hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from builders import NOW
from newsletter.deliver.memory import MemoryTransport
from newsletter.deliver.pace.limits import Limits, Rate
from newsletter.model.delivery import Claimed, DeliveryState, Receipt, Verdict
from newsletter.model.issue import IssueState
from newsletter.pipeline import Press
from test_aftermath import ready

TOMORROW = datetime(2026, 11, 20, tzinfo=UTC)
TOO_FAST = Receipt(verdict=Verdict.DEFERRED, code=450, text="4.7.28 Too many messages, slow down")


def test_a_slow_providers_readers_wait_in_line_and_hold_up_nobody_else(press: Press) -> None:
    ready(press, 6)
    slow = replace(press, limits=Limits(groups={"example.com": Rate.parse("6/minute")}))
    relay = MemoryTransport()
    slow.dispatch.send(1, relay)
    assert len(relay.mails) == 1, "the others have a place in line, each ten seconds after the one before"
    rows = press.store.accounts.rows(1)
    waiting = [row for row in rows if row.state is DeliveryState.DEFERRED]
    assert {row.reason for row in waiting} == {"paced"}
    places = sorted((row.due_at or NOW) - NOW for row in waiting)
    assert places == [timedelta(seconds=10 * n) for n in range(1, 6)]
    replace(slow, clock=lambda: NOW + timedelta(seconds=61)).dispatch.send(1, relay)
    assert len(relay.mails) == 6
    assert press.store.issues.get(1).state is IssueState.FINISHED


def test_a_provider_that_finds_us_too_fast_is_sent_to_more_slowly_from_then_on(press: Press) -> None:
    emails = ready(press, 3)
    pacer = press.dispatch.pacer
    pacer.saw(Claimed(subscriber_id=1, email=emails[0], name="", variant="", attempt=1), TOO_FAST)
    pacer.learn()
    known = press.store.rates.load("group:example.com")
    assert known is not None
    assert known["rate"] < 2


def test_what_a_short_run_learnt_is_there_for_the_next(press: Press) -> None:
    emails = ready(press, 12)
    press.dispatch.send(1, MemoryTransport({emails[8]: TOO_FAST}))
    assert (press.store.rates.load("group:example.com") or {}).get("rate"), "it ended before its first pulse"


def test_warming_up_sends_so_many_a_day_and_the_rest_on_the_next(press: Press) -> None:
    ready(press, 70)
    fresh = replace(press, warm_up_since=date(2026, 11, 19))
    relay = MemoryTransport()
    fresh.dispatch.send(1, relay, stopping=lambda: press.store.issues.get(1).send_at == TOMORROW)
    assert len(relay.mails) == 50
    assert press.store.issues.get(1).send_at == TOMORROW
    replace(fresh, clock=lambda: NOW + timedelta(days=1)).dispatch.send(1, relay)
    assert len(relay.mails) == 70


@pytest.mark.parametrize("lanes", [3, 10, 100])
def test_the_last_mails_of_a_day_of_warming_up_are_sent_and_not_claimed_for_ever(press: Press, lanes: int) -> None:
    ready(press, 70)
    fresh = replace(press, warm_up_since=date(2026, 11, 19))
    relay = MemoryTransport()
    relay.connections = lanes
    looks = iter(range(300))
    fresh.dispatch.send(
        1, relay, stopping=lambda: press.store.issues.get(1).send_at == TOMORROW or next(looks, None) is None
    )
    assert len(relay.mails) == 50
    assert press.store.issues.get(1).send_at == TOMORROW


def test_nothing_leaves_in_quiet_hours_and_the_issue_says_until_when(press: Press) -> None:
    ready(press, 3, quiet="12:30-14:00")  # NOW is 13:00 in Berlin
    press.dispatch.begin(1)
    relay = MemoryTransport()
    looks = iter(range(3))
    press.dispatch.send(1, relay, stopping=lambda: next(looks, None) is None)
    assert relay.mails == []
    assert press.store.issues.get(1).send_at == datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
    replace(press, clock=lambda: NOW + timedelta(hours=1)).dispatch.send(1, relay)
    assert len(relay.mails) == 3


@pytest.mark.parametrize("rate", ["2/second", "30/minute"])
def test_all_senders_together_keep_to_one_rate(press: Press, rate: str) -> None:
    limited = replace(press, limits=Limits(everything=Rate.parse(rate)))
    pacer = limited.dispatch.pacer
    per_second = Rate.parse(rate).per_second
    taken, wait = 0, 0.0
    for _ in range(5):
        count, wait = pacer.permits(10)
        taken += count
    assert wait >= (taken - count) / per_second - 0.01
