"""``newsletter source``: feeds and folders that are read again and again."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.output import AsJson, progress_bar, say, say_json, say_table
from newsletter.cli.session import open_app, open_press
from newsletter.errors import IngestError

if TYPE_CHECKING:
    from newsletter.intake import Polled

app = typer.Typer(help="Feeds and folders that fill the store.", no_args_is_help=True)

SourceId = Annotated[int, typer.Argument(metavar="ID", help="The number that `source list` prints.")]


@app.command()
def add(
    context: typer.Context,
    place: Annotated[
        str, typer.Argument(metavar="URL_OR_FOLDER", help="A feed's address (RSS, Atom, JSON Feed), or a folder.")
    ],
    as_json: AsJson = False,
) -> None:
    """Read a feed or a folder of articles and remember it. A page that is no feed is refused.

    Files that you drop into a watched folder (Markdown, text, HTML) are taken in by the next fetch.
    """
    desk = open_app(context)
    with desk.press() as press:
        if place.startswith(("http://", "https://")):
            with desk.fetcher() as fetcher:
                polled = press.intake.add_source(place, fetcher)
        else:
            polled = press.intake.add_folder(Path(place))
    if as_json:
        say_json(polled_view(polled))
    else:
        say(f"Source {polled.source.id}: {polled.source.title} ({polled})")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources and how they are."""
    with open_press(context) as press:
        sources = press.store.sources.all()
    if as_json:
        say_json([{**asdict(source), "state": source.state()} for source in sources])
    elif sources:
        rows = [(s.id, s.title, _moment(s.fetched_at), s.state(), s.url) for s in sources]
        say_table(("id", "title", "fetched", "state", "url"), rows)
    else:
        say("No sources yet; add one with: newsletter source add URL_OR_FOLDER")


@app.command()
def fetch(
    context: typer.Context,
    source_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="One source, due or not; all that are due if not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Poll the sources now. A source that fails does not hold up the others, and rests a while before it is asked again."""
    desk = open_app(context)
    with desk.press() as press, desk.fetcher() as fetcher:
        everyone = press.store.sources.all()
        if source_id is not None:
            polled: Sequence[Polled] = [press.intake.poll(press.store.sources.get(source_id), fetcher)]
        else:
            with progress_bar("Fetching", len(everyone)) as step:
                polled = press.intake.fetch_due(fetcher, progress=lambda _: step(1))
    if as_json:
        say_json([polled_view(one) for one in polled])
    else:
        say_polled(polled)
        asked = {one.source.id for one in polled}
        for source in everyone if source_id is None else ():
            if source.id not in asked:
                say(f"{source.title}: at rest, {source.state()}")
        if not everyone:
            say("No sources yet; add one with: newsletter source add URL_OR_FOLDER")
    fail_if_any_failed(polled)


@app.command()
def remove(context: typer.Context, source_id: SourceId) -> None:
    """Forget a source. The articles that it brought stay."""
    with open_press(context) as press:
        source = press.store.sources.get(source_id)
        press.store.sources.remove(source_id)
    say(f"Source {source_id} ({source.title}) is not read any more; its articles stay.")


def say_polled(polled: "Sequence[Polled]") -> None:
    """A line for each source that was asked."""
    for one in polled:
        say(f"{one.source.title}: {'failed' if one.error else one}")


def fail_if_any_failed(polled: "Sequence[Polled]") -> None:
    """Raise ``IngestError`` with the sentences of the sources that failed, if any did."""
    if failed := [f"{one.source.title}: {one.error}" for one in polled if one.error]:
        raise IngestError(f"{len(failed)} of {len(polled)} sources failed. {' '.join(failed)}")


def polled_view(one: "Polled") -> dict[str, Any]:
    """The JSON of a poll: which source, what it brought, what went wrong."""
    source = one.source
    brought = {"taken": dict(one.taken), "retracted": one.retracted, "warnings": list(one.warnings)}
    return {"id": source.id, "title": source.title, "url": source.url, **brought, "error": one.error or None}


def _moment(moment: Any) -> str:  # noqa: ANN401 - a datetime or None
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"
