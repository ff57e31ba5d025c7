"""What an answer means for a row, answer by answer."""

from datetime import timedelta

import pytest

from builders import NOW
from newsletter.model.delivery import Claimed, DeliveryState, Receipt, Settlement, Unknown, Verdict
from newsletter.model.refusal import Stage
from newsletter.model.settling import Terms, settlement

ROW = Claimed(subscriber_id=7, email="reader@example.com", name="", variant="", attempt=1)
SILENCE = Receipt(verdict=Verdict.UNKNOWN, connection_lost=True)


def settled(receipt: Receipt, terms: Terms | None = None, row: Claimed = ROW) -> Settlement:
    return settlement(3, row, None, receipt, terms or Terms(), NOW)


@pytest.mark.parametrize(
    ("receipt", "state", "reason"),
    [
        (Receipt(verdict=Verdict.ACCEPTED, code=250), DeliveryState.SENT, ""),
        (Receipt(verdict=Verdict.REFUSED, code=550, text="5.1.1 No", stage=Stage.RCPT), DeliveryState.BOUNCED, "address"),
        (Receipt(verdict=Verdict.REFUSED, code=552, text="5.2.2 Full", stage=Stage.RCPT), DeliveryState.BOUNCED, "mailbox"),
        (Receipt(verdict=Verdict.REFUSED, code=554, text="5.7.1 Spam"), DeliveryState.BOUNCED, "sender"),
        (Receipt(verdict=Verdict.REFUSED, text="The address is malformed."), DeliveryState.BOUNCED, "malformed"),
        (Receipt(verdict=Verdict.DEFERRED, code=451), DeliveryState.DEFERRED, "transient"),
        (Receipt(verdict=Verdict.DEFERRED, code=421, connection_lost=True), DeliveryState.QUEUED, ""),
        (SILENCE, DeliveryState.UNKNOWN, "no answer"),
    ],
)  # fmt: skip
def test_each_receipt_has_one_meaning_for_the_ledger(receipt: Receipt, state: DeliveryState, reason: str) -> None:
    found = settled(receipt)
    assert (found.subscriber_id, found.state, found.reason) == (7, state, reason)
    assert found.maybe_sent == (state is DeliveryState.UNKNOWN)
    assert (found.due_at is not None) == (state in (DeliveryState.DEFERRED, DeliveryState.UNKNOWN))


def test_what_may_have_arrived_waits_for_ever_where_the_newsletter_wants_it_held() -> None:
    held = settled(SILENCE, Terms(unknown=Unknown.HOLD))
    assert (held.state, held.due_at, held.maybe_sent) == (DeliveryState.UNKNOWN, None, True)


def test_who_cannot_be_served_before_the_issue_is_old_is_given_up() -> None:
    greylisted = Receipt(verdict=Verdict.DEFERRED, code=450, text="4.7.1 Greylisted", stage=Stage.RCPT)
    began = NOW - timedelta(hours=47, minutes=50)
    assert settled(greylisted, Terms(began=began)).state is DeliveryState.DEFERRED
    late = settled(greylisted, Terms(began=began - timedelta(minutes=10)))
    assert (late.state, late.due_at) == (DeliveryState.EXPIRED, None)


def test_a_second_try_comes_later_than_the_first_and_never_within_five_minutes_of_a_greylist() -> None:
    greylisted = Receipt(verdict=Verdict.DEFERRED, code=450, text="4.7.1 Greylisted", stage=Stage.RCPT)
    first = settled(greylisted).due_at
    assert first is not None
    assert first - NOW >= timedelta(minutes=5)
