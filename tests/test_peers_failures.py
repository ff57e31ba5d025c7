"""What has gone wrong elsewhere, each a life of its own: the failures that other tools' users reported (P1 to P13)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from builders import NOW
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import IssueStateError, TransportError
from newsletter.model.delivery import DeliveryState, Receipt, Verdict, message_id
from newsletter.model.issue import IssueState
from newsletter.model.slot import Slot
from newsletter.model.subscriber import SubscriptionState
from newsletter.pipeline import Press
from newsletter.store import batches
from newsletter.store.tables import delivery, delivery_batch
from newsletter.web.app import create
from test_aftermath import ready

GONE = Receipt(verdict=Verdict.REFUSED, code=554, text="5.7.1 Not here")
LATER = Receipt(verdict=Verdict.DEFERRED, code=451, text="4.3.0 Try again later")
SITE = "https://news.example.org"


def leave(press: Press, *people: int) -> None:
    for person in people:
        gone = replace(press.store.subscribers.get(person, 1), state=SubscriptionState.UNSUBSCRIBED)
        press.store.subscribers.change(gone, 1, actor="reader", now=NOW)


def test_p1_what_was_fetched_and_not_sent_is_sent_after_a_crash(press: Press) -> None:
    emails = ready(press, 30)
    press.dispatch.begin(1)
    store = press.store
    crashed = store.workers.register(NOW)
    taken = store.ledger.take(store.ledger.open(NOW)[0], crashed, fates=lambda _: {}, now=NOW)
    assert taken is not None
    assert len(store.ledger.claim(taken, after=0, limit=20, now=NOW).rows) == 20
    store.workers.leave(crashed)  # and it had handed over nothing
    relay = MemoryTransport()
    press.dispatch.send(1, relay)
    assert Counter(mail.recipient for mail in relay.mails) == Counter(emails)


def test_p2_resuming_after_an_error_begins_where_it_stopped(press: Press) -> None:
    emails = ready(press, 30)
    relay = MemoryTransport(answers={emails[12]: TransportError("The relay is gone.")})
    with pytest.raises(TransportError):
        press.dispatch.send(1, relay)
    before = len(relay.mails)
    assert 0 < before < 30
    again = MemoryTransport()
    press.dispatch.send(1, again)
    assert Counter(mail.recipient for mail in (*relay.mails, *again.mails)) == Counter(emails)


def test_p3_a_thousand_people_who_left_are_not_the_end_of_the_list(press: Press) -> None:
    emails = ready(press, 1100)
    press.dispatch.begin(1)
    leave(press, *range(1, 1001))
    relay = MemoryTransport()
    press.dispatch.send(1, relay)
    assert [mail.recipient for mail in relay.mails] == emails[1000:]
    assert press.dispatch.status(1).suppressed == {"unsubscribed": 1000}


def test_p4_no_queue_in_memory_holds_what_the_database_does_not(press: Press) -> None:
    ready(press, 5)
    told: list[int] = []
    press.dispatch.begin(1, lambda _connection, batch_ids: told.extend(batch_ids))
    assert told == press.store.ledger.open(NOW), "what an engine is told of, anybody finds in the ledger"
    relay = MemoryTransport()
    press.dispatch.send(1, relay)  # whoever was told is gone
    assert len(relay.mails) == 5


def test_p5_a_crash_while_the_list_is_frozen_leaves_nothing_of_it(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(press, 5)
    with monkeypatch.context() as patched:
        patched.setattr(batches, "cut", lambda *_, **__: (_ for _ in ()).throw(MemoryError))
        with pytest.raises(MemoryError):
            press.dispatch.begin(1)
    with press.store.engine.connect() as connection:
        for table in (delivery, delivery_batch):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert press.store.issues.get(1).state is IssueState.APPROVED
    relay = MemoryTransport()
    press.dispatch.send(1, relay)
    assert len(relay.mails) == 5


def test_p6_a_double_click_on_send_sends_once(press: Press) -> None:
    emails = ready(press, 60)
    relays = [MemoryTransport() for _ in range(3)]
    with ThreadPoolExecutor(3) as editors:
        for running in [editors.submit(press.dispatch.send, 1, relay) for relay in relays]:
            running.result()
    assert Counter(mail.recipient for relay in relays for mail in relay.mails) == Counter(emails)


def test_p7_one_bad_recipient_settles_alone(press: Press) -> None:
    emails = ready(press, 20)
    relay = MemoryTransport(answers={emails[7]: GONE})
    press.dispatch.send(1, relay)
    press.dispatch.send(1, relay)
    assert Counter(mail.recipient for mail in relay.mails) == Counter(email for email in emails if email != emails[7])
    counts = press.dispatch.status(1).counts
    assert (counts[DeliveryState.SENT], counts[DeliveryState.BOUNCED]) == (19, 1)


@pytest.mark.parametrize("stuck", [IssueState.SENDING, IssueState.PAUSED])
def test_p8_whatever_state_an_issue_is_in_there_is_a_way_on(press: Press, stuck: IssueState) -> None:
    ready(press, 5)
    press.dispatch.begin(1)
    if stuck is IssueState.PAUSED:
        press.aftermath.pause(1, "The relay refused the sender.")
        assert press.dispatch.status(1).issue.pause_reason, "it says why it stands still"
    relay = MemoryTransport()
    press.dispatch.send(1, relay)
    assert press.store.issues.get(1).state is IssueState.FINISHED
    assert len(relay.mails) == 5


def test_p8_deferred_readers_are_given_up_in_the_end_and_the_issue_finishes(press: Press) -> None:
    emails = ready(press, 3)
    press.dispatch.send(1, MemoryTransport(answers={emails[0]: LATER}))
    assert press.dispatch.status(1).next_due is not None, "it says when it goes on"
    much_later = replace(press, clock=lambda: NOW + timedelta(days=4))
    much_later.dispatch.send(1, MemoryTransport(answers={emails[0]: LATER}))
    counts = press.dispatch.status(1).counts
    assert (counts[DeliveryState.SENT], counts[DeliveryState.EXPIRED]) == (2, 1)
    assert press.store.issues.get(1).state is IssueState.FINISHED


def test_p9_nothing_is_sent_because_time_has_passed(press: Press) -> None:
    ready(press, 3)
    late = replace(press, clock=lambda: NOW + timedelta(days=30))
    assert late.store.ledger.open(late.clock()) == [], "an approved issue waits for the order, however late it is"
    assert press.store.issues.get(1).state is IssueState.APPROVED


def test_p10_a_link_of_an_old_issue_lets_one_reader_leave_and_nobody_else(press: Press) -> None:
    emails = ready(press, 6)
    old = MemoryTransport()
    press.dispatch.send(1, old, stopping=lambda: len(old.mails) == 2)
    with TestClient(create(press), base_url=SITE) as reader:
        left = press.links.unsubscribe(1, 1), press.links.unsubscribe(5, 1)
        for link in left:
            assert reader.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    rest = MemoryTransport()
    press.dispatch.send(1, rest)
    assert [mail.recipient for mail in rest.mails] == [emails[2], emails[3], emails[5]]
    states = [subscription.state for subscription in press.store.subscribers.of(1)]
    assert Counter(states) == {SubscriptionState.ACTIVE: 4, SubscriptionState.UNSUBSCRIBED: 2}


def test_p11_sixty_weeks_make_sixty_slots() -> None:
    weeks = [Slot.of(NOW + timedelta(weeks=n), "Europe/Berlin") for n in range(60)]
    assert len({week.key for week in weeks}) == 60
    assert all(a.ends == b.starts for a, b in pairwise(weeks))


def test_p12_a_failure_in_the_middle_substitutes_nobody(press: Press) -> None:
    emails = ready(press, 40)
    relay = MemoryTransport(answers={emails[17]: TransportError("The relay is gone.")})
    with pytest.raises(TransportError):
        press.dispatch.send(1, relay)
    press.dispatch.send(1, MemoryTransport())
    assert max(Counter(mail.recipient for mail in relay.mails).values()) == 1
    for mail in relay.mails:
        assert f"To: {mail.recipient}\r\n".encode() in mail.content, "the envelope and the header name one person"


def test_p13_a_message_id_is_a_function_of_issue_and_reader(press: Press) -> None:
    emails = ready(press, 10)
    relays = [MemoryTransport() for _ in range(2)]
    with ThreadPoolExecutor(2) as readers_of_the_spool:
        for running in [readers_of_the_spool.submit(press.dispatch.send, 1, relay) for relay in relays]:
            running.result()
    ids = Counter(mail.message_id for relay in relays for mail in relay.mails)
    assert len(ids) == len(emails)
    assert set(ids.values()) == {1}
    assert message_id("secret", 1, 2, "example.org") == message_id("secret", 1, 2, "example.org")
    assert message_id("secret", 1, 2, "example.org") != message_id("secret", 2, 1, "example.org")


def test_a_cancelled_issue_says_so_to_whoever_wants_to_send_it(press: Press) -> None:
    ready(press, 2)
    press.dispatch.begin(1)
    press.aftermath.cancel(1)
    with pytest.raises(IssueStateError, match="was cancelled"):
        press.dispatch.send(1, MemoryTransport())
