"""Learning what a provider group bears: additive increase, multiplicative decrease, and a breaker at the bottom.

Nothing limits a group until it gives a first sign that we are too fast. The pace then starts from the rate that was seen
to go through, is halved at each further sign, and climbs a step after so many accepted mails. Who refuses even the
slowest pace, or refuses many mails on end, is left alone: 5 minutes, then 15, then an hour each time.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta

from newsletter.model.ladder import PAUSES
from newsletter.model.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How to learn; rates are messages a second."""

    #: Never slower than this; a refusal at it is answered by a pause.
    floor: float = 0.2
    #: Added after every ``after`` accepted mails, up to ``ceiling``.
    step: float = 0.5
    after: int = 50
    ceiling: float = math.inf
    #: Taken for the observed rate where nothing was accepted yet.
    start: float = 1.0
    #: Refusals so soon after a sign answer mails that were under way before it: they are the same sign.
    settling: timedelta = timedelta(seconds=2)
    #: So many refusals on end are a storm: pause at once, however fast the pace was.
    storm: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known of a group. ``rate`` is messages a second, ``None`` while nothing limits it.

    ``accepted`` mails since the last step or sign, ``refused`` ones on end, ``pauses`` since the last step up. ``seen``
    mails were accepted from ``seen_since`` to ``seen_until``, and ``seen_before`` a second in the stretch before that.
    """

    rate: float | None = None
    accepted: int = 0
    refused: int = 0
    signed_at: datetime | None = None
    pauses: int = 0
    paused_until: datetime | None = None
    seen: int = 0
    seen_since: datetime | None = None
    seen_until: datetime | None = None
    seen_before: float | None = None


#: What is known of a group before the first mail.
UNKNOWN = Pace()
USUAL = Rules()
#: For so long the accepted mails are counted together, and from so much on a count says more than the one before.
_STRETCH, _ENOUGH = timedelta(minutes=1), timedelta(seconds=10)
#: A count over less than this says nothing of a rate: outcomes are written down many at a time.
_SHORTEST = 1.0


def accepted(pace: Pace, count: int, now: datetime, rules: Rules = USUAL) -> Pace:
    """What is known after ``count`` more mails were accepted."""
    pace = replace(_counted(pace, count, now), refused=0)
    if pace.rate is None:
        return pace
    steps, rest = divmod(pace.accepted + count, rules.after)
    rate = max(pace.rate, min(pace.rate + steps * rules.step, rules.ceiling))
    return replace(pace, rate=rate, accepted=rest, pauses=0 if steps else pace.pauses)


def refused(pace: Pace, refusal: Refusal, now: datetime, rules: Rules = USUAL) -> Pace:
    """What is known after one more ``refusal``; the same as before unless it may be a sign that we are too fast."""
    if not refusal.too_fast or resumes_at(pace, now):
        return pace
    pace = replace(pace, accepted=0, refused=pace.refused + 1)
    if pace.refused >= rules.storm:
        return _paused(pace, now, rules)
    if pace.signed_at and timedelta() <= now - pace.signed_at < rules.settling:
        return pace
    if pace.rate is not None and pace.rate <= rules.floor:
        return _paused(pace, now, rules)
    rate = pace.rate if pace.rate is not None else observed(pace, rules)
    return replace(pace, rate=max(rules.floor, rate / 2), signed_at=now)


def resumes_at(pace: Pace, now: datetime) -> datetime | None:
    """When the group may be sent to again after a pause; ``None`` if it may now.

    A pause that would last longer than any does comes from a clock that was put back, and is over.
    """
    until = pace.paused_until
    return until if until and now < until <= now + PAUSES[-1] else None


def observed(pace: Pace, rules: Rules = USUAL) -> float:
    """How many mails a second were accepted lately."""
    if not pace.seen_since or not pace.seen_until:
        return rules.start
    span = pace.seen_until - pace.seen_since
    if span < _ENOUGH and pace.seen_before is not None:
        return pace.seen_before
    return pace.seen / max(span.total_seconds(), _SHORTEST)


def to_json(pace: Pace) -> dict[str, float | int | str | None]:
    """The state as plain values for the store; what is as it was at first is left out."""
    values = {field.name: getattr(pace, field.name) for field in fields(Pace)}
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value != getattr(UNKNOWN, name)
    }


def from_json(state: Mapping[str, object] | None) -> Pace:
    """The pace that `to_json` wrote. What cannot be understood is as good as nothing: it is learnt again in minutes."""
    known = {field.name for field in fields(Pace)}
    try:
        return Pace(**{name: _value(name, value) for name, value in (state or {}).items() if name in known})  # type: ignore[arg-type]  # checked by _value
    except ValueError:
        return UNKNOWN


def _paused(pace: Pace, now: datetime, rules: Rules) -> Pace:
    pause = PAUSES[min(pace.pauses, len(PAUSES) - 1)]
    return replace(pace, rate=rules.floor, refused=0, signed_at=now, pauses=pace.pauses + 1, paused_until=now + pause)


def _counted(pace: Pace, count: int, now: datetime) -> Pace:
    """Count accepted mails into the present stretch, or begin another."""
    since = pace.seen_since
    if since and timedelta() <= now - since < _STRETCH:
        return replace(pace, seen=pace.seen + count, seen_until=now)
    before = observed(pace) if since else None
    return replace(pace, seen=count, seen_since=now, seen_until=now, seen_before=before)


_MOMENTS = ("signed_at", "paused_until", "seen_since", "seen_until")
_RATES = ("rate", "seen_before")


def _value(name: str, value: object) -> float | datetime | None:
    """One value of the state as the dataclass holds it; ``ValueError`` if it cannot be one."""
    if value is None and name in (*_MOMENTS, *_RATES):
        return None
    if name in _MOMENTS and isinstance(value, str) and (moment := datetime.fromisoformat(value)).tzinfo:
        return moment
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    if name in _MOMENTS or not number or (name not in _RATES and not isinstance(value, int)):
        raise ValueError(name)
    return value  # type: ignore[return-value]  # a number, as was just asked
