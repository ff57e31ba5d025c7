"""``newsletter theme``: the looks of a publication, each one file of tokens."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_app
from newsletter.errors import ConfigError, RenderError

app = typer.Typer(help="See, copy and check themes: colours, type and logo.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the themes, yours among them."""
    templates = open_app(context).templates
    rows = [(name, str(templates.file(f"email/themes/{name}.toml"))) for name in templates.themes]
    if as_json:
        say_json([{"theme": name, "file": file} for name, file in rows])
    else:
        say_table(("theme", "file"), rows)


@app.command()
def copy(
    context: typer.Context,
    theme: Annotated[str, typer.Argument(help="The theme to begin with.")],
    name: Annotated[str, typer.Argument(help="The name of yours: letters, digits and hyphens.")],
) -> None:
    """Copy a theme into your own folder of templates, to be changed there."""
    settings = open_app(context)
    if settings.templates.folder is None:
        raise ConfigError('Themes of your own need a folder; set templates = "templates" in config.toml.')
    if not name.replace("-", "").isalnum() or name in settings.templates.themes:
        raise ConfigError(f"{name!r} is no name for a new theme: letters, digits and hyphens, and none that there is.")
    settings.templates.theme(theme)
    source = settings.templates.file(f"email/themes/{theme}.toml")
    target = settings.templates.folder / f"email/themes/{name}.toml"
    written(target, source.read_text(encoding="utf-8"))
    say(f"{target}\nNext: change it, newsletter theme check {name}, newsletter newsletter set SLUG theme={name}")


@app.command()
def check(
    context: typer.Context,
    theme: Annotated[str | None, typer.Argument(help="The theme; all of them if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the contrast of every text on its ground, light and dark. Exit code 1 if one is too faint."""
    from dataclasses import asdict

    from newsletter.render.checks.palette import palette

    templates = open_app(context).templates
    names = [theme] if theme else templates.themes
    findings = [finding for name in names for finding in palette(templates.theme(name))]
    if as_json:
        say_json([asdict(finding) for finding in findings])
    for finding in findings if not as_json else ():
        say(f"{finding.sentence} {finding.remedy}")
    if findings:
        raise RenderError(f"{len(findings)} pairs of colours are too faint.")
    if not as_json:
        say(f"{', '.join(names)}: every text can be read, light and dark.")


def written(target: Path, text: str) -> None:
    """Write a new file; ``ConfigError`` if it is there or cannot be made."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{target} is there already; change it, or take it away first.") from None
    except OSError as error:
        raise ConfigError(f"{target} cannot be written ({type(error).__name__}); check the folder.") from error
