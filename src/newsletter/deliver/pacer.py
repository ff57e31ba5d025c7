"""How fast mail may leave: what is configured, what providers were found to bear, and how well this sender is known yet.

All limits are shared by all senders through the store. Whoever has to wait for a provider is put off in the ledger until
their own place in line, so that a slow provider's readers hold up nobody else's.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from newsletter.deliver.pace.adaptive import Pace, accepted, from_json, refused, resumes_at, to_json
from newsletter.deliver.pace.groups import group_of
from newsletter.deliver.pace.limits import EVERYTHING, Limits, rate_of
from newsletter.model.delivery import Claimed, Receipt, Verdict
from newsletter.model.refusal import Refusal, judge

#: Seconds of sending that are reserved at a time.
BURST = 1.0
#: A place in line so few seconds away is waited for on the spot.
SOON = 1.0
#: So often somebody else may have learnt something first before this sender gives up.
_TRIES = 5


class Place(Protocol):
    """A place in line; see ``store.rates.Place``."""

    @property
    def starts_at(self) -> float:
        """Seconds since 1970."""
        ...

    @property
    def wait(self) -> float:
        """Seconds from now."""
        ...


class Rates(Protocol):
    """What is shared with other senders; see ``store.rates.Rates``."""

    def place(self, name: str, count: int, per_second: float, now: datetime) -> Place:
        """Reserve."""
        ...

    def load(self, name: str) -> dict[str, Any] | None:
        """What was learnt."""
        ...

    def save(self, name: str, state: Mapping[str, Any], *, before: Mapping[str, Any] | None, now: datetime) -> bool:
        """Store what was learnt, unless somebody else did first."""
        ...


class Pacer:
    """Says how many rows may be claimed, and which of them have to wait. ``left_today`` is how many mails warming up allows."""

    def __init__(
        self, limits: Limits, rates: Rates, now: Callable[[], datetime], left_today: Callable[[], int | None] = lambda: None
    ) -> None:  # fmt: skip
        self._limits, self._rates, self._now, self._left_today = limits, rates, now, left_today
        self._paces: dict[str, Pace] = {}
        self._accepted: Counter[str] = Counter()
        self._refused: defaultdict[str, list[Refusal]] = defaultdict(list)

    def permits(self, wanted: int) -> tuple[int, float]:
        """How many rows may be claimed now at most, and how many seconds later they may be sent; 0: none today."""
        left = self._left_today()
        wanted = wanted if left is None else min(wanted, left)
        rate = rate_of(self._limits, EVERYTHING)
        if rate is None or not wanted:
            return wanted, 0.0
        count = max(1, min(wanted, int(rate * BURST)))
        return count, self._rates.place(EVERYTHING, count, rate, self._now()).wait

    def sort(self, rows: Sequence[Claimed]) -> tuple[tuple[Claimed, ...], tuple[tuple[Claimed, datetime], ...]]:
        """Rows that may go now, and those that have to wait, each with its time."""
        go: list[Claimed] = []
        wait: list[tuple[Claimed, datetime]] = []
        for row in rows:
            due = self._due(row)
            if due is None:
                go.append(row)
            else:
                wait.append((row, due))
        return tuple(go), tuple(wait)

    def saw(self, row: Claimed, receipt: Receipt) -> None:
        """Take an answer into account; `learn` makes something of it."""
        if receipt.verdict is Verdict.ACCEPTED:
            self._accepted[_group(row)] += 1
        elif receipt.verdict is Verdict.DEFERRED and receipt.code:
            self._refused[_group(row)].append(judge(receipt.code, receipt.text, receipt.stage))

    def learn(self) -> None:
        """Share what the answers say about how fast each provider may be sent to."""
        groups = {*self._refused, *(group for group in self._accepted if self._known(group).rate is not None)}
        for group in groups:
            self._paces[group] = self._learn(group, self._accepted.pop(group, 0), self._refused.pop(group, []))

    def _learn(self, group: str, count: int, refusals: Sequence[Refusal]) -> Pace:
        name, pace = f"group:{group}", Pace()
        for _ in range(_TRIES):
            now, before = self._now(), self._rates.load(name)
            pace = from_json(before)
            if count:
                pace = accepted(pace, count, now)
            for refusal in refusals:
                pace = refused(pace, refusal, now)
            if to_json(pace) == (before or {}) or self._rates.save(name, to_json(pace), before=before, now=now):
                break
        return pace

    def _known(self, group: str) -> Pace:
        if group not in self._paces:
            self._paces[group] = from_json(self._rates.load(f"group:{group}"))
        return self._paces[group]

    def _due(self, row: Claimed) -> datetime | None:
        """When the row's turn comes; ``None`` if it is now."""
        group = _group(row)
        pace = self._known(group)
        if paused := resumes_at(pace, self._now()):
            return paused
        rates = [rate for rate in (rate_of(self._limits, f"group:{group}"), pace.rate) if rate is not None]
        if not rates or row.paced:  # who waited has had a place in line
            return None
        place = self._rates.place(f"group:{group}", 1, min(rates), self._now())
        return datetime.fromtimestamp(place.starts_at, UTC) if place.wait > SOON else None


def _group(row: Claimed) -> str:
    return group_of(row.email.rpartition("@")[2])
