"""The public pages: what was sent, for everybody to read."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from newsletter.errors import NotFoundError
from newsletter.model.issue import Issue, IssueState
from newsletter.pipeline import Press
from newsletter.render.words import edition
from newsletter.web.pages import page

_PUBLIC = (IssueState.SENDING, IssueState.PAUSED, IssueState.FINISHED, IssueState.CANCELLED)


def routes(press: Press) -> APIRouter:
    """``/<newsletter>`` and ``/<newsletter>/<slot>``."""
    router = APIRouter()

    @router.get("/{slug}", response_class=HTMLResponse)
    def home(slug: str) -> HTMLResponse:
        newsletter = press.store.newsletters.get(slug)
        issues = [issue for issue in press.store.issues.all() if issue.newsletter == slug and _is_public(issue)]
        corrected = {issue.corrects for issue in issues}
        return page(
            "archive/home.html",
            press.templates,
            language=newsletter.language,
            newsletter=newsletter,
            issues=[(i, edition(i, newsletter.language)) for i in issues if i.id not in corrected],
        )

    @router.get("/{slug}/{slot}", response_class=HTMLResponse)
    def web_copy(slug: str, slot: str) -> Response:
        issue = press.store.issues.of_slot(slug, slot)
        if not _is_public(issue):
            raise NotFoundError("There is no such issue.")
        if corrected := press.store.issues.correction_of(int(issue.id or 0)):
            return RedirectResponse(press.links.archive(slug, corrected.slot))
        return HTMLResponse(press.desk.page(issue))

    return router


def _is_public(issue: Issue) -> bool:
    """Whether the issue has gone out: before that its words belong to the editors."""
    return issue.state in _PUBLIC
