"""One sender's run over an issue: claim, send, settle, until the ledger has nothing left for it.

What a kill at any point leaves behind: rows that are claimed and not settled. At most ``BATCH`` of them, sent within the
last ``SETTLE_AFTER`` seconds or not at all; the ledger's recovery queues them again.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from newsletter.deliver.breaker import Breaker
from newsletter.deliver.transport import Transport
from newsletter.errors import AddressError, HeaderRefused, RelayUnreachable, SenderRefused
from newsletter.model.delivery import Claim, Claimed, DeliveryState, Mail, Receipt, Settlement, Verdict, settlement

#: Rows taken at a time, and outcomes written in one durable commit.
BATCH = 50
#: Outcomes wait no longer than this, in seconds, for their commit.
SETTLE_AFTER = 0.05
#: A claim older than this, in seconds, is given back unsent: by then another machine may take us for dead.
LEASE = 30.0
_ADDRESS = re.compile(r"\S+@\S+")


class Ledger(Protocol):
    """What a run needs of the ledger; the store's ``Deliveries`` is one."""

    def claim(self, issue_id: int, owner: int, *, limit: int, now: datetime) -> Claim:
        """Take up to ``limit`` rows of people who may be mailed right now."""
        ...

    def settle(self, issue_id: int, owner: int, settlements: Sequence[Settlement], *, now: datetime) -> None:
        """Write outcomes down in one durable commit, or fail if a row is no longer ours."""
        ...

    def release(self, issue_id: int, owner: int) -> None:
        """Give back rows that no mail went out for."""
        ...

    def requeue(self, issue_id: int, subscriber_ids: Sequence[int]) -> None:
        """Put refused rows back on the queue."""
        ...


@dataclass
class Run:
    """A run of ``owner`` over one issue. ``mail_for`` makes a claimed row's mail; ``now`` tells the time.

    ``stopping`` is asked before every mail; ``progress`` hears how many rows have just left the queue.
    """

    issue_id: int
    owner: int
    ledger: Ledger
    transport: Transport
    mail_for: Callable[[Claimed], Mail]
    now: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[int], None] = lambda _: None
    outcomes: Counter[DeliveryState] = field(default_factory=Counter)
    _breaker: Breaker = field(default_factory=Breaker)
    _unsettled: list[Settlement] = field(default_factory=list)
    _settled_at: float = 0.0

    def deliver(self) -> Counter[DeliveryState]:
        """Send until nothing is left or ``stopping`` says so; return how many rows ended in which state.

        A ``TransportError`` says why the relay takes no more; every outcome is settled and every unsent row given back
        before it is raised.
        """
        try:
            while not self.stopping():
                claim = self.ledger.claim(self.issue_id, self.owner, limit=BATCH, now=self.now())
                if claim.empty:
                    break
                self.outcomes[DeliveryState.SUPPRESSED] += claim.suppressed
                self.progress(claim.suppressed)
                self._send_all(claim)
        except Exception:
            self._settle()
            self.ledger.release(self.issue_id, self.owner)
            raise
        return self.outcomes

    def _send_all(self, claim: Claim) -> None:
        taken_at = self._settled_at = _clock()
        for row in claim.rows:
            if self.stopping() or _clock() - taken_at > LEASE:
                break
            self._send(row)
            if _clock() - self._settled_at > SETTLE_AFTER:
                self._settle()
        self._settle()
        self.ledger.release(self.issue_id, self.owner)

    def _send(self, row: Claimed) -> None:
        receipt = self._handed_over(row)
        self._unsettled.append(settlement(row.subscriber_id, receipt, attempt=row.attempt, now=self.now()))
        self._breaker.saw(row.subscriber_id, receipt)
        if self._breaker.sender_refused:
            self._settle()
            self.ledger.requeue(self.issue_id, self._breaker.refused)
            self.outcomes[DeliveryState.BOUNCED] -= len(self._breaker.refused)
            raise SenderRefused(
                f"The relay refused {len(self._breaker.refused)} readers in a row with the same words "
                f"({_told(receipt)}), so the fault is likely ours; they are queued again."
            )
        if self._breaker.relay_gone:
            raise RelayUnreachable(f"The relay breaks off every conversation ({_told(receipt)}).")

    def _handed_over(self, row: Claimed) -> Receipt:
        """The transport's receipt; somebody whose own name or address makes no mail is refused alone."""
        try:
            mail = self.mail_for(row)
        except (AddressError, HeaderRefused) as error:
            return Receipt(verdict=Verdict.REFUSED, text=str(error))
        return self.transport.send(mail)

    def _settle(self) -> None:
        settled, self._unsettled = self._unsettled, []
        self.ledger.settle(self.issue_id, self.owner, settled, now=self.now())
        self._settled_at = _clock()
        for outcome in settled:
            self.outcomes[outcome.state] += 1
        self.progress(sum(outcome.state is not DeliveryState.QUEUED for outcome in settled))


def _told(receipt: Receipt) -> str:
    """The relay's words without the addresses that it may have repeated."""
    return _ADDRESS.sub("(address)", f"{receipt.code} {receipt.text}".strip())


def _clock() -> float:
    """Seconds on a clock that also counts while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
