"""A scheduler in a process of its own, whose time runs as fast as a test wants: ``schedule_process.py URL FOLDER NAME``.

All such processes on one folder have the same time: a second of theirs is ``SPEED`` seconds on the wall.
"""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from calendar_desk import MONDAY, CalendarDesk, Clock
from newsletter.store.store import Store

#: Slots are every minute, and one comes up five times a second.
SPEED = 300.0


class FastClock(Clock):
    """Time since the folder's beginning, on a clock that all processes of the machine share."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self._began = began

    def __call__(self) -> datetime:
        return MONDAY + timedelta(seconds=(time.monotonic() - self._began) * SPEED)


def main(url: str, folder: Path, name: str) -> None:
    """Look again and again, a little faster than slots come up, until the folder has a file ``stop``."""
    clock = FastClock(float((folder / "began").read_text()))
    with Store(url) as store:
        desk = CalendarDesk(store, folder, clock)
        scheduler = desk.scheduler(name)
        scheduler.guard.steady = lambda: time.monotonic() * SPEED
        while not (folder / "stop").exists():
            scheduler.look()
            time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
