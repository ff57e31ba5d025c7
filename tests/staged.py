"""Senders on a stage: real processes with what a test wants made so, forked from one that has all imports behind it.

A start costs some hundredths of a second, so that a test can afford many lives. What is staged is a patch in the child
alone; everything else is the command as an editor types it.
"""

import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Self

#: Seconds after which a silent machine is taken for dead, and for which a sign of life entitles to send: so short that a
#: test can wait for them, and in the proportion of the real ones.
STALE_AFTER, LEASE = 3.0, 1.5

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["newsletter.app", "newsletter.cli.root", "newsletter.cli.issue", "psycopg"])
_NUMBERS = count(1)

#: Places in the life of a mail: whose call, and whether just before or just after it.
POINTS = {
    "freezing": ("newsletter.store.batches:cut", "before"),
    "frozen": ("newsletter.store.frozen:Frozen.freeze", "after"),
    "taken": ("newsletter.store.batches:Batches.take", "after"),
    "judged": ("newsletter.store.batches:_judge", "after"),
    "claiming": ("newsletter.store.deliveries:_claimed", "before"),
    "claimed": ("newsletter.store.deliveries:Deliveries.claim", "after"),
    "DATA answered": ("newsletter.deliver.outbox:Outbox.handing_over", "before"),
    "dot marked": ("newsletter.deliver.journal:Journal.handing_over", "after"),
    "dot written": ("newsletter.deliver.transaction:Lane._hear_outcome", "before"),
    "dot answered": ("newsletter.deliver.journal:Journal.answered", "before"),
    "answer marked": ("newsletter.deliver.journal:Journal.answered", "after"),
    "settling": ("newsletter.store.deliveries:_write_down", "after"),
    "settled": ("newsletter.store.deliveries:Deliveries.settle", "after"),
    "giving back": ("newsletter.store.batches:close", "after"),
    "given back": ("newsletter.store.batches:Batches.give_back", "after"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is made so. Nothing, unless said.

    ``host``: it believes to be on a machine of that name, and senders take each other for dead soon. ``batch``: readers
    a batch. ``point``: it sends itself ``blow`` when it comes by one of ``POINTS`` for the ``time``-th time.
    ``file_size``: the most bytes that a file of its may have, in place of a full disk; ``pages``: the most that the
    SQLite file may have. ``room``: records that its journal reserves at a time.
    """

    host: str = ""
    batch: int = 0
    point: str = ""
    time: int = 1
    blow: signal.Signals = signal.SIGKILL
    file_size: int = 0
    pages: int = 0
    room: int = 0

    def begin(self) -> None:
        """Make it so in this process."""
        if self.host:
            _module("socket").gethostname = lambda: self.host
            _module("newsletter.store.workers").STALE_AFTER = timedelta(seconds=STALE_AFTER)
            _module("newsletter.deliver.fence").LEASE = LEASE
        if self.batch:
            _module("newsletter.store.batches").SIZE = self.batch
        if self.point:
            _strike(*POINTS[self.point], self.time, self.blow)
        if self.room:
            _module("newsletter.deliver.journal")._ROOM = self.room
        if self.pages:
            _limit_pages(self.pages)
        if self.file_size:
            # The interpreter ignores SIGXFSZ, so that a write beyond it fails as on a disk without room.
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_size, resource.RLIM_INFINITY))


PLAIN = Stage()


class Staged(AbstractContextManager["Staged"]):
    """A sender's process, ended at the end of the ``with`` block if it has not ended by itself."""

    def __init__(self, folder: Path, *words: str, stage: Stage = PLAIN) -> None:
        self._said = folder / f"said-{next(_NUMBERS)}"
        command = ["--config", str(folder / "config.toml"), *(words or ("issue", "send", "1"))]
        self._process = _FORKS.Process(target=_play, args=(str(self._said), command, stage))
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()

    @property
    def running(self) -> bool:
        """Whether it has not ended, frozen or not."""
        return self._process.is_alive()

    @property
    def said(self) -> str:
        """What it has written to both outputs so far."""
        return self._said.read_text() if self._said.exists() else ""

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal, unless it is gone."""
        if self._process.is_alive():
            os.kill(self._process.pid or 0, sign)

    def wait(self, seconds: float = 60) -> int:
        """Its exit code, or the number of the signal that ended it, negative; fails if it goes on for so long."""
        self._process.join(seconds)
        assert self._process.exitcode is not None, f"it goes on after {seconds} s; so far it said: {self.said}"
        return self._process.exitcode

    def wait_until(self, what: Callable[[], bool], seconds: float = 60) -> None:
        """Look again and again; fails if the sender ends before, or if it takes so long."""
        end = time.monotonic() + seconds
        while not what():
            assert self.running or what(), f"the sender ended before its time: {self.said}"
            assert time.monotonic() < end, f"nothing came of it; so far it said: {self.said}"
            time.sleep(0.002)

    def wait_until_frozen(self) -> None:
        """Wait until it stands still at its point."""
        stat = Path(f"/proc/{self._process.pid}/stat")
        self.wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")


def _play(said: str, words: list[str], stage: Stage) -> None:
    out = os.open(said, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    stage.begin()
    sys.exit(_module("newsletter.cli.root").run(words))


def _strike(place: str, when: str, time_of: int, blow: signal.Signals) -> None:
    name, _, path = place.partition(":")
    *owners, last = path.split(".")
    owner: Any = import_module(name)
    for part in owners:
        owner = getattr(owner, part)
    real, come_by = getattr(owner, last), count(1)

    def strike() -> None:
        if next(come_by) == time_of:
            os.kill(os.getpid(), blow)

    @wraps(real)
    def staged(*given: Any, **named: Any) -> Any:
        if when == "before":
            strike()
        answer = real(*given, **named)
        if when == "after":
            strike()
        return answer

    setattr(owner, last, staged)


def _limit_pages(pages: int) -> None:
    engine = _module("newsletter.store.engine")
    real = engine._prepare_sqlite

    def prepare(connection: Any, record: object) -> None:
        real(connection, record)
        connection.execute(f"PRAGMA max_page_count = {pages}").close()

    engine._prepare_sqlite = prepare


def _module(name: str) -> Any:
    return import_module(name)
