"""How far an issue has come."""

from dataclasses import dataclass

from newsletter.model.delivery import DeliveryState
from newsletter.model.issue import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far an issue has come: ``counts`` by state add up to the frozen list."""

    issue: Issue
    counts: dict[DeliveryState, int]
    suppressed: dict[str, int]
    maybe_sent: int

    @property
    def unfinished(self) -> int:
        """How many people are neither served nor given up."""
        open_states = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED, DeliveryState.UNKNOWN)
        return sum(self.counts[state] for state in open_states)
