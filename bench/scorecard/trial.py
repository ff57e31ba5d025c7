"""Small sendings of their own, for what one issue that went well cannot show: refusals, clocks, limits, real relays."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from builders import NOW, article, newsletter, subscriber
from newsletter.deliver.smtp import Security, SmtpRelay, SmtpTransport
from newsletter.deliver.transport import Transport
from newsletter.model.delivery import DeliveryState
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.render.links import Links
from newsletter.store.accounts import Row
from newsletter.store.store import Store

_SLOT = "2026-W47"


@dataclass(slots=True)
class Clock:
    """A clock that is put forward by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now

    def forward(self, **by: float) -> None:
        """Put it forward, as ``minutes=5``."""
        self.now += timedelta(**by)


@dataclass(slots=True, kw_only=True)
class Trial:
    """An approved issue with its readers, and a clock."""

    press: Press
    newsletter: Newsletter
    clock: Clock
    folder: Path
    issue_id: int = 1
    readers: list[str] = field(default_factory=list)

    def send(self, to: int | Transport, **given: Any) -> None:  # noqa: ANN401 - what `Dispatch.send` takes
        """Send as far as it goes now, to the server on that port."""
        self.press.dispatch.send(self.issue_id, relay(to) if isinstance(to, int) else to, **given)

    def row(self, reader: str) -> Row:
        """What the ledger says of a reader."""
        (found,) = (row for row in self.press.store.accounts.rows(self.issue_id) if row.email == reader)
        return found

    def states(self) -> dict[str, DeliveryState]:
        """The state of every reader."""
        return {row.email: row.state for row in self.press.store.accounts.rows(self.issue_id)}

    def row_count(self, state: DeliveryState) -> int:
        """How many readers are in that state."""
        return list(self.states().values()).count(state)


def next_issue(one: Trial, weeks: int = 1) -> Trial:
    """The same a week later, with the issue of the week that comes so many after the first one's, approved."""
    one.clock.forward(days=7)
    told = article(f"Lock gate {weeks} is painted", url=f"https://review.example/lock-{weeks}", published=one.clock())
    one.press.store.articles.add(told, now=one.clock())
    issue = one.press.desk.compose(one.newsletter, Slot.of(one.clock(), one.newsletter.timezone))
    one.press.desk.approve(int(issue.id or 0))
    return replace(one, issue_id=int(issue.id or 0))


def relay(port: int, *, connections: int = 1) -> SmtpTransport:
    """The way to a server on this machine."""
    return SmtpTransport(
        SmtpRelay(host="127.0.0.1", port=port, security=Security.NONE, helo="mail.example.org", connections=connections)
    )


@contextmanager
def trial(readers: Sequence[str], *, letter: dict[str, Any] | None = None, **given: Any) -> Iterator[Trial]:  # noqa: ANN401 - fields of `Press`
    """An approved issue for these readers. ``letter`` are fields of the newsletter, ``given`` those of the press."""
    with TemporaryDirectory(prefix="trial-") as made, Store(f"sqlite:///{made}/newsletter.db") as store:
        store.upgrade()
        folder, clock = Path(made), Clock()
        press = Press(
            store=store, links=Links("https://news.example.org", "a-secret-of-more-than-thirty-two-letters"),
            media=folder / "media", actor="scorecard", journals=folder / "journal", clock=clock,
        )  # fmt: skip
        press = replace(press, **given)
        saved = press.store.newsletters.save(newsletter(**(letter or {})))
        people = [Subscription(subscriber=subscriber(reader), newsletter="") for reader in readers]
        press.store.subscribers.add(int(saved.id or 0), people, now=clock())
        press.store.articles.add(article(), now=clock())
        press.desk.compose(saved, Slot(_SLOT, saved.timezone))
        press.desk.approve(1)
        yield Trial(press=press, newsletter=saved, clock=clock, folder=folder, readers=list(readers))
