"""The command itself: its nouns, its options, and how every failure is said.

Exit codes: 0 done, 1 refused or failed with one clear sentence, 2 wrong usage.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter import __version__
from newsletter.cli import (
    article,
    db,
    demo,
    dkim,
    doctor,
    edit,
    init,
    issue,
    newsletters,
    receive,
    refresh,
    schedule,
    segment,
    serve,
    source,
    subscriber,
    suppression,
    template,
    theme,
    under_way,
    worker,
)
from newsletter.config import debugging
from newsletter.errors import NewsletterError

app = typer.Typer(
    name="newsletter",
    help="Compose a weekly round-up from articles and feeds, send it, and know who got it.\n\n"
    "Start with `newsletter init`, or look at a finished one with `newsletter demo`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.command("init")(init.init)
app.add_typer(article.app, name="article")
app.add_typer(source.app, name="source")
app.add_typer(issue.app, name="issue")
app.add_typer(edit.app, name="edit")
app.add_typer(schedule.app, name="schedule")
app.add_typer(subscriber.app, name="subscriber")
app.add_typer(suppression.app, name="suppression")
app.add_typer(segment.app, name="segment")
app.add_typer(newsletters.app, name="newsletter")
app.add_typer(theme.app, name="theme")
app.add_typer(template.app, name="template")
app.add_typer(dkim.app, name="dkim")
app.add_typer(db.app, name="db")
app.command("worker")(worker.worker)
app.command("refresh")(refresh.refresh)
app.command("reconcile")(under_way.reconcile)
app.command("receive")(receive.receive)
app.command("doctor")(doctor.doctor)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(envvar="NEWSLETTER_CONFIG", help="The configuration file; config.toml here if not given."),
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    """Keep the configuration's path for the command that follows."""
    if version:
        typer.echo(f"newsletter {__version__}")
        raise typer.Exit
    context.obj = config


def run(arguments: list[str]) -> int:
    """Run one command; return the exit code."""
    try:
        result = app(config_first(arguments), standalone_mode=False)
    except NewsletterError as error:
        return _failed(str(error))
    except typer.Exit as left:
        return left.exit_code
    except KeyboardInterrupt:
        return _failed("interrupted.")
    except Exception as error:
        if hasattr(error, "format_message"):  # click's own: the command line was not understood
            return _misused(error)
        if debugging():
            raise
        return _failed(
            f"unexpected {type(error).__name__}. That is a fault of ours: set NEWSLETTER_DEBUG=1, run again, report what you see."
        )
    return result if isinstance(result, int) else 0


def config_first(arguments: list[str]) -> list[str]:
    """Move ``--config PATH`` to the front, so that it may stand anywhere on the line."""
    for place, word in enumerate(arguments):
        if word == "--config" and place + 1 < len(arguments):
            return [word, arguments[place + 1], *arguments[:place], *arguments[place + 2 :]]
        if word.startswith("--config="):
            return [word, *arguments[:place], *arguments[place + 1 :]]
    return arguments


def _failed(sentence: str) -> int:
    print(f"newsletter: {sentence}", file=sys.stderr)  # noqa: T201 - the command line prints
    return 1


def _misused(error: Exception) -> int:
    show = getattr(error, "show", None)
    if callable(show):
        show()
    return int(getattr(error, "exit_code", 2))
