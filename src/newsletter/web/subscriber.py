"""What a subscriber decides, reached from the links in a mail. GET shows, POST acts; no cookie, no login."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from newsletter.model.issue import SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Subscription, SubscriptionState
from newsletter.pipeline import Press
from newsletter.render.links import Purpose
from newsletter.web.pages import page

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
        return _preferences(press, found, newsletter, saved=False)

    @router.post("/preferences/{token}", response_class=HTMLResponse)
    def save(
        token: str,
        state: Annotated[SubscriptionState, Form()],
        wanted: Annotated[list[SectionKind] | None, Form()] = None,
    ) -> HTMLResponse:
        found, newsletter = subscription_of(token, Purpose.PREFERENCES)
        skips = frozenset(OPTIONAL_SECTIONS) - frozenset(wanted or ())
        changed = replace(found, state=state, skips=skips)
        change(changed, newsletter)
        return _preferences(press, changed, newsletter, saved=True)

    return router


def _preferences(press: Press, found: Subscription, newsletter: Newsletter, *, saved: bool) -> HTMLResponse:
    return page(
        "subscriber/preferences.html",
        press.templates,
        language=newsletter.language,
        newsletter=newsletter,
        subscription=found,
        sections=[(kind, kind not in found.skips) for kind in OPTIONAL_SECTIONS],
        saved=saved,
    )
