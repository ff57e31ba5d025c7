"""``newsletter template``: what mails and pages are made from, yours before the shipped ones."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_app, open_press
from newsletter.cli.theme import written
from newsletter.errors import ConfigError, NewsletterError, RenderError

app = typer.Typer(help="See, copy, look at and check the templates of mails and pages.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the templates, and which of them are yours."""
    templates = open_app(context).templates
    own = templates.folder
    rows = [(name, "yours" if own and (own / name).is_file() else "shipped") for name in templates.names]
    if as_json:
        say_json([{"template": name, "origin": origin} for name, origin in rows])
    else:
        say_table(("template", "origin"), rows)


@app.command()
def copy(
    context: typer.Context,
    template: Annotated[str, typer.Argument(help="As `template list` names it: email/welcome/body.html.")],
) -> None:
    """Copy a shipped template into your own folder, to be changed there."""
    templates = open_app(context).templates
    if templates.folder is None:
        raise ConfigError('Templates of your own need a folder; set templates = "templates" in config.toml.')
    target = templates.folder / template
    written(target, templates.file(template).read_text(encoding="utf-8"))
    say(f"{target}\nNext: change it, then newsletter template check SLUG")


@app.command()
def preview(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="The newsletter.")],
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
) -> None:
    """Write every mail that the program sends by itself, with made-up contents: HTML and text."""
    from newsletter.render.service import compile_service
    from newsletter.render.specimens import specimens

    with open_press(context) as press:
        newsletter = press.store.newsletters.get(slug)
        for mail in specimens(newsletter, press.links.base_url):
            made = compile_service(mail, newsletter, templates=press.templates)
            for suffix, text in (("html", made.html), ("txt", f"Subject: {made.subject}\n\n{made.text}")):
                path = out / f"{mail.name}.{suffix}"
                _write(path, text)
                say(str(path))


@app.command()
def check(
    context: typer.Context, slug: Annotated[str, typer.Argument(help="The newsletter.")], as_json: AsJson = False
) -> None:
    """Run the checks of a mail on every one that the program sends by itself. Exit code 1 if there is an error."""
    from dataclasses import asdict

    from newsletter.render.checks.preflight import check_mail
    from newsletter.render.service import compile_service
    from newsletter.render.specimens import specimens

    with open_press(context) as press:
        newsletter = press.store.newsletters.get(slug)
        theme = press.templates.theme(newsletter.theme)
        found = [
            (mail.name, finding)
            for mail in specimens(newsletter, press.links.base_url)
            for finding in check_mail(compile_service(mail, newsletter, templates=press.templates), theme)
        ]
    if as_json:
        say_json([{"mail": name, **asdict(finding), "ref": finding.ref} for name, finding in found])
    for name, finding in found if not as_json else ():
        say(f"{finding.level}: {name}: {finding.sentence} {finding.remedy}".rstrip())
    if errors := sum(finding.level == "error" for _name, finding in found):
        raise RenderError(f"{errors} errors in the mails of {slug}; correct the templates or the theme.")
    if not as_json:
        say(f"The mails of {slug} have no errors.")


@app.command()
def support(
    context: typer.Context, slug: Annotated[str, typer.Argument(help="The newsletter.")], as_json: AsJson = False
) -> None:
    """Show what the mails use that some mail programs lack: what they stand on, and what they do without."""
    from newsletter.render.checks.clients import ALLOWED, support_of
    from newsletter.render.service import compile_service
    from newsletter.render.specimens import specimens

    with open_press(context) as press:
        newsletter = press.store.newsletters.get(slug)
        sent = specimens(newsletter, press.links.base_url)
        pages = [compile_service(mail, newsletter, templates=press.templates).html for mail in sent]
        issues = [issue for issue in press.store.issues.all() if issue.newsletter == slug]
        pages += [press.desk.preview(int(issue.id or 0)).compiled.html for issue in issues[:1]]
    found = [support_of(page) for page in pages]
    gaps = {("stands on", gap) for one in found for gap in one.load_bearing}
    gaps |= {("does without", gap) for one in found for gap in one.enhancement}
    rows = [
        (role, gap.title, ", ".join(gap.clients), ALLOWED.get(gap.slug, "")) for role, gap in sorted(gaps, reverse=True)
    ]
    if as_json:
        say_json([dict(zip(("role", "feature", "lacking", "harmless_because"), row, strict=True)) for row in rows])
    else:
        say_table(("the mail", "feature", "is lost in", "and no harm, because"), rows)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NewsletterError(f"{path} cannot be written ({type(error).__name__}); check the folder.") from error
