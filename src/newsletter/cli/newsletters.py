"""``newsletter newsletter``: what editors own."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.newsletter_file import LINES, as_toml, checked, read_newsletter, rule_of, values_of
from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError, NotFoundError
from newsletter.model.newsletter import Newsletter, RuleField

if TYPE_CHECKING:
    from newsletter.pipeline import Press

app = typer.Typer(help="Newsletters: their name, sender, and plan of sections.", no_args_is_help=True)
_KEYS = LINES[1:]


@app.command()
def apply(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A TOML file as `newsletter newsletter show` prints it.")],
) -> None:
    """Add the newsletter that a TOML file describes, or change the one of that slug."""
    wanted = read_newsletter(file)
    with open_press(context) as press:
        saved = press.store.newsletters.save(wanted)
    say(f"Newsletter {saved.slug}: {saved.title}")


@app.command("set")
def set_(
    context: typer.Context,
    slug: str,
    settings: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help=f"Keys: {', '.join(_KEYS)}.")],
) -> None:
    """Change single settings, as `newsletter newsletter set weekly topic=Harbour`."""
    changes = dict(_pair(setting) for setting in settings)
    with open_press(context) as press:
        found = press.store.newsletters.get(slug)
        saved = press.store.newsletters.save(checked({**values_of(found), **changes}))
    say(f"Newsletter {saved.slug}: {', '.join(changes)} changed.")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the newsletters."""
    with open_press(context) as press:
        found = press.store.newsletters.all()
    if as_json:
        say_json([asdict(newsletter) for newsletter in found])
    else:
        say_table(("slug", "title", "from", "timezone"), [(n.slug, n.title, n.sender, n.timezone) for n in found])


@app.command()
def show(context: typer.Context, slug: str) -> None:
    """Print a newsletter as TOML, in the form that apply reads."""
    with open_press(context) as press:
        found = press.store.newsletters.get(slug)
    say(as_toml(found))


@app.command()
def rule(
    context: typer.Context,
    slug: str,
    field: Annotated[RuleField, typer.Argument(help="What the rule looks at.")],
    value: Annotated[str, typer.Argument(help="The outlet, topic or word.")],
    weight: Annotated[str, typer.Argument(help="-2 to 3, never, or off. Put -- before a negative weight.")],
) -> None:
    """Say what the newsletter thinks of an outlet, a topic or a word: `rule weekly outlet "Ministry Wire" -- -1`."""
    with open_press(context) as press:
        found = press.store.newsletters.get(slug)
        others = tuple(r for r in found.rules if (r.field, r.value.casefold()) != (field, value.casefold()))
        added = () if weight == "off" else (rule_of({str(field): value, **_weighed(weight)}),)
        press.store.newsletters.save(replace(found, rules=(*others, *added)))
    say(f"Newsletter {slug}: {len(others) + len(added)} rules. The next compose goes by them.")


@app.command()
def suggest(context: typer.Context, slug: str, as_json: AsJson = False) -> None:
    """Show rules that your own edits speak for. Nothing is changed until you set one."""
    with open_press(context) as press:
        found = press.desk.suggestions(press.store.newsletters.get(slug))
    if as_json:
        say_json([asdict(one) for one in found])
        return
    for one in found:
        say(f"{one.because[0].upper()}{one.because[1:]}. To have it so from the start:")
        say(f'    newsletter newsletter rule {slug} {one.rule.field} "{one.rule.value}" -- {one.rule.weight}')
    if not found:
        say("Your edits show no habit yet: a suggestion needs three moves of a kind.")


def _weighed(weight: str) -> dict[str, object]:
    if weight == "never":
        return {"never": True}
    try:
        return {"weight": int(weight)}
    except ValueError:
        raise NewsletterError(f"{weight!r} is no weight; write -2 to 3, never, or off.") from None


def the_newsletter(press: "Press", slug: str | None) -> Newsletter:
    """The newsletter of that slug, or the only one there is."""
    if slug:
        return press.store.newsletters.get(slug)
    found = press.store.newsletters.all()
    if len(found) != 1:
        there_are = ", ".join(newsletter.slug for newsletter in found) or "none yet"
        raise NotFoundError(f"Which newsletter? Name it with --newsletter SLUG (known: {there_are}).")
    return found[0]


def _pair(setting: str) -> tuple[str, str]:
    key, equals, value = setting.partition("=")
    if not equals or key not in _KEYS:
        raise NewsletterError(f"{setting!r} is not KEY=VALUE with a key of: {', '.join(_KEYS)}.")
    return key, value
