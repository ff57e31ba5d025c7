"""A world in which an issue lives through everything: one seed is one life, and the same seed is the same life.

Real are the sender with its runs, outbox, fence and journal, and the ledger on a real SQLite file. Made up are time, the
machines, the relay, and the hands of fate. The referee is the relay's own book, never our ledger.
"""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from builders import NOW, issue, newsletter, subscriber
from newsletter.deliver import batch as batch_module
from newsletter.deliver import fence as fence_module
from newsletter.deliver import journal as journal_module
from newsletter.deliver import sender as sender_module
from newsletter.deliver.batch import Content
from newsletter.deliver.fence import Fence
from newsletter.deliver.journal import Journal
from newsletter.deliver.pace.limits import NO_LIMITS
from newsletter.deliver.pacer import Pacer
from newsletter.deliver.sender import Sender
from newsletter.deliver.transport import NOT_MINE_ANY_MORE, Letter, Letters
from newsletter.errors import NewsletterError, StoreAway
from newsletter.model.delivery import Claim, Claimed, DeliveryState, Mail, Receipt, Taken, Unknown, Verdict
from newsletter.model.issue import IssueState
from newsletter.model.manners import Manners
from newsletter.model.settling import Terms
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.store import batches, workers
from newsletter.store.frozen import Audience, FrozenVariant
from newsletter.store.store import Store

VARIANT = FrozenVariant(subject="s", html="<p>", text="t", sha256="0" * 64)
_LOST = Receipt(verdict=Verdict.DEFERRED, text="lost", connection_lost=True)
_SILENCE = Receipt(verdict=Verdict.UNKNOWN, text="silence", connection_lost=True)
_ACCEPTED = Receipt(verdict=Verdict.ACCEPTED, code=250, text="2.0.0 kept")
#: In peace an issue has ended after far fewer looks than this.
_MOST_LOOKS = 300
_OPEN = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED)


class Crash(BaseException):
    """The process is gone. What its ``finally`` blocks still try reaches nobody."""


@dataclass(eq=False)
class Process:
    """A sender's process on a machine that was started for the ``boot``-th time."""

    pid: int
    host: str
    boot: int
    dead: bool = False
    #: Readers whose last byte left and of whom no answer was heard; and of whom none was settled.
    unheard: set[str] = field(default_factory=set)
    unsettled: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    frozen_until: float = 0.0
    task: "asyncio.Task[None] | None" = None


NOBODY = Process(0, "nowhere", 0)
HERE: ContextVar[Process] = ContextVar("process", default=NOBODY)


class World:
    """One life. ``dice`` decides everything; ``violations`` says what must never be."""

    def __init__(self, seed: int, folder: Path, template: Path) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - dice, not secrets
        self.folder = folder
        shutil.copy(template, folder / "n.db")
        self.store = Store(f"sqlite:///{folder / 'n.db'}")
        self.policy = self.dice.choice([Unknown.RESEND, Unknown.RESEND, Unknown.HOLD])
        self.readers = self.dice.randint(8, 30)
        self.trouble = self.dice.choice([0.0, 0.03, 0.12])
        self.lanes = self.dice.randint(1, 4)
        self.boots = {"one": 1, "two": 1}
        self.processes: list[Process] = []
        self.copies: Counter[str] = Counter()
        self.accepted: set[str] = set()
        self.ambiguous: Counter[str] = Counter()
        self.gone: set[int] = set()
        self.names: dict[str, set[str]] = {}
        self.events: Counter[str] = Counter()
        self.violations: list[str] = []
        self.away_until = 0.0
        self.skew = timedelta()
        self.owned_up: set[int] = set()

    # Time, and who is where.

    def clock(self) -> float:
        return asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.clock()) + self.skew

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    # Fate.

    def maybe_crash(self, share: float) -> None:
        """Kill the process at this very point, now and then."""
        here = HERE.get()
        if here.dead:
            raise Crash
        if here is not NOBODY and self.chance(share * self.trouble):
            self.kill(here)
            raise Crash

    def kill(self, process: Process) -> None:
        self.events["killed"] += 1
        process.dead = True
        self.doubt(process, process.unheard)
        if process.task is not None:
            process.task.cancel()

    def doubt(self, process: Process, readers: set[str]) -> None:
        """Nobody can say any more whether these got what the process handed over; each is counted once."""
        for reader in readers - process.doubted:
            self.ambiguous[reader] += 1
        process.doubted |= readers

    def power_cut(self, host: str) -> None:
        """All processes of a machine die, and no journal of it proves anything any more."""
        self.events["power cut"] += 1
        self.boots[host] += 1
        for process in self.processes:
            if process.host == host and not process.dead:
                self.doubt(process, process.unsettled)
                self.kill(process)

    # The issue.

    def prepare(self) -> None:
        letter = self.store.newsletters.save(newsletter(manners=Manners(unknown=self.policy)))
        people = [Subscription(subscriber=subscriber(f"r{n}@x.example"), newsletter="") for n in range(self.readers)]
        self.store.subscribers.add(letter.id or 0, people, now=NOW)
        self.store.issues.save_draft(1, issue(), actor="t", now=NOW)
        self.store.issues.approve(1, "0" * 64, actor="t", now=NOW)
        self.store.frozen.freeze(1, Audience(variants={"": VARIANT}, variant_of={"": ""}), actor="t", now=NOW)

    def content(self, _issue: int) -> Content:
        return Content(mail_for=self.mail_for, terms=Terms(unknown=self.policy, began=NOW))

    def mail_for(self, row: Claimed) -> Mail:
        name = f"<{row.subscriber_id}.{row.generation}@x.example>"
        return Mail(sender="a@x.example", recipient=row.email, message_id=name, content=b"frozen", proved=True)


class Hands:
    """The ledger as a process reaches it: cut off by death, by an outage, by being frozen."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._world.store.ledger, name)

        def reached(*given: Any, **named: Any) -> Any:
            world, here = self._world, HERE.get()
            world.maybe_crash(0.15)
            if world.clock() < max(world.away_until, here.frozen_until):
                world.events["away"] += 1
                raise StoreAway("away")
            answer = call(*given, **named)
            if isinstance(answer, Claim):
                self._look_at(answer)
            if name == "settle":
                here.unsettled -= {f"r{one.subscriber_id - 1}@x.example" for one in given[1]}
            if isinstance(answer, Taken) and answer.epoch > 1:
                world.events["taken over"] += 1
                for before in world.processes:
                    # Its journal is on another machine: whatever it had not settled is in doubt.
                    if before is not here and before.host != here.host:
                        world.doubt(before, before.unsettled)
            world.maybe_crash(0.15)
            return answer

        return reached

    def _look_at(self, claim: Claim) -> None:
        """I4: nobody is claimed whose leaving was committed before."""
        self._world.events["claimed"] += len(claim.rows)
        if late := {row.subscriber_id for row in claim.rows} & self._world.gone:
            self._world.violations.append(f"claimed after they left: {late}")


class Peer:
    """The relay, of which every process has its own connections. What it took stands in the world's book."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.connections = world.lanes

    async def carry(self, letters: Letters) -> None:
        while (letter := await letters.next()) is not None:
            await asyncio.sleep(self._world.dice.uniform(0, 0.3))
            await self._while_frozen(HERE.get())
            receipt = self._refusal() or await self._taken(letters, letter)
            here = HERE.get()
            if here.dead:
                raise Crash
            letters.done(letter, receipt)
            self._world.maybe_crash(0.3)

    def _refusal(self) -> Receipt | None:
        world = self._world
        if world.chance(0.5 * world.trouble):
            return _LOST
        if world.chance(0.5 * world.trouble):
            code = world.dice.choice([421, 450, 451, 452])
            return Receipt(verdict=Verdict.DEFERRED, code=code, text="later", connection_lost=code == 421)
        if world.chance(0.2 * world.trouble):
            return Receipt(verdict=Verdict.REFUSED, code=550, text=f"5.1.1 no {world.dice.random()}")
        return None

    async def _taken(self, letters: Letters, letter: Letter) -> Receipt:
        world, here, reader = self._world, HERE.get(), letter.mail.recipient
        if not letters.handing_over(letter):
            return NOT_MINE_ANY_MORE
        here.unheard.add(reader)
        here.unsettled.add(reader)
        here.doubted.discard(reader)
        world.names.setdefault(reader, set()).add(letter.mail.message_id)
        arrives = not world.chance(0.3 * world.trouble)
        if arrives:
            world.copies[reader] += 1
        world.maybe_crash(0.5)
        await asyncio.sleep(world.dice.uniform(0, 0.5))
        await self._while_frozen(here)
        if not arrives or world.chance(0.3 * world.trouble):
            world.ambiguous[reader] += 1
            world.events["ambiguous"] += 1
            here.unheard.discard(reader)
            return _SILENCE
        world.accepted.add(reader)
        return _ACCEPTED

    async def _while_frozen(self, here: Process) -> None:
        if (left := here.frozen_until - self._world.clock()) > 0:
            await asyncio.sleep(left)


async def sender_process(world: World, process: Process) -> None:
    """What a worker does: take batches as long as any is open."""
    HERE.set(process)
    hands: Any = Hands(world)
    owner = world.store.workers.register(world.now())
    made = Sender(
        owner=owner, ledger=hands, transport=Peer(world), content_of=world.content, journals=world.folder / process.host,  # type: ignore[arg-type]  # carries letters, and that is all that is asked here
        machine=workers.machine(), now=world.now, ledger_is_local=True,
        pacer=Pacer(NO_LIMITS, world.store.rates, world.now),
    )  # fmt: skip
    try:
        async with made:
            while not made.failed:
                found = hands.open(world.now(), limit=1)
                if found:
                    await made.run(found[0])
                elif world.trouble:
                    await asyncio.sleep(1)
                else:
                    break
    except NewsletterError:
        world.events["ended with a sentence"] += 1
    except Crash:
        return
    finally:
        HERE.set(NOBODY)
    if not process.dead:
        world.store.workers.leave(owner)
        process.dead = True


async def life(world: World) -> None:
    """Trouble for some minutes of virtual time, then peace until everybody is accounted for."""
    world.prepare()
    quiet = 40 + world.dice.random() * 60
    looks = 0
    while True:
        loop_time = world.clock()
        if loop_time > quiet:
            world.trouble = 0.0
            if not _unfinished(world):
                break
            looks += 1
            if looks > _MOST_LOOKS:
                world.violations.append("it never ends")
                break
        _start_missing(world)
        if loop_time <= quiet:
            _mishaps(world)
        _look(world)
        await asyncio.sleep(world.dice.uniform(0.5, 3) if world.trouble else _until_something_is_due(world))
    for process in world.processes:
        process.dead = True
        if process.task is not None:
            process.task.cancel()
    await asyncio.gather(*(one.task for one in world.processes if one.task), return_exceptions=True)
    _judge(world)


def _until_something_is_due(world: World) -> float:
    """In peace nobody has to look every second."""
    due = world.store.ledger.next_due(1)
    idle = not world.store.ledger.running(1) and not world.store.ledger.open(world.now())
    return max((due - world.now()).total_seconds(), 0) + 1 if due and idle else 5


def _start_missing(world: World) -> None:
    alive = [process for process in world.processes if not process.dead]
    idle = not world.trouble and not world.store.ledger.open(world.now())
    if len(alive) < (2 if world.trouble else 1) and not idle:
        host = world.dice.choice(["one", "two"])
        process = Process(len(world.processes) + 100, host, world.boots[host])
        world.processes.append(process)
        process.task = asyncio.get_running_loop().create_task(sender_process(world, process))


def _mishaps(world: World) -> None:
    """What may befall an issue between two moments."""
    now, dice = world.now(), world.dice
    alive = [process for process in world.processes if not process.dead]
    if world.chance(0.1):
        world.gone.add(reader := dice.randint(1, world.readers))
        found = world.store.subscribers.get(reader, 1)
        left = replace(found, state=SubscriptionState.UNSUBSCRIBED)
        world.store.subscribers.change(left, 1, actor="t", now=now)
        world.events["left"] += 1
    if world.chance(0.4 * world.trouble):
        world.power_cut(dice.choice(["one", "two"]))
    if alive and world.chance(0.5 * world.trouble):
        dice.choice(alive).frozen_until = world.clock() + dice.uniform(5, 45)
        world.events["frozen"] += 1
    if world.chance(0.3 * world.trouble):
        world.away_until = world.clock() + dice.uniform(0, 8)
    if world.chance(0.3 * world.trouble):
        world.skew += timedelta(hours=dice.choice([-1, 1]))
    state = world.store.issues.get(1).state
    if state is IssueState.SENDING and world.chance(0.05):
        world.store.issues.pause(1, "a while", actor="t", now=now)
    elif state is IssueState.PAUSED and world.chance(0.5):
        world.store.issues.resume(1, actor="t", now=now)


def _unfinished(world: World) -> bool:
    if world.store.issues.get(1).state is IssueState.PAUSED:
        world.store.issues.resume(1, actor="t", now=world.now())
    counts = world.store.accounts.counts(1).states
    waiting = world.policy is Unknown.RESEND and counts[DeliveryState.UNKNOWN]
    return bool(waiting or any(counts[state] for state in _OPEN))


def _look(world: World) -> None:
    """I1 and I8, at any moment."""
    counts = world.store.accounts.counts(1)
    if sum(counts.states.values()) != world.readers or counts.states != world.store.accounts.recount(1):
        world.violations.append(f"the numbers do not add up: {counts.states}")
    labelled = {row.subscriber_id for row in world.store.accounts.rows(1) if row.maybe_sent}
    if lost := world.owned_up - labelled:
        world.violations.append(f"maybe_sent was cleared: {lost}")
    world.owned_up = labelled


def _judge(world: World) -> None:
    """I2, I3, I5, I7 and the label on every second copy, by the relay's book."""
    _look(world)
    rows = {row.email: row for row in world.store.accounts.rows(1)}
    if strangers := set(world.copies) - set(rows):
        world.violations.append(f"strangers: {strangers}")
    for reader, row in rows.items():
        copies = world.copies[reader]
        if row.state is DeliveryState.SENT and not copies:
            world.violations.append(f"{reader} is sent and never arrived")
        if row.state is not DeliveryState.SENT and copies and not row.maybe_sent:
            world.violations.append(f"{reader} has a copy that the ledger hides: {row.state}")
        if copies > 1 + world.ambiguous[reader]:
            world.violations.append(f"{reader} has {copies} copies after {world.ambiguous[reader]} doubts")
        if copies > 1 and (not row.maybe_sent or world.policy is Unknown.HOLD):
            world.violations.append(f"{reader} has {copies} copies, policy {world.policy}, label {row.maybe_sent}")
        if len(world.names.get(reader, ())) > 1:
            world.violations.append(f"{reader} was mailed under two names")
    world.events["second copies"] += sum(count - 1 for count in world.copies.values() if count > 1)


@contextmanager
def physics(world: World) -> Iterator[None]:
    """Have the real code live in this world: its clocks, its machines, its processes."""

    def started(pid: int) -> str | None:
        return "1" if any(one.pid == pid and not one.dead for one in world.processes) else None

    marked, ended = Journal._mark, Journal.end

    def mark(journal: Journal, subscriber_id: int, sign: int) -> None:
        world.maybe_crash(0.2)
        marked(journal, subscriber_id, sign)
        if sign != ord("."):
            HERE.get().unheard.discard(f"r{subscriber_id - 1}@x.example")
        world.maybe_crash(0.2)

    def end(journal: Journal) -> None:
        if HERE.get().dead:
            raise Crash
        ended(journal)

    slept = asyncio.sleep

    async def sleep(seconds: float) -> None:
        """The dead do not wake."""
        if HERE.get().dead:
            raise Crash
        await slept(seconds)
        if HERE.get().dead:
            raise Crash

    with (
        patch.object(asyncio, "sleep", sleep),
        patch("newsletter.store.workers.socket.gethostname", lambda: HERE.get().host),
        patch("newsletter.store.workers.os.getpid", lambda: HERE.get().pid),
        patch.object(workers, "boot_id", lambda: f"{HERE.get().host}-{HERE.get().boot}"),
        patch.object(workers, "_process_started", started),
        patch.object(batches, "SIZE", 7),
        patch.object(sender_module, "Fence", lambda: Fence(world.clock)),
        patch.object(batch_module, "clock", world.clock),
        patch.object(fence_module, "clock", world.clock),
        patch.object(Journal, "_mark", mark),
        patch.object(Journal, "end", end),
        patch.object(journal_module, "_ROOM", 64),
    ):
        yield
