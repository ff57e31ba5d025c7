"""The buttons in mails that ask something: is the address yours, do you still want it, shall it come elsewhere.

GET shows the button, POST is the answer: a program that follows every link of a mail answers nothing.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from newsletter.errors import ChoiceError, NotFoundError
from newsletter.i18n.phrases import phrases
from newsletter.model.newsletter import Newsletter
from newsletter.model.signup import Signup
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.pipeline import Press
from newsletter.reception import confirmed
from newsletter.render.links import Purpose
from newsletter.web.pages import question, spoken_in
from newsletter.web.visitor import network, same_site


def routes(press: Press) -> APIRouter:
    """``/confirm/<token>``, ``/stay/<token>``, ``/new-address/<token>`` and ``/old-address/<token>``."""
    router = APIRouter(default_response_class=HTMLResponse)
    for purpose, asked in (
        (Purpose.CONFIRM, _Confirming(press)), (Purpose.STAY, _Staying(press)),
        (Purpose.NEW_ADDRESS, _Moving(press, Purpose.NEW_ADDRESS)), (Purpose.OLD_ADDRESS, _Moving(press, Purpose.OLD_ADDRESS)),
    ):  # fmt: skip
        router.get(f"/{purpose}/{{token}}")(asked.ask)
        router.post(f"/{purpose}/{{token}}", dependencies=[Depends(same_site)])(asked.answer)
    return router


@dataclass(frozen=True, slots=True)
class _Confirming:
    press: Press

    def ask(self, token: str) -> HTMLResponse:
        _asked, newsletter, language = self._asked(token)
        _ = phrases(language).gettext
        sentence = _("Press the button, and the next issue of %(title)s comes to you.") % {"title": newsletter.title}
        title, button = _("Is this address yours?"), _("Yes, send it to me")
        return question(
            spoken_in(newsletter, language), title, [sentence], button=button, templates=self.press.templates
        )

    def answer(self, token: str, request: Request) -> HTMLResponse:
        press, now = self.press, self.press.clock()
        asked, newsletter, language = self._asked(token)
        _ = phrases(language).gettext
        evidence = confirmed(f"{press.links.base_url}/{Purpose.CONFIRM}", network(request), now)
        try:
            found = press.store.signups.confirm(int(asked.id or 0), evidence, now=now)
        except ChoiceError:
            sentence = _("Nothing may be sent to your address. Please write to %(address)s.")
            said = [sentence % {"address": newsletter.reply_to or newsletter.sender}]
            return question(
                spoken_in(newsletter, language), _("That is not possible"), said, status=403, templates=press.templates
            )
        if found.state is SubscriptionState.UNSUBSCRIBED:
            said = [_("This link was used before.")]
            return _gone(press, newsletter, language, said)
        said = [_("The next issue of %(title)s will come to this address.") % {"title": newsletter.title}]
        person = found.subscriber
        choose = press.links.preferences(int(person.id or 0), asked.newsletter_id, person.link_serial)
        links = [(_("Choose what you get"), choose), (_("All issues"), press.links.home(newsletter.slug))]
        title = _("You are on the list")
        return question(spoken_in(newsletter, language), title, said, links=links, templates=press.templates)

    def _asked(self, token: str) -> tuple[Signup, Newsletter, str]:
        number, newsletter_id = self.press.links.read(token, Purpose.CONFIRM)
        asked = self.press.store.signups.get(number, now=self.press.clock())
        newsletter = _newsletter(self.press, newsletter_id)
        return asked, newsletter, asked.choices.language or newsletter.language


@dataclass(frozen=True, slots=True)
class _Staying:
    press: Press

    def ask(self, token: str) -> HTMLResponse:
        _person, newsletter, language = self._asked(token)
        _ = phrases(language).gettext
        title = _("Do you still want %(title)s?") % {"title": newsletter.title}
        return question(
            spoken_in(newsletter, language), title, [], button=_("Yes, go on"), templates=self.press.templates
        )

    def answer(self, token: str, request: Request) -> HTMLResponse:
        found, newsletter, language = self._asked(token)
        if found.state is SubscriptionState.UNSUBSCRIBED:
            return _gone(self.press, newsletter, language, [])
        where = {"page": f"{self.press.links.base_url}/{Purpose.STAY}", "network": network(request)}
        person = int(found.subscriber.id or 0)
        self.press.store.renewals.stay(person, int(newsletter.id or 0), **where, now=self.press.clock())
        title = phrases(language).gettext("Thank you: it goes on coming")
        return question(spoken_in(newsletter, language), title, [], templates=self.press.templates)

    def _asked(self, token: str) -> tuple[Subscription, Newsletter, str]:
        person, newsletter_id = self.press.links.read(token, Purpose.STAY)
        found = self.press.store.subscribers.get(person, newsletter_id)
        newsletter = _newsletter(self.press, newsletter_id)
        return found, newsletter, found.subscriber.language or newsletter.language


@dataclass(frozen=True, slots=True)
class _Moving:
    press: Press
    purpose: Purpose

    def ask(self, token: str) -> HTMLResponse:
        _change, newsletter = self._asked(token)
        _ = phrases(newsletter.language).gettext
        is_new = self.purpose is Purpose.NEW_ADDRESS
        title = _("Shall it come here?") if is_new else _("Shall it go somewhere else?")
        button = _("Yes, send it here") if is_new else _("Yes, send it there")
        said = [_("It changes when both addresses have agreed.")]
        return question(newsletter, title, said, button=button, templates=self.press.templates)

    def answer(self, token: str) -> HTMLResponse:
        number, newsletter = self._asked(token)
        _ = phrases(newsletter.language).gettext
        side, language, templates = self.purpose.replace("-", "_"), newsletter.language, self.press.templates
        try:
            change = self.press.store.address_changes.agree(number, side, now=self.press.clock())
        except ChoiceError:
            said = [_("The new address has a subscription of its own, or nothing may be sent there.")]
            return question(
                spoken_in(newsletter, language), _("That is not possible"), said, status=409, templates=templates
            )
        if len(change.agreed) > 1:
            return question(spoken_in(newsletter, language), _("The address is changed"), [], templates=templates)
        said = [_("It changes when the other address has agreed too.")]
        return question(spoken_in(newsletter, language), _("Thank you"), said, templates=templates)

    def _asked(self, token: str) -> tuple[int, Newsletter]:
        number, newsletter_id = self.press.links.read(token, self.purpose)
        self.press.store.address_changes.get(number, now=self.press.clock())
        return number, _newsletter(self.press, newsletter_id)


def _gone(press: Press, newsletter: Newsletter, language: str, said: list[str]) -> HTMLResponse:
    _ = phrases(language).gettext
    links = [(_("Subscribe again"), press.links.sign_up(newsletter.slug))]
    return question(
        spoken_in(newsletter, language), _("You are unsubscribed"), said, links=links, templates=press.templates
    )


def _newsletter(press: Press, newsletter_id: int) -> Newsletter:
    found = next((one for one in press.store.newsletters.all() if one.id == newsletter_id), None)
    if found is None:
        raise NotFoundError("There is no such newsletter any more.")
    return found
