"""What a newsletter has printed before the issue that is being composed."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PrintedIn:
    """The number of the issue that an article was printed in, and the version of it that was printed."""

    number: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Earlier issues, as far as composing the next one depends on them.

    ``headlines`` are those of the last few issues, ``articles`` by their id those of the issues that went out, and
    ``series`` the highest number that an instalment of each running series had.
    """

    headlines: tuple[str, ...] = ()
    articles: Mapping[int, PrintedIn] = field(default_factory=dict)
    series: Mapping[str, int] = field(default_factory=dict)
