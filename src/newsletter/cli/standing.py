"""A reader's standing with a newsletter, in words and for programs, and what the command line changes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from newsletter.errors import ChoiceError
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import Frequency, Subscription, SubscriptionState
from newsletter.model.wishes import (
    frequency_wish,
    hour_wish,
    pause_wish,
    standing,
    topic_wish,
    with_topics,
    zone_of,
    zone_wish,
)  # fmt: skip

_OFTEN = {
    Frequency.EVERY: "every issue",
    Frequency.WEEKLY: "once a week",
    Frequency.MONTHLY: "once a month",
    Frequency.BREAKING: "breaking news only",
    Frequency.NEVER: "never",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was typed; ``None`` and empty for what shall stay as it is. ``pause_until`` is a day, ``2026-12-24``."""

    frequency: str | None = None
    topics: Sequence[str] = ()
    hour: str | None = None
    timezone: str | None = None
    pause_until: str | None = None
    pause: bool = False
    resume: bool = False

    def laid_over(self, found: Subscription, newsletter: Newsletter, now: datetime) -> Subscription:
        """``found`` with these wishes granted; ``ChoiceError`` says which of them cannot be, and then none is."""
        if self == Wishes():
            raise ChoiceError(
                "Say what to set: --frequency, --topic, --hour, --timezone, --pause-until, --pause, --resume"
            )
        wanted = found
        if self.timezone is not None:
            wanted = replace(wanted, subscriber=replace(found.subscriber, timezone=zone_wish(self.timezone)))
        if self.frequency is not None:
            wanted = replace(wanted, frequency=frequency_wish(self.frequency))
        if self.hour is not None:
            wanted = replace(wanted, hour=hour_wish(self.hour))
        asked = dict(topic_wish(text, newsletter) for text in self.topics)
        return self._paused(replace(wanted, topics=with_topics(found.topics, asked)), newsletter, now)

    def _paused(self, found: Subscription, newsletter: Newsletter, now: datetime) -> Subscription:
        asked = [self.pause_until is not None, self.pause, self.resume].count(True)
        if not asked:
            return found
        if asked > 1:
            raise ChoiceError("Of --pause-until, --pause and --resume only one can be meant.")
        # Nobody but the reader brings back who left, or confirms an address.
        if found.state not in (SubscriptionState.ACTIVE, SubscriptionState.PAUSED):
            raise ChoiceError(f"This reader is {found.state}, which no pause changes; only they can change it.")
        if self.resume:
            return replace(found, state=SubscriptionState.ACTIVE, paused_until=None)
        until = None if self.pause_until is None else _day(self.pause_until)
        ends = pause_wish(until, zone_of(found.subscriber, newsletter), now) if until else None
        return replace(found, state=SubscriptionState.PAUSED, paused_until=ends)


def in_words(found: Subscription, newsletter: Newsletter, now: datetime) -> list[str]:
    """A line for each thing that a reader decided."""
    zone = zone_of(found.subscriber, newsletter)
    topics = [f"{topic}: {_OFTEN[often]}" for topic, often in sorted(found.topics.items())]
    lines = [f"{found.subscriber.email} {_state(found, newsletter.title, zone, now)}"]
    lines.append(f"How often: {'; '.join([_OFTEN[found.frequency], *topics])}")
    if found.hour is None:
        lines.append("When: as soon as an issue leaves")
    else:
        lines.append(f"When: at {found.hour:02d}:00 by the clock of {zone}")
    if found.skips:
        lines.append(f"Without: {', '.join(sorted(found.skips))}")
    return lines


def for_programs(found: Subscription, now: datetime) -> dict[str, object]:
    """The same as values; an empty ``timezone`` is the newsletter's."""
    return {
        "id": found.subscriber.id,
        "email": found.subscriber.email,
        "name": found.subscriber.name,
        "newsletter": found.newsletter,
        "state": str(standing(found, now)),
        "paused_until": found.paused_until and found.paused_until.isoformat(),
        "frequency": str(found.frequency),
        "topics": {topic: str(often) for topic, often in sorted(found.topics.items())},
        "hour": found.hour,
        "timezone": found.subscriber.timezone,
        "skips": sorted(found.skips),
    }


def _state(found: Subscription, title: str, zone: str, now: datetime) -> str:
    if standing(found, now) is not SubscriptionState.PAUSED:
        return {
            SubscriptionState.UNCONFIRMED: f"has not confirmed yet and gets nothing of {title}.",
            SubscriptionState.UNSUBSCRIBED: f"left {title} and gets nothing.",
        }.get(found.state, f"gets {title}.")
    if found.paused_until is None:
        return f"pauses and gets nothing of {title} until they come back."
    until = found.paused_until.astimezone(ZoneInfo(zone))
    return f"pauses and gets nothing of {title} until {until:%Y-%m-%d %H:%M} ({zone})."


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ChoiceError(f"{text!r} is no day; write it as 2026-12-24.") from None
