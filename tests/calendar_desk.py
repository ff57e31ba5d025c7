"""A newsletter with a cadence and a clock that a test sets: what editors, schedulers and time do to it."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from builders import article, newsletter, provenance, subscriber
from newsletter.deliver.memory import MemoryTransport
from newsletter.model.cadence import Cadence, Every
from newsletter.model.issue import Issue, IssueState
from newsletter.model.planned import PlannedSlot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.render.links import Links
from newsletter.schedule.guard import Guard
from newsletter.schedule.rounds import Rounds
from newsletter.schedule.scheduler import Scheduler
from newsletter.store.store import Store

#: A Monday noon; the newsletter appears on Fridays at 16:00 in Berlin, which is 15:00 UTC.
MONDAY = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
WEEKLY = Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), editors=("desk@news.example.org",))
HOUR = timedelta(hours=1)
SECRET = "a secret of the tests, and long enough"


@dataclass
class Clock:
    """Time as the test has it: ``now`` on the wall, ``steady`` as nobody can set it."""

    now: datetime = MONDAY
    steady: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def go_to(self, moment: datetime) -> None:
        """Let time pass."""
        self.steady += (moment - self.now).total_seconds()
        self.now = moment

    def put_to(self, moment: datetime) -> None:
        """Set the clock, without any time passing."""
        self.now = moment


@dataclass
class CalendarDesk:
    """One newsletter with three readers on an open store."""

    store: Store
    folder: Path
    clock: Clock = field(default_factory=Clock)
    said: list[str] = field(default_factory=list)

    @property
    def press(self) -> Press:
        return Press(
            store=self.store, links=Links("https://news.example.org", SECRET), media=self.folder / "media", actor="ed",
            journals=self.folder / "journal", clock=self.clock,
        )  # fmt: skip

    def begin(self, cadence: Cadence = WEEKLY, *, articles: int = 2, readers: int = 3, **given: Any) -> None:
        """The newsletter, its readers, and articles of this week."""
        saved = self.store.newsletters.save(newsletter(cadence=cadence, **given))
        people = [
            Subscription(subscriber=subscriber(f"r{n}@example.com"), newsletter="harbour") for n in range(readers)
        ]
        self.store.subscribers.add(int(saved.id or 0), people, now=MONDAY)
        for n in range(articles):
            self.add(f"Story number {n} of the harbour", self.clock.now - timedelta(minutes=n))

    def add(self, headline: str, published: datetime) -> None:
        """An article that came in when it was published."""
        drawn = random.Random(headline)  # noqa: S311 - words of its own, so that no two articles tell the same story
        words = ["".join(drawn.choices(ascii_lowercase, k=7)) for _ in range(20)]
        body = (f"On the quay lay {', '.join(words[:10])}.", f"Nobody had expected {' or '.join(words[10:])}.")
        made = article(
            headline, published=published, url=f"https://review.example/{headline.replace(' ', '-').lower()}", body=body,
            dek=f"What {words[0]} and {words[1]} have to do with {words[2]}.", provenance=provenance(fetched_at=published),
        )  # fmt: skip
        self.store.articles.add(made, now=published)

    def change(self, **given: Any) -> None:
        """Change the cadence."""
        found = self.store.newsletters.get("harbour")
        assert found.cadence
        self.store.newsletters.save(replace(found, cadence=replace(found.cadence, **given)))

    def scheduler(self, name: str = "one") -> Scheduler:
        """A scheduler as a process has it from its start to its end."""
        guard = Guard(self.store, self.folder / "journal" / "generation.json", "ed", steady=lambda: self.clock.steady)
        return Scheduler(press=self.press, guard=guard, lessee=name, say=self.said.append)

    def rounds(self, transport: MemoryTransport) -> Rounds:
        """The rounds of such a process, with mails to the editors."""
        return Rounds(
            scheduler=self.scheduler(), fetcher=lambda: None, transport=lambda: transport, say=self.said.append,  # type: ignore[arg-type, return-value]
        )  # fmt: skip

    def approve(self, actor: str = "") -> Issue:
        """Approve the newest draft, whatever its warnings."""
        newest = next(issue for issue in self.store.issues.all() if issue.state is IssueState.DRAFT)
        self.press.desk.waive(int(newest.id or 0), (), reason="of no account here")
        return self.press.desk.approve(int(newest.id or 0), actor=actor)

    def slot(self, key: str = "2026-W47") -> PlannedSlot:
        """The slot of that key as it stands."""
        found = self.store.slots.find(1, key)
        assert found is not None, f"{key} has no row"
        return found

    def issue(self, key: str = "2026-W47") -> Issue:
        """The issue of that slot."""
        return self.store.issues.of_slot("harbour", key)

    def deliver(self) -> int:
        """Send what is on its way; return how many mails that were."""
        relay = MemoryTransport()
        for issue_id, _, _ in self.store.issues.under_way():
            self.press.dispatch.send(issue_id, relay)
        return len(relay.mails)
