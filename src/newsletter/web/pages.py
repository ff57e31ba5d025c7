"""From a template to a response that a browser may trust."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from newsletter.i18n.phrases import ENGLISH, spoken
from newsletter.model.newsletter import Newsletter
from newsletter.render.templates import SHIPPED, Templates
from newsletter.render.words import direction

#: Nothing is loaded from elsewhere but the pictures of an issue, no script runs, and forms post to us alone.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page(
    template: str, templates: Templates = SHIPPED, *, language: str = ENGLISH, status: int = 200, **values: object
) -> HTMLResponse:
    """Render ``web/<template>`` with its fixed phrases in ``language``; nothing of it may be kept by a cache."""
    html = templates.fill(
        f"web/{template}", language, language=spoken(language), direction=direction(spoken(language)), **values
    )
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store, private"})


def question(
    newsletter: Newsletter, title: str, said: Sequence[str], *, button: str = "",
    links: Sequence[tuple[str, str]] = (), status: int = 200, templates: Templates = SHIPPED,
) -> HTMLResponse:  # fmt: skip
    """A page of a title, some sentences, and a button that sends an empty form to where it stands."""
    return page(
        "subscriber/question.html", templates, language=newsletter.language, status=status, newsletter=newsletter, title=title,
        sentences=said, button=button, links=links,
    )  # fmt: skip


def spoken_in(newsletter: Newsletter, language: str) -> Newsletter:
    """``newsletter`` as it talks to somebody in their own language."""
    return replace(newsletter, language=language)


async def with_safe_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Add the headers that every page has; one that set its own policy keeps it."""
    response = await answer(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
