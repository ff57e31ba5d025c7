"""What an editor can still do once an issue is under way."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOW, article, newsletter, subscriber
from newsletter.deliver.memory import MemoryTransport
from newsletter.deliver.postfix_log import LogEntry, LogStatus
from newsletter.dispatch.aftermath import differences
from newsletter.errors import IssueStateError
from newsletter.model.delivery import DeliveryState, Receipt, Unknown, Verdict
from newsletter.model.issue import IssueState
from newsletter.model.manifest import Entry
from newsletter.model.manners import Manners
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press

SILENCE = Receipt(verdict=Verdict.UNKNOWN, connection_lost=True)
GONE = Receipt(verdict=Verdict.REFUSED, code=550, text="5.1.1 No such user")


def ready(press: Press, people: int, **manners: object) -> list[str]:
    letter = press.store.newsletters.save(newsletter(manners=Manners(**manners)))  # type: ignore[arg-type]  # as given
    emails = [f"r{n}@example.com" for n in range(people)]
    press.store.subscribers.add(
        letter.id or 0, [Subscription(subscriber=subscriber(email), newsletter="") for email in emails], now=NOW
    )
    press.store.articles.add(article(), now=NOW)
    press.desk.compose(letter, Slot("2026-W47", "Europe/Berlin"))
    press.desk.approve(1)
    return emails


def test_an_issue_that_is_recalled_was_never_sent(press: Press) -> None:
    ready(press, 3, recall_minutes=10)
    press.dispatch.begin(1)
    assert press.store.ledger.open(NOW) == [], "nothing leaves before the window has passed"
    press.aftermath.recall(1)
    assert press.store.issues.get(1).state is IssueState.APPROVED
    later = replace(press, clock=lambda: NOW + timedelta(minutes=11))
    relay = MemoryTransport()
    later.dispatch.begin(1)
    replace(press, clock=lambda: NOW + timedelta(minutes=30)).dispatch.send(1, relay)
    assert len(relay.mails) == 3


def test_a_cancelled_issue_reaches_nobody_else_and_accounts_for_all(press: Press) -> None:
    ready(press, 8)
    relay = MemoryTransport()
    press.dispatch.send(1, relay, stopping=lambda: len(relay.mails) == 3)
    assert press.aftermath.cancel(1) == 5
    status = press.dispatch.status(1)
    assert (status.issue.state, status.counts[DeliveryState.SENT]) == (IssueState.CANCELLED, 3)
    assert status.suppressed == {"cancelled": 5}
    with pytest.raises(IssueStateError, match="was cancelled"):
        press.dispatch.send(1, MemoryTransport())


def test_only_those_who_were_refused_are_sent_it_again_and_under_another_name(press: Press) -> None:
    emails = ready(press, 4)
    first = MemoryTransport({emails[2]: GONE})
    press.dispatch.send(1, first)
    assert press.store.issues.get(1).state is IssueState.FINISHED
    assert press.aftermath.send_again(1, [DeliveryState.BOUNCED, DeliveryState.EXPIRED]) == 1
    again = MemoryTransport()
    press.dispatch.send(1, again)
    assert [mail.recipient for mail in again.mails] == [emails[2]]
    assert not {mail.message_id for mail in again.mails} & {mail.message_id for mail in first.mails}
    assert press.dispatch.status(1).counts[DeliveryState.SENT] == 4


def test_what_is_held_is_closed_by_the_relays_log_and_by_nothing_else(press: Press) -> None:
    emails = ready(press, 3, unknown=Unknown.HOLD)
    relay = MemoryTransport({emails[0]: SILENCE, emails[1]: SILENCE})
    press.dispatch.send(1, relay)
    assert press.dispatch.status(1).counts[DeliveryState.UNKNOWN] == 2
    log = [
        LogEntry(message_id=relay.mails[0].message_id, recipient="", status=LogStatus.ACCEPTED, dsn="", text="queued", time=""),
        LogEntry(message_id="<stranger@example.org>", recipient="", status=LogStatus.SENT, dsn="2.0.0", text="", time=""),
        LogEntry(message_id=relay.mails[2].message_id, recipient="", status=LogStatus.BOUNCED, dsn="5.1.1", text="", time=""),
    ]  # fmt: skip
    assert press.aftermath.reconcile(log) == Counter({DeliveryState.SENT: 1})
    assert press.aftermath.reconcile(log) == Counter()
    status = press.dispatch.status(1)
    assert (status.counts[DeliveryState.SENT], status.counts[DeliveryState.UNKNOWN], status.maybe_sent) == (2, 1, 2)


def test_the_manifest_proves_every_mail_to_the_byte(press: Press) -> None:
    from hashlib import sha256  # noqa: PLC0415 - the one test that computes it

    emails = ready(press, 3)
    relay = MemoryTransport({emails[1]: GONE})
    press.dispatch.send(1, relay)
    entries = list(press.aftermath.manifest(1))
    sent = {mail.message_id: sha256(mail.content).hexdigest() for mail in relay.mails}
    assert {entry.message_id: entry.sha256 for entry in entries if entry.state == "sent"} == sent
    refused = next(entry for entry in entries if entry.state == "bounced")
    assert (refused.sha256, refused.reply_code) == ("", 550)


def test_a_manifest_tells_what_was_changed_since(press: Press) -> None:
    ready(press, 3)
    press.dispatch.send(1, MemoryTransport())
    kept = {entry.recipient: Entry.read(entry.values()) for entry in press.aftermath.manifest(1)}
    assert list(differences(kept, press.aftermath.manifest(1))) == []
    tampered = {**kept, 2: replace(kept[2], sha256="0" * 64), 3: replace(kept[3], reply_text="another")}
    assert list(differences(tampered, press.aftermath.manifest(1))) == [
        "Recipient 2: the message is another one.",
        "Recipient 3: its reply text was 'another' and is ''.",
    ]
    del kept[1]
    assert list(differences(kept, press.aftermath.manifest(1))) == [
        "Recipient 1 is in the ledger and not in the manifest."
    ]


def test_a_reader_who_changed_address_contradicts_no_manifest(press: Press) -> None:
    import sqlalchemy as sa  # noqa: PLC0415 - there is no command for it yet

    ready(press, 2)
    press.dispatch.send(1, MemoryTransport())
    kept = {entry.recipient: entry for entry in press.aftermath.manifest(1)}
    with press.store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE subscriber SET email = 'new@example.com' WHERE id = 1"))
    entries = {entry.recipient: entry for entry in press.aftermath.manifest(1)}
    assert (entries[1].sha256, entries[2].sha256) == ("", kept[2].sha256)
    assert list(differences(kept, entries.values())) == []
