"""THE FILE TO READ FIRST: the order of things, and no decisions.

    source -> ingest -> Article -> compose -> Issue -> render -> Mail -> deliver -> Receipt -> ledger
    `------ intake -------´`----------- desk ------------´`------------ dispatch -------------´

A press takes articles in (``intake``), composes the slot's issue from them, lets an editor change it, shows it and binds
an approval to what it would send (``desk``), and sends exactly that (``dispatch``). A language model may write summaries
ahead of composing (``assist``), and readers come and go (``reception``). These five are the only places where the stages
and the store meet: each step reads from the store, calls a stage, and writes back what came of it.

Each of the five is imported when it is asked for: a worker that only sends carries no composer in its memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.deliver.pace.limits import NO_LIMITS, Limits
from newsletter.model.issue import Issue
from newsletter.model.source import Source
from newsletter.render.links import Links
from newsletter.render.templates import SHIPPED, Templates
from newsletter.store.store import Store

if TYPE_CHECKING:
    from newsletter.assist import Assist
    from newsletter.desk import Desk, Kept
    from newsletter.dispatch.aftermath import Aftermath
    from newsletter.dispatch.sending import Dispatch
    from newsletter.ingest.fetch import Fetcher
    from newsletter.intake import Intake, Polled
    from newsletter.moving_in import MovingIn
    from newsletter.reception import Reception


def now() -> datetime:
    """The present instant; everything below takes its time from here unless a test says otherwise."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """The whole way from an article to a settled delivery. ``media`` is the folder for pictures of local articles.

    ``templates`` are those of the mails and pages; ``illustrate`` puts our own pictures in place of others'.
    ``journals`` is the folder where senders note what they hand over, ``limits`` and ``warm_up_since`` say how fast they
    may, ``bounces`` is the domain that bounces go to, and ``signer_for`` what signs the mails of a domain (DKIM).
    """

    store: Store
    links: Links
    media: Path
    actor: str
    journals: Path
    limits: Limits = NO_LIMITS
    warm_up_since: date | None = None
    bounces: str | None = None
    signer_for: Callable[[str], Callable[[bytes, bytes], bytes] | None] = lambda _: None
    templates: Templates = SHIPPED
    illustrate: Callable[[Issue], Issue] = lambda issue: issue
    clock: Callable[[], datetime] = now

    @property
    def intake(self) -> "Intake":
        """The way in."""
        from newsletter.intake import Intake

        return Intake(store=self.store, media=self.media, media_url=self.links.media, clock=self.clock)

    @property
    def assist(self) -> "Assist":
        """Summaries by a language model, where the operator has configured one; nothing waits for them."""
        from newsletter.assist import Assist

        return Assist(store=self.store, clock=self.clock)

    @property
    def reception(self) -> "Reception":
        """Where readers come and go."""
        from newsletter.reception import Reception

        return Reception(
            store=self.store, links=self.links, templates=self.templates, actor=self.actor, clock=self.clock
        )

    @property
    def moving_in(self) -> "MovingIn":
        """How lists of other products come in."""
        from newsletter.moving_in import MovingIn

        return MovingIn(store=self.store, actor=self.actor, clock=self.clock)

    @property
    def desk(self) -> "Desk":
        """Where an issue is made."""
        from newsletter.desk import Desk

        return Desk(
            store=self.store,
            links=self.links,
            templates=self.templates,
            actor=self.actor,
            clock=self.clock,
            illustrate=self.illustrate,
        )

    @property
    def dispatch(self) -> "Dispatch":
        """The way out."""
        from newsletter.dispatch.sending import Dispatch

        return Dispatch(
            store=self.store, links=self.links, templates=self.templates, actor=self.actor, clock=self.clock,
            journals=self.journals, limits=self.limits, warm_up_since=self.warm_up_since, bounces=self.bounces, signer_for=self.signer_for,
        )  # fmt: skip

    @property
    def aftermath(self) -> "Aftermath":
        """What can still be done about an issue that is being sent, or was."""
        from newsletter.dispatch.aftermath import Aftermath

        return Aftermath(
            store=self.store, links=self.links, freezing=self.dispatch.freezing, actor=self.actor, clock=self.clock,
            bounces=self.bounces,
        )  # fmt: skip

    def refresh(
        self, fetcher: "Fetcher", *, progress: Callable[[Source], None] = lambda _: None
    ) -> "tuple[tuple[Polled, ...], tuple[Kept, ...]]":
        """Poll every source that is due, then bring every draft of the present slot up to date."""
        return self.intake.fetch_due(fetcher, progress=progress), self.desk.keep_up()
