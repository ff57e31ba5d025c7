"""Both engines keep the same promises, and neither knows anything that the ledger does not."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from apscheduler.jobstores.memory import MemoryJobStore

from builders import NOW, article, newsletter, subscriber
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import RelayUnreachable, TransportError
from newsletter.model.delivery import DeliveryState, Receipt, Verdict
from newsletter.model.issue import IssueState
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.render.links import Links
from newsletter.store import batches
from newsletter.store.frozen import Enqueue
from newsletter.store.store import Store
from newsletter.work import embedded, postgres
from newsletter.work.worker import Worker

SECRET = "a-secret-of-more-than-thirty-two-letters"


@dataclass
class Works:
    """An engine over a store, with everything that its workers handed over."""

    press: Press
    run: Callable[[Worker], Coroutine[None, None, None]]
    enqueue: Enqueue
    relay: MemoryTransport = field(default_factory=MemoryTransport)

    def issue(self, people: int) -> list[str]:
        """Approve issue 1 for so many readers."""
        letter = self.press.store.newsletters.save(newsletter())
        emails = [f"r{n}@example.com" for n in range(people)]
        wanted = [Subscription(subscriber=subscriber(email), newsletter="") for email in emails]
        self.press.store.subscribers.add(letter.id or 0, wanted, now=NOW)
        self.press.store.articles.add(article(), now=NOW)
        self.press.desk.compose(letter, Slot("2026-W47", "Europe/Berlin"))
        self.press.desk.approve(1)
        return emails

    def work(self, *workers: Worker, until: Callable[[], bool], seconds: float = 40) -> None:
        """Let workers run until something is so."""

        async def all_of_them() -> None:
            running = [asyncio.create_task(self.run(worker)) for worker in workers]
            try:
                async with asyncio.timeout(seconds):
                    while not until():
                        await asyncio.sleep(0.05)
                        for task in running:
                            if task.done():
                                task.result()
            finally:
                for worker in workers:
                    worker.stop.set()
                await asyncio.gather(*running)

        asyncio.run(all_of_them())

    def worker(self, **given: object) -> Worker:
        return Worker(**{"press": self.press, "transport": lambda: self.relay, "say": lambda _: None, **given})  # type: ignore[arg-type]  # as given

    @property
    def finished(self) -> bool:
        return self.press.store.issues.get(1).state is IssueState.FINISHED


@pytest.fixture(params=["embedded on sqlite", "embedded on postgresql", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Works]:
    monkeypatch.setattr(batches, "SIZE", 20)
    url = f"sqlite:///{tmp_path / 'n.db'}" if "sqlite" in request.param else request.getfixturevalue("postgres_url")
    with Store(url) as store:
        store.upgrade()
        links = Links("https://news.example.org", SECRET)
        press = Press(store=store, links=links, media=tmp_path, actor="t", journals=tmp_path / "j", clock=lambda: NOW)
        if request.param == "postgres":
            postgres.prepare(store.engine)
            yield Works(press, lambda worker: postgres.run(worker, concurrency=1), postgres.enqueue)
        else:
            yield Works(press, embedded.run, lambda *_: None)


def test_everybody_is_served_once(works: Works) -> None:
    emails = works.issue(50)
    works.press.dispatch.begin(1, works.enqueue)
    works.work(works.worker(), until=lambda: works.finished)
    assert Counter(mail.recipient for mail in works.relay.mails) == Counter(emails)


def test_workers_share_an_issue_and_nobody_gets_it_twice(works: Works) -> None:
    emails = works.issue(90)
    works.press.dispatch.begin(1, works.enqueue)
    works.work(works.worker(), works.worker(), until=lambda: works.finished)
    assert Counter(mail.recipient for mail in works.relay.mails) == Counter(emails)


def test_what_no_engine_was_told_of_is_found_in_the_ledger(works: Works) -> None:
    works.issue(30)
    works.press.dispatch.begin(1)
    works.work(works.worker(), until=lambda: works.finished)
    assert len(works.relay.mails) == 30


def test_a_paused_issue_waits_and_goes_on(works: Works) -> None:
    works.issue(30)
    works.press.dispatch.begin(1, works.enqueue)
    works.press.aftermath.pause(1, "A wrong figure.")
    looks = iter(range(30))
    works.work(works.worker(), until=lambda: next(looks, None) is None)
    assert works.relay.mails == []
    works.press.aftermath.resume(1)
    works.work(works.worker(), until=lambda: works.finished)
    assert len(works.relay.mails) == 30


def test_a_reader_who_was_deferred_is_served_when_due(works: Works) -> None:
    emails = works.issue(5)
    works.relay = MemoryTransport({emails[1]: Receipt(verdict=Verdict.DEFERRED, code=451, text="later")})
    works.press.dispatch.begin(1, works.enqueue)
    works.work(works.worker(), until=lambda: len(works.relay.mails) == 4 and not works.press.store.ledger.running(1))
    assert works.press.dispatch.status(1).counts[DeliveryState.DEFERRED] == 1
    works.relay = MemoryTransport()
    works.press = replace(works.press, clock=lambda: NOW + timedelta(minutes=10))
    works.work(works.worker(), until=lambda: works.finished)
    assert [mail.recipient for mail in works.relay.mails] == [emails[1]]


def test_a_relay_that_cannot_be_reached_is_left_alone_and_nobody_is_lost(works: Works) -> None:
    emails = works.issue(5)
    gone: dict[str, Receipt | TransportError] = dict.fromkeys(emails, RelayUnreachable("The relay is gone."))
    works.relay = MemoryTransport(gone)
    said: list[str] = []
    works.press.dispatch.begin(1, works.enqueue)
    worker = works.worker(say=said.append)
    works.work(worker, until=lambda: bool(said))
    assert said[0] == "The relay is gone."
    assert worker.resting
    counts = works.press.dispatch.status(1).counts
    assert (counts[DeliveryState.QUEUED], counts[DeliveryState.CLAIMED]) == (5, 0)


def test_a_cancelled_issue_is_wound_up(works: Works) -> None:
    works.issue(30)
    works.press.dispatch.begin(1, works.enqueue)
    works.press.store.issues.cancel(1, actor="t", now=NOW)

    def wound_up() -> bool:
        return works.press.dispatch.status(1).suppressed == {"cancelled": 30}

    works.work(works.worker(), until=wound_up)
    assert works.relay.mails == []


def test_the_alarm_clock_remembers_nothing(press: Press) -> None:
    clock = embedded.alarm(Worker(press=press, transport=MemoryTransport, say=lambda _: None).deliver_open)
    assert [type(store) for store in clock._jobstores.values()] == [MemoryJobStore]
    (job,) = clock.get_jobs()
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)


@pytest.fixture
def jobs(postgres_url: str) -> Iterator[Store]:
    with Store(postgres_url) as store:
        store.upgrade()
        postgres.prepare(store.engine)
        postgres.prepare(store.engine)  # a second worker that begins finds everything there
        yield store


def _waiting(store: Store) -> int:
    with store.engine.connect() as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs")) or 0)


def test_jobs_live_and_die_with_the_transaction_that_makes_them(jobs: Store) -> None:
    with jobs.engine.connect() as connection, connection.begin() as undone:
        postgres.enqueue(connection, [1, 2])
        undone.rollback()
    assert _waiting(jobs) == 0
    with jobs.engine.begin() as connection:
        postgres.enqueue(connection, [1, 2])
        postgres.enqueue(connection, [2, 3])  # 2 has one already, and the transaction goes on
    assert _waiting(jobs) == 3
