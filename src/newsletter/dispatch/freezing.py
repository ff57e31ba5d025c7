"""Freezing: an approved issue and its readers are fixed, and from then on only the frozen copy is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.errors import IssueStateError, RenderError
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.model.variant import Variant
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.links import Links
from newsletter.render.personal import fixed_headers
from newsletter.render.templates import Templates
from newsletter.store.frozen import Audience, Enqueue, FrozenVariant
from newsletter.store.store import Store
from newsletter.store.subscribers import skips_set


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """What makes the frozen copy, and proves it when it is read."""

    store: Store
    links: Links
    templates: Templates
    actor: str
    clock: Callable[[], datetime]

    def freeze(self, issue: Issue, newsletter: Newsletter, enqueue: Enqueue) -> None:
        """Compile every variant that somebody wants and fix them with the audience; refuse what was not approved."""
        if self._compiled(issue, newsletter).sha256 != issue.sha256:
            raise IssueStateError(
                f"Issue {issue.id} is no longer what was approved (its text, newsletter or template changed); "
                f"look at it again and run: newsletter issue approve {issue.id}"
            )
        issue_id = int(issue.id or 0)
        readers = self.store.frozen.readers(issue_id)
        if not readers:
            raise IssueStateError(
                f"{newsletter.title} has no subscribers yet; add some: newsletter subscriber add EMAIL"
            )
        audience = self._audience(issue, newsletter, readers)
        self.store.frozen.freeze(issue_id, audience, actor=self.actor, now=self.clock(), enqueue=enqueue)

    def read(self, issue_id: int, newsletter: Newsletter) -> dict[str, tuple[Compiled, bytes]]:
        """The frozen variants with their headers, each proved to be what was frozen."""
        read = {}
        issue = self.store.issues.get(issue_id)
        for key, frozen in self.store.frozen.variants(issue_id).items():
            compiled = Compiled(subject=frozen.subject, html=frozen.html, text=frozen.text)
            if compiled.sha256 != frozen.sha256:
                raise RenderError(f"The frozen copy of issue {issue_id} was altered in the database; nothing is sent.")
            # Copies that an earlier version froze have no headers of their own.
            shared = frozen.headers.encode("ascii") or self._headers(compiled, issue, newsletter)
            read[key] = compiled, shared
        return read

    def _audience(self, issue: Issue, newsletter: Newsletter, readers: dict[str, int]) -> Audience:
        issue_id, manners = int(issue.id or 0), newsletter.manners
        variant_of = {skips: Variant.of(issue, skips_set(skips), frozenset()) for skips in readers}
        had = self.store.readership.had(issue_id)
        skips = self.store.subscribers.skips_of(int(newsletter.id or 0), had)
        personal = {reader: Variant.of(issue, skips[reader], had[reader]) for reader in had if reader in skips}
        return Audience(
            variants=self._variants(issue, newsletter, {*variant_of.values(), *personal.values()}),
            variant_of={skips: str(variant) for skips, variant in variant_of.items()},
            personal={reader: str(variant) for reader, variant in personal.items()},
            had=had,
            canary=manners.canary_of(sum(readers.values())),
            send_at=self.clock() + timedelta(minutes=manners.recall_minutes),
        )

    def _variants(self, issue: Issue, newsletter: Newsletter, wanted: Iterable[Variant]) -> dict[str, FrozenVariant]:
        """The compiled mail of each variant that has anything in it."""
        frozen = {}
        for variant in wanted:
            cut = variant.cut(issue)
            if cut.sections:
                mail = self._compiled(cut, newsletter)
                frozen[str(variant)] = FrozenVariant(
                    subject=mail.subject, html=mail.html, text=mail.text, sha256=mail.sha256,
                    headers=self._headers(mail, issue, newsletter).decode("ascii"),
                )  # fmt: skip
        return frozen

    def _compiled(self, issue: Issue, newsletter: Newsletter) -> Compiled:
        archive_url = self.links.archive(newsletter.slug, issue.slot)
        return compile_issue(issue, newsletter, archive_url=archive_url, templates=self.templates)

    def _headers(self, compiled: Compiled, issue: Issue, newsletter: Newsletter) -> bytes:
        archive_url = self.links.archive(newsletter.slug, issue.slot)
        return fixed_headers(compiled, newsletter, archive_url=archive_url, slot=issue.slot)
