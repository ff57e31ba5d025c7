"""``newsletter subscriber``: who gets it."""

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.newsletters import the_newsletter
from newsletter.cli.output import AsJson, busy, say, say_json, say_table
from newsletter.cli.people import COLUMNS, KNOWN_SKIPS, cells, harmless, person
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import Subscription

app = typer.Typer(help="Subscribers and what they asked for.", no_args_is_help=True)

Newsletter = Annotated[str | None, typer.Option("--newsletter", help="Its slug; not needed while there is only one.")]


@app.command()
def add(
    context: typer.Context,
    email: str,
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    skip: Annotated[list[SectionKind] | None, typer.Option(help="A section not wanted; may be repeated.")] = None,
    newsletter: Newsletter = None,
) -> None:
    """Subscribe one person, who must have asked for it."""
    wanted = Subscription(subscriber=person(email, name), newsletter="", skips=_optional(frozenset(skip or ())))
    with open_press(context) as press:
        letter = the_newsletter(press, newsletter)
        added = press.store.subscribers.add(int(letter.id or 0), [wanted], now=press.clock())
    say(
        f"{wanted.subscriber.email} now gets {letter.title}."
        if added.new
        else "That address is there already; it is left as it was."
    )


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help=f"A CSV file with the columns {', '.join(COLUMNS)}; only email is needed. - is standard input."
        ),
    ],
    newsletter: Newsletter = None,
    as_json: AsJson = False,
) -> None:
    """Subscribe everybody in a CSV file, or nobody if a line is wrong. A million people take some seconds.

    People who are there already stay as they are: an import never brings back somebody who left.
    """
    from newsletter.cli.people_file import read_people

    with open_press(context) as press, busy("Importing"):
        letter = the_newsletter(press, newsletter)
        added = press.store.subscribers.add_rows(int(letter.id or 0), read_people(file), now=press.clock())
    if as_json:
        say_json({"new": added.new, "known": added.known})
    else:
        say(f"{added.new} people subscribed to {letter.title}, {added.known} were there already.")


@app.command("list")
def list_(context: typer.Context, newsletter: Newsletter = None, as_json: AsJson = False) -> None:
    """List the subscribers of a newsletter."""
    with open_press(context) as press:
        found = list(press.store.subscribers.of(int(the_newsletter(press, newsletter).id or 0)))
    if as_json:
        say_json([{"id": s.subscriber.id, **dict(zip(COLUMNS, cells(s), strict=True))} for s in found])
    elif found:
        say_table(("id", *COLUMNS), [(s.subscriber.id, *cells(s)) for s in found])
    else:
        say("No subscribers yet; add one with: newsletter subscriber add EMAIL")


@app.command()
def export(context: typer.Context, newsletter: Newsletter = None) -> None:
    """Write all subscribers as CSV, in the form that import reads, to standard output."""
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    with open_press(context) as press:
        for subscription in press.store.subscribers.of(int(the_newsletter(press, newsletter).id or 0)):
            writer.writerow([harmless(cell) for cell in cells(subscription)])


def _optional(skips: frozenset[SectionKind]) -> frozenset[SectionKind]:
    if SectionKind.LEAD in skips:
        raise NewsletterError(f"The lead cannot be skipped; these can: {KNOWN_SKIPS}.")
    return skips
