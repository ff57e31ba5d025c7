"""Freezing: an approved issue and its readers are fixed, and from then on only the frozen copy is read."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.dispatch.local_hours import leaves_at
from newsletter.errors import IssueStateError, NewsletterError, NothingToSend, RenderError
from newsletter.model.audience import wanted
from newsletter.model.few_variants import bounded
from newsletter.model.issue import REVIEWS, Issue
from newsletter.model.newsletter import Newsletter
from newsletter.model.variant import Variant
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.links import Links
from newsletter.render.personal import fixed_headers
from newsletter.render.templates import Templates
from newsletter.store.frozen import Audience, Enqueue, FrozenVariant
from newsletter.store.store import Store
from newsletter.store.wishes import Alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """To how many readers each mail of an issue would go. ``widened`` are those with rare choices, who get more than these."""

    mails: Counter[Variant]
    widened: int = 0

    @property
    def readers(self) -> int:
        """How many they are together."""
        return self.mails.total()


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
        readers = self.store.frozen.readers(issue_id, now=self.clock())
        audience = self._audience(issue, newsletter, readers)
        if not audience.variant_of:
            raise _nobody(issue, newsletter)
        self.store.frozen.freeze(issue_id, audience, actor=self.actor, now=self.clock(), enqueue=enqueue)

    def foresee(self, issue: Issue, newsletter: Newsletter) -> Foreseen:
        """To whom an issue would go if it were sent now, and in which mails."""
        readers = self.store.frozen.readers(int(issue.id or 0), now=self.clock())
        exact = self._wanted(issue, newsletter, readers)
        made, mails = few(issue, exact, readers), Counter[Variant]()
        for text, variant in made.items():
            if variant is not None:
                mails[variant] += readers[text]
        return Foreseen(mails=mails, widened=sum(readers[text] for text in exact if made[text] != exact[text]))

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
        variants = few(issue, self._wanted(issue, newsletter, readers), readers)
        variant_of = {text: variant for text, variant in variants.items() if variant is not None}
        had = self.store.readership.had(issue_id)
        personal = {}
        for reader, text in self.store.frozen.chosen_by(issue_id, had, now=self.clock()).items():
            if (usual := variants.get(text)) is not None:
                personal[reader] = Variant.of(issue, usual.skips, usual.had | had[reader])
        send_at = self.clock() + timedelta(minutes=manners.recall_minutes)
        return Audience(
            variants=self._variants(issue, newsletter, {*variant_of.values(), *personal.values()}),
            variant_of={text: str(variant) for text, variant in variant_of.items()},
            others=[text for text, variant in variants.items() if variant is None],
            personal={reader: str(variant) for reader, variant in personal.items()},
            had=had,
            canary=manners.canary_of(sum(readers[text] for text in variant_of)),
            send_at=send_at,
            leaves_at=lambda zone, hour: leaves_at(newsletter, send_at, zone, hour),
        )

    def _wanted(self, issue: Issue, newsletter: Newsletter, chosen: Iterable[str]) -> dict[str, Variant | None]:
        items = self._topics(issue)
        return {text: _variant(issue, newsletter, items, text) for text in chosen}

    def _topics(self, issue: Issue) -> dict[str, tuple[str, ...]]:
        """The items of an issue, each with the topics of its article."""
        printed = [item for section in issue.sections for item in section.items]
        articles = self.store.articles.by_id({item.article_id for item in printed if item.article_id})
        known = {article.id: article.topics for article in articles.values()}
        return {item.key: known.get(item.article_id, ()) for item in printed}

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


def few(issue: Issue, wanted: Mapping[str, Variant | None], readers: Mapping[str, int]) -> dict[str, Variant | None]:
    """``wanted`` with a bounded number of mails; for whom nothing is left, or whom the issue is not for, nothing changes."""
    mailed = {text: one for text, one in wanted.items() if one is not None and one.cut(issue).sections}
    return {**wanted, **bounded(mailed, readers)}


def _variant(issue: Issue, newsletter: Newsletter, items: Mapping[str, Collection[str]], text: str) -> Variant | None:
    """What readers who chose that (the text of `Alike`) get of an issue; ``None`` if it is not for them."""
    chosen = Alike.read(text)
    if issue.corrects is not None:  # it goes to whoever has the faulty one
        return Variant.of(issue, chosen.skips, frozenset())
    keys = wanted(newsletter, issue.edition, items, chosen.wishes)
    return None if keys is None else Variant.of(issue, chosen.skips, frozenset(items) - keys)


def _nobody(issue: Issue, newsletter: Newsletter) -> NewsletterError:
    if issue.edition in REVIEWS:
        return NothingToSend(f"No reader of {newsletter.title} asked for a {issue.edition} review.")
    if issue.segment is not None:
        return IssueStateError(
            f"No reader of {newsletter.title} is meant by {issue.segment!r}; to send it to all: newsletter issue audience {issue.id} --everybody"
        )
    return IssueStateError(f"{newsletter.title} has no subscribers yet; add some: newsletter subscriber add EMAIL")
