"""A relay's own limit, kept by all its lanes and by all senders together."""

import asyncio
import time

import pytest

from builders import NOW
from newsletter.deliver import metered
from newsletter.deliver.metered import Allowance, Metered
from newsletter.deliver.relay import Security, SmtpRelay
from newsletter.deliver.smtp import SmtpTransport
from newsletter.errors import StoreAway
from newsletter.model.delivery import Mail, Receipt, Verdict
from newsletter.store.store import Store
from one_lane import OneLane, Pile
from smtp_sink import smtp_sink


def relay(port: int = 25, per_second: float | None = None) -> SmtpRelay:
    return SmtpRelay(host="127.0.0.1", port=port, security=Security.NONE, per_second=per_second)


def mails(count: int) -> tuple[Mail, ...]:
    return tuple(
        Mail(
            sender="a@example.org",
            recipient=f"r{n}@example.com",
            message_id=f"<{n}@x>",
            content=b"Subject: x\r\n\r\nx\r\n",
        )
        for n in range(count)
    )


def test_as_many_turns_are_taken_as_were_reserved_and_none_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 100.0
    monkeypatch.setattr(metered, "clock", lambda: moment)
    waits = iter([0.0, 0.5, 0.5])
    asked: list[int] = []

    def meter(_relay: SmtpRelay, count: int) -> float:
        asked.append(count)
        return next(waits)

    allowance = Allowance(relay(per_second=20), meter)
    assert [allowance.take() for _ in range(10)] == [True] * 10
    assert not allowance.take(), "the next burst begins later"
    moment += 0.4
    assert not allowance.take()
    moment += 0.1
    assert [allowance.take() for _ in range(11)] == [True] * 10 + [False]
    assert asked == [10, 10, 10]


def test_a_turn_without_a_letter_is_not_lost() -> None:
    reserved: list[int] = []

    def meter(_relay: SmtpRelay, count: int) -> float:
        reserved.append(count)
        return 0.0

    allowance = Allowance(relay(per_second=2), meter)
    nobody = Metered(Pile(()), allowance)
    assert nobody.at_hand() is None
    assert nobody.at_hand() is None
    assert reserved == [1]


def test_while_the_database_is_away_nothing_leaves_unmetered() -> None:
    def away(_relay: SmtpRelay, _count: int) -> float:
        raise StoreAway("The database cannot be reached.")

    assert not Allowance(relay(per_second=2), away).take()


def test_mail_goes_no_faster_than_the_relay_bears_and_all_of_it_arrives() -> None:
    turns = iter(n * 0.05 for n in range(100))  # each reservation comes 50 ms after the one before
    began = time.monotonic()

    def meter(_relay: SmtpRelay, _count: int) -> float:
        return max(0.0, began + next(turns) - time.monotonic())

    with smtp_sink() as sink, OneLane(SmtpTransport(relay(sink.port, per_second=2), meter=meter)) as smtp:
        receipts = smtp.send_all(*mails(5))
    assert [receipt.verdict for receipt in receipts] == [Verdict.ACCEPTED] * 5
    assert len(sink.messages) == 5
    assert next(turns) >= 5 * 0.05, "every mail took a turn of its own"


def test_whoever_waits_for_a_turn_ends_when_there_are_no_more_letters() -> None:
    allowance = Allowance(relay(per_second=1), lambda _relay, _count: 3600.0)

    class Ending(Pile):
        looks = 0

        @property
        def ended(self) -> bool:
            self.looks += 1
            return self.looks > 2

    assert asyncio.run(Metered(Ending(mails(1)), allowance).next()) is None


def test_two_senders_keep_to_one_limit(store: Store) -> None:
    one = store.rates.reserve("relay:mail.example.org:587", 10, 20.0, NOW)
    other = store.rates.reserve("relay:mail.example.org:587", 10, 20.0, NOW)
    assert one == 0
    assert other == pytest.approx(0.5, abs=0.3)


def test_receipts_and_marks_pass_through() -> None:
    pile = Pile(mails(1))
    letters = Metered(pile, Allowance(relay(), lambda _relay, _count: 0.0))
    letter = letters.at_hand()
    assert letter is not None
    assert letters.handing_over(letter)
    letters.done(letter, Receipt(verdict=Verdict.ACCEPTED))
    assert pile.log == [(".", 0), ("done", 0)]
