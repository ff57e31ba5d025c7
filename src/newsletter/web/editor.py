"""The desk: issues and their previews, for whoever has the link that ``newsletter serve`` prints."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse

from newsletter.errors import NotFoundError
from newsletter.pipeline import Press
from newsletter.web.calendar import coming
from newsletter.web.pages import page

_DARK_QUERY = "@media (prefers-color-scheme: dark)"


def routes(press: Press) -> APIRouter:
    """``/desk/<key>`` and the previews below it."""
    router = APIRouter(prefix="/desk/{key}")

    def opened(key: str) -> str:
        if not press.links.opens_desk(key):
            raise NotFoundError("This is not the address of the desk; `newsletter serve` prints it.")
        return f"/desk/{key}"

    @router.get("", response_class=HTMLResponse)
    def issues(key: str) -> HTMLResponse:
        return page(
            "editor/issues.html",
            press.templates,
            desk=opened(key),
            issues=press.store.issues.all(),
            coming=coming(press),
        )

    @router.get("/{issue_id}", response_class=HTMLResponse)
    def preview(key: str, issue_id: int, scheme: Literal["light", "dark"] = "light") -> HTMLResponse:
        desk = opened(key)
        shown, issue = press.desk.preview(issue_id), press.store.issues.get(issue_id)
        newsletter = press.store.newsletters.get(issue.newsletter)
        return page(
            "editor/preview.html",
            press.templates,
            desk=desk,
            status=200,
            issue=issue,
            foreseen=None if issue.frozen_at else press.dispatch.freezing.foresee(issue, newsletter),
            scheme=scheme,
            mail=_as_seen(shown.compiled.html, scheme),
            size=len(shown.compiled.html.encode()),
            findings=shown.findings,
            waivers=shown.waivers,
            counts=press.dispatch.status(issue_id).counts,
        )

    @router.get("/{issue_id}/text", response_class=PlainTextResponse)
    def text(key: str, issue_id: int) -> PlainTextResponse:
        opened(key)
        return PlainTextResponse(
            press.desk.preview(issue_id).compiled.text, headers={"Cache-Control": "no-store, private"}
        )

    @router.get("/{issue_id}/web", response_class=HTMLResponse)
    def web_copy(key: str, issue_id: int) -> HTMLResponse:
        opened(key)
        return HTMLResponse(press.desk.preview(issue_id).page, headers={"Cache-Control": "no-store, private"})

    return router


def _as_seen(html: str, scheme: str) -> str:
    """The mail with the chosen colour scheme forced: a frame does not inherit it, so the media query is answered here."""
    forced = "@media all" if scheme == "dark" else "@media not all"
    return html.replace(_DARK_QUERY, forced)
