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


#: Who changed something, in the audit trail, when it was the reader.
READER = "subscriber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person. ``email`` is normalised (RFC 5321; domain case-folded); ``name`` may be empty.

    ``timezone`` is an IANA name and ``language`` a tag (BCP 47); empty for those of each newsletter. ``plain`` says that
    they want mails as text alone. ``attributes`` are what files and editors say of them. ``link_serial`` counts how often
    they had the links to their preferences changed; ``suppressed`` is why nothing may be sent to them, empty if it may;
    ``seen_at`` is when they last did something themselves.
    """

    email: str
    name: str = ""
    timezone: str = ""
    id: int | None = None
    created_at: datetime | None = None
    language: str = ""
    plain: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    link_serial: int = 0
    suppressed: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscriber's standing with one newsletter. ``skips`` are the sections they do not want to read.

    ``topics`` are those for which they want another ``frequency`` than for the rest. ``hour`` (0 to 23, by their own
    clock) is when their copy comes; ``None`` for when the issue leaves. Who is paused until ``paused_until`` is active
    again by itself from then on. ``since`` is when they joined and ``source`` from where; ``left_at`` and ``left_reason``
    when and why they unsubscribed.
    """

    subscriber: Subscriber
    newsletter: str
    state: SubscriptionState = SubscriptionState.ACTIVE
    skips: frozenset[SectionKind] = frozenset()
    frequency: Frequency = Frequency.EVERY
    topics: Mapping[str, Frequency] = field(default_factory=dict)
    hour: int | None = None
    paused_until: datetime | None = None
    since: datetime | None = None
    source: str = ""
    left_at: datetime | None = None
    left_reason: str = ""


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
