"""``newsletter segment``: saved rules over readers, each with a live count."""

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.newsletters import the_newsletter
from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.people import COLUMNS, cells
from newsletter.cli.session import open_press
from newsletter.errors import ChoiceError

if TYPE_CHECKING:
    from newsletter.model.newsletter import Newsletter as Periodical
    from newsletter.model.segment import Rule
    from newsletter.store.segments import Segment

app = typer.Typer(
    help="Saved rules over readers, such as: topic is Harbour and cadence is monthly.", no_args_is_help=True
)

Newsletter = Annotated[str | None, typer.Option("--newsletter", help="Its slug; not needed while there is only one.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="What the segment is called.")]
Text = Annotated[str, typer.Argument(metavar="RULE", help='As "topic is Harbour and not language is de", in quotes.')]
_LONGEST_NAME = 60


@app.command()
def add(context: typer.Context, name: Name, rule: Text, newsletter: Newsletter = None) -> None:
    """Save a rule under a name, or change the one of that name.

    A rule asks for topic, cadence, language, timezone, state, format, source, email, attribute NAME, joined and seen, and
    joins that with and, or, not and brackets: joined within 30 days, seen before 2026-01-01, attribute City is Berlin.
    """
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ChoiceError(f"The name of a segment is a line of {_LONGEST_NAME} characters at most.")
    with open_press(context) as press:
        letter = the_newsletter(press, newsletter)
        meant, now, number = _rule(rule, letter), press.clock(), int(letter.id or 0)
        press.store.segments.save(number, name.strip(), meant, actor=press.actor, now=now)
        saved = press.store.segments.get(number, name.strip(), now=now)
    _say(saved)


@app.command("list")
def list_(context: typer.Context, newsletter: Newsletter = None, as_json: AsJson = False) -> None:
    """List the segments, and how many readers each means now."""
    from newsletter.model.segment import words

    with open_press(context) as press:
        found = press.store.segments.all(int(the_newsletter(press, newsletter).id or 0), now=press.clock())
    if as_json:
        say_json([{"name": one.name, "readers": one.count, "rule": words(one.rule)} for one in found])
    elif found:
        say_table(("segment", "readers", "rule"), [(one.name, one.count, words(one.rule)) for one in found])
    else:
        say('No segments yet; save one with: newsletter segment add NAME "cadence is monthly"')


@app.command()
def show(
    context: typer.Context,
    name: Name,
    people: Annotated[bool, typer.Option("--people", help="Name everybody whom it means.")] = False,
    newsletter: Newsletter = None,
    as_json: AsJson = False,
) -> None:
    """Show a segment, and with --people whom it means."""
    from newsletter.model.segment import words

    with open_press(context) as press:
        number, now = int(the_newsletter(press, newsletter).id or 0), press.clock()
        saved = press.store.segments.get(number, name, now=now)
        meant = list(press.store.segments.readers(number, saved.rule, now=now)) if people else []
        if people:
            told = {"segment": name, "count": len(meant)}
            press.store.audit.note(now, press.actor, "subscribers.listed", f"newsletter {number}", **told)
    if as_json:
        listed = {"people": [dict(zip(COLUMNS, cells(one), strict=True)) for one in meant]} if people else {}
        say_json({"name": saved.name, "readers": saved.count, "rule": words(saved.rule), **listed})
        return
    _say(saved)
    if people:
        say_table(COLUMNS, [cells(one) for one in meant])


@app.command()
def count(context: typer.Context, rule: Text, newsletter: Newsletter = None, as_json: AsJson = False) -> None:
    """Count whom a rule would mean, without saving it."""
    with open_press(context) as press:
        letter = the_newsletter(press, newsletter)
        found = press.store.segments.count(int(letter.id or 0), _rule(rule, letter), now=press.clock())
    if as_json:
        say_json({"readers": found})
    else:
        say(_people(found))


@app.command()
def remove(context: typer.Context, name: Name, newsletter: Newsletter = None) -> None:
    """Forget a segment. Issues that were directed to it keep its rule."""
    with open_press(context) as press:
        number = int(the_newsletter(press, newsletter).id or 0)
        press.store.segments.remove(number, name, actor=press.actor, now=press.clock())
    say(f"The segment {name!r} is gone; no reader is touched by that.")


def _rule(text: str, letter: "Periodical") -> "Rule":
    from newsletter.model.segment import offered
    from newsletter.model.segment_words import parse

    return offered(parse(text), letter.topics)


def _say(saved: "Segment") -> None:
    from newsletter.model.segment import words

    say(f"{saved.name}: {words(saved.rule)}\n{_people(saved.count)}")


def _people(count: int) -> str:
    return f"{count} {'reader' if count == 1 else 'readers'} who may be written to."
