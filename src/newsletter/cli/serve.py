"""``newsletter serve``: the pages."""

import socket
from typing import Annotated
from urllib.parse import urlsplit

import typer

from newsletter.cli.output import say
from newsletter.cli.session import open_app
from newsletter.errors import NewsletterError


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Listen here instead of serve.host.")] = None,
    port: Annotated[int | None, typer.Option(help="Listen here instead of serve.port.")] = None,
) -> None:
    """Serve the issues' preview and web copy, and the pages that subscribers reach from their mail."""
    import uvicorn

    from newsletter.web.app import create

    desk = open_app(context)
    at, on = host or desk.settings.serve.host, port or desk.settings.serve.port
    with desk.press() as press, _listening(at, on) as listener:
        say(f"The desk, with previews of all issues: http://{at}:{on}{urlsplit(press.links.desk()).path}")
        say("Stop with Ctrl+C.")
        uvicorn.Server(uvicorn.Config(create(press, desk.fetcher), log_level="warning", server_header=False)).run(
            sockets=[listener]
        )


def _listening(host: str, port: int) -> socket.socket:
    """An open listener, or a sentence that tells why there is none."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise NewsletterError(
            f"Nothing can listen on {host}:{port} ({error.strerror}); choose another --port."
        ) from error
