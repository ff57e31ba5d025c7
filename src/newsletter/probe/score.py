"""What a spam filter says of a mail, and what is said where none can be asked."""

from dataclasses import dataclass
from typing import NamedTuple

from newsletter.errors import NewsletterError

#: No filter is given more; spamc's own limit is the same.
MOST_BYTES = 512_000
#: A report takes a hundredth of it.
MOST_ANSWER = 1_000_000


class Rule(NamedTuple):
    """A rule of the filter that the mail met. ``points`` below zero speak for the mail."""

    name: str
    points: float
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpamScore:
    """The points that ``engine`` gives a mail; at ``threshold`` it takes the mail for spam. The dearest rule is first."""

    engine: str
    score: float
    threshold: float
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscored:
    """No score, and why. ``failed`` tells that a filter is there, or was named, and gave no answer that counts."""

    sentence: str
    failed: bool


class EngineAbsentError(NewsletterError):
    """There is no such filter on this machine, or nobody listens at its address."""


class EngineFailedError(NewsletterError):
    """A filter was asked and gave no answer that counts."""


def spam_score(engine: str, score: float, threshold: float, rules: tuple[Rule, ...]) -> SpamScore:
    """The answer of a filter; ``EngineFailedError`` if it is none.

    A threshold of zero is what SpamAssassin's client prints where nothing was scored (``0/0``), so it never counts.
    """
    if threshold <= 0:
        raise EngineFailedError(f"{engine} answered without scoring the mail ({score:g}/{threshold:g}). Read its log.")
    dearest_first = sorted(rules, key=lambda rule: -rule.points)
    return SpamScore(engine=engine, score=score, threshold=threshold, rules=tuple(dearest_first))
