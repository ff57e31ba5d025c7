"""How far an issue has come."""

from dataclasses import dataclass, field
from datetime import datetime

from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import Issue, IssueState


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far an issue has come: ``counts`` by state add up to the frozen list.

    ``suppressed`` tells why people were not mailed, ``replies`` how often the relay answered what, ``rate`` how many
    mails a second are sent just now, ``next_due`` when the first deferred reader is tried again.
    """

    issue: Issue
    counts: dict[DeliveryState, int]
    suppressed: dict[str, int]
    maybe_sent: int
    replies: dict[str, int] = field(default_factory=dict)
    rate: float = 0.0
    next_due: datetime | None = None

    @property
    def total(self) -> int:
        """The frozen list."""
        return sum(self.counts.values())

    @property
    def unfinished(self) -> int:
        """How many people are neither served nor given up. What is unknown and left so counts as given up."""
        open_states = [DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED]
        if self.issue.state is not IssueState.FINISHED:
            open_states.append(DeliveryState.UNKNOWN)
        return sum(self.counts[state] for state in open_states)

    @property
    def seconds_left(self) -> float | None:
        """How long the queue lasts at the present rate; ``None`` while nothing is sent."""
        waiting = self.counts[DeliveryState.QUEUED] + self.counts[DeliveryState.CLAIMED]
        return waiting / self.rate if self.rate > 0 else None
