"""The pages of one press, as an ASGI application."""

from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from newsletter.errors import NewsletterError, NotFoundError, RefusedError
from newsletter.ingest.fetch import Fetcher
from newsletter.pipeline import Press
from newsletter.web import answers, archive, calendar, capture, editor, leaving, signup, subscriber
from newsletter.web.body_limit import BodyLimit
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
    app.add_exception_handler(NewsletterError, _sorry)
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
