"""A subscriber and what they asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.issue import SectionKind


class SubscriptionState(StrEnum):
    """Whether a subscription may be mailed: only ``active`` may."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person. ``email`` is normalised (RFC 5321; domain case-folded); ``name`` may be empty."""

    email: str
    name: str = ""
    id: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscriber's standing with one newsletter. ``skips`` are the sections they do not want to read."""

    subscriber: Subscriber
    newsletter: str
    state: SubscriptionState = SubscriptionState.ACTIVE
    skips: frozenset[SectionKind] = frozenset()


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
