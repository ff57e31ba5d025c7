"""What readers may ask for: how often, of which topics, at what hour, until when not. Pure rules for every form and command."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from newsletter.errors import ChoiceError
from newsletter.model.cadence import Every
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import Frequency, Subscriber, Subscription, SubscriptionState

#: The word with which a choice is taken back.
USUAL = "usual"
#: The word for an hour that nobody chose.
ANY = "any"
#: Whoever pauses for longer means without end.
_LONGEST_PAUSE = timedelta(days=3653)
_HOURS = 24
_WORDS = frozenset(map(str, Frequency))
_SELDOM = (Every.WEEK, Every.TWO_WEEKS, Every.MONTH)


def frequencies(newsletter: Newsletter) -> tuple[Frequency, ...]:
    """How often readers can choose to get ``newsletter``, the most frequent first: only what makes a difference to them.

    Where an issue comes once a week at most, weekly readers get every one of them; where one comes each month, monthly
    readers do too.
    """
    cadence = newsletter.cadence
    once = cadence is None or (cadence.every in _SELDOM and len(cadence.on) <= 1)
    same = {Frequency.WEEKLY} if once else set()
    if cadence is not None and once and cadence.every is Every.MONTH:
        same.add(Frequency.MONTHLY)
    return tuple(often for often in Frequency if often not in {*same, Frequency.NEVER})


def frequency_wish(text: str) -> Frequency:
    """The frequency of that name for a newsletter as a whole, or ``ChoiceError``."""
    if text not in _WORDS or text == Frequency.NEVER:
        names = ", ".join(often for often in Frequency if often is not Frequency.NEVER)
        raise ChoiceError(f"{text!r} is not how often one can get a newsletter; it is one of {names}.")
    return Frequency(text)


def topic_wish(text: str, newsletter: Newsletter) -> tuple[str, Frequency | None]:
    """The topic as ``newsletter`` spells it and how often it is wanted, of ``Harbour=monthly``.

    ``None`` of ``Harbour=usual``: as often as the rest. ``ChoiceError`` names what there is to choose from.
    """
    name, _, often = text.rpartition("=")
    if not newsletter.topics:
        raise ChoiceError(f"{newsletter.title} offers no topics to choose among.")
    topic = next((known for known in newsletter.topics if known.casefold() == name.strip().casefold()), None)
    if topic is None:
        offered = ", ".join(newsletter.topics)
        raise ChoiceError(f"There is no topic of that name in {text!r}; {newsletter.title} offers: {offered}.")
    if often != USUAL and often not in _WORDS:
        raise ChoiceError(f"{often!r} is not how often one can get a topic; it is {', '.join(Frequency)} or {USUAL}.")
    return topic, None if often == USUAL else Frequency(often)


def with_topics(known: Mapping[str, Frequency], asked: Mapping[str, Frequency | None]) -> dict[str, Frequency]:
    """The topics with a frequency of their own after the changes ``asked`` for; what is not named stays."""
    named = {topic.casefold() for topic in asked}
    others = {topic: often for topic, often in known.items() if topic.casefold() not in named}
    return others | {topic: often for topic, often in asked.items() if often is not None}


def hour_wish(text: str) -> int | None:
    """The hour of ``7``; ``None`` of ``any``; ``ChoiceError`` for what no clock shows."""
    if text == ANY:
        return None
    if not (text.isascii() and text.isdigit() and int(text) < _HOURS):
        raise ChoiceError(f"{text!r} is no hour; write 0 to 23, or {ANY} for when the issue leaves.")
    return int(text)


def zone_wish(text: str) -> str:
    """The IANA name of a time zone; empty of ``usual``, for that of the newsletter. ``ChoiceError`` for another word."""
    if text == USUAL:
        return ""
    # Names without a place, such as localtime or EST, mean something else on another machine or in another century.
    if text != "UTC" and ("/" not in text or text not in available_timezones()):
        raise ChoiceError(
            f"{text!r} is no time zone; write one such as Europe/Berlin, or {USUAL} for the newsletter's."
        )
    return text


def pause_wish(day: date, zone: str, now: datetime) -> datetime:
    """The start of ``day`` in ``zone``, until when a pause lasts; ``ChoiceError`` for one that is over or never comes."""
    if not now < (ends := _starts(day, zone)):
        raise ChoiceError(f"{day} is over or has begun; name a later day, or pause without end.")
    if ends > now + _LONGEST_PAUSE:
        raise ChoiceError(f"{day} is more than ten years away; pause without end instead.")
    return ends


def zone_of(person: Subscriber, newsletter: Newsletter) -> str:
    """The time zone that a person's clock shows: their own, else the newsletter's."""
    return person.timezone or newsletter.timezone


def standing(subscription: Subscription, now: datetime) -> SubscriptionState:
    """The state ``now``: a pause that is over has ended by itself."""
    until = subscription.paused_until
    if subscription.state is SubscriptionState.PAUSED and until is not None and until <= now:
        return SubscriptionState.ACTIVE
    return subscription.state


def _starts(day: date, zone: str) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
