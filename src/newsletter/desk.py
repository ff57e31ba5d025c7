"""The editor's desk: the draft of a slot, and what an editor changes about it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from newsletter.compose.choose.period import LATE
from newsletter.compose.choose.suggest import Suggestion, suggest
from newsletter.compose.correction import correction, known_to
from newsletter.compose.digest import compose
from newsletter.compose.review import repeatable, review
from newsletter.errors import IssueStateError, NotFoundError, NothingToSend
from newsletter.model.article import Article
from newsletter.model.changes import Changes, changes
from newsletter.model.edit import WORDING, Edit, EditKind
from newsletter.model.issue import REVIEWS, Edition, Issue, IssueState, SectionKind
from newsletter.model.keys import article_id_of
from newsletter.model.newsletter import TELLS_STORIES, Newsletter
from newsletter.model.past import Past
from newsletter.model.slot import Slot
from newsletter.proofs import Proofs


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of the draft of one newsletter's present slot, in words."""

    newsletter: str
    slot: str
    issue_id: int | None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Proofs):
    """From the articles of a slot to an approved issue. ``illustrate`` puts our own pictures in place of others'."""

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

    def breaking(self, newsletter: Newsletter, article_ids: Sequence[int]) -> Issue:
        """The draft of an issue beside the cadence, made of these articles alone, the first of them its lead.

        It goes to whoever wants every issue or breaking news; ``NotFoundError`` names an article that is not there.
        """
        articles = [self.store.articles.get(article_id) for article_id in article_ids]
        now, newsletter_id = self.clock(), int(newsletter.id or 0)
        slot = Slot(f"{now.astimezone(ZoneInfo(newsletter.timezone)):%Y-%m-%dT%H:%M}", newsletter.timezone)
        lead = next(planned.name for planned in newsletter.plan if planned.kind is SectionKind.LEAD)
        pins = [
            Edit(kind=EditKind.PIN, target=f"a{one.id}", value="" if place else lead, version=one.version, at=now, actor=self.actor)
            for place, one in enumerate(articles)
        ]  # fmt: skip
        made = compose(
            newsletter, slot, articles, number=self.store.issues.number_for(newsletter_id, slot.key), now=now, past=Past(),
            edits=pins, summaries=self.store.summaries.of(articles),
        )  # fmt: skip
        draft = self.illustrate(replace(made, edition=Edition.BREAKING))
        saved = self.store.issues.save_draft(newsletter_id, draft, actor=self.actor, now=now)
        self.store.edits.put(int(saved.id or 0), pins, actor=self.actor, now=now)
        return saved

    def keep_up(self) -> tuple[Kept, ...]:
        """Bring the draft of the present slot of every newsletter up to date; what is approved or sent stays as it is."""
        return tuple(self._kept_up(newsletter) for newsletter in self.store.newsletters.all())

    def slot(self, newsletter: Newsletter, key: str | None = None) -> Slot:
        """The slot of that key, with its news as the cadence has it; without a key the one that is being made now.

        ``ValueError`` for a key that names nothing in the calendar.
        """
        newsletter_id, now = int(newsletter.id or 0), self.clock()
        if key is None:
            regular = (s for s in self.store.slots.pending(newsletter_id) if s.edition is Edition.REGULAR)
            present = next((s for s in regular if s.opens <= now < s.due), None)
            key = present.key if present else Slot.of(now, newsletter.timezone).key
        base = Slot(key, newsletter.timezone)
        planned = self.store.slots.find(newsletter_id, base.base)
        if planned is None or planned.edition is not Edition.REGULAR:
            return base
        return replace(base, opens=self.store.slots.opens(planned), closes=planned.closes)

    def _kept_up(self, newsletter: Newsletter) -> Kept:
        slot = self.slot(newsletter)
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
        slot = self.slot(newsletter, issue.slot)
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
        return self.compose(newsletter, self.slot(newsletter, issue.slot))

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

    def _composed(self, newsletter: Newsletter, slot: Slot, edits: Sequence[Edit]) -> tuple[Issue, Sequence[Article]]:
        """The issue that the store's articles and these edits make, and the articles."""
        newsletter_id = int(newsletter.id or 0)
        wanted = {article_id_of(edit.target) for edit in edits if edit.kind in (EditKind.PIN, EditKind.KEEP)}
        late = LATE if slot.opens else timedelta()
        also = {known for known in wanted if known}
        articles = self.store.articles.around(slot.starts, slot.ends, also=also, late=late)
        draft = self.store.issues.find(newsletter_id, slot.key)
        corrects = draft.corrects if draft else None
        if corrects is not None:
            known = known_to(self.store.issues.get(corrects)) | wanted
            articles = [article for article in articles if article.id in known]
        is_breaking = draft is not None and draft.edition is Edition.BREAKING
        if is_breaking:
            articles = [article for article in articles if article.id in wanted]
        past = Past() if is_breaking else self.store.issues.past(newsletter_id, slot, issues=4)
        number = self.store.issues.number_for(newsletter_id, slot.key)
        summaries = self.store.summaries.of(articles)
        issue = compose(
            newsletter, slot, articles, number=number, now=self.clock(), past=past, edits=edits, summaries=summaries
        )
        edition = draft.edition if draft else Edition.REGULAR
        return self.illustrate(replace(issue, corrects=corrects, edition=edition)), articles

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


def _keeping(issue: Issue, edits: Sequence[Edit]) -> Iterator[Edit]:
    """What an editor worded stays in its section: no article that comes in later pushes it out."""
    section_of = {item.key: section.name for section in issue.sections for item in section.items}
    for key in {edit.target for edit in edits if edit.kind in WORDING}:
        article_id = article_id_of(key)
        if key in section_of and article_id and key == f"a{article_id}":
            yield Edit(kind=EditKind.KEEP, target=key, value=section_of[key])


def _refuse_review(issue: Issue) -> None:
    if issue.edition in REVIEWS:
        raise IssueStateError(f"Issue {issue.id} is a review: it repeats what was sent, and is not composed or edited.")
