"""``newsletter serve``: the pages."""

from typing import Annotated

import typer

from newsletter.cli.output import say
from newsletter.cli.session import open_app


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
    with desk.press() as press:
        say(f"The desk, with previews of all issues: {press.links.desk()}")
        say(f"Listening on {at}:{on}; stop with Ctrl+C.")
        uvicorn.run(create(press), host=at, port=on, log_level="warning", server_header=False)
