"""A waiver: an editor lets a warning stand, and says why."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """That ``actor`` let a warning stand for ``reason``. ``fingerprint`` is of that one finding: another sentence, another warning."""

    fingerprint: str
    ref: str
    sentence: str
    reason: str
    actor: str
    at: datetime
