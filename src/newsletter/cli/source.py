"""``newsletter source``: feeds that are read again and again."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.output import AsJson, progress_bar, say, say_json, say_table
from newsletter.cli.session import open_app, open_press
from newsletter.errors import IngestError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from newsletter.model.source import Source
    from newsletter.store.articles import Added

app = typer.Typer(help="Feeds that fill the store.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The feed's address (RSS or Atom).")],
    as_json: AsJson = False,
) -> None:
    """Read a feed and remember it. A page that is no feed is refused."""
    desk = open_app(context)
    with desk.press() as press, desk.fetcher() as fetcher:
        source, taken = press.intake.add_source(url, fetcher)
    if as_json:
        say_json(_view(source, taken))
    else:
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
    as_json: AsJson = False,
) -> None:
    """Poll the sources now. A source that fails does not hold up the others."""
    desk = open_app(context)
    done: list[dict[str, Any]] = []
    with desk.press() as press, desk.fetcher() as fetcher:
        sources = [press.store.sources.get(source_id)] if source_id else press.store.sources.all()
        with progress_bar("Fetching", len(sources)) as step:
            for source in sources:
                try:
                    done.append(_view(source, press.intake.fetch_source(source, fetcher)))
                except IngestError as error:
                    done.append({**_view(source), "error": str(error)})
                step(1)
    failed = [f"{one['title']}: {one['error']}" for one in done if one["error"]]
    if as_json:
        say_json(done)
    else:
        for one in done:
            say(f"{one['title']}: {'failed' if one['error'] else _counted(one['taken'])}")
        if not done:
            say("No sources yet; add one with: newsletter source add URL")
    if failed:
        raise IngestError(f"{len(failed)} of {len(sources)} sources failed. {' '.join(failed)}")


def _view(source: "Source", taken: "Counter[Added] | None" = None) -> dict[str, Any]:
    """The JSON of a poll: which source, what it brought, what went wrong."""
    return {"id": source.id, "title": source.title, "url": source.url, "taken": dict(taken or {}), "error": None}


def _counted(taken: "Mapping[Added, int]") -> str:
    return ", ".join(f"{count} {result}" for result, count in sorted(taken.items())) or "nothing new"
