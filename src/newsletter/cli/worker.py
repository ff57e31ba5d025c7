"""``newsletter worker``: keeps the calendar, and sends whatever is to be sent."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.output import say
from newsletter.cli.session import open_app
from newsletter.cli.stopping import stop_by_signal
from newsletter.config import EngineKind
from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.schedule.rounds import Rounds
    from newsletter.work.worker import Worker


def worker(
    context: typer.Context,
    engine: Annotated[EngineKind | None, typer.Option(help="In place of work.engine.")] = None,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left to do for now.")] = False,
) -> None:
    """Send whatever is to be sent: issues that are due or were ordered, deferred readers, what a dead worker left.

    Start as many as you like, on one machine or many: each slot fires once, and each batch of readers has one worker.
    Stop with Ctrl+C or SIGTERM: mails on their way are answered first, and everything else is left to others. A second
    signal ends it at once.
    """
    from newsletter.work.worker import Worker

    desk = open_app(context)
    kind = engine or desk.settings.work.engine
    with desk.press() as press:
        made = Worker(press=press, transport=lambda: desk.transport(press.store), say=say)
        rounds = desk.rounds(press, say)
        if once:
            asyncio.run(_once(made, rounds))
        else:
            asyncio.run(_run(made, rounds, kind, desk.settings.work.concurrency))


async def _once(made: "Worker", rounds: "Rounds") -> None:
    stop_by_signal(made.stop)
    rounds.scheduler.guard.silence = timedelta.max  # between two of its runs nothing is expected to run
    await asyncio.to_thread(rounds.look)
    try:
        await made.deliver_open()
    finally:
        await made.close()
    await rounds.tell()


async def _run(made: "Worker", rounds: "Rounds", kind: EngineKind, concurrency: int) -> None:
    from newsletter.schedule import runner

    stop_by_signal(made.stop)
    looked = asyncio.Event()
    calendar = asyncio.create_task(runner.run(rounds, made.stop, ready=looked))
    # Nothing is sent before the first look: what a restored database believes to be under way is paused by it.
    first = asyncio.create_task(looked.wait())
    await asyncio.wait([first, calendar], return_when=asyncio.FIRST_COMPLETED)
    if calendar.done():
        first.cancel()
        await calendar
    try:
        if kind is EngineKind.EMBEDDED:
            from newsletter.work import embedded

            say("Looking for readers to serve. Stop with Ctrl+C.")
            await embedded.run(made)
        else:
            await _take_jobs(made, concurrency)
    finally:
        made.stop.set()
        await calendar


async def _take_jobs(made: "Worker", concurrency: int) -> None:
    try:
        from newsletter.work import postgres
    except ModuleNotFoundError:
        raise NewsletterError(
            "The engine postgres needs an extra; install it with: pip install 'newsletter[postgres]'"
        ) from None

    say("Waiting for batches. Stop with Ctrl+C.")
    await postgres.run(made, concurrency=concurrency)
