"""The preferences page: what a reader can choose, and what they chose on it."""

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Literal
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from newsletter.addresses import one_line
from newsletter.errors import ChoiceError
from newsletter.i18n.phrases import LANGUAGES, spoken
from newsletter.i18n.zones import zones
from newsletter.model.issue import SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Frequency, Subscriber, Subscription, SubscriptionState
from newsletter.model.wishes import (
    ANY,
    USUAL,
    frequencies,
    frequency_wish,
    hour_wish,
    pause_wish,
    standing,
    topic_wish,
    with_topics,
    zone_of,
    zone_wish,
)
from newsletter.pipeline import Press
from newsletter.render.links import Purpose
from newsletter.web.pages import page
from newsletter.web.why import why

#: What a form can ask for; nobody makes themselves unconfirmed.
_State = Literal[SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.UNSUBSCRIBED]


class Said(StrEnum):
    """What the page says above the form."""

    NOTHING = ""
    SAVED = "saved"
    #: The day on which a pause shall end is none, or over. Nothing was saved.
    NO_DAY = "no day"
    #: What was chosen is not offered any more. Nothing was saved.
    CHANGED = "changed"
    #: Nothing may be sent to the address, whatever its owner chooses. Nothing was saved.
    BARRED = "barred"
    #: Both addresses were written to.
    MOVING = "moving"
    #: The new address is none. Nothing was done.
    NO_ADDRESS = "no address"


class Choices(BaseModel):
    """The form as it was sent. Of what is empty nothing changes, but that no section named means none wanted."""

    state: _State
    wanted: list[SectionKind] = []
    frequency: str = ""
    topic: list[str] = []
    hour: str = ""
    timezone: str = ""
    pause_until: str = ""
    name: str | None = None
    language: str = ""
    format: Literal["", "html", "text"] = ""
    others: str = ""
    other: list[str] = []

    def laid_over(self, found: Subscription, newsletter: Newsletter) -> Subscription:
        """``found`` with all of these choices but that of the state; ``ChoiceError`` if one is not offered."""
        return replace(
            found,
            subscriber=self._person(found, newsletter),
            skips=frozenset(OPTIONAL_SECTIONS) - frozenset(self.wanted),
            frequency=frequency_wish(self.frequency) if self.frequency else found.frequency,
            topics=with_topics(found.topics, dict(topic_wish(text, newsletter) for text in self.topic)),
            hour=hour_wish(self.hour) if self.hour else found.hour,
        )

    def paused(self, found: Subscription, newsletter: Newsletter, now: datetime) -> Subscription:
        """``found`` in the state chosen; ``ChoiceError`` if the day on which a pause ends is none, or over.

        A day counts for those who pause alone: it is sent too by those who wrote one, and then thought better of it.
        """
        if self.state is not SubscriptionState.PAUSED or not self.pause_until:
            return replace(found, state=self.state, paused_until=None)
        until = pause_wish(_day(self.pause_until), zone_of(found.subscriber, newsletter), now)
        return replace(found, state=self.state, paused_until=until)

    def _person(self, found: Subscription, newsletter: Newsletter) -> Subscriber:
        known = found.subscriber
        if self.language and self.language not in LANGUAGES:
            raise ChoiceError(f"{self.language!r:.20} is no language that we speak.")
        # As with the zone: the newsletter's own is chosen beforehand.
        is_usual = not known.language and self.language == spoken(newsletter.language)
        return replace(
            known, timezone=self._zone(found, newsletter), name=known.name if self.name is None else one_line(self.name[:_LONGEST_NAME]),
            language=known.language if not self.language or is_usual else self.language,
            plain=self.format == "text" if self.format else known.plain,
        )  # fmt: skip

    def _zone(self, found: Subscription, newsletter: Newsletter) -> str:
        own = found.subscriber.timezone
        # The newsletter's is chosen beforehand: who leaves it has not asked for a zone of their own.
        return zone_wish(self.timezone) if self.timezone and self.timezone != (own or newsletter.timezone) else own


def shown(press: Press, found: Subscription, newsletter: Newsletter, said: Said = Said.NOTHING) -> HTMLResponse:
    """The page with the choices of ``found``; 422 if it has to say that nothing was saved."""
    now, zone, person = press.clock(), zone_of(found.subscriber, newsletter), found.subscriber
    until, offered = found.paused_until, frequencies(newsletter)
    chosen = {topic.casefold(): often for topic, often in found.topics.items()}
    language = person.language or newsletter.language
    evidence = press.store.consents.of(int(person.id or 0), int(newsletter.id or 0))
    return page(
        "subscriber/preferences.html",
        press.templates,
        language=language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if said in _NOT_DONE else HTTPStatus.OK,
        newsletter=newsletter,
        subscription=found,
        state=SubscriptionState.PAUSED if said is Said.NO_DAY else standing(found, now),
        sections=[(kind, kind not in found.skips) for kind in OPTIONAL_SECTIONS],
        frequencies=_with(found.frequency, offered),
        topics=[(topic, _choices(chosen.get(topic.casefold()), offered)) for topic in newsletter.topics],
        hours=[(ANY, ""), *((str(hour), f"{hour:02d}:00") for hour in range(24))],
        hour=ANY if found.hour is None else str(found.hour),
        zones=_zones(zone, language),
        zone=zone,
        pause_until=until.astimezone(ZoneInfo(zone)).date() if until and until > now else "",
        said=said,
        languages=LANGUAGES,
        spoken=spoken(language),
        others=others(press, found, newsletter),
        why=list(why(found, evidence, language, zone)),
        suppressed=person.suppressed,
        form=f"/preferences/{_token(press, found, newsletter)}",
    )


def _token(press: Press, found: Subscription, newsletter: Newsletter) -> str:
    person = found.subscriber
    token = press.links.token(Purpose.PREFERENCES, int(person.id or 0), int(newsletter.id or 0), person.link_serial)
    return token.decode()


_NOT_DONE = (Said.NO_DAY, Said.CHANGED, Said.BARRED, Said.NO_ADDRESS)
_LONGEST_NAME = 200


def others(press: Press, found: Subscription, newsletter: Newsletter) -> list[tuple[Newsletter, bool]]:
    """The other newsletters that this reader can choose, each with whether they get it."""
    mine = {one.newsletter: one.state for one in press.store.subscribers.others(int(found.subscriber.id or 0))}
    ended = (SubscriptionState.UNSUBSCRIBED, None)
    known = [other for other in press.store.newsletters.all() if other.slug != newsletter.slug]
    return [
        (other, mine.get(other.slug) not in ended)
        for other in known
        if other.terms.open or mine.get(other.slug) not in ended
    ]


def _with(chosen: Frequency, offered: tuple[Frequency, ...]) -> tuple[Frequency, ...]:
    """What is offered, and what the reader has even if that makes no difference any more."""
    return tuple(often for often in Frequency if often in (*offered, chosen))


def _choices(chosen: Frequency | None, offered: tuple[Frequency, ...]) -> list[tuple[str, bool]]:
    """What can be chosen for a topic, each with whether it is."""
    there = _with(chosen or Frequency.NEVER, (*offered, Frequency.NEVER))
    return [(USUAL, chosen is None), *((str(often), often is chosen) for often in there)]


def _zones(zone: str, language: str) -> list[tuple[str, str]]:
    """The zones to choose from, with ``zone`` even where it is no place's own, such as UTC."""
    known = zones(language)
    return [*known] if zone in dict(known) else [(zone, zone), *known]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ChoiceError(f"{text!r} is no day.") from None
