"""The embedded engine: an alarm clock in this process, and nothing that is stored anywhere but in the ledger."""

import asyncio
from collections.abc import Callable

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from newsletter.work.worker import Worker

#: Seconds between two looks at the ledger.
EVERY = 3.0


def alarm(look: Callable[[], object]) -> AsyncIOScheduler:
    """A clock that calls ``look`` (a coroutine function), once at a time, and at once after it slept too long."""
    scheduler = AsyncIOScheduler(jobstores={"default": MemoryJobStore()}, timezone="UTC")
    scheduler.add_job(look, "interval", seconds=EVERY, coalesce=True, max_instances=1, misfire_grace_time=None)
    return scheduler


async def run(worker: Worker) -> None:
    """Look for batches until the worker is to stop."""
    busy = asyncio.Lock()

    async def look() -> None:
        async with busy:
            await worker.deliver_open()

    scheduler = alarm(look)
    try:
        await look()
        scheduler.start()
        await worker.stop.wait()
    finally:
        if scheduler.running:
            scheduler.pause()
            async with busy:  # shutting the clock down would cancel a batch under way
                scheduler.shutdown(wait=False)
        await worker.close()
