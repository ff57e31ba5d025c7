"""Link capture: a bookmark that puts the page an editor is reading into the store."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from newsletter.errors import IngestError, NotFoundError
from newsletter.ingest.fetch import Fetcher
from newsletter.pipeline import Press
from newsletter.web.pages import page

#: Longer notes are essays.
_NOTE = 2000
#: Opens the form with the address of the page and what is marked on it. Nothing is stored until the form is sent.
_BOOKMARKLET = (
    "javascript:void(open('{form}?url='+encodeURIComponent(location.href)+'&note='"
    "+encodeURIComponent(String(getSelection()).slice(0,500)),'newsletter','width=560,height=560'))"
)


def routes(press: Press, fetchers: Callable[[], Fetcher]) -> APIRouter:
    """``/desk/<key>/capture``: the form, and the bookmark that opens it."""
    router = APIRouter(prefix="/desk/{key}/capture")

    def opened(key: str) -> str:
        if not press.links.opens_desk(key):
            raise NotFoundError("This is not the address of the desk; `newsletter serve` prints it.")
        return f"/desk/{key}"

    def form(desk: str, *, status: int = 200, **values: object) -> HTMLResponse:
        bookmarklet = _BOOKMARKLET.format(form=f"{press.links.desk()}/capture")
        given: dict[str, Any] = {"url": "", "note": "", "error": "", "article": None, **values}
        return page("editor/capture.html", press.templates, desk=desk, status=status, bookmarklet=bookmarklet, **given)

    @router.get("", response_class=HTMLResponse)
    def ask(key: str, url: str = "", note: str = "") -> HTMLResponse:
        return form(opened(key), url=url, note=note[:_NOTE])

    @router.post("", response_class=HTMLResponse)
    def take(key: str, url: Annotated[str, Form()] = "", note: Annotated[str, Form()] = "") -> HTMLResponse:
        desk = opened(key)
        try:
            with fetchers() as fetcher:
                article, added = press.intake.add_url(url.strip(), fetcher, note=note.strip()[:_NOTE])
        except IngestError as error:
            return form(desk, status=422, url=url, note=note, error=str(error))
        return form(desk, article=article, added=added)

    return router
