"""THE FILE TO READ FIRST: the order of things, and no decisions.

    source -> ingest -> Article -> compose -> Issue -> render -> Mail -> deliver -> Receipt -> ledger

A press takes articles in, composes the slot's issue from them, shows it, binds an approval to what it would send, and
sends exactly that. This is the only place where the stages and the store meet: each step reads from the store, calls a
stage, and writes back what came of it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from newsletter.compose.digest import compose
from newsletter.deliver.run import Run
from newsletter.deliver.transport import Transport
from newsletter.errors import IngestError, IssueStateError, RenderError, SenderRefused
from newsletter.ingest.feed import Feed, read_feed
from newsletter.ingest.fetch import Fetcher
from newsletter.ingest.media import keep_images
from newsletter.ingest.read import read_path, read_url
from newsletter.model.article import Article
from newsletter.model.delivery import MAX_AGE, Claimed, DeliveryState, Mail
from newsletter.model.issue import Issue, IssueState
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot
from newsletter.model.source import Source
from newsletter.model.status import Status
from newsletter.render.checks import Finding, check_issue
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.web import render_web
from newsletter.store.articles import Added
from newsletter.store.issues import FrozenVariant
from newsletter.store.store import Store
from newsletter.store.subscribers import skips_set, skips_text


def now() -> datetime:
    """The present instant; everything below takes its time from here unless a test says otherwise."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an issue looks like before it is sent: the very bytes that would go out, and what the checks say of them."""

    compiled: Compiled
    mail: Mail
    page: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """The whole way from an article to a settled delivery. ``media`` is the folder for pictures of local articles."""

    store: Store
    links: Links
    media: Path
    actor: str
    clock: Callable[[], datetime] = now

    # ---- ingest

    def add_file(self, path: Path) -> tuple[Article, Added]:
        """Read one page or Markdown file into the store."""
        article = keep_images(read_path(path, now=self.clock()), path.parent, self.media, self.links.media)
        return self.store.articles.add(article, now=self.clock())

    def add_url(self, url: str, fetcher: Fetcher) -> tuple[Article, Added]:
        """Fetch one page into the store."""
        return self.store.articles.add(read_url(url, fetcher, now=self.clock()), now=self.clock())

    def add_source(self, url: str, fetcher: Fetcher) -> tuple[Source, Counter[Added]]:
        """Fetch a feed once, and only if it is one remember it as a source."""
        fetched = fetcher.get(url)
        feed = read_feed(fetched.content, feed_url=fetched.url, content_type=fetched.content_type, now=self.clock())
        source = self.store.sources.add(Source(url=url, title=feed.title or url))
        # The answer's ETag is not kept here: the first `fetch` then proves that the source works from the store alone.
        return source, self._take_in(source, feed)

    def fetch_source(self, source: Source, fetcher: Fetcher) -> Counter[Added]:
        """Poll one source; a failure is written on the source and raised, and nothing of that poll is half-stored."""
        source_id = int(source.id or 0)
        try:
            fetched = fetcher.get(source.url, etag=source.etag, last_modified=source.last_modified)
            taken: Counter[Added] = Counter()
            if not fetched.not_modified:
                feed = read_feed(
                    fetched.content, feed_url=fetched.url, content_type=fetched.content_type, now=self.clock()
                )
                taken = self._take_in(source, feed)
        except IngestError as error:
            self.store.sources.update(source_id, last_error=str(error))
            raise
        marks = {} if fetched.not_modified else {"etag": fetched.etag, "last_modified": fetched.last_modified}
        self.store.sources.update(source_id, fetched_at=self.clock(), last_error="", **marks)
        return taken

    def _take_in(self, source: Source, feed: Feed) -> Counter[Added]:
        articles = [replace(article, source_id=source.id) for article in feed.articles]
        return Counter(self.store.articles.add(article, now=self.clock())[1] for article in articles)

    # ---- compose

    def compose(self, newsletter: Newsletter, slot: Slot) -> Issue:
        """Make or renew the draft of one slot; ``NothingToSend`` if the period is empty."""
        newsletter_id = int(newsletter.id or 0)
        articles = self.store.articles.around(slot.starts, slot.ends)
        number = self.store.issues.number_for(newsletter_id, slot.key)
        seen = self.store.issues.recent_headlines(newsletter_id, slot.key, issues=4)
        issue = compose(newsletter, slot, articles, number=number, recent_headlines=seen)
        return self.store.issues.save_draft(newsletter_id, issue, actor=self.actor, now=self.clock())

    # ---- render

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

    # ---- deliver

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

    # ---- the small steps

    def _issue(self, issue_id: int) -> tuple[Issue, Newsletter]:
        issue = self.store.issues.get(issue_id)
        return issue, self.store.newsletters.get(issue.newsletter)

    def _compiled(self, issue: Issue, newsletter: Newsletter) -> Compiled:
        return compile_issue(issue, newsletter, archive_url=self.links.archive(newsletter.slug, issue.slot))

    def _freeze(self, issue: Issue, newsletter: Newsletter) -> None:
        """Compile every variant that somebody wants and fix them with the audience; refuse what was not approved."""
        if self._compiled(issue, newsletter).sha256 != issue.sha256:
            raise IssueStateError(
                f"Issue {issue.id} is no longer what was approved (its text, newsletter or template changed); "
                f"look at it again and run: newsletter issue approve {issue.id}"
            )
        newsletter_id = int(newsletter.id or 0)
        audience = self.store.issues.audience(newsletter_id)
        if not audience:
            raise IssueStateError(
                f"{newsletter.title} has no subscribers yet; add some: newsletter subscriber add EMAIL"
            )
        there = frozenset(section.kind for section in issue.sections)
        variant_of = {skips: skips_text(skips_set(skips) & there) for skips in audience}
        variants = {key: self._compiled(issue.without(skips_set(key)), newsletter) for key in set(variant_of.values())}
        frozen = {
            key: FrozenVariant(subject=mail.subject, html=mail.html, text=mail.text, sha256=mail.sha256)
            for key, mail in variants.items()
        }
        self.store.issues.freeze(
            int(issue.id or 0), newsletter_id, frozen, variant_of, actor=self.actor, now=self.clock()
        )

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
