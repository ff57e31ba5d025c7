"""The embedded engine: an alarm clock in this process, and nothing that is stored anywhere but in the ledger."""

import asyncio

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from newsletter.work.worker import Worker

#: Seconds between two looks at the ledger.
EVERY = 3.0


def alarm(worker: Worker) -> AsyncIOScheduler:
    """A clock that has ``worker`` look for batches, once at a time, and at once after it slept too long."""
    scheduler = AsyncIOScheduler(jobstores={"default": MemoryJobStore()}, timezone="UTC")
    scheduler.add_job(
        worker.deliver_open, "interval", seconds=EVERY, coalesce=True, max_instances=1, misfire_grace_time=None
    )
    return scheduler


async def run(worker: Worker) -> None:
    """Look for batches until the worker is to stop."""
    scheduler = alarm(worker)
    first = asyncio.create_task(worker.deliver_open())
    try:
        await first
        scheduler.start()
        await worker.stop.wait()
    finally:
        if scheduler.running:
            scheduler.shutdown(wait=False)
        await worker.close()
