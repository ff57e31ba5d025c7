"""``newsletter newsletter``: what editors own."""

import tomllib
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.people import person
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError, NotFoundError
from newsletter.model.newsletter import Newsletter, SectionPlan

if TYPE_CHECKING:
    from newsletter.pipeline import Press

app = typer.Typer(help="Newsletters: their name, sender, and plan of sections.", no_args_is_help=True)
_KEYS = tuple(f.name for f in fields(Newsletter) if f.name != "id")


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
    settings: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help=f"Keys: {', '.join(_KEYS[1:-1])}.")],
) -> None:
    """Change single settings, as `newsletter newsletter set weekly topic=Harbour`."""
    changes = dict(_pair(setting) for setting in settings)
    with open_press(context) as press:
        found = press.store.newsletters.get(slug)
        saved = press.store.newsletters.save(checked({**_as_values(found), **changes}))
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
    plan = asdict(found.plan)
    for key in _KEYS[:-1]:
        if (value := getattr(found, key)) is not None:
            say(f"{key} = {_toml_string(value)}")
    say("\n[plan]")
    for key, count in plan.items():
        say(f"{key} = {count}")


def the_newsletter(press: "Press", slug: str | None) -> Newsletter:
    """The newsletter of that slug, or the only one there is."""
    if slug:
        return press.store.newsletters.get(slug)
    found = press.store.newsletters.all()
    if len(found) != 1:
        there_are = ", ".join(newsletter.slug for newsletter in found) or "none yet"
        raise NotFoundError(f"Which newsletter? Name it with --newsletter SLUG (known: {there_are}).")
    return found[0]


def read_newsletter(file: Path) -> Newsletter:
    """The newsletter that a TOML file describes, or an error that names the key."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NewsletterError(f"{file} cannot be read ({type(error).__name__}).") from error
    except tomllib.TOMLDecodeError as error:
        raise NewsletterError(f"{file} is not valid TOML: {error}.") from error
    return checked(values)


def checked(values: dict[str, Any]) -> Newsletter:
    """A newsletter of these values, each of its kind, each address an address, the zone a zone."""
    if strange := set(values) - set(_KEYS):
        raise NewsletterError(f"A newsletter has no setting {min(strange)!r}; it has {', '.join(_KEYS)}.")
    needed = ("slug", "title", "sender", "sender_name", "organisation", "postal_address")
    if missing := [key for key in needed if not values.get(key)]:
        raise NewsletterError(f"A newsletter needs {missing[0]}.")
    plan = values.get("plan", {})
    if (
        not isinstance(plan, dict)
        or set(plan) - set(asdict(SectionPlan()))
        or not all(type(n) is int and n >= 0 for n in plan.values())
    ):
        raise NewsletterError(f"A plan holds a count for each of {', '.join(asdict(SectionPlan()))}.")
    if any(
        not isinstance(values[key], str) or any(ord(c) < ord(" ") for c in values[key])
        for key in values
        if key != "plan"
    ):
        raise NewsletterError("A setting is not one line of text.")
    if not values["slug"].replace("-", "").isalnum() or not values["slug"].isascii():
        raise NewsletterError("A slug is made of letters, digits and hyphens.")
    if values.get("timezone", "UTC") not in _zones():
        raise NewsletterError(f"{values['timezone']!r} is no timezone; write one as Europe/Berlin.")
    made = Newsletter(**{**values, "plan": SectionPlan(**plan)})
    reply_to = person(made.reply_to, "").email if made.reply_to else None
    return replace(made, sender=person(made.sender, "").email, reply_to=reply_to)


def _zones() -> set[str]:
    from zoneinfo import available_timezones

    return available_timezones() or {ZoneInfo("UTC").key}


def _as_values(newsletter: Newsletter) -> dict[str, Any]:
    return {key: value for key, value in asdict(newsletter).items() if key != "id" and value is not None}


def _pair(setting: str) -> tuple[str, str]:
    key, equals, value = setting.partition("=")
    if not equals or key not in _KEYS[1:-1]:
        raise NewsletterError(f"{setting!r} is not KEY=VALUE with a key of: {', '.join(_KEYS[1:-1])}.")
    return key, value


def _toml_string(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
