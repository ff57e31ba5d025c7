"""One line of another product's list, understood; or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newsletter.model.consent import Consent
from newsletter.model.subscriber import Frequency


class Standing(StrEnum):
    """How a person stood there, the strictest last."""

    ACTIVE = "active"
    PAUSED = "paused"
    UNCONFIRMED = "unconfirmed"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


class Reason(StrEnum):
    """Why a person was suppressed there."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    BLOCKLIST = "blocklist"
    OPT_OUT = "opt-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the file tells of how they agreed. ``zone_assumed`` says that its times name no zone, and UTC was taken."""

    asked_at: datetime | None = None
    asked_from: str = ""
    confirmed_at: datetime | None = None
    confirmed_from: str = ""
    source: str = ""
    zone_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """One person. ``standing`` is ``None`` where the file says nothing of it; ``why`` are its own words for a leaving.

    ``skips`` and ``topics`` in their stored form, ``source`` and ``consents`` are what only our own lists say.
    """

    line: int
    email: str
    name: str = ""
    standing: Standing | None = None
    reason: Reason | None = None
    why: str = ""
    left_at: datetime | None = None
    frequency: Frequency | None = None
    plain: bool = False
    language: str = ""
    timezone: str = ""
    tags: tuple[str, ...] = ()
    skips: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    agreement: Agreement = Agreement()
    created_at: datetime | None = None
    topics: str = ""
    hour: int | None = None
    paused_until: datetime | None = None
    source: str = ""
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line that cannot be taken. ``sentence`` says why and holds no address; ``row`` are its cells as they were."""

    line: int
    sentence: str
    column: str = ""
    row: tuple[str, ...] = ()
