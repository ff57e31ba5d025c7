"""``newsletter source``: feeds that are read again and again."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.output import AsJson, progress_bar, say, say_json, say_table
from newsletter.cli.session import open_app, open_press
from newsletter.errors import IngestError

if TYPE_CHECKING:
    from collections import Counter

    from newsletter.store.articles import Added

app = typer.Typer(help="Feeds that fill the store.", no_args_is_help=True)


@app.command()
def add(context: typer.Context, url: Annotated[str, typer.Argument(help="The feed's address (RSS or Atom).")]) -> None:
    """Read a feed and remember it. A page that is no feed is refused."""
    desk = open_app(context)
    with desk.press() as press, desk.fetcher() as fetcher:
        source, taken = press.add_source(url, fetcher)
    say(f"Source {source.id}: {source.title} ({_counted(taken)})")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources and how they are."""
    with open_press(context) as press:
        sources = press.store.sources.all()
    if as_json:
        say_json([asdict(source) for source in sources])
    elif sources:
        rows = [(s.id, s.title, s.fetched_at or "never fetched", s.last_error or "well", s.url) for s in sources]
        say_table(("id", "title", "fetched", "state", "url"), rows)
    else:
        say("No sources yet; add one with: newsletter source add URL")


@app.command()
def fetch(
    context: typer.Context,
    source_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="One source; all of them if not given.")
    ] = None,
) -> None:
    """Poll the sources now. A source that fails does not hold up the others."""
    desk = open_app(context)
    failed = []
    with desk.press() as press, desk.fetcher() as fetcher:
        sources = [press.store.sources.get(source_id)] if source_id else press.store.sources.all()
        with progress_bar("Fetching", len(sources)) as step:
            for source in sources:
                try:
                    say(f"{source.title}: {_counted(press.fetch_source(source, fetcher))}")
                except IngestError as error:
                    failed.append(f"{source.title}: {error}")
                step(1)
    if failed:
        raise IngestError(f"{len(failed)} of {len(sources)} sources failed. {' '.join(failed)}")
    if not sources:
        say("No sources yet; add one with: newsletter source add URL")


def _counted(taken: "Counter[Added]") -> str:
    return ", ".join(f"{count} {result}" for result, count in sorted(taken.items())) or "nothing new"
