"""The public pages: what was sent, for everybody to read."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from newsletter.errors import NotFoundError
from newsletter.i18n.dates import day_of
from newsletter.model.issue import Issue, IssueState
from newsletter.pipeline import Press
from newsletter.render.words import edition
from newsletter.web.pages import page

_PUBLIC = (IssueState.SENDING, IssueState.PAUSED, IssueState.FINISHED, IssueState.CANCELLED)


def routes(press: Press) -> APIRouter:
    """``/<newsletter>``, ``/<newsletter>/<slot>`` and what another program sent, ``/<newsletter>/past/<key>``."""
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
            past=[
                (key, headline, day_of(published.date(), newsletter.language))
                for key, headline, published in press.store.past_issues.headings(int(newsletter.id or 0))
            ],
        )

    @router.get("/{slug}/past/{key}", response_class=HTMLResponse)
    def past(slug: str, key: str) -> HTMLResponse:
        newsletter = press.store.newsletters.get(slug)
        issue = press.store.past_issues.get(int(newsletter.id or 0), key)
        return page(
            "archive/past.html", press.templates, language=newsletter.language, newsletter=newsletter, issue=issue,
            published=day_of(issue.published_at.date(), newsletter.language),
        )  # fmt: skip

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
