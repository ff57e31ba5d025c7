"""Dispatch: an approved issue is frozen and sent to everyone on its list, each once."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from newsletter.deliver.run import Run
from newsletter.deliver.transport import Transport
from newsletter.errors import IssueStateError, RenderError, SenderRefused
from newsletter.model.delivery import MAX_AGE, DeliveryState
from newsletter.model.issue import Issue, IssueState
from newsletter.model.newsletter import Newsletter
from newsletter.model.status import Status
from newsletter.model.variant import Variant
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.templates import Templates
from newsletter.store.issues import Audience, FrozenVariant
from newsletter.store.store import Store
from newsletter.store.subscribers import skips_set


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """From an approved issue to a settled ledger."""

    store: Store
    links: Links
    templates: Templates
    actor: str
    clock: Callable[[], datetime]

    def send(
        self,
        issue_id: int,
        transport: Transport,
        *,
        stopping: Callable[[], bool] = lambda: False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Counter[DeliveryState]:
        """Send to everyone who has not had it; return what this run did. Running it again sends nothing twice.

        The relay is greeted before anything is frozen or claimed, so an unreachable one changes nothing.
        """
        issue, newsletter = self._issue(issue_id)
        if issue.state is IssueState.FINISHED:
            return Counter()
        if issue.state is IssueState.DRAFT:
            raise IssueStateError(f"Issue {issue_id} is not approved; run: newsletter issue approve {issue_id}")
        with transport:
            if issue.state is IssueState.APPROVED:
                self._freeze(issue, newsletter)
            else:
                self.store.issues.resume(issue_id, actor=self.actor, now=self.clock())
            self.store.deliveries.recover(issue_id, max_age=MAX_AGE, now=self.clock())
            outcomes = self._run(issue, newsletter, transport, stopping, progress)
        if not self.status(issue_id).unfinished:
            self.store.issues.finish(issue_id, actor=self.actor, now=self.clock())
        return outcomes

    def _run(
        self,
        issue: Issue,
        newsletter: Newsletter,
        transport: Transport,
        stopping: Callable[[], bool],
        progress: Callable[[int], None],
    ) -> Counter[DeliveryState]:
        issue_id = int(issue.id or 0)
        owner = self.store.workers.register(self.clock())
        run = Run(
            issue_id=issue_id, owner=owner, ledger=self.store.deliveries, transport=transport,
            mail_for=letters(issue, newsletter, self._frozen(issue_id), self.links, self.clock), now=self.clock, stopping=stopping, progress=progress,
        )  # fmt: skip
        try:
            outcomes = run.deliver()
        except SenderRefused as error:
            self.store.issues.pause(issue_id, str(error), actor=self.actor, now=self.clock())
            raise
        finally:
            self.store.workers.leave(owner)
        return outcomes

    def status(self, issue_id: int) -> Status:
        """How far an issue has come."""
        return Status(
            issue=self.store.issues.get(issue_id),
            counts=self.store.deliveries.counts(issue_id),
            suppressed=self.store.deliveries.suppressed_by_reason(issue_id),
            maybe_sent=self.store.deliveries.maybe_sent(issue_id),
        )

    def _issue(self, issue_id: int) -> tuple[Issue, Newsletter]:
        issue = self.store.issues.get(issue_id)
        return issue, self.store.newsletters.get(issue.newsletter)

    def _compiled(self, issue: Issue, newsletter: Newsletter) -> Compiled:
        archive_url = self.links.archive(newsletter.slug, issue.slot)
        return compile_issue(issue, newsletter, archive_url=archive_url, templates=self.templates)

    def _freeze(self, issue: Issue, newsletter: Newsletter) -> None:
        """Compile every variant that somebody wants and fix them with the audience; refuse what was not approved."""
        if self._compiled(issue, newsletter).sha256 != issue.sha256:
            raise IssueStateError(
                f"Issue {issue.id} is no longer what was approved (its text, newsletter or template changed); "
                f"look at it again and run: newsletter issue approve {issue.id}"
            )
        newsletter_id = int(newsletter.id or 0)
        asked = self.store.issues.audience(newsletter_id)
        if not asked:
            raise IssueStateError(
                f"{newsletter.title} has no subscribers yet; add some: newsletter subscriber add EMAIL"
            )
        issue_id = int(issue.id or 0)
        variant_of = {skips: Variant.of(issue, skips_set(skips), frozenset()) for skips in asked}
        had = self.store.readership.had(issue_id)
        skips = self.store.subscribers.skips_of(newsletter_id, had)
        personal = {reader: Variant.of(issue, skips[reader], had[reader]) for reader in had if reader in skips}
        audience = Audience(
            variants=self._variants(issue, newsletter, {*variant_of.values(), *personal.values()}),
            variant_of={skips: str(variant) for skips, variant in variant_of.items()},
            personal={reader: str(variant) for reader, variant in personal.items()},
            had=had,
        )
        self.store.issues.freeze(issue_id, newsletter_id, audience, actor=self.actor, now=self.clock())

    def _variants(self, issue: Issue, newsletter: Newsletter, wanted: Iterable[Variant]) -> dict[str, FrozenVariant]:
        """The compiled mail of each variant that has anything in it."""
        frozen = {}
        for variant in wanted:
            cut = variant.cut(issue)
            if cut.sections:
                mail = self._compiled(cut, newsletter)
                frozen[str(variant)] = FrozenVariant(
                    subject=mail.subject, html=mail.html, text=mail.text, sha256=mail.sha256
                )
        return frozen

    def _frozen(self, issue_id: int) -> dict[str, Compiled]:
        """The frozen variants, each proved to be what was frozen."""
        found = {
            key: Compiled(subject=frozen.subject, html=frozen.html, text=frozen.text)
            for key, frozen in self.store.issues.variants(issue_id).items()
        }
        for key, frozen in self.store.issues.variants(issue_id).items():
            if found[key].sha256 != frozen.sha256:
                raise RenderError(f"The frozen copy of issue {issue_id} was altered in the database; nothing is sent.")
        return found
