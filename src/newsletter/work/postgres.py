"""The engine for many workers: jobs in PostgreSQL by Procrastinate, one for each batch.

No question about a mail is ever answered from its tables. A job says "look at this batch"; should every job be lost, the
ledger still knows what is open, and ``feed`` makes jobs of it again.
"""

import asyncio
from collections.abc import Sequence

import sqlalchemy as sa
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from sqlalchemy.engine import Connection, Engine

from newsletter.errors import StoreError
from newsletter.store.engine import writing
from newsletter.work.worker import Worker

QUEUE = "mail"
#: Seconds between two looks for batches without a job, and for jobs of workers that died.
FEED_EVERY = 10
#: Seconds of silence after which a worker's jobs are given to others. The ledger has its own, longer proof.
STALLED_AFTER = 20
#: Any number will do, if every worker takes the same.
_SCHEMA_LOCK = 0x6E6C_7773
_TASK = "deliver"
_JOBS = sa.select(sa.func.to_regclass("procrastinate_jobs"))


def enqueue(connection: Connection, batch_ids: Sequence[int]) -> None:
    """Make a job for each batch, in the caller's own transaction: rolled back, they were never there.

    A batch that has a job waiting gets no second one. Before the first worker was ever there nothing holds jobs; it will
    find the batches in the ledger.
    """
    if connection.scalar(_JOBS) is None:
        return
    app = App(connector=SyncPsycopgConnector())
    driver = connection.connection.driver_connection
    for batch_id in batch_ids:
        # A refused job leaves the transaction unusable, unless it was refused behind a savepoint.
        savepoint = connection.begin_nested()
        try:
            app.configure_task(_TASK, queue=QUEUE, queueing_lock=_lock(batch_id), connection=driver).defer(
                batch_id=batch_id
            )
        except AlreadyEnqueued:
            savepoint.rollback()
        else:
            savepoint.commit()


def prepare(engine: Engine) -> None:
    """Create Procrastinate's tables if they are not there; of several workers that begin at once one does."""
    if engine.dialect.name != "postgresql":
        raise StoreError(
            "The engine postgres needs a PostgreSQL database; move the store with: newsletter db copy, "
            "or leave work.engine at embedded."
        )
    with writing(engine) as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
        if connection.scalar(_JOBS) is None:
            schema = App(connector=SyncPsycopgConnector()).schema_manager.get_schema()
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101 - connected
            driver.execute(schema)


def feed(engine: Engine, batch_ids: Sequence[int]) -> None:
    """Make jobs of open batches that have none."""
    if batch_ids:
        with writing(engine) as connection:
            enqueue(connection, batch_ids)


async def run(worker: Worker, *, concurrency: int) -> None:
    """Take jobs until the worker is to stop."""
    engine = worker.press.store.engine
    prepare(engine)
    app = App(connector=PsycopgConnector(conninfo=_conninfo(engine)))

    @app.task(name=_TASK, queue=QUEUE)
    async def deliver(batch_id: int) -> None:
        # A batch that could not be run is still open in the ledger, and fed again.
        await worker.deliver(batch_id)

    async with app.open_async():
        feeding = asyncio.create_task(_feed(worker, app))
        working = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE], concurrency=concurrency, delete_jobs="always", install_signal_handlers=False,
                update_heartbeat_interval=5, stalled_worker_timeout=STALLED_AFTER, fetch_job_polling_interval=2,
                shutdown_graceful_timeout=30,
            )
        )  # fmt: skip
        stopping = asyncio.create_task(worker.stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                _raise(working)
        finally:
            for task in (feeding, working, stopping):
                task.cancel()
            await asyncio.gather(feeding, working, stopping, return_exceptions=True)
            await worker.close()


async def _feed(worker: Worker, app: App) -> None:
    """Bring jobs of dead workers back, and give every open batch a job."""
    while not worker.stop.is_set():
        try:
            for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALLED_AFTER):
                await app.job_manager.retry_job(job)
        except ConnectorException:
            worker.say("The jobs cannot be looked at; the database does not answer just now.")
        if not worker.resting:
            ledger, store = worker.press.store.ledger, worker.press.store
            feed(store.engine, ledger.open(worker.press.clock(), limit=100))
            await worker.tidy()
        await asyncio.sleep(FEED_EVERY)


def _raise(working: "asyncio.Task[None]") -> None:
    error = working.exception()
    if error is not None:
        raise StoreError("The queue in PostgreSQL ended; look at the database and start the worker again.") from error


def _lock(batch_id: int) -> str:
    return f"batch-{batch_id}"


def _conninfo(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
