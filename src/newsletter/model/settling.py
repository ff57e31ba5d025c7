"""What an answer means for the row of the person that it is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.model.delivery import (
    EPOCH,
    MAX_AGE,
    Claimed,
    DeliveryState,
    Mail,
    Receipt,
    Settlement,
    Unknown,
    Verdict,
)
from newsletter.model.ladder import next_try
from newsletter.model.refusal import Refusal, RefusalKind, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an issue's newsletter wants: of mails that may have arrived, and of readers who cannot be served yet.

    They are tried until ``give_up_after`` has passed since ``began``.
    """

    unknown: Unknown = Unknown.RESEND
    give_up_after: timedelta = MAX_AGE
    began: datetime = EPOCH


def settlement(
    issue_id: int, row: Claimed, mail: Mail | None, receipt: Receipt, terms: Terms, now: datetime
) -> Settlement:
    """What ``receipt`` means for a claimed row; ``mail`` is what it answers, if one could be made.

    A conversation that broke off before the mail was handed over says nothing about the person: the row is queued
    again. A 4xx reply waits its turn; a 5xx reply is final, and the reason says whom it is about; no answer waits for
    evidence first, and then for another try if the newsletter wants one.
    """
    state, reason, due = DeliveryState.SENT, "", None
    if receipt.verdict is Verdict.REFUSED:
        state = DeliveryState.BOUNCED
        reason = str(judge(receipt.code, receipt.text, receipt.stage).kind) if receipt.code else "malformed"
    elif receipt.verdict is Verdict.UNKNOWN:
        state, reason = DeliveryState.UNKNOWN, "no answer"
        due = _again(issue_id, row, _SILENCE, terms, now) if terms.unknown is Unknown.RESEND else None
    elif receipt.verdict is Verdict.DEFERRED and receipt.connection_lost:
        state = DeliveryState.QUEUED
    elif receipt.verdict is Verdict.DEFERRED:
        refusal = judge(receipt.code, receipt.text, receipt.stage)
        due = _again(issue_id, row, refusal, terms, now)
        state, reason = (DeliveryState.DEFERRED, str(refusal.kind)) if due else (DeliveryState.EXPIRED, "given up")
    return Settlement(
        subscriber_id=row.subscriber_id,
        state=state,
        reason=reason,
        reply_code=receipt.code,
        reply_text=receipt.text,
        maybe_sent=receipt.verdict is Verdict.UNKNOWN,
        due_at=due,
        digest=mail.digest if mail and state is not DeliveryState.QUEUED else b"",
    )


_SILENCE = Refusal(kind=RefusalKind.TRANSIENT)


def _again(issue_id: int, row: Claimed, refusal: Refusal, terms: Terms, now: datetime) -> datetime | None:
    began = terms.began if terms.began > EPOCH else now
    return next_try(
        now, first_tried_at=began, attempt=row.attempt, refusal=refusal, seed=f"{issue_id}:{row.subscriber_id}",
        give_up_after=terms.give_up_after,
    )  # fmt: skip
