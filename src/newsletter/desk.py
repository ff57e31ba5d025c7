"""The editor's desk: the draft of a slot, what it looks like, and the approval that binds to it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.compose.choose.suggest import Suggestion, suggest
from newsletter.compose.correction import correction, known_to
from newsletter.compose.digest import compose
from newsletter.compose.review import repeatable, review
from newsletter.errors import IssueStateError, NotFoundError, NothingToSend, RenderError
from newsletter.model.article import Article
from newsletter.model.changes import Changes, changes
from newsletter.model.delivery import Claimed, Mail
from newsletter.model.edit import WORDING, Edit, EditKind
from newsletter.model.issue import REVIEWS, Edition, Issue, IssueState
from newsletter.model.keys import article_id_of
from newsletter.model.newsletter import TELLS_STORIES, Newsletter
from newsletter.model.slot import Slot
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
class Kept:
    """What became of the draft of one newsletter's present slot, in words."""

    newsletter: str
    slot: str
    issue_id: int | None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """From the articles of a slot to an approved issue. ``illustrate`` puts our own pictures in place of others'."""

    store: Store
    links: Links
    templates: Templates
    actor: str
    clock: Callable[[], datetime]
    illustrate: Callable[[Issue], Issue] = lambda issue: issue

    def compose(self, newsletter: Newsletter, slot: Slot) -> Issue:
        """Make or renew the draft of one slot; ``NothingToSend`` if the period is empty.

        An editor's edits survive. Composing again when nothing changed changes nothing, not even an approval.
        """
        return self.renew(newsletter, slot)[0]

    def renew(self, newsletter: Newsletter, slot: Slot) -> tuple[Issue, Changes]:
        """Compose, and say what is different from the draft before."""
        newsletter_id = int(newsletter.id or 0)
        before = self.store.issues.find(newsletter_id, slot.key)
        if before:
            _refuse_review(before)
        edits = self.store.edits.of(int(before.id or 0)) if before else ()
        issue, articles = self._composed(newsletter, slot, edits)
        saved = self.store.issues.save_draft(newsletter_id, issue, actor=self.actor, now=self.clock())
        return saved, changes(before, saved, {int(article.id or 0): article for article in articles})

    def review(self, newsletter: Newsletter, slot: Slot, edition: Edition) -> Issue:
        """Make or renew the draft of a weekly or monthly review: the issues that went out in ``slot``, in one.

        What its source took back since is left out. ``NothingToSend`` if nothing is left to tell. Making it again when
        nothing changed changes nothing, not even an approval.
        """
        newsletter_id = int(newsletter.id or 0)
        there = self.store.issues.find(newsletter_id, slot.key)
        if there and there.edition is not edition:
            raise IssueStateError(f"The slot {slot.key} has a {there.edition} issue already, issue {there.id}.")
        issues = self.store.issues.went_out(newsletter_id, slot.starts, slot.ends)
        told = [repeatable(issue, self.store.articles.by_id(known_to(issue))) for issue in issues]
        made = review(newsletter, slot.key, edition, told)
        return self.store.issues.save_draft(newsletter_id, made, actor=self.actor, now=self.clock())

    def keep_up(self) -> tuple[Kept, ...]:
        """Bring the draft of the present slot of every newsletter up to date; what is approved or sent stays as it is."""
        return tuple(self._kept_up(newsletter) for newsletter in self.store.newsletters.all())

    def _kept_up(self, newsletter: Newsletter) -> Kept:
        slot = Slot.of(self.clock(), newsletter.timezone)
        there = self.store.issues.find(int(newsletter.id or 0), slot.key)
        kept = Kept(newsletter=newsletter.slug, slot=slot.key, issue_id=there.id if there else None)
        if there and (there.state is not IssueState.DRAFT or there.edition in REVIEWS):
            return replace(kept, outcome=f"issue {there.id} is {there.state} and left as it is")
        try:
            issue, changed = self.renew(newsletter, slot)
        except NothingToSend as error:
            return replace(kept, outcome=f"nothing to send. {error}")
        return replace(kept, issue_id=issue.id, outcome=f"issue {issue.id}: {changed}")

    def edit(self, issue_id: int, *edits: Edit) -> Issue:
        """Lay an editor's decisions over a draft; all of them or, with an error that says why, none."""
        issue, newsletter = self._issue(issue_id)
        if issue.state not in (IssueState.DRAFT, IssueState.APPROVED):
            raise IssueStateError(f"Issue {issue_id} is {issue.state}: what was sent is not edited.")
        _refuse_review(issue)
        added = {one.target for one in edits if one.kind is EditKind.ADD}
        for one in edits:
            if one.target not in added or one.kind is EditKind.ADD:
                self._refuse_pointless(issue, newsletter, one)
        now = self.clock()
        seen = [
            replace(one, version=self._version(one.target), at=now, actor=self.actor)
            for one in (*edits, *_keeping(issue, edits))
        ]
        slot = Slot(issue.slot, newsletter.timezone)
        # Tried before it is stored: an edit that would leave no issue is refused and not kept.
        taken = {(one.kind, one.target) for one in seen}
        others = (old for old in self.store.edits.of(issue_id) if (old.kind, old.target) not in taken)
        tried = (*others, *sorted(seen, key=lambda one: (one.kind, one.target)))
        made, _articles = self._composed(newsletter, slot, tried)
        self.store.edits.put(issue_id, seen, actor=self.actor, now=now)
        if self.store.edits.of(issue_id) != tried:  # in another order, or somebody else edits at the same time
            return self.compose(newsletter, slot)
        return self.store.issues.save_draft(int(newsletter.id or 0), made, actor=self.actor, now=self.clock())

    def undo(self, issue_id: int, target: str, kind: EditKind | None = None) -> Issue:
        """Take back what an editor decided about ``target``, or one ``kind`` of it."""
        issue, newsletter = self._issue(issue_id)
        if issue.state not in (IssueState.DRAFT, IssueState.APPROVED):
            raise IssueStateError(f"Issue {issue_id} is {issue.state}: what was sent is not edited.")
        if not self.store.edits.undo(issue_id, target, kind=kind, actor=self.actor, now=self.clock()):
            raise NotFoundError(f"There is no edit of that kind on {target or 'the issue'}; see: newsletter issue show")
        return self.compose(newsletter, Slot(issue.slot, newsletter.timezone))

    def correct(self, issue_id: int) -> Issue:
        """The draft of a correction of an issue that was sent: the same content and edits, to be put right.

        It will go to those who got that one and have not left since. ``IssueStateError`` while that one is being sent, and
        if nobody got it. Asking again returns the draft that is there.
        """
        faulty, newsletter = self._issue(issue_id)
        if faulty.state not in (IssueState.FINISHED, IssueState.CANCELLED):
            going = faulty.state in (IssueState.SENDING, IssueState.PAUSED)
            way = f"stop it first: newsletter issue cancel {issue_id}" if going else "it can still be edited."
            raise IssueStateError(f"Issue {issue_id} is {faulty.state}; {way}")
        corrections = [issue for issue in self.store.issues.all() if issue.corrects == issue_id]
        for there in corrections:
            if there.state in (IssueState.DRAFT, IssueState.APPROVED):
                return there
        if not self.store.frozen.reached(issue_id):
            raise IssueStateError(
                f"Nobody who is still a subscriber got issue {issue_id}, so nobody needs a correction."
            )
        taken = {issue.slot for issue in self.store.issues.all() if issue.newsletter == newsletter.slug}
        draft = correction(faulty, taken, newsletter.language)
        saved = self.store.issues.save_draft(int(newsletter.id or 0), draft, actor=self.actor, now=self.clock())
        subject = Edit(kind=EditKind.SUBJECT, target="", value=draft.subject, at=self.clock(), actor=self.actor)
        kept = [edit for edit in self.store.edits.of(issue_id) if edit.kind is not EditKind.SUBJECT]
        self.store.edits.put(int(saved.id or 0), [*kept, subject], actor=self.actor, now=self.clock())
        return saved

    def suggestions(self, newsletter: Newsletter) -> tuple[Suggestion, ...]:
        """Rules that the editor's own moves speak for."""
        newsletter_id = int(newsletter.id or 0)
        moves = self.store.edits.of_newsletter(newsletter_id)
        issues = [self.store.issues.get(issue_id) for issue_id in moves]
        return suggest(newsletter, issues, moves, {int(a.id or 0): a for a in self.store.articles.all()})

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

    def approve(self, issue_id: int) -> Issue:
        """Bind an approval to the digest of what would be sent.

        ``RenderError`` if an error is among the findings, or a warning that nobody waived. The doubts that the editor
        approves in spite of are written into the audit trail.
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
        self.store.issues.approve(issue_id, shown.compiled.sha256, accepted=doubts, actor=self.actor, now=self.clock())
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

    def _composed(self, newsletter: Newsletter, slot: Slot, edits: Sequence[Edit]) -> tuple[Issue, Sequence[Article]]:
        """The issue that the store's articles and these edits make, and the articles."""
        newsletter_id = int(newsletter.id or 0)
        wanted = {article_id_of(edit.target) for edit in edits if edit.kind in (EditKind.PIN, EditKind.KEEP)}
        articles = self.store.articles.around(slot.starts, slot.ends, also={known for known in wanted if known})
        draft = self.store.issues.find(newsletter_id, slot.key)
        corrects = draft.corrects if draft else None
        if corrects is not None:
            known = known_to(self.store.issues.get(corrects)) | wanted
            articles = [article for article in articles if article.id in known]
        past = self.store.issues.past(newsletter_id, slot.week, issues=4)
        number = self.store.issues.number_for(newsletter_id, slot.key)
        summaries = self.store.summaries.of(articles)
        issue = compose(
            newsletter, slot, articles, number=number, now=self.clock(), past=past, edits=edits, summaries=summaries
        )
        return self.illustrate(replace(issue, corrects=corrects)), articles

    def _refuse_pointless(self, issue: Issue, newsletter: Newsletter, edit: Edit) -> None:
        """An edit must be about something that is there."""
        names = [planned.name for planned in newsletter.plan if planned.most]
        if edit.kind is EditKind.PIN:
            names = [planned.name for planned in newsletter.plan if planned.most and planned.kind in TELLS_STORIES]
        section = {EditKind.PIN: edit.value, EditKind.ADD: edit.value, EditKind.HEADING: edit.target}.get(edit.kind)
        known = {*names, *(s.name for s in issue.sections)} if edit.kind is EditKind.HEADING else set(names)
        if section and section not in known:
            what = "for articles " if edit.kind is EditKind.PIN else ""
            raise NotFoundError(
                f"The plan has no section {section!r} {what}that is printed; it has {', '.join(names)}."
            )
        if edit.kind in (EditKind.ADD, EditKind.HEADING, EditKind.SUBJECT, EditKind.PREHEADER):
            return
        here = {item.key for s in issue.sections for item in s.items}
        own = {one.target for one in self.store.edits.of(int(issue.id or 0))}
        if edit.target in here | own:
            return
        article_id = article_id_of(edit.target)
        if article_id is None or "." in edit.target:
            raise NotFoundError(
                f"Issue {issue.id} has no item {edit.target!r}; the keys stand in: newsletter issue show {issue.id}"
            )
        self.store.articles.get(article_id)

    def _version(self, target: str) -> int:
        """The version of the article that an edit on ``target`` is about."""
        article_id = article_id_of(target)
        return self.store.articles.get(article_id).version if article_id else 1

    def _issue(self, issue_id: int) -> tuple[Issue, Newsletter]:
        issue = self.store.issues.get(issue_id)
        return issue, self.store.newsletters.get(issue.newsletter)

    def _compiled(self, issue: Issue, newsletter: Newsletter) -> Compiled:
        archive_url = self.links.archive(newsletter.slug, issue.slot)
        return compile_issue(issue, newsletter, archive_url=archive_url, templates=self.templates)


def _refuse_review(issue: Issue) -> None:
    if issue.edition in REVIEWS:
        raise IssueStateError(f"Issue {issue.id} is a review: it repeats what was sent, and is not composed or edited.")


def _keeping(issue: Issue, edits: Sequence[Edit]) -> Iterator[Edit]:
    """What an editor worded stays in its section: no article that comes in later pushes it out."""
    section_of = {item.key: section.name for section in issue.sections for item in section.items}
    for key in {edit.target for edit in edits if edit.kind in WORDING}:
        article_id = article_id_of(key)
        if key in section_of and article_id and key == f"a{article_id}":
            yield Edit(kind=EditKind.KEEP, target=key, value=section_of[key])


def _counted(findings: Sequence[Finding], noun: str) -> str:
    return f"{len(findings)} {noun}{'' if len(findings) == 1 else 's'}"
