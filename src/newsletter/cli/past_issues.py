"""``newsletter issue import``: what another program sent, into the archive."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.newsletters import the_newsletter
from newsletter.cli.output import AsJson, progress_bar, say, say_json
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.moving.newcomer import Problem

#: So many posts that were left out are named; --json names all.
_SHOWN = 20


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The export: an archive, a folder, a table of posts, or a JSON file.")],
    newsletter: Annotated[
        str | None, typer.Option("--newsletter", help="Its slug; not needed while there is only one.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put the issues that Substack, Ghost, Buttondown or beehiiv sent into the public archive. They are never sent.

    Drafts, and posts for paying readers alone, are left out and named. The same export twice changes nothing.
    """
    with open_press(context) as press:
        from newsletter.moving.history import open_history

        letter, history = the_newsletter(press, newsletter), open_history(file)
        left_out: list[Problem] = []
        with progress_bar("Importing", history.size) as step:
            done = 0

            def progress(count: int) -> None:
                nonlocal done
                step(count - done)
                done = count

            new, known = press.moving_in.carry_past(
                history, letter, dry_run=dry_run, troubled=left_out.append, progress=progress
            )
    if as_json:
        named = [{"line": one.line, "title": " ".join(one.row[:1]), "why": one.sentence} for one in left_out]
        say_json({"product": history.product, "new": new, "known": known, "left_out": named})
        return
    if dry_run:
        say(f"{file.name} is {history.product}'s: {known} issues would stand in the archive of {letter.title}.")
    else:
        say(
            f"{new} issues of {history.product}'s stand in the archive of {letter.title} now; {known} were there already."
        )
    for one in left_out[:_SHOWN]:
        title = f" ({one.row[0][:60]})" if one.row and one.row[0] else ""
        typer.echo(f"{file.name}, {one.line}{title}: {one.sentence}", err=True)
    if left_out:
        more = f" The first {_SHOWN} are above; --json names all." if len(left_out) > _SHOWN else ""
        posts = "1 post was" if len(left_out) == 1 else f"{len(left_out)} posts were"
        typer.echo(f"{posts} left out.{more}", err=True)
    if not new and not known:
        raise NewsletterError("Not one post could be taken; nothing was changed.")
