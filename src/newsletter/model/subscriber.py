"""A subscriber and what they asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newsletter.model.issue import SectionKind


class SubscriptionState(StrEnum):
    """Whether a subscription may be mailed: only ``active`` may."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"


class Frequency(StrEnum):
    """How often a reader wants to hear from a newsletter, or of one of its topics."""

    EVERY = "every"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    BREAKING = "breaking"
    #: Of a topic only: who wants nothing of a newsletter unsubscribes.
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person. ``email`` is normalised (RFC 5321; domain case-folded); ``name`` may be empty.

    ``timezone`` is an IANA name; empty for that of each newsletter.
    """

    email: str
    name: str = ""
    timezone: str = ""
    id: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscriber's standing with one newsletter. ``skips`` are the sections they do not want to read.

    ``topics`` are those for which they want another ``frequency`` than for the rest. ``hour`` (0 to 23, by their own
    clock) is when their copy comes; ``None`` for when the issue leaves. Who is paused until ``paused_until`` is active
    again by itself from then on.
    """

    subscriber: Subscriber
    newsletter: str
    state: SubscriptionState = SubscriptionState.ACTIVE
    skips: frozenset[SectionKind] = frozenset()
    frequency: Frequency = Frequency.EVERY
    topics: Mapping[str, Frequency] = field(default_factory=dict)
    hour: int | None = None
    paused_until: datetime | None = None


#: The sections that a reader may leave out.
OPTIONAL_SECTIONS = (
    SectionKind.STORIES,
    SectionKind.OTHER_NEWS,
    SectionKind.BRIEFING,
    SectionKind.SERIES,
    SectionKind.NUMBERS,
    SectionKind.EVENTS,
    SectionKind.MAGAZINE,
)
