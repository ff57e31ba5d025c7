"""A cadence: when a newsletter appears, and what happens if its issue is not ready then. What editors decide, as data."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Every(StrEnum):
    """How often a newsletter appears."""

    DAY = "day"
    WEEKDAY = "weekday"
    WEEK = "week"
    TWO_WEEKS = "two weeks"
    MONTH = "month"
    #: By a line of cron, in the newsletter's own local time.
    CRON = "cron"


class Policy(StrEnum):
    """What happens at the slot of an issue that nobody has approved."""

    #: Nothing is sent; the slot is held and the editors are told.
    APPROVED_ONLY = "approved only"
    #: What was approved last is sent, even if somebody changed the draft since; without it the slot is held.
    SKELETON = "approved skeleton"
    #: It is composed, and sent if every check passes; otherwise the slot is held.
    AUTO = "auto"
    #: The slot passes without an issue, with a note.
    SKIP = "skip"


class OnHoliday(StrEnum):
    """Where an issue goes whose day is a public holiday."""

    SKIP = "skip"
    #: To the last working day before it, or the first one after it.
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Days, both included, on which nothing appears: a summer break, or a single date."""

    first: date
    last: date
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The issue of ``day`` appears at another time: ``to`` is local to the newsletter and has no zone of its own."""

    day: date
    to: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """When a newsletter appears, in its own local time.

    ``on`` are the days: names of weekdays (``friday``) for a week or two, numbers (``1``, ``-1`` for the last) or
    ``first friday`` for a month; empty for the others. ``at`` are the times of day, ``16:00``. Two weeks count from
    ``since``, and nothing appears before it. ``cron`` takes the place of all these. ``holidays`` names a country and,
    after a hyphen, a region of it (``DE-BE``); empty for none.

    Composing ends ``deadline_hours`` before the slot, and the editors are told ``remind_hours`` before that. A slot that
    comes up more than ``grace_hours`` late is held. ``approvals`` is how many people must approve. ``editors`` are the
    addresses that are told; what they are told is in ``Notice``.
    """

    every: Every = Every.WEEK
    on: tuple[str, ...] = ()
    at: tuple[str, ...] = ("09:00",)
    since: date | None = None
    cron: str = ""
    breaks: tuple[Break, ...] = ()
    moves: tuple[Move, ...] = ()
    holidays: str = ""
    on_holiday: OnHoliday = OnHoliday.SKIP
    policy: Policy = Policy.APPROVED_ONLY
    deadline_hours: float = 0
    remind_hours: float = 24
    grace_hours: float = 6
    approvals: int = 1
    editors: tuple[str, ...] = ()

    @property
    def deadline(self) -> timedelta:
        """How long before a slot its composing ends."""
        return timedelta(hours=self.deadline_hours)

    @property
    def grace(self) -> timedelta:
        """How late an issue may still leave by itself."""
        return timedelta(hours=self.grace_hours)
