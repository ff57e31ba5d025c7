"""Leaving: one click from the mail program, one button on a page. GET shows, POST acts; no cookie, no login."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import READER, Frequency, Subscription, SubscriptionState
from newsletter.model.wishes import frequencies
from newsletter.pipeline import Press
from newsletter.render.links import Purpose
from newsletter.web.pages import page

_Reason = Literal["too_often", "not_for_me", "never_asked", "another_way", "other"]


def routes(press: Press) -> APIRouter:
    """``/unsubscribe/<token>``. These links work for ever, and for those who were forgotten too."""
    router, leaving = APIRouter(prefix="/unsubscribe/{token}", default_response_class=HTMLResponse), _Leaving(press)
    router.get("")(leaving.ask)
    router.post("")(leaving.unsubscribe)
    router.post("/why")(leaving.why)
    router.post("/less")(leaving.less)
    return router


@dataclass(frozen=True, slots=True)
class _Leaving:
    press: Press

    def ask(self, token: str) -> HTMLResponse:
        # Mail scanners follow every link: looking must not unsubscribe anybody.
        return self._shown(*self._subscription(token), token)

    def unsubscribe(self, token: str, one_click: Annotated[str, Form(alias="List-Unsubscribe")] = "") -> HTMLResponse:
        """One click (RFC 8058, 3.1): 200 without a redirect, however often it is asked; only with that very pair."""
        found, newsletter = self._subscription(token)
        if one_click != "One-Click":
            return self._shown(found, newsletter, token, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        left = replace(found, state=SubscriptionState.UNSUBSCRIBED)
        self._change(left, newsletter)
        return self._shown(left, newsletter, token)

    def why(self, token: str, reason: Annotated[_Reason, Form()]) -> HTMLResponse:
        found, newsletter = self._subscription(token)
        if found.state is SubscriptionState.UNSUBSCRIBED and not found.subscriber.suppressed:
            found = replace(found, left_reason=reason)
            self._change(found, newsletter)
        return self._shown(found, newsletter, token, said="why")

    def less(self, token: str, frequency: Annotated[Frequency, Form()]) -> HTMLResponse:
        """Less can be had by whoever may have nothing; more cannot."""
        found, newsletter = self._subscription(token)
        if found.state is SubscriptionState.UNSUBSCRIBED or frequency not in _rarer(found, newsletter):
            return self._shown(found, newsletter, token, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        found = replace(found, frequency=frequency)
        self._change(found, newsletter)
        return self._shown(found, newsletter, token, said="less")

    def _subscription(self, token: str) -> tuple[Subscription, Newsletter]:
        subscriber_id, newsletter_id = self.press.links.read(token, Purpose.UNSUBSCRIBE)
        found = self.press.store.subscribers.get(subscriber_id, newsletter_id)
        return found, self.press.store.newsletters.get(found.newsletter)

    def _shown(
        self, found: Subscription, newsletter: Newsletter, token: str, *, status: int = HTTPStatus.OK, said: str = ""
    ) -> HTMLResponse:
        return page(
            "subscriber/unsubscribe.html", self.press.templates, language=found.subscriber.language or newsletter.language,
            status=status, newsletter=newsletter, gone=found.state is SubscriptionState.UNSUBSCRIBED, token=token, said=said,
            frequency=found.frequency, rarer=_rarer(found, newsletter),
        )  # fmt: skip

    def _change(self, wanted: Subscription, newsletter: Newsletter) -> None:
        self.press.store.subscribers.change(wanted, int(newsletter.id or 0), actor=READER, now=self.press.clock())


def _rarer(found: Subscription, newsletter: Newsletter) -> list[Frequency]:
    order = list(Frequency)
    return [often for often in frequencies(newsletter) if order.index(often) > order.index(found.frequency)]
