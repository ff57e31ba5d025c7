"""How often strangers may sign up: from one network, with one address, for one newsletter."""

from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


@dataclass(frozen=True, slots=True, kw_only=True)
class SignupLimits:
    """The most that is let through, in words such as ``20/hour``."""

    per_network: str = "20/hour"
    per_newsletter: str = "2000/hour"
    per_address: str = "5/day"


class Throttle:
    """Counts sign-ups in this process's memory. That an address is written to once a day is kept in the store."""

    def __init__(self, limits: SignupLimits) -> None:
        self._counter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = limits

    def lets_through(self, newsletter: str, network: str, email: str) -> bool:
        """Count one sign-up; ``False`` if it is one too many. Known and unknown addresses count alike."""
        asked: list[tuple[RateLimitItem, tuple[str, ...]]] = [
            (parse(self._limits.per_network), ("network", network)),
            (parse(self._limits.per_address), ("address", folded(email))),
            (parse(self._limits.per_newsletter), ("newsletter", newsletter)),
        ]
        return all(self._counter.hit(limit, *key) for limit, key in asked)


def folded(email: str) -> str:
    """An address without what its owner can vary at will: dots and plus tags before the at sign (RFC 5233).

    For counting only: they are different people to everybody else.
    """
    local, _, domain = email.casefold().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"
