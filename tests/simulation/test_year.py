"""A year of a weekly with readers in every time zone of the world, who choose, change their minds, pause and leave.

Slots, freezing, waking, claiming and settling are the real ones on a real database; only time is made up and nothing is
rendered. What must have come to whom is worked out here a second time, from the rules and from nothing else.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo, available_timezones

import pytest
import sqlalchemy as sa

from builders import article, newsletter, provenance
from calendar_desk import SECRET, Clock
from newsletter.dispatch.freezing import Freezing
from newsletter.model.cadence import Cadence, Every
from newsletter.model.delivery import DeliveryState, Settlement
from newsletter.model.issue import REVIEWS, Edition, Issue, Item, Section, SectionKind
from newsletter.model.manners import Manners
from newsletter.model.newsletter import Newsletter
from newsletter.model.planned import PlannedSlot
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Frequency, SubscriptionState
from newsletter.model.variant import Variant
from newsletter.pipeline import Press
from newsletter.render.compiled import Compiled
from newsletter.render.links import Links
from newsletter.schedule.holidays import holidays_of
from newsletter.schedule.planning import planned
from newsletter.store import batches
from newsletter.store.store import Store
from newsletter.store.subscription_rows import wishes
from newsletter.store.tables import subscriber, subscription

READERS, CHANGES_A_WEEK, ITEMS = int(os.environ.get("YEAR_READERS", "4000")), 60, 6
BEGINS, ENDS = datetime(2026, 1, 1, 20, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
TOPICS = ("Crime", "Culture", "Harbour")
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
PLACES = {zone: ZoneInfo(zone) for zone in [*ZONES, "Europe/Berlin"]}
HOURS = (None, None, 8, 18, 23)
LETTER = newsletter(
    topics=TOPICS,
    manners=Manners(quiet="22:00-07:00"),
    cadence=Cadence(every=Every.WEEK, on=("friday",), at=("16:00",)),
)
QUIET_FROM, QUIET_TO = 22, 7
FREQUENT = [Frequency.EVERY, Frequency.WEEKLY, Frequency.MONTHLY, Frequency.BREAKING, Frequency.NEVER]


@dataclass
class Reader:
    """A reader, as this test remembers them: choices, what they had, and when they gave a monthly up."""

    id: int
    zone: str
    hour: int | None
    frequency: Frequency
    topics: dict[str, Frequency] = field(default_factory=dict)
    state: SubscriptionState = SubscriptionState.ACTIVE
    until: datetime | None = None
    left_monthly: datetime | None = None
    had: set[str] = field(default_factory=set)
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)

    def wants(self, topics: tuple[str, ...]) -> Frequency:
        own = [self.topics.get(topic, self.frequency) for topic in topics if topic in TOPICS]
        return min(own, key=FREQUENT.index) if own else self.frequency


class Cheap(Freezing):
    """Freezes without rendering."""

    def _compiled(self, issue: Issue, newsletter: Newsletter) -> Compiled:
        return Compiled(subject=issue.subject, html="", text="")

    def _headers(self, *_: Any) -> bytes:
        return b""


@dataclass
class Year:
    """The world: a store, a clock, a dice, the readers, and what was delivered to whom and when."""

    store: Store
    folder: Path
    dice: random.Random
    size: int = READERS
    ends: datetime = ENDS
    clock: Clock = field(default_factory=lambda: Clock(BEGINS))
    readers: list[Reader] = field(default_factory=list)
    topics_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    came: dict[tuple[int, int], tuple[datetime, str]] = field(default_factory=dict)
    issues: list[tuple[Issue, datetime]] = field(default_factory=list)
    tellings: int = 0
    waves: int = 0

    @property
    def press(self) -> Press:
        return Press(
            store=self.store, links=Links("https://news.example.org", SECRET), media=self.folder, actor="year",
            journals=self.folder / "journal", clock=self.clock,
        )  # fmt: skip

    # ---- people

    def settle_in(self) -> None:
        """The newsletter and its readers."""
        self.store.newsletters.save(LETTER)
        for n in range(1, self.size + 1):
            zone = "" if self.dice.random() < 0.1 else ZONES[n % len(ZONES)]
            self.readers.append(Reader(n, zone, self.dice.choice(HOURS), self._frequency(), self._topics()))
        people = [
            {
                "id": r.id,
                "email": f"r{r.id}@example.com",
                "email_key": f"r{r.id}@example.com",
                "name": "",
                "created_at": BEGINS,
                "timezone": r.zone,
            }
            for r in self.readers
        ]
        chosen = [
            {
                "subscriber_id": r.id, "newsletter_id": 1, "state": "active", "skips": "", "changed_at": BEGINS,
                "frequency": r.frequency, "topics": _text(r.topics), "hour": r.hour,
            }
            for r in self.readers
        ]  # fmt: skip
        with self.store.engine.begin() as connection:
            connection.execute(sa.insert(subscriber), people)
            connection.execute(sa.insert(subscription), chosen)

    def change_minds(self) -> None:
        """Some readers choose anew, in the way in which every form and command does it."""
        for known in self.dice.sample(self.readers, CHANGES_A_WEEK):
            if known.state is SubscriptionState.UNSUBSCRIBED:
                continue
            reader = self._anew(known)
            now, before = self.clock.now, (reader.frequency, dict(reader.topics))
            kind = self.dice.choice(["frequency", "frequency", "topics", "pause", "hour", "leave"])
            if kind == "frequency":
                reader.frequency = self._frequency()
            elif kind == "topics":
                reader.topics = self._topics()
            elif kind == "pause":
                reader.state = SubscriptionState.PAUSED
                reader.until = now + timedelta(days=self.dice.randrange(1, 60), hours=self.dice.randrange(24))
                reader.pauses.append((now, reader.until))
            elif kind == "hour":
                reader.hour = self.dice.choice(HOURS)
            elif self.dice.random() < 0.3:
                reader.state, reader.until = SubscriptionState.UNSUBSCRIBED, None
            if _gave_up_monthly(before, (reader.frequency, reader.topics)):
                reader.left_monthly = now
            self._store(reader)

    def leave_at_once(self, some: int) -> None:
        """Some readers unsubscribe while an issue goes round the world."""
        for known in self.dice.sample(self.readers, some):
            reader = self._anew(known)
            reader.state, reader.until = SubscriptionState.UNSUBSCRIBED, None
            self._store(reader)

    def _anew(self, known: Reader) -> Reader:
        """The same reader, to be changed; earlier issues remember them as they were."""
        reader = replace(known, topics=dict(known.topics))
        self.readers[known.id - 1] = reader
        return reader

    def _store(self, reader: Reader) -> None:
        known = self.store.subscribers.get(reader.id, 1)
        wish = replace(
            known, state=reader.state, frequency=reader.frequency, topics=dict(reader.topics), hour=reader.hour,
            paused_until=reader.until,
        )  # fmt: skip
        self.store.subscribers.change(wish, 1, actor="reader", now=self.clock.now)

    def _frequency(self) -> Frequency:
        return self.dice.choices(FREQUENT[:4], weights=[25, 5, 50, 20])[0]

    def _topics(self) -> dict[str, Frequency]:
        if self.dice.random() < 0.8:
            return {}
        return {self.dice.choice(TOPICS): self.dice.choice(FREQUENT)}

    # ---- issues

    def run(self) -> None:
        """Live the year from slot to slot."""
        while slots := self._next_slots():
            due = slots[0].due
            if self.dice.random() < 0.06:
                self._go_to(due - timedelta(hours=30))
                self._publish(Edition.BREAKING, f"{self.clock.now:%Y-%m-%dT%H:%M}")
            self._go_to(due - timedelta(hours=1))
            self.change_minds()
            self._go_to(due)
            for slot in slots:
                self._publish(slot.edition, slot.key)
            if self.dice.random() < 0.1:
                self._go_to(due + timedelta(hours=7))
                self.leave_at_once(20)
        self._go_to(self.clock.now + timedelta(days=2))

    def _coming(self) -> list[PlannedSlot]:
        return planned(LETTER_SAVED, [], self.clock.now, holidays=holidays_of(""), ahead=1)

    def _next_slots(self) -> list[PlannedSlot]:
        """The next slot, or slots: the first of a month may be a Friday."""
        coming = self._coming()
        due = min(slot.due for slot in coming)
        return [slot for slot in coming if slot.due == due] if due <= self.ends else []

    def _publish(self, edition: Edition, key: str) -> None:
        """Make an issue, and freeze it with whoever wants it."""
        if edition in REVIEWS:
            issue = self.press.desk.review(LETTER_SAVED, Slot(key, LETTER.timezone), edition)
        else:
            draft = Issue(
                newsletter=LETTER.slug, slot=key, subject=f"{edition} {key}", preheader="", edition=edition,
                sections=(Section(kind=SectionKind.LEAD, items=self._items(1 if edition is Edition.BREAKING else ITEMS)),),
            )  # fmt: skip
            issue = self.store.issues.save_draft(1, draft, actor="year", now=self.clock.now)
        issue_id = int(issue.id or 0)
        freezing = Cheap(
            store=self.store, links=self.press.links, templates=self.press.templates, actor="year", clock=self.clock
        )
        sha256 = freezing._compiled(issue, LETTER).sha256
        self.store.issues.approve(issue_id, sha256, actor="year", now=self.clock.now)
        freezing.freeze(self.store.issues.get(issue_id), LETTER_SAVED, lambda *_: None)
        self.issues.append((self.store.issues.get(issue_id), self.clock.now))

    def _items(self, count: int) -> tuple[Item, ...]:
        made = []
        for _ in range(count):
            self.tellings += 1
            topics = tuple(self.dice.sample((*TOPICS, "Weather"), self.dice.randrange(3)))
            told = article(
                f"Story {self.tellings}", url=f"https://review.example/{self.tellings}", topics=topics,
                published=self.clock.now, provenance=provenance(fetched_at=self.clock.now),
            )  # fmt: skip
            known, _ = self.store.articles.add(told, now=self.clock.now)
            self.topics_of[f"a{known.id}"] = topics
            made.append(Item(headline=told.headline, article_id=known.id, key=f"a{known.id}"))
        return tuple(made)

    # ---- delivering

    def _go_to(self, moment: datetime) -> None:
        """Let time pass, and serve whoever is due meanwhile at the very moment at which they are."""
        if moment > self.clock.now:
            self._deliver_until(moment)
            self.clock.go_to(moment)

    def _deliver_until(self, end: datetime) -> None:
        owner, running = self.store.workers.register(self.clock.now), self.issues[-4:]
        while True:
            for batch_id in self.store.ledger.open(self.clock.now, limit=50):
                self._run_batch(batch_id, owner)
            dues = [self.store.ledger.next_due(int(issue.id or 0)) for issue, _ in running]
            moment = min((due for due in dues if due is not None), default=None)
            if moment is None or moment > end:
                break
            self.clock.go_to(max(moment, self.clock.now))
        self.store.workers.leave(owner)

    def _run_batch(self, batch_id: int, owner: int) -> None:
        ledger, now = self.store.ledger, self.clock.now
        taken = ledger.take(batch_id, owner, fates=lambda _: {}, now=now)
        assert taken is not None
        self.waves += 1
        claim = ledger.claim(taken, after=0, limit=READERS, now=now)
        for row in claim.rows:
            assert (taken.issue_id, row.subscriber_id) not in self.came, "sent twice"
            self.came[taken.issue_id, row.subscriber_id] = now, row.variant
        sent = [Settlement(subscriber_id=row.subscriber_id, state=DeliveryState.SENT) for row in claim.rows]
        ledger.settle(taken, sent, now=now)
        ledger.give_back(taken, now=now)

    # ---- what must have come about

    def account(self) -> Counter[str]:
        """Compare what came with what had to come, for every reader and issue in their order."""
        sums: Counter[str] = Counter()
        for issue, sent_at in self.issues:
            items = {item.key for section in issue.sections for item in section.items}
            for reader in self.histories(issue, sent_at):
                due = self._due_items(reader, issue, items)
                arrival = self.came.get((int(issue.id or 0), reader.id))
                got = set() if arrival is None else items - Variant.read(arrival[1]).had
                again = got & reader.had
                assert not again, f"reader {reader.id} got {again} twice"
                if arrival is not None:
                    assert got == due, f"{issue.slot}: reader {reader.id} got {got} and was to get {due}"
                    _check_time(reader, sent_at, arrival[0])
                    reader.had |= got
                    sums["mails"] += 1
                    sums["items"] += len(got)
                    sums[str(issue.edition)] += 1
                else:
                    assert not due or self._had_left(reader, issue, sent_at), f"{issue.slot}: {reader} missed {due}"
                    sums["nothing for them"] += not due
        return sums

    def histories(self, issue: Issue, sent_at: datetime) -> Iterator[Reader]:
        """The readers as they were when the issue was frozen, with what they had before it."""
        yield from self.snapshots[int(issue.id or 0)]

    snapshots: dict[int, list[Reader]] = field(default_factory=dict)

    def _due_items(self, reader: Reader, issue: Issue, items: set[str]) -> set[str]:
        takes = {
            Edition.REGULAR: {Frequency.EVERY, Frequency.WEEKLY},
            Edition.BREAKING: {Frequency.EVERY, Frequency.BREAKING},
            Edition.MONTHLY: {Frequency.MONTHLY},
        }[issue.edition]
        if issue.edition is Edition.MONTHLY and reader.left_monthly:
            first = datetime.combine(
                date.fromisoformat(f"{issue.slot}-01"), datetime.min.time(), ZoneInfo(LETTER.timezone)
            )
            if reader.left_monthly >= first:
                takes |= {Frequency.EVERY, Frequency.WEEKLY}
        return {key for key in items - reader.had if reader.wants(self.topics_of[key]) in takes}

    def _had_left(self, reader: Reader, issue: Issue, sent_at: datetime) -> bool:
        """Whether they could not be mailed any more when their hour came."""
        present = self.readers[reader.id - 1]
        end = sent_at + timedelta(hours=34)
        is_away = any(begins <= end and sent_at <= ends for begins, ends in present.pauses)
        return is_away or present.state is SubscriptionState.UNSUBSCRIBED


LETTER_SAVED = replace(LETTER, id=1)


def _check_time(reader: Reader, sent_at: datetime, at: datetime) -> None:
    """It came at the reader's own hour or, without one, at once; and never at night."""
    local = at.astimezone(PLACES[reader.zone or LETTER.timezone])
    assert QUIET_TO <= local.hour < QUIET_FROM, f"reader {reader.id} was woken at {local}"
    assert timedelta() <= at - sent_at <= timedelta(hours=34), f"reader {reader.id} got it {at - sent_at} later"
    wanted = sent_at.astimezone(local.tzinfo).hour if reader.hour is None else reader.hour
    if QUIET_TO <= wanted < QUIET_FROM:
        at_once = abs(at - sent_at) <= timedelta(minutes=1)
        assert local.hour == wanted, f"reader {reader.id} wanted {wanted} and got it at {local}"
        assert at_once or local.minute == 0, f"reader {reader.id} got it at {local}"
    else:
        assert (local.hour, local.minute) == (QUIET_TO, 0), f"the night of reader {reader.id} ended before {local}"


def _gave_up_monthly(
    before: tuple[Frequency, dict[str, Frequency]], after: tuple[Frequency, dict[str, Frequency]]
) -> bool:
    def of(choice: tuple[Frequency, dict[str, Frequency]], topic: str | None) -> Frequency:
        return choice[1].get(topic, choice[0]) if topic else choice[0]

    both = {None, *before[1], *after[1]}
    return any(of(before, topic) is Frequency.MONTHLY is not of(after, topic) for topic in both)


def _text(topics: dict[str, Frequency]) -> str:
    return "+".join(f"{topic}={often}" for topic, often in sorted(topics.items()))


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Year]:
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    # A year's commits need no disk.
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path  # noqa: S108 - a file of a name of its own
    file = folder / f"year-{tmp_path.name}-{seed}.db"
    try:
        with Store(f"sqlite:///{file}") as store, mock.patch.object(batches, "SIZE", READERS + 1):
            store.upgrade()
            yield Year(store, tmp_path, random.Random(seed))  # noqa: S311 - so that a failure can be repeated
    finally:
        for log in file.parent.glob(f"{file.name}*"):
            log.unlink()


def live(year: Year) -> Counter[str]:
    """Live it to its end, and account for it."""
    year.settle_in()
    freeze = Cheap.freeze

    def remembering(self: Cheap, issue: Issue, *given: Any) -> None:
        year.snapshots[int(issue.id or 0)] = list(year.readers)
        freeze(self, issue, *given)

    with mock.patch.object(Cheap, "freeze", remembering):
        year.run()
    return year.account()


def test_every_reader_gets_every_item_they_asked_for_once_and_at_their_hour(year: Year) -> None:
    sums = live(year)
    zones = {year.readers[person - 1].zone for _, person in year.came}
    print(dict(sums), f"{len(zones)} zones, {len(year.issues)} issues, {year.waves} waves")
    assert Counter(str(issue.edition) for issue, _ in year.issues)["regular"] == 53
    assert Counter(str(issue.edition) for issue, _ in year.issues)["monthly"] >= 12
    assert len(zones) > 500
    assert sums["mails"] > 15 * READERS


#: Each with what it breaks: what a reader had comes again, nights are not kept, hours are not, who gave the monthly up loses
#: what they had not seen, a pause that has ended goes on, topics do not count.
BUGS: dict[str, tuple[str, Any]] = {
    "had": ("newsletter.store.readership.had", lambda *_: {}),
    "night": ("newsletter.dispatch.local_hours.opens_at", lambda *_: None),
    "hour": ("newsletter.dispatch.local_hours._next", lambda send_at, *_: send_at),
    "left": ("newsletter.store.wishes._left", lambda *_: sa.false()),
    "pause": ("newsletter.store.subscribers.wishes", lambda wish: {**wishes(wish), "paused_until": None}),
    "topics": ("newsletter.store.wishes.topics_map", lambda _: {}),
}


@pytest.mark.parametrize("bug", BUGS)
def test_the_year_notices_when_a_rule_is_broken(year: Year, bug: str) -> None:
    where, broken = BUGS[bug]
    year.size, year.ends = 900, datetime(2026, 4, 10, tzinfo=UTC)
    with mock.patch(where, broken), pytest.raises(AssertionError):
        live(year)
