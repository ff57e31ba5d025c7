"""A picture of an issue as it was fetched, or why it was not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: After so long a picture that could not be had is asked for again.
RETRY_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What became of the picture at the address ``source``, made to fit a column so many CSS pixels wide.

    ``url`` is our own address of it, ``width`` and ``height`` are the pixels of the file, ``size`` its bytes. Where it
    could not be had ``problem`` says why, and the rest is empty.
    """

    source: str
    column: int
    looked_at: datetime
    url: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    problem: str = ""

    def is_settled(self, now: datetime) -> bool:
        """Whether there is nothing to ask for at the instant ``now``."""
        return not self.problem or now < self.looked_at + RETRY_AFTER
