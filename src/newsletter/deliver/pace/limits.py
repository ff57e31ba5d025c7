"""The limits that the operator sets: for everything, and for each provider group."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from newsletter.errors import ConfigError

#: The bucket that every mail draws from.
EVERYTHING = "global"
_SECONDS = {"second": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600, "h": 3600}
_WRITTEN = re.compile(rf"(\d+(?:\.\d+)?)\s*/\s*({'|'.join(_SECONDS)})")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many ``messages`` in so many ``seconds``."""

    messages: float
    seconds: float = 1.0

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read "500/second", "30/minute" or "1000/hour" (also s, min, h); ``ConfigError`` if it is none, or nothing."""
        found = _WRITTEN.fullmatch(written.strip().lower())
        if not found or not float(found[1]):
            raise ConfigError(f"{written!r} is not a rate; write it as 500/second, 30/minute or 1000/hour, above 0.")
        return cls(float(found[1]), _SECONDS[found[2]])

    @property
    def per_second(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is configured; where nothing is, nothing limits.

    ``each_group`` holds for every provider group, small domains too, that has no line of its own in ``groups``.
    """

    everything: Rate | None = None
    groups: Mapping[str, Rate] = field(default_factory=dict)
    each_group: Rate | None = None


#: Nothing is configured.
NO_LIMITS = Limits()


def rate_of(limits: Limits, bucket: str) -> float | None:
    """The configured limit of "global" or "group:NAME" in messages a second; ``None`` if there is none."""
    kind, _, name = bucket.partition(":")
    found = limits.everything if kind == EVERYTHING else None
    if kind == "group":
        found = limits.groups.get(name, limits.each_group)
    return found.per_second if found else None
