"""``newsletter serve``: the pages, the calendar and the sender, in one process."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from newsletter.cli.output import say
from newsletter.cli.session import open_app
from newsletter.cli.stopping import stop_by_signal
from newsletter.config import EngineKind
from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.app import App
    from newsletter.pipeline import Press

#: Seconds that a page under way has to come to its end when the process is to stop.
_PATIENCE = 5


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Listen here instead of serve.host.")] = None,
    port: Annotated[int | None, typer.Option(help="Listen here instead of serve.port.")] = None,
) -> None:
    """Serve the pages, keep the calendar, and send what is due: all that a newsletter needs, in one process.

    It polls the sources, composes drafts, sends each issue at its slot and tells the editors. With work.engine =
    "postgres" the sending is left to `newsletter worker`. Stop with Ctrl+C or SIGTERM: mails on their way are answered
    first. A second signal ends it at once.
    """
    desk = open_app(context)
    at = host or desk.settings.serve.host
    with desk.press() as press, _listening(at, desk.settings.serve.port if port is None else port) as listener:
        on = listener.getsockname()[1]
        say(f"The desk, with previews of all issues: http://{at}:{on}{urlsplit(press.links.desk()).path}")
        say("Stop with Ctrl+C.")
        asyncio.run(_run(desk, press, listener))


async def _run(desk: "App", press: "Press", listener: socket.socket) -> None:
    from newsletter.schedule import runner
    from newsletter.web.app import create
    from newsletter.web.throttle import SignupLimits
    from newsletter.work import embedded
    from newsletter.work.worker import Worker

    stop, looked = asyncio.Event(), asyncio.Event()
    stop_by_signal(stop)
    most = desk.settings.signup
    limits = SignupLimits(
        per_network=most.per_network, per_newsletter=most.per_newsletter, per_address=most.per_address
    )
    server = _server(create(press, desk.fetcher, limits))
    pages = asyncio.create_task(server.serve(sockets=[listener]))
    calendar = asyncio.create_task(runner.run(desk.rounds(press, say), stop, ready=looked))
    tasks = [pages, calendar]
    if desk.settings.work.engine is EngineKind.EMBEDDED:
        worker = Worker(press=press, transport=lambda: desk.transport(press.store), say=say, stop=stop)
        # Nothing is sent before the first look: what a restored database believes to be under way is paused by it.
        tasks.append(asyncio.create_task(_after(looked, embedded.run, worker)))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        server.should_exit = True
        await asyncio.gather(*tasks, return_exceptions=True)
        stopping.cancel()
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error


async def _after(first: asyncio.Event, then: Any, worker: Any) -> None:  # noqa: ANN401 - imported where they are made
    await first.wait()
    await then(worker)


def _server(pages: Any) -> Any:  # noqa: ANN401 - imported where it is made
    import uvicorn

    class Server(uvicorn.Server):
        """One of several things in this process, whose signals are not the server's alone."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    config = uvicorn.Config(pages, log_level="warning", server_header=False, timeout_graceful_shutdown=_PATIENCE)
    return Server(config)


def _listening(host: str, port: int) -> socket.socket:
    """An open listener, or a sentence that tells why there is none."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise NewsletterError(
            f"Nothing can listen on {host}:{port} ({error.strerror}); choose another --port."
        ) from error
