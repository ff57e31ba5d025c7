from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from newsletter.model.delivery import (
    RETRY_AFTER,
    DeliveryState,
    Receipt,
    Unknown,
    Verdict,
    message_id,
    next_try,
    settlement,
)


@pytest.mark.parametrize(
    ("receipt", "state", "maybe_sent"),
    [
        (Receipt(verdict=Verdict.ACCEPTED, code=250), DeliveryState.SENT, False),
        (Receipt(verdict=Verdict.REFUSED, code=550), DeliveryState.BOUNCED, False),
        (Receipt(verdict=Verdict.DEFERRED, code=451), DeliveryState.DEFERRED, False),
        (Receipt(verdict=Verdict.DEFERRED, code=421, connection_lost=True), DeliveryState.QUEUED, False),
        (Receipt(verdict=Verdict.UNKNOWN, connection_lost=True), DeliveryState.UNKNOWN, True),
    ],
)
def test_each_receipt_has_one_meaning_for_the_ledger(receipt: Receipt, state: DeliveryState, maybe_sent: bool) -> None:  # noqa: FBT001 - a column of the table
    settled = settlement(7, None, receipt, attempt=1, unknown=Unknown.RESEND, now=NOW)
    assert (settled.subscriber_id, settled.state, settled.maybe_sent) == (7, state, maybe_sent)
    assert (settled.due_at is not None) == (state in (DeliveryState.DEFERRED, DeliveryState.UNKNOWN))


def test_what_may_have_arrived_waits_for_ever_where_the_newsletter_wants_it_held() -> None:
    silence = Receipt(verdict=Verdict.UNKNOWN, connection_lost=True)
    held = settlement(7, None, silence, attempt=1, unknown=Unknown.HOLD, now=NOW)
    assert (held.state, held.due_at, held.maybe_sent) == (DeliveryState.UNKNOWN, None, True)


def test_the_first_retry_waits_out_a_greylist() -> None:
    assert next_try(NOW, 1) - NOW == timedelta(minutes=5)


@given(st.integers(1, 50))
def test_retries_never_come_closer_together(attempt: int) -> None:
    assert next_try(NOW, attempt) <= next_try(NOW, attempt + 1)
    assert next_try(NOW, attempt) - NOW in RETRY_AFTER


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_message_id_is_the_same_for_a_second_try_and_tells_nothing(issue: int, person: int) -> None:
    mine = message_id("secret", issue, person, "news.example.org")
    assert mine == message_id("secret", issue, person, "news.example.org")
    assert mine != message_id("secret", issue, person + 1, "news.example.org")
    assert mine != message_id("another", issue, person, "news.example.org")
    assert mine.startswith("<")
    assert mine.endswith("@news.example.org>")
    assert len(mine) < 78
