"""What a subscriber decides, reached from the links in a mail. GET shows, POST acts; no cookie, no login."""

import json
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from newsletter.addresses import normalised
from newsletter.errors import AddressError, ChoiceError
from newsletter.i18n.phrases import phrases
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import READER, Subscription, SubscriptionState
from newsletter.pipeline import Press
from newsletter.render.links import Purpose
from newsletter.web.pages import question, spoken_in
from newsletter.web.preferences import Choices, Said, others, shown
from newsletter.web.visitor import network, same_site


def routes(press: Press) -> APIRouter:
    """``/preferences/<token>`` and what is below it."""
    router, mine = APIRouter(prefix="/preferences/{token}", default_response_class=HTMLResponse), _Preferences(press)
    router.get("")(mine.show)
    for place, act in (
        ("", mine.save),
        ("/address", mine.move),
        ("/data", mine.export),
        ("/links", mine.renew_links),
        ("/erase", mine.erase),
    ):
        router.post(place, dependencies=[Depends(same_site)])(act)
    return router


@dataclass(frozen=True, slots=True)
class _Preferences:
    press: Press

    def show(self, token: str) -> HTMLResponse:
        found, newsletter = self._subscription(token)
        return shown(self.press, found, newsletter)

    def save(self, token: str, choices: Annotated[Choices, Form()], request: Request) -> HTMLResponse:
        press = self.press
        found, newsletter = self._subscription(token)
        try:
            chosen = choices.laid_over(found, newsletter)
        except (ChoiceError, AddressError):  # the page is older than the newsletter's topics
            return shown(press, found, newsletter, Said.CHANGED)
        try:
            changed = choices.paused(chosen, newsletter, press.clock())
        except ChoiceError:
            return shown(press, chosen, newsletter, Said.NO_DAY)
        where = f"{press.links.base_url}/{Purpose.PREFERENCES}"
        said = Consent(kind=ConsentKind.CHOSEN, at=press.clock(), page=where, network=network(request))
        now, number = press.clock(), int(newsletter.id or 0)
        try:
            press.store.subscribers.change(changed, number, actor=READER, now=now, evidence=said)
            if choices.others:
                self._change_others(choices, changed, newsletter, said)
        except ChoiceError:
            return shown(press, found, newsletter, Said.BARRED)
        return shown(press, self._subscription(token)[0], newsletter, Said.SAVED)

    def move(self, token: str, email: Annotated[str, Form()] = "") -> HTMLResponse:
        found, newsletter = self._subscription(token)
        try:
            wanted = normalised(email)
        except AddressError:
            return shown(self.press, found, newsletter, Said.NO_ADDRESS)
        person, number = int(found.subscriber.id or 0), int(newsletter.id or 0)
        self.press.store.address_changes.ask(person, number, wanted, now=self.press.clock())
        return shown(self.press, found, newsletter, Said.MOVING)

    def export(self, token: str) -> Response:
        found, _ = self._subscription(token)
        person, now = int(found.subscriber.id or 0), self.press.clock()
        text = json.dumps(
            self.press.store.erasure.everything(person, actor=READER, now=now), ensure_ascii=False, indent=2
        )
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store, private"}
        return Response(text, media_type="application/json", headers=headers)

    def renew_links(self, token: str) -> HTMLResponse:
        found, newsletter = self._subscription(token)
        person, language = int(found.subscriber.id or 0), found.subscriber.language or newsletter.language
        serial = self.press.store.subscribers.change_links(person, now=self.press.clock())
        _ = phrases(language).gettext
        said = [_("Those in earlier mails open this page no more.")]
        links = [(_("Your preferences"), self.press.links.preferences(person, int(newsletter.id or 0), serial))]
        title = _("The links are changed")
        return question(spoken_in(newsletter, language), title, said, links=links, templates=self.press.templates)

    def erase(self, token: str, sure: Annotated[str, Form()] = "") -> HTMLResponse:
        found, newsletter = self._subscription(token)
        if sure != "yes":
            return shown(self.press, found, newsletter, Said.CHANGED)
        self.press.store.erasure.erase(int(found.subscriber.id or 0), actor=READER, now=self.press.clock())
        language = found.subscriber.language or newsletter.language
        _ = phrases(language).gettext
        said = [_("Nothing that tells who you are is stored here any more.")]
        return question(spoken_in(newsletter, language), _("You are forgotten"), said, templates=self.press.templates)

    def _subscription(self, token: str) -> tuple[Subscription, Newsletter]:
        store = self.press.store
        person, number = self.press.links.read(token, Purpose.PREFERENCES, store.subscribers.link_serial)
        found = store.subscribers.get(person, number)
        return found, store.newsletters.get(found.newsletter)

    def _change_others(self, choices: Choices, found: Subscription, newsletter: Newsletter, said: Consent) -> None:
        store, now = self.press.store, self.press.clock()
        mine = {one.newsletter: one for one in store.subscribers.others(int(found.subscriber.id or 0))}
        for other, is_wanted in others(self.press, found, newsletter):
            if other.slug in choices.other and not is_wanted:
                joined = Subscription(subscriber=found.subscriber, newsletter=other.slug, source=said.page)
                store.subscribers.join(joined, int(other.id or 0), now=now, evidence=[said])
            elif other.slug not in choices.other and is_wanted:
                left = replace(mine[other.slug], state=SubscriptionState.UNSUBSCRIBED)
                store.subscribers.change(left, int(other.id or 0), actor=READER, now=now)
