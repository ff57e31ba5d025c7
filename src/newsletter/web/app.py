"""The pages of one press, as an ASGI application."""

from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from newsletter.errors import NewsletterError, NotFoundError, RefusedError
from newsletter.ingest.fetch import Fetcher
from newsletter.pipeline import Press
from newsletter.web import answers, archive, calendar, capture, editor, leaving, signup, subscriber
from newsletter.web.body_limit import BodyLimit
from newsletter.web.looking import Looking
from newsletter.web.pages import page, with_safe_headers
from newsletter.web.throttle import SignupLimits

_USUAL_LIMITS = SignupLimits()


def create(press: Press, fetchers: Callable[[], Fetcher] = Fetcher, limits: SignupLimits = _USUAL_LIMITS) -> FastAPI:
    """The application over ``press``, which stays open for as long as the application runs.

    ``fetchers`` makes the web client with which captured pages are fetched, one for each; ``limits`` say how often
    strangers may sign up.
    """
    # The interactive API pages load scripts from a public host; our pages load nothing from outside.
    app = FastAPI(title="newsletter", docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(with_safe_headers)
    app.add_middleware(BodyLimit)
    app.add_middleware(Looking)
    app.add_exception_handler(NewsletterError, _sorry)
    app.add_exception_handler(HTTPException, _not_here)
    app.add_exception_handler(RequestValidationError, _incomplete)
    app.mount("/media", StaticFiles(directory=press.media, check_dir=False), name="media")
    app.include_router(capture.routes(press, fetchers))
    app.include_router(calendar.routes(press))
    app.include_router(editor.routes(press))
    app.include_router(leaving.routes(press))
    app.include_router(answers.routes(press))
    app.include_router(subscriber.routes(press))
    app.include_router(signup.routes(press, limits))
    app.include_router(archive.routes(press))
    return app


async def _sorry(_request: Request, error: Exception) -> Response:
    """Say what went wrong in the sentence that the error carries."""
    known = {NotFoundError: 404, RefusedError: 403}
    status = next((code for kind, code in known.items() if isinstance(error, kind)), 500)
    return page("sorry.html", status=status, sentence=str(error))


async def _not_here(_request: Request, error: Exception) -> Response:
    """An address that we do not have, or something that cannot be done there."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    answer = page("sorry.html", status=status, sentence=_SENTENCES.get(status, "This cannot be asked here."))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _incomplete(_request: Request, _error: Exception) -> Response:
    """A form that no page of ours sends; what was wrong with it would help nobody but whoever made it up."""
    return page(
        "sorry.html", status=422, sentence="The form did not arrive as it was sent. Please go back and try again."
    )


_SENTENCES = {404: "There is no such page.", 405: "This page is there to be read; nothing can be sent to it."}
