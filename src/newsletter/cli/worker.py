"""``newsletter worker``: sends whatever is to be sent."""

import asyncio
import signal
from typing import Annotated

import typer

from newsletter.cli.output import say
from newsletter.cli.session import open_app
from newsletter.config import EngineKind
from newsletter.errors import NewsletterError


def worker(
    context: typer.Context,
    engine: Annotated[EngineKind | None, typer.Option(help="In place of work.engine.")] = None,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left to do for now.")] = False,
) -> None:
    """Send whatever is to be sent: issues that were ordered, readers who were deferred, what a dead worker left.

    Start as many as you like, on one machine or many; each batch of readers has one of them. Stop with Ctrl+C or SIGTERM:
    mails on their way are answered first, and everything else is left to others. A second signal ends it at once.
    """
    from newsletter.work.worker import Worker

    desk = open_app(context)
    kind = engine or desk.settings.work.engine
    with desk.press() as press:
        made = Worker(press=press, transport=lambda: desk.transport(press.store), say=say)
        asyncio.run(_run(made, kind, desk.settings.work.concurrency, once=once))


async def _run(made: "Worker", kind: EngineKind, concurrency: int, *, once: bool) -> None:  # type: ignore[name-defined]  # noqa: F821 - imported where it is made
    _stop_by_signal(made.stop)
    if once:
        try:
            await made.deliver_open()
        finally:
            await made.close()
    elif kind is EngineKind.EMBEDDED:
        from newsletter.work import embedded

        say("Looking for readers to serve. Stop with Ctrl+C.")
        await embedded.run(made)
    else:
        try:
            from newsletter.work import postgres
        except ModuleNotFoundError:
            raise NewsletterError(
                "The engine postgres needs an extra; install it with: pip install 'newsletter[postgres]'"
            ) from None

        say("Waiting for batches. Stop with Ctrl+C.")
        await postgres.run(made, concurrency=concurrency)


def _stop_by_signal(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def stopped(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)  # the next one ends the process at once

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped, number)
