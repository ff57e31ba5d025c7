"""What editors are told by mail, each thing once."""

import asyncio
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self

import pytest

from calendar_desk import FRIDAY, HOUR, MONDAY, CalendarDesk
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import RelayUnreachable
from newsletter.model.cadence import Policy
from newsletter.store.store import Store


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> CalendarDesk:
    made = CalendarDesk(store, tmp_path)
    made.begin()
    return made


def go_round(desk: CalendarDesk, relay: MemoryTransport, times: int = 1) -> None:
    rounds = desk.rounds(relay)
    for _ in range(times):
        rounds.look()
        asyncio.run(rounds.tell())
        desk.clock.go_to(desk.clock.now + timedelta(minutes=2))


def read(relay: MemoryTransport) -> list[EmailMessage]:
    return [message_from_bytes(mail.content, policy=policy.default) for mail in relay.mails]


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_that_a_draft_waits_they_are_told_a_day_before_its_deadline(desk: CalendarDesk) -> None:
    relay = MemoryTransport()
    go_round(desk, relay)
    assert relay.mails == []
    desk.clock.go_to(FRIDAY - 24 * HOUR)
    go_round(desk, relay, times=3)
    assert [mail.recipient for mail in relay.mails] == ["desk@news.example.org"]
    (mail,) = read(relay)
    assert str(mail["Subject"]).startswith("Ready to look at: Story number")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Friday, 20 November 2026, 16:00" in body(mail).replace("\n", " ")
    assert "https://news.example.org/desk/" in body(mail)


def test_that_a_slot_is_held_they_are_told_with_the_reason(desk: CalendarDesk) -> None:
    relay = MemoryTransport()
    desk.change(remind_hours=0.0)
    go_round(desk, relay)
    desk.clock.go_to(FRIDAY)
    go_round(desk, relay, times=3)
    (mail,) = read(relay)
    assert mail["Subject"] == "Held, and not sent: Harbour Weekly (16–22 November 2026)"
    assert "Nobody has approved it." in body(mail)
    assert "It was due on Friday, 20 November 2026, 16:00." in body(mail).replace("\n", " ")


def test_that_an_issue_has_gone_out_they_are_told_with_the_sums(desk: CalendarDesk) -> None:
    relay = MemoryTransport()
    desk.change(remind_hours=0.0)
    go_round(desk, relay)
    desk.approve()
    desk.clock.go_to(FRIDAY)
    go_round(desk, relay)
    desk.deliver()
    go_round(desk, relay, times=3)
    (mail,) = read(relay)
    assert mail["Subject"] == "Sent: Harbour Weekly (16–22 November 2026)"
    assert "3 of 3 readers have it." in body(mail)


def test_that_a_slot_passed_without_an_issue_they_are_told(desk: CalendarDesk) -> None:
    relay = MemoryTransport()
    desk.change(remind_hours=0.0, policy=Policy.SKIP)
    go_round(desk, relay)
    desk.clock.go_to(FRIDAY)
    go_round(desk, relay, times=2)
    (mail,) = read(relay)
    assert mail["Subject"] == "Left out: Harbour Weekly (16–22 November 2026)"


def test_a_relay_that_is_away_delays_what_they_are_told_and_loses_none_of_it(desk: CalendarDesk) -> None:
    class Away(MemoryTransport):
        async def __aenter__(self) -> Self:
            raise RelayUnreachable("Nobody answers at 127.0.0.1:25.")

    desk.change(remind_hours=0.0)
    go_round(desk, MemoryTransport())
    desk.clock.go_to(FRIDAY)
    go_round(desk, Away())
    assert any("could not be told" in line for line in desk.said)
    relay = MemoryTransport()
    go_round(desk, relay, times=2)
    assert [mail["Subject"] for mail in read(relay)] == ["Held, and not sent: Harbour Weekly (16–22 November 2026)"]


def test_without_editors_nobody_is_written_to(desk: CalendarDesk) -> None:
    relay = MemoryTransport()
    desk.change(editors=())
    go_round(desk, relay)
    desk.clock.go_to(FRIDAY)
    go_round(desk, relay, times=2)
    assert relay.mails == []
    assert desk.clock.now > MONDAY
