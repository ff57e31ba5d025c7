"""Proofs: what an issue looks like before it is sent, what the checks say of it, and the approval that binds to it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.errors import IssueStateError, NotFoundError, RenderError
from newsletter.model.delivery import Claimed, Mail
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.model.waiver import Waiver
from newsletter.render.checks.finding import Finding, Level
from newsletter.render.checks.preflight import check_issue
from newsletter.render.checks.proof import Proof
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.personal import fixed_headers
from newsletter.render.templates import Templates
from newsletter.render.web import render_web
from newsletter.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an issue looks like before it is sent: the very bytes that would go out, and what the checks say of them.

    ``waivers`` holds those of the findings that somebody let stand, by fingerprint.
    """

    compiled: Compiled
    mail: Mail
    page: str
    findings: tuple[Finding, ...]
    waivers: Mapping[str, Waiver]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(finding for finding in self.findings if finding.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What nobody has mended or waived."""
        return tuple(f for f in self.findings if f.level is Level.WARNING and f.fingerprint not in self.waivers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """From a draft to an approved issue."""

    store: Store
    links: Links
    templates: Templates
    actor: str
    clock: Callable[[], datetime]

    def preview(self, issue_id: int, reader: str = "reader@example.org") -> Preview:
        """The issue as one reader who skips nothing would get it, by the very code that sends."""
        issue, newsletter = self._issue(issue_id)
        compiled = self._compiled(issue, newsletter)
        archive_url = self.links.archive(newsletter.slug, issue.slot)
        shared = fixed_headers(compiled, newsletter, archive_url=archive_url, slot=issue.slot)
        letter = letters(issue_id, int(newsletter.id or 0), {"": (compiled, shared)}, self.links)
        somebody = Claimed(subscriber_id=0, email=reader, name="", variant="", attempt=1, claimed_at=self.clock())
        mail = letter(somebody)
        found = self._findings(issue, newsletter, compiled)
        waived = {one.fingerprint: one for one in self.store.waivers.of(issue_id)}
        return Preview(
            compiled=compiled,
            mail=mail,
            page=self.page(issue),
            findings=found,
            waivers={
                finding.fingerprint: waived[finding.fingerprint] for finding in found if finding.fingerprint in waived
            },
        )

    def page(self, issue: Issue) -> str:
        """The public copy of an issue."""
        newsletter = self.store.newsletters.get(issue.newsletter)
        return render_web(
            issue,
            newsletter,
            canonical_url=self.links.archive(newsletter.slug, issue.slot),
            home_url=self.links.home(newsletter.slug),
            templates=self.templates,
        )

    def approve(self, issue_id: int, *, actor: str = "", needed: int | None = None) -> Issue:
        """Bind somebody's approval (``actor``, whoever is at the desk if empty) to the digest of what would be sent.

        Where the newsletter wants two people to approve, the issue is a draft until the second has approved the very same.
        ``needed`` takes the place of what the newsletter wants. ``RenderError`` if an error is among the findings, or a
        warning that nobody waived. The doubts that the editor approves in spite of are written into the audit trail.
        """
        shown = self.preview(issue_id)
        if shown.errors:
            raise RenderError(
                f"Issue {issue_id} has {_counted(shown.errors, 'error')}, the first: {shown.errors[0].sentence} "
                f"See: newsletter issue check {issue_id}"
            )
        if shown.warnings:
            raise RenderError(
                f"Issue {issue_id} has {_counted(shown.warnings, 'warning')}, the first: {shown.warnings[0].sentence} "
                f'Mend it, or say why it may stand: newsletter issue waive {issue_id} {shown.warnings[0].ref} --reason "..."'
            )
        issue = self.store.issues.get(issue_id)
        doubts = [f"{item.key}: {doubt.sentence}" for s in issue.sections for item in s.items for doubt in item.doubts]
        cadence = self.store.newsletters.get(issue.newsletter).cadence
        self.store.issues.approve(
            issue_id, shown.compiled.sha256, accepted=doubts, needed=needed or (cadence.approvals if cadence else 1),
            actor=actor.strip() or self.actor, now=self.clock(),
        )  # fmt: skip
        return self.store.issues.get(issue_id)

    def approvers(self, issue_id: int) -> list[str]:
        """Who has approved the issue as it is now."""
        issue, newsletter = self._issue(issue_id)
        return self.store.issues.approved_by(issue_id, self._compiled(issue, newsletter).sha256)

    def approve_as_before(self, issue_id: int, *, actor: str) -> Issue:
        """Go back to what was approved last, and approve it as it was then.

        ``IssueStateError`` if nothing was, or if it would not look as it did: a template or the newsletter has changed.
        """
        kept = self.store.issues.approved_last(issue_id)
        if kept is None:
            raise IssueStateError(f"Nothing of issue {issue_id} was ever approved.")
        sha256, content = kept
        issue, newsletter = self._issue(issue_id)
        before = replace(issue, subject=content.subject, preheader=content.preheader, sections=content.sections)
        if self._compiled(before, newsletter).sha256 != sha256:
            raise IssueStateError(
                f"What was approved of issue {issue_id} would not look as it did: its newsletter or template has changed."
            )
        self.store.issues.save_draft(int(newsletter.id or 0), before, actor=actor, now=self.clock())
        self.store.issues.approve(issue_id, sha256, actor=actor, now=self.clock())
        return self.store.issues.get(issue_id)

    def waive(self, issue_id: int, refs: Collection[str], *, reason: str, actor: str = "") -> tuple[Finding, ...]:
        """Let the warnings that ``refs`` name stand, all of them if there are none; return them.

        A waiver needs a ``reason`` and a name (``actor``, whoever is at the desk if empty) and holds for as long as the
        finding says the same. ``NotFoundError`` names what is no warning of this issue.
        """
        if not reason.strip():
            raise RenderError("A waiver needs a reason: what makes it right to let the warning stand?")
        findings = self.preview(issue_id).findings
        for ref in refs:
            named = [finding for finding in findings if finding.ref == ref]
            if not named:
                raise NotFoundError(
                    f"The checks of issue {issue_id} find no {ref}; see: newsletter issue check {issue_id}"
                )
            if any(finding.level is Level.ERROR for finding in named):
                raise RenderError(f"{ref} is an error, and those are mended and not waived: {named[0].sentence}")
        chosen = tuple(f for f in findings if f.level is Level.WARNING and (not refs or f.ref in refs))
        self.store.waivers.put(
            issue_id,
            [
                Waiver(
                    fingerprint=finding.fingerprint,
                    ref=finding.ref,
                    sentence=finding.sentence,
                    reason=reason.strip(),
                    actor=actor.strip() or self.actor,
                    at=self.clock(),
                )
                for finding in chosen
            ],
        )
        return chosen

    def _findings(self, issue: Issue, newsletter: Newsletter, compiled: Compiled) -> tuple[Finding, ...]:
        printed = {item.article_id for section in issue.sections for item in section.items if item.article_id}
        return check_issue(
            Proof(
                issue=issue,
                newsletter=newsletter,
                compiled=compiled,
                theme=self.templates.theme(newsletter.theme),
                articles=self.store.articles.by_id(printed),
                now=self.clock(),
            )
        )

    def _issue(self, issue_id: int) -> tuple[Issue, Newsletter]:
        issue = self.store.issues.get(issue_id)
        return issue, self.store.newsletters.get(issue.newsletter)

    def _compiled(self, issue: Issue, newsletter: Newsletter) -> Compiled:
        archive_url = self.links.archive(newsletter.slug, issue.slot)
        return compile_issue(issue, newsletter, archive_url=archive_url, templates=self.templates)


def _counted(findings: Sequence[Finding], noun: str) -> str:
    return f"{len(findings)} {noun}{'' if len(findings) == 1 else 's'}"
