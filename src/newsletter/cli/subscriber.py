"""``newsletter subscriber``: who gets it."""

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import lists, reader
from newsletter.cli.lists import Newsletter
from newsletter.cli.newsletters import the_newsletter
from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.people import COLUMNS, KNOWN_SKIPS, cells, person
from newsletter.cli.reader import looked_at, the_reader
from newsletter.cli.session import open_press
from newsletter.cli.standing import Wishes, for_programs, in_words
from newsletter.errors import ChoiceError, NewsletterError
from newsletter.model.issue import SectionKind
from newsletter.model.newsletter import Newsletter as Periodical
from newsletter.model.subscriber import Subscription

if TYPE_CHECKING:
    from newsletter.pipeline import Press

app = typer.Typer(help="Subscribers and what they asked for.", no_args_is_help=True)

app.command("import")(lists.import_)
app.command()(lists.export)
for _command in (reader.history, reader.data, reader.erase, reader.ask, reader.form):
    app.command()(_command)


@app.command()
def add(
    context: typer.Context,
    email: str,
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    skip: Annotated[list[SectionKind] | None, typer.Option(help="A section not wanted; may be repeated.")] = None,
    newsletter: Newsletter = None,
) -> None:
    """Subscribe one person, who must have asked for it."""
    with open_press(context) as press:
        wanted = Subscription(
            subscriber=person(email, name), newsletter="", skips=_optional(frozenset(skip or ())), since=press.clock(),
        )  # fmt: skip
        letter = the_newsletter(press, newsletter)
        added = press.moving_in.add(wanted, letter)
    if added.suppressed:
        raise ChoiceError(
            "Nothing may be sent to that address: it is suppressed, or its owner has left. They can sign up themselves; "
            "see also: newsletter suppression check, and newsletter suppression remove"
        )
    say(
        f"{wanted.subscriber.email} now gets {letter.title}."
        if added.new
        else "That address is there already; it is left as it was."
    )


@app.command("list")
def list_(context: typer.Context, newsletter: Newsletter = None, as_json: AsJson = False) -> None:
    """List the subscribers of a newsletter."""
    with open_press(context) as press:
        letter = the_newsletter(press, newsletter)
        found = list(press.store.subscribers.of(int(letter.id or 0)))
        told = {"count": len(found)}
        press.store.audit.note(press.clock(), press.actor, "subscribers.listed", f"newsletter {letter.id}", **told)
    if as_json:
        say_json([{"id": s.subscriber.id, **dict(zip(COLUMNS, cells(s), strict=True))} for s in found])
    elif found:
        say_table(("id", *COLUMNS), [(s.subscriber.id, *cells(s)) for s in found])
    else:
        say("No subscribers yet; add one with: newsletter subscriber add EMAIL")


@app.command()
def show(context: typer.Context, email: str, newsletter: Newsletter = None, as_json: AsJson = False) -> None:
    """Show what one reader gets of a newsletter: how often, when, and until when not."""
    with open_press(context) as press:
        letter = the_newsletter(press, newsletter)
        found = the_reader(press, email, letter)
        looked_at(press, found)
        _say_standing(press, found, letter, as_json=as_json)


@app.command("set")
def set_(
    context: typer.Context,
    email: str,
    newsletter: Newsletter = None,
    frequency: Annotated[str | None, typer.Option(help="every, weekly, monthly or breaking.")] = None,
    topic: Annotated[
        list[str] | None,
        typer.Option(help='"Harbour=monthly", or never, or usual to take it back; may be repeated.'),
    ] = None,
    hour: Annotated[str | None, typer.Option(help="0 to 23 by the reader's clock, or any.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Such as Europe/Berlin, or usual for the newsletter's.")] = None,
    pause_until: Annotated[str | None, typer.Option(help="The day on which it comes again: 2026-12-24.")] = None,
    pause: Annotated[bool, typer.Option("--pause", help="Send nothing until they come back.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="End a pause.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set for a reader what they asked for, as they can by themselves on their preferences page."""
    wishes = Wishes(
        frequency=frequency, topics=tuple(topic or ()), hour=hour, timezone=timezone, pause_until=pause_until,
        pause=pause, resume=resume,
    )  # fmt: skip
    with open_press(context) as press:
        letter = the_newsletter(press, newsletter)
        wanted = wishes.laid_over(the_reader(press, email, letter), letter, press.clock())
        press.store.subscribers.change(wanted, int(letter.id or 0), actor=press.actor, now=press.clock())
        _say_standing(press, wanted, letter, as_json=as_json)


def _say_standing(press: "Press", found: Subscription, letter: Periodical, *, as_json: bool) -> None:
    if as_json:
        say_json(for_programs(found, press.clock()))
        return
    for line in in_words(found, letter, press.clock()):
        say(line)


def _optional(skips: frozenset[SectionKind]) -> frozenset[SectionKind]:
    if SectionKind.LEAD in skips:
        raise NewsletterError(f"The lead cannot be skipped; these can: {KNOWN_SKIPS}.")
    return skips
