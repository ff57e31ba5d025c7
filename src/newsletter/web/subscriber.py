"""What a subscriber decides, reached from the links in a mail. GET shows, POST acts; no cookie, no login."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from newsletter.errors import ChoiceError
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.pipeline import Press
from newsletter.render.links import Purpose
from newsletter.web.pages import page
from newsletter.web.preferences import Choices, Said, shown

_ACTOR = "subscriber"


def routes(press: Press) -> APIRouter:
    """``/unsubscribe/<token>`` and ``/preferences/<token>``."""
    router = APIRouter()

    def subscription_of(token: str, purpose: Purpose) -> tuple[Subscription, Newsletter]:
        subscriber_id, newsletter_id = press.links.read(token, purpose)
        found = press.store.subscribers.get(subscriber_id, newsletter_id)
        return found, press.store.newsletters.get(found.newsletter)

    def change(wanted: Subscription, newsletter: Newsletter) -> None:
        press.store.subscribers.change(wanted, int(newsletter.id or 0), actor=_ACTOR, now=press.clock())

    @router.get("/unsubscribe/{token}", response_class=HTMLResponse)
    def ask(token: str) -> HTMLResponse:
        # Mail scanners follow every link: looking must not unsubscribe anybody.
        found, newsletter = subscription_of(token, Purpose.UNSUBSCRIBE)
        gone = found.state is SubscriptionState.UNSUBSCRIBED
        return page(
            "subscriber/unsubscribe.html",
            press.templates,
            language=newsletter.language,
            newsletter=newsletter,
            gone=gone,
        )

    @router.post("/unsubscribe/{token}", response_class=HTMLResponse)
    def unsubscribe(token: str) -> HTMLResponse:
        """One click (RFC 8058, 3.1): 200 without a redirect, however often it is asked."""
        found, newsletter = subscription_of(token, Purpose.UNSUBSCRIBE)
        change(replace(found, state=SubscriptionState.UNSUBSCRIBED), newsletter)
        return page(
            "subscriber/unsubscribe.html",
            press.templates,
            language=newsletter.language,
            newsletter=newsletter,
            gone=True,
        )

    @router.get("/preferences/{token}", response_class=HTMLResponse)
    def preferences(token: str) -> HTMLResponse:
        found, newsletter = subscription_of(token, Purpose.PREFERENCES)
        return shown(press, found, newsletter)

    @router.post("/preferences/{token}", response_class=HTMLResponse)
    def save(token: str, choices: Annotated[Choices, Form()]) -> HTMLResponse:
        found, newsletter = subscription_of(token, Purpose.PREFERENCES)
        try:
            chosen = choices.laid_over(found, newsletter)
        except ChoiceError:  # the page is older than the newsletter's topics
            return shown(press, found, newsletter, Said.CHANGED)
        try:
            changed = choices.paused(chosen, newsletter, press.clock())
        except ChoiceError:
            return shown(press, chosen, newsletter, Said.NO_DAY)
        change(changed, newsletter)
        return shown(press, changed, newsletter, Said.SAVED)

    return router
