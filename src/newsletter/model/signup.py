"""Signing up: what a stranger asks for, and what is written to the address that they entered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.model.subscriber import Frequency, SubscriptionState
from newsletter.model.suppression import NEVER_WRITTEN_TO, SuppressionReason
from newsletter.model.terms import Terms

#: How long the button in the mail works.
CONFIRM_WITHIN = timedelta(days=7)
#: One address gets one mail in so long that somebody who is not its reader can cause.
BETWEEN_LETTERS = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What they chose beside the address; empty is the newsletter's own. ``topics`` are those that they want."""

    name: str = ""
    language: str = ""
    timezone: str = ""
    frequency: Frequency = Frequency.EVERY
    topics: Mapping[str, Frequency] = field(default_factory=dict)
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signup:
    """Somebody asked for a newsletter at ``email``; whose address that is nobody knows yet.

    ``wording`` is what they agreed to, ``page`` where, ``network`` from where (see ``model.consent``).
    """

    newsletter_id: int
    email: str
    asked_at: datetime
    choices: Choices = Choices()
    wording: str = ""
    page: str = ""
    network: str = ""
    id: int | None = None
    confirmed_at: datetime | None = None


class Answer(StrEnum):
    """What is done about a sign-up; the page that they see tells nothing of it."""

    #: Ask whether the address is theirs.
    CONFIRM = "confirm"
    #: They get it already: send them the way to their preferences.
    PREFERENCES = "preferences_link"
    #: The newsletter asks nobody to confirm.
    JOIN = "join"
    NOTHING = "nothing"


def answer(terms: Terms, standing: SubscriptionState | None, against: Collection[SuppressionReason]) -> Answer:
    """What to do about a sign-up with an address whose subscription stands so and against which these reasons count."""
    if set(against) & NEVER_WRITTEN_TO:
        return Answer.NOTHING
    if standing in (SubscriptionState.ACTIVE, SubscriptionState.PAUSED):
        return Answer.PREFERENCES
    # Who left once has to confirm whatever the terms: somebody else may have entered the address.
    return Answer.CONFIRM if terms.double_opt_in or against or standing is not None else Answer.JOIN
