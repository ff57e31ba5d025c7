"""The alarm clock: APScheduler wakes the scheduler, in this process's memory alone.

Nothing that it forgets matters: at every look the scheduler reads from the store what is due.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from newsletter.errors import NewsletterError, StoreAway
from newsletter.schedule.rounds import Rounds

#: Seconds between two looks at the calendar, whatever is due: restarts, clocks that were set, other nodes' edits.
EVERY = 10.0
_NEXT = "the next slot"


def alarm(look: Callable[[], object]) -> AsyncIOScheduler:
    """A clock that calls ``look`` (a coroutine function) again and again, once at a time."""
    scheduler = AsyncIOScheduler(jobstores={"default": MemoryJobStore()}, timezone="UTC")
    scheduler.add_job(look, "interval", seconds=EVERY, coalesce=True, max_instances=1, misfire_grace_time=None)
    return scheduler


async def run(rounds: Rounds, stop: asyncio.Event, *, ready: asyncio.Event | None = None) -> None:
    """Look at the calendar until ``stop``; ``ready`` is set after the first look."""
    busy = asyncio.Lock()
    rounds.stopping = stop.is_set

    async def look() -> None:
        if busy.locked():
            return
        async with busy:
            try:
                await asyncio.to_thread(rounds.look)
                await rounds.tell()
                _wake_at(scheduler, look, await asyncio.to_thread(rounds.next_due))
            except StoreAway:
                rounds.say("The database does not answer just now; the calendar waits.")
            except NewsletterError as error:
                rounds.say(str(error))

    scheduler = alarm(look)
    await look()
    if ready is not None:
        ready.set()
    scheduler.start()
    try:
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)
        async with busy:  # a look under way comes to its end
            pass


def _wake_at(scheduler: AsyncIOScheduler, look: Callable[[], object], moment: datetime | None) -> None:
    """Be there in the second in which the next slot is due."""
    if moment is not None:
        scheduler.add_job(look, "date", run_date=moment, id=_NEXT, replace_existing=True, misfire_grace_time=None)
