"""What the outside world says of an issue: whether its links are alive, and how a spam filter scores it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.cli.output import progress_bar
from newsletter.probe.link import link_notices
from newsletter.probe.links import check_links
from newsletter.probe.score import SpamScore, Unscored
from newsletter.probe.spam import score_mail, spam_notices
from newsletter.render.addresses import web_address
from newsletter.render.checks.destinations import links_of
from newsletter.render.checks.finding import Finding, Level
from newsletter.render.slots import SLOTS

if TYPE_CHECKING:
    from newsletter.app import App
    from newsletter.model.issue import Issue
    from newsletter.probe.notice import Notice
    from newsletter.proofs import Preview


def dead_links(app: "App", issue: "Issue", shown: "Preview") -> list[Finding]:
    """Ask for every link of the mail, gently; each finding names the item that it is about."""
    own = (app.settings.base_url, *SLOTS)
    urls = [url for url in links_of(shown.compiled) if url.startswith("http") and not url.startswith(own)]
    with progress_bar("Opening links", len(urls)) as step:
        found = check_links(urls, app.fetcher, progress=lambda _done, _all: step(1))
    return [_finding(notice, issue) for notice in link_notices(found)]


def spam_score(app: "App", issue: "Issue", shown: "Preview") -> tuple[str, list[Finding]]:
    """The score of the very message, in words, and what is to be mended."""
    answer = score_mail(shown.mail.content, app.settings.spam)
    return _told(answer), [_finding(notice, issue) for notice in spam_notices(answer)]


def _told(answer: SpamScore | Unscored) -> str:
    if isinstance(answer, Unscored):
        return answer.sentence
    return f"{answer.engine} gives the mail {answer.score:g} points; {answer.threshold:g} make it spam."


def _finding(notice: "Notice", issue: "Issue") -> Finding:
    section, item = next(_leading_to(notice.url, issue), ("", ""))
    return Finding(
        code=notice.code,
        level=Level(notice.level),
        sentence=notice.sentence,
        remedy=notice.remedy,
        section=section,
        item=item,
    )


def _leading_to(url: str, issue: "Issue") -> Iterator[tuple[str, str]]:
    """Section and key of the items that link to ``url`` themselves or in another telling of their story."""
    for section in issue.sections:
        for item in section.items:
            if url in {web_address(one) for one in (item.url, *(other.url for other in item.also)) if one}:
                yield section.name, item.key
