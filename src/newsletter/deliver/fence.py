"""What keeps a sender that was frozen from sending what somebody else has taken over meanwhile."""

import time
from collections.abc import Callable

#: Seconds for which a sign of life in the ledger entitles to send. It is well below the time after which others take a
#: silent worker for dead (``store.workers.STALE_AFTER``), so that of two only one believes that it may send.
LEASE = 12.0


def clock() -> float:
    """Seconds on a clock that nobody sets and that also counts while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Fence:
    """Open for ``LEASE`` seconds after the last sign of life began; asked before every last byte."""

    def __init__(self, clock: Callable[[], float] = clock) -> None:
        self._clock = clock
        self._until = clock() + LEASE

    def now(self) -> float:
        """The fence's own time, to be taken before a sign of life is attempted."""
        return self._clock()

    def renew(self, began: float) -> None:
        """A sign of life that began then is in the ledger."""
        self._until = began + LEASE

    @property
    def open(self) -> bool:
        """Whether mail may still leave."""
        return self._clock() < self._until
