"""The whole way, with a real store and a relay that answers as told."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOW, article, newsletter, subscriber
from newsletter.deliver.batch import Content
from newsletter.deliver.memory import MemoryTransport
from newsletter.dispatch.sending import Dispatch
from newsletter.errors import IssueStateError, RelayUnreachable, RenderError, SenderRefused
from newsletter.model.delivery import Claimed, DeliveryState, Mail, Receipt, Verdict, message_id
from newsletter.model.issue import IssueState, SectionKind
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.pipeline import Press
from newsletter.store.batches import SIZE

BATCH = 50
SENT, BOUNCED, QUEUED = DeliveryState.SENT, DeliveryState.BOUNCED, DeliveryState.QUEUED


def _ready(press: Press, people: int, **given: object) -> list[str]:
    """Approve issue 1 for so many readers; return their addresses."""
    letter = press.store.newsletters.save(newsletter())
    emails = [f"r{n}@example.com" for n in range(people)]
    subscribed = [Subscription(subscriber=subscriber(email, **given), newsletter="") for email in emails]
    press.store.subscribers.add(letter.id or 0, subscribed, now=NOW)
    press.store.articles.add(article(), now=NOW)
    press.desk.compose(letter, Slot("2026-W47", "Europe/Berlin"))
    press.desk.approve(1)
    return emails


def test_everybody_gets_exactly_one_mail_however_many_batches_it_takes(press: Press) -> None:
    emails = _ready(press, BATCH * 2 + 7)
    relay = MemoryTransport()
    assert press.dispatch.send(1, relay) == Counter({SENT: len(emails)})
    assert Counter(mail.recipient for mail in relay.mails) == Counter(emails)
    assert len({mail.message_id for mail in relay.mails}) == len(emails)
    assert press.store.issues.get(1).state is IssueState.FINISHED


def test_who_leaves_while_the_issue_is_being_sent_gets_nothing_more(press: Press) -> None:
    _ready(press, 20 * BATCH)
    last = press.store.subscribers.get(20 * BATCH, 1)

    def leave(_count: int) -> None:
        press.store.subscribers.change(replace(last, state=SubscriptionState.UNSUBSCRIBED), 1, actor="t", now=NOW)

    relay = MemoryTransport()
    press.dispatch.send(1, relay, progress=leave)
    assert last.subscriber.email not in {mail.recipient for mail in relay.mails}
    assert press.dispatch.status(1).suppressed == {"unsubscribed": 1}


def test_a_run_that_is_stopped_gives_everything_unsent_back(press: Press) -> None:
    _ready(press, 20)
    relay = MemoryTransport()
    press.dispatch.send(1, relay, stopping=lambda: len(relay.mails) == 7)
    counts = press.dispatch.status(1).counts
    assert (counts[SENT], counts[QUEUED], counts[DeliveryState.CLAIMED]) == (7, 13, 0)
    press.dispatch.send(1, relay)
    assert max(Counter(mail.recipient for mail in relay.mails).values()) == 1
    assert press.dispatch.status(1).counts[SENT] == 20


def test_a_reader_who_is_deferred_is_served_when_due_with_the_same_message_id(press: Press) -> None:
    emails = _ready(press, 3)
    busy = MemoryTransport({emails[1]: Receipt(verdict=Verdict.DEFERRED, code=451, text="later")})
    press.dispatch.send(1, busy)
    status = press.dispatch.status(1)
    assert (status.counts[DeliveryState.DEFERRED], status.issue.state) == (1, IssueState.SENDING)
    assert press.dispatch.send(1, MemoryTransport()) == Counter()
    due = press.store.accounts.rows(1)[1].due_at
    assert due is not None
    later = MemoryTransport()
    replace(press, clock=lambda: due).dispatch.send(1, later)
    assert [mail.message_id for mail in later.mails] == [message_id(press.links.secret, 1, 2, "news.example.org")]
    assert press.store.issues.get(1).state is IssueState.FINISHED


def test_a_mail_without_an_answer_is_repeated_and_owned_up_to(press: Press) -> None:
    emails = _ready(press, 3)
    press.dispatch.send(1, MemoryTransport({emails[0]: Receipt(verdict=Verdict.UNKNOWN, connection_lost=True)}))
    assert press.dispatch.status(1).counts[DeliveryState.UNKNOWN] == 1
    again = MemoryTransport()
    assert press.dispatch.send(1, again) == Counter(), "an answer, or evidence of it, has some minutes to come in"
    replace(press, clock=lambda: NOW + timedelta(minutes=7)).dispatch.send(1, again)
    assert [mail.recipient for mail in again.mails] == [emails[0]]
    assert press.dispatch.status(1).maybe_sent == 1


def test_a_relay_that_refuses_the_sender_pauses_the_issue_and_burns_nobody(press: Press) -> None:
    emails = _ready(press, 9)
    spam = Receipt(verdict=Verdict.REFUSED, code=554, text="5.7.1 spam from r1@example.com")
    with pytest.raises(SenderRefused, match=r"spam from \(address\)"):
        press.dispatch.send(1, MemoryTransport(dict.fromkeys(emails, spam)))
    status = press.dispatch.status(1)
    assert (status.issue.state, status.counts[QUEUED], status.counts[BOUNCED]) == (IssueState.PAUSED, 9, 0)
    assert "spam" in status.issue.pause_reason
    press.dispatch.send(1, MemoryTransport())
    assert press.dispatch.status(1).counts[SENT] == 9


def test_a_relay_that_fails_in_the_middle_leaves_nobody_claimed(press: Press) -> None:
    emails = _ready(press, 6)
    relay = MemoryTransport({emails[3]: RelayUnreachable("The relay is gone.")})
    with pytest.raises(RelayUnreachable):
        press.dispatch.send(1, relay)
    counts = press.dispatch.status(1).counts
    assert (counts[SENT], counts[QUEUED]) == (3, 3)


def test_a_reader_whose_own_name_makes_no_mail_is_refused_alone(press: Press) -> None:
    emails = _ready(press, 2)
    bad = Subscription(subscriber=subscriber("bad@example.com", name="Ann\r\nBcc: eve@example.com"), newsletter="")
    press.store.subscribers.add(1, [bad], now=NOW)
    relay = MemoryTransport()
    press.dispatch.send(1, relay)
    assert {mail.recipient for mail in relay.mails} == set(emails)
    assert press.dispatch.status(1).counts[BOUNCED] == 1


def test_each_reader_gets_the_variant_that_they_asked_for(press: Press) -> None:
    letter = press.store.newsletters.save(newsletter())
    skips = {"all@example.com": frozenset[SectionKind](), "few@example.com": frozenset({SectionKind.STORIES})}
    people = [Subscription(subscriber=subscriber(email), newsletter="", skips=s) for email, s in skips.items()]
    press.store.subscribers.add(letter.id or 0, people, now=NOW)
    press.store.articles.add(article("The council meets"), now=NOW)
    other = article("Herring are early", url="https://review.example/herring", dek="The fish come sooner each year.", body=(
        "The herring came to the bay three weeks before their time this autumn, say the skippers of Oldquay.",
        "Seventeen boats landed 310 tonnes in nine days, which is more than in the whole of last October.",
        "The institute in the capital wants to know whether warm water brought them, and has sent a ship.",
    ))  # fmt: skip
    press.store.articles.add(other, now=NOW)
    press.desk.compose(letter, Slot("2026-W47", "Europe/Berlin"))
    press.desk.approve(1)
    relay = MemoryTransport()
    press.dispatch.send(1, relay)
    heading = press.store.issues.get(1).sections[1].heading or ""
    assert {mail.recipient: heading.encode() in mail.content for mail in relay.mails} == {
        "all@example.com": True,
        "few@example.com": False,
    }


def test_a_frozen_copy_that_was_tampered_with_is_not_sent(press: Press) -> None:
    import sqlalchemy as sa  # noqa: PLC0415 - the one test that reaches below the store

    _ready(press, 3)
    press.dispatch.send(1, MemoryTransport(), stopping=lambda: True)
    with press.store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE issue_variant SET html = html || ' '"))
    relay = MemoryTransport()
    with pytest.raises(RenderError, match="altered"):
        press.dispatch.send(1, relay)
    assert relay.mails == []


def test_a_frozen_issue_is_not_composed_again(press: Press) -> None:
    _ready(press, 1)
    press.dispatch.send(1, MemoryTransport(), stopping=lambda: True)
    with pytest.raises(IssueStateError, match="is sending"):
        press.desk.compose(press.store.newsletters.get("harbour"), Slot("2026-W47", "Europe/Berlin"))


def test_an_issue_for_nobody_is_not_used_up(press: Press) -> None:
    _ready(press, 0)
    with pytest.raises(IssueStateError, match="no subscribers yet"):
        press.dispatch.send(1, MemoryTransport())
    assert press.store.issues.get(1).state is IssueState.APPROVED


def test_two_senders_share_the_list_and_both_end_well(press: Press) -> None:
    emails = _ready(press, 2 * SIZE + 20)
    relays = MemoryTransport(), MemoryTransport()
    with ThreadPoolExecutor(2) as threads:
        outcomes = [running.result() for running in [threads.submit(press.dispatch.send, 1, relay) for relay in relays]]
    assert Counter(mail.recipient for relay in relays for mail in relay.mails) == Counter(emails)
    assert sum(outcome[SENT] for outcome in outcomes) == len(emails)
    assert press.store.issues.get(1).state is IssueState.FINISHED


def test_a_fault_of_ours_in_making_a_mail_ends_the_run_and_costs_nobody_a_mail(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    emails = _ready(press, BATCH)
    relay = MemoryTransport()
    content_of = Dispatch.content_of

    def faulty(dispatch: Dispatch, issue_id: int) -> Content:
        content = content_of(dispatch, issue_id)

        def mail_for(row: Claimed) -> Mail:
            if row.subscriber_id == 20:
                raise KeyError(row.variant)
            return content.mail_for(row)

        return replace(content, mail_for=mail_for)

    monkeypatch.setattr(Dispatch, "content_of", faulty)
    with pytest.raises(KeyError):
        press.dispatch.send(1, relay)
    monkeypatch.undo()
    assert len(relay.mails) == 19
    press.dispatch.send(1, relay)
    assert Counter(mail.recipient for mail in relay.mails) == Counter(emails)
    assert press.dispatch.status(1).maybe_sent == 0
