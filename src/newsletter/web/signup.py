"""Signing up: the page, the form on other people's pages, and what becomes of either. GET shows, POST acts.

Everybody sees the same answer in the same time: nothing is looked up before it is given.
"""

from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from newsletter.addresses import normalised, one_line
from newsletter.errors import AddressError, NewsletterError, NotFoundError
from newsletter.i18n.phrases import LANGUAGES, phrases, spoken
from newsletter.model.newsletter import Newsletter
from newsletter.model.signup import Choices, Signup
from newsletter.model.subscriber import Frequency
from newsletter.model.wishes import frequencies
from newsletter.pipeline import Press
from newsletter.web.pages import POLICY, page
from newsletter.web.riddle import Riddle, Solution
from newsletter.web.throttle import SignupLimits, Throttle
from newsletter.web.visitor import network

_LONGEST_NAME = 200
_HASH = 16


class Application(BaseModel):
    """The form as it was sent. ``website`` is a field that people do not see: whoever fills it is no person."""

    email: str = ""
    name: str = ""
    frequency: str = ""
    topic: list[str] = []
    topics_offered: str = ""
    language: str = ""
    agreed: str = ""
    website: str = ""
    riddle: str = ""
    answer: str = ""


def routes(press: Press, limits: SignupLimits) -> APIRouter:
    """``/<newsletter>/subscribe``."""
    router = APIRouter(default_response_class=HTMLResponse)
    door = _Door(press, Throttle(limits), Riddle(press.links.secret, press.clock))
    router.get("/{slug}/subscribe")(door.ask)
    router.post("/{slug}/subscribe")(door.take)
    return router


@dataclass(frozen=True, slots=True)
class _Door:
    press: Press
    throttle: Throttle
    riddle: Riddle

    def ask(self, slug: str, language: str = "") -> HTMLResponse:
        return self._form(self._opened(slug), Application(language=language))

    def take(self, slug: str, given: Annotated[Application, Form()], request: Request) -> HTMLResponse:
        newsletter, where = self._opened(slug), network(request)
        try:
            email, name = normalised(given.email), one_line(given.name[:_LONGEST_NAME])
        except AddressError:
            return self._form(newsletter, given, status=422, problem="address")
        bits = newsletter.terms.proof_of_work
        # Without a script nothing searches for the answer; whoever waits long enough is let in as well.
        if bits and (solved := self.riddle.judge(given.riddle, given.answer, bits)) is not Solution.RIGHT:
            return self._form(newsletter, given, status=422, problem=str(solved))
        if not self.throttle.lets_through(slug, where or "unknown", email):
            return self._form(newsletter, given, status=429, problem="often")
        language = _language(given.language, newsletter)
        if not given.website:
            self.press.store.signups.ask(
                Signup(
                    newsletter_id=int(newsletter.id or 0), email=email, asked_at=self.press.clock(), network=where,
                    choices=_choices(given, name, language, newsletter), wording=_agreed(given, newsletter),
                    page=_from(request) or self.press.links.sign_up(slug),
                )
            )  # fmt: skip
        return page("subscriber/look.html", self.press.templates, language=language, newsletter=newsletter, email=email)

    def _opened(self, slug: str) -> Newsletter:
        newsletter = self.press.store.newsletters.get(slug)
        if not newsletter.terms.open:
            raise NotFoundError(f"{newsletter.title} takes no sign-ups here.")
        return newsletter

    def _form(
        self, newsletter: Newsletter, given: Application, *, status: int = 200, problem: str = ""
    ) -> HTMLResponse:
        language, bits, nonce = _language(given.language, newsletter), newsletter.terms.proof_of_work, token_urlsafe(16)
        text = wording(newsletter, language)
        shown = page(
            "subscriber/subscribe.html", self.press.templates, language=language, status=status, newsletter=newsletter,
            given=given, problem=problem, frequencies=frequencies(newsletter), wording=text, hash=_hash(text),
            languages=LANGUAGES, riddle=self.riddle.pose(bits) if bits else None, nonce=nonce,
        )  # fmt: skip
        if bits:
            shown.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'nonce-{nonce}'"
        return shown


def wording(newsletter: Newsletter, language: str) -> str:
    """The sentence that people agree to."""
    usual = phrases(language).gettext(
        "I want %(title)s by e-mail. I can leave at any time, with one click in every mail."
    )
    return newsletter.terms.wording or usual % {"title": newsletter.title}


def _agreed(given: Application, newsletter: Newsletter) -> str:
    """The sentence that stood on the form that was sent; forms on other pages may be older than it."""
    said = {_hash(text): text for text in (wording(newsletter, language) for language in LANGUAGES)}
    usual = wording(newsletter, _language(given.language, newsletter))
    return said.get(given.agreed, f"(an earlier wording, {given.agreed[:_HASH]})") if given.agreed else usual


def _choices(given: Application, name: str, language: str, newsletter: Newsletter) -> Choices:
    offered = {str(often): often for often in frequencies(newsletter)}
    unwanted = {
        topic: Frequency.NEVER for topic in newsletter.topics if given.topics_offered and topic not in given.topic
    }
    return Choices(
        name=name, language="" if language == spoken(newsletter.language) else language,
        frequency=offered.get(given.frequency, Frequency.EVERY), topics=unwanted,
    )  # fmt: skip


def _language(asked: str, newsletter: Newsletter) -> str:
    return asked if asked in LANGUAGES else newsletter.language


def _from(request: Request) -> str:
    """The page of another site that the form stood on, as far as the browser tells."""
    told = request.headers.get("referer") or request.headers.get("origin") or ""
    known = told.startswith(("https://", "http://")) and not told.startswith(str(request.base_url))
    return told[:_LONGEST_NAME] if known and told.isprintable() else ""


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_HASH]


def snippet(newsletter: Newsletter, press: Press, language: str = "") -> str:
    """The form as plain HTML for any page: no script, no style, nothing loaded. ``NewsletterError`` if sign-up is closed."""
    if not newsletter.terms.open:
        raise NewsletterError(f"{newsletter.title} takes no sign-ups; set open = true under [terms].")
    chosen = _language(language, newsletter)
    text = wording(newsletter, chosen)
    return press.templates.fill(
        "web/subscriber/embed.html", chosen, language=chosen, newsletter=newsletter, wording=text, hash=_hash(text),
        action=press.links.sign_up(newsletter.slug),
    )  # fmt: skip
