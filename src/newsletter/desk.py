"""The editor's desk: the draft of a slot, what it looks like, and the approval that binds to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newsletter.compose.digest import compose
from newsletter.errors import RenderError
from newsletter.model.delivery import Claimed, Mail
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot
from newsletter.render.checks import Finding, check_issue
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.web import render_web
from newsletter.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an issue looks like before it is sent: the very bytes that would go out, and what the checks say of them."""

    compiled: Compiled
    mail: Mail
    page: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """From the articles of a slot to an approved issue."""

    store: Store
    links: Links
    actor: str
    clock: Callable[[], datetime]

    def compose(self, newsletter: Newsletter, slot: Slot) -> Issue:
        """Make or renew the draft of one slot; ``NothingToSend`` if the period is empty."""
        newsletter_id = int(newsletter.id or 0)
        articles = self.store.articles.around(slot.starts, slot.ends)
        number = self.store.issues.number_for(newsletter_id, slot.key)
        seen = self.store.issues.recent_headlines(newsletter_id, slot.key, issues=4)
        issue = compose(newsletter, slot, articles, number=number, recent_headlines=seen)
        return self.store.issues.save_draft(newsletter_id, issue, actor=self.actor, now=self.clock())

    def preview(self, issue_id: int, reader: str = "reader@example.org") -> Preview:
        """The issue as one reader who skips nothing would get it, by the very code that sends."""
        issue, newsletter = self._issue(issue_id)
        compiled = self._compiled(issue, newsletter)
        letter = letters(issue, newsletter, {"": compiled}, self.links, self.clock)
        mail = letter(Claimed(subscriber_id=0, email=reader, name="", variant="", attempt=1))
        return Preview(
            compiled=compiled, mail=mail, page=self.page(issue), findings=check_issue(issue, newsletter, compiled)
        )

    def page(self, issue: Issue) -> str:
        """The public copy of an issue."""
        newsletter = self.store.newsletters.get(issue.newsletter)
        home = self.links.home(newsletter.slug)
        return render_web(
            issue, newsletter, canonical_url=self.links.archive(newsletter.slug, issue.slot), home_url=home
        )

    def approve(self, issue_id: int) -> Issue:
        """Bind an approval to the digest of what would be sent; an issue with an error among its findings is refused."""
        issue, newsletter = self._issue(issue_id)
        compiled = self._compiled(issue, newsletter)
        errors = [finding.sentence for finding in check_issue(issue, newsletter, compiled) if finding.level == "error"]
        if errors:
            raise RenderError(
                f"Issue {issue_id} has {len(errors)} errors, the first: {errors[0]} See: newsletter issue check {issue_id}"
            )
        self.store.issues.approve(issue_id, compiled.sha256, actor=self.actor, now=self.clock())
        return self.store.issues.get(issue_id)

    def _issue(self, issue_id: int) -> tuple[Issue, Newsletter]:
        issue = self.store.issues.get(issue_id)
        return issue, self.store.newsletters.get(issue.newsletter)

    def _compiled(self, issue: Issue, newsletter: Newsletter) -> Compiled:
        return compile_issue(issue, newsletter, archive_url=self.links.archive(newsletter.slug, issue.slot))
