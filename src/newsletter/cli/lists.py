"""``newsletter subscriber import`` and ``export``: lists of people, ours and other products'."""

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.newsletters import the_newsletter
from newsletter.cli.output import AsJson, progress_bar, say, say_json, say_table
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.model.newsletter import Newsletter as Periodical
    from newsletter.moving.newcomer import Problem
    from newsletter.moving.reading import Reading
    from newsletter.moving_in import Report

Newsletter = Annotated[str | None, typer.Option("--newsletter", help="Its slug; not needed while there is only one.")]
#: So many lines that cannot be taken are shown; all of them are in the report.
_SHOWN = 20


class As(StrEnum):
    """How those stand of whom a list says nothing."""

    ACTIVE = "active"
    UNCONFIRMED = "unconfirmed"


class Form(StrEnum):
    """Whose form an exported list has."""

    OWN = "own"
    LISTMONK = "listmonk"
    GHOST = "ghost"
    MAILCHIMP = "mailchimp"
    MAILCHIMP_UNSUBSCRIBED = "mailchimp-unsubscribed"
    MAILMAN = "mailman"


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file as the other product exports it; - is standard input.")],
    newsletter: Newsletter = None,
    product: Annotated[str | None, typer.Option("--from", help="The product, if it is taken for another one.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help='As "Mail=email" or "Notes=nothing"; may be repeated.'),
    ] = None,
    usual: Annotated[
        As, typer.Option("--as", help="How those stand of whom the list does not say: who agreed is active.")
    ] = As.UNCONFIRMED,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count, and change nothing.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write the lines that could not be taken there, as CSV, each with its reason.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Carry a list of people into a newsletter, from any product: who gets it, who left and why, who must not be written to.

    Mailchimp's archive, Substack, Ghost, listmonk, Keila, Buttondown, Mailman, beehiiv, Curated, Mailtrain, Sendportal,
    phpList, TinyNews, vCard and any CSV are known by what is in them. No mail is sent. Nobody who left here comes back by a
    list, and the same list twice changes nothing. `subscriber ask` then asks those who have not confirmed.
    """
    with _on_disk(file) as path, open_press(context) as press:
        from newsletter.moving.newcomer import Standing
        from newsletter.moving.reading import open_list

        letter = the_newsletter(press, newsletter)
        reading = open_list(path, product=product, mapping=dict(_pair(pair) for pair in column or ()))
        if not as_json:
            _say_mapping(reading)
        with _reported(report) as (troubled, problems), progress_bar("Importing", reading.size) as step:
            done = press.moving_in.carry(
                reading, letter, usual=Standing(usual.value), dry_run=dry_run, troubled=troubled, progress=_steps(step)
            )
    if as_json:
        say_json(
            {**_values(done), "problems": [{"line": p.line, "column": p.column, "why": p.sentence} for p in problems]}
        )
    else:
        _say(done, problems, letter, reading, dry_run=dry_run, usual=usual)
    if done.problems and not done.standings:
        raise NewsletterError("Not one line could be taken; nothing was changed.")


def export(
    context: typer.Context,
    newsletter: Newsletter = None,
    form: Annotated[
        Form, typer.Option("--format", help="own keeps everything; the others what that product takes.")
    ] = Form.OWN,
) -> None:
    """Write all subscribers to standard output; what import reads back without a loss, or what another product reads."""
    with open_press(context) as press:
        from newsletter.moving import own
        from newsletter.moving.writing import TARGETS, write_for

        letter = the_newsletter(press, newsletter)
        number = int(letter.id or 0)
        if form is Form.OWN:
            evidence = press.store.consents.by_person(number)
            count = own.write(sys.stdout, press.store.subscribers.with_evidence(number, evidence))
        else:
            count = write_for(TARGETS[form], sys.stdout, press.store.subscribers.of(number))
            typer.echo(f"Not in that list: {TARGETS[form].loses}.", err=True)
        told = {"form": str(form), "count": count}
        press.store.audit.note(press.clock(), press.actor, "subscribers.exported", f"newsletter {number}", **told)


@contextmanager
def _on_disk(file: Path) -> Iterator[Path]:
    """The file; standard input is put into one first, for it is looked at more than once."""
    if str(file) != "-":
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "standard-input"
        with path.open("wb") as out:
            shutil.copyfileobj(sys.stdin.buffer, out)
        yield path


@contextmanager
def _reported(report: Path | None) -> Iterator[tuple["Troubled", list["Problem"]]]:
    """What takes the lines that could not be taken: the first of them, and a file for all."""
    shown: list[Problem] = []
    if report is None:
        yield lambda problem: shown.append(problem) if len(shown) < _SHOWN else None, shown
        return
    with report.open("w", encoding="utf-8", newline="") as out:
        from newsletter.moving.cells import harmless

        writer = csv.writer(out)
        writer.writerow(("line", "column", "error", "row"))

        def troubled(problem: "Problem") -> None:
            if len(shown) < _SHOWN:
                shown.append(problem)
            writer.writerow((problem.line, problem.column, problem.sentence, *map(harmless, problem.row)))

        yield troubled, shown


def _steps(step: "Step") -> "Step":
    """From how far it is to how far it went since."""
    before = 0

    def move(count: int) -> None:
        nonlocal before
        step(count - before)
        before = count

    return move


def _pair(text: str) -> tuple[str, str]:
    column, equals, what = text.rpartition("=")
    if not equals:
        raise NewsletterError(f"{text!r} says nothing; write COLUMN=FIELD, such as Mail=email.")
    return column, what


def _say_mapping(reading: "Reading") -> None:
    for part in reading.parts:
        generation = "" if part.generation in ("any", "export", "csv", "roster", "rest") else f" ({part.generation})"
        say(f"{part.name}: {part.product}{generation}")
        if part.mapping:
            say_table(
                ("column", "is"),
                [(column, what.replace("lost:", "not carried: ")) for column, what in part.mapping.items()],
            )


def _values(done: "Report") -> dict[str, object]:
    return {
        "new": done.new, "known": done.known, "left": done.left, "suppressed": done.suppressed, "kept_out": done.kept_out,
        "standings": {str(standing): count for standing, count in done.standings.items()}, "wrong": done.problems,
        "not_carried": dict(done.losses),
    }  # fmt: skip


def _say(
    done: "Report", problems: "list[Problem]", letter: "Periodical", reading: "Reading", *, dry_run: bool, usual: As
) -> None:
    found = ", ".join(f"{count} {standing}" for standing, count in sorted(done.standings.items())) or "nobody"
    say(f"Found: {found}.")
    if dry_run:
        say("Nothing was changed.")
    else:
        say(f"New to {letter.title}: {done.new}. There already: {done.known}.")
        if done.left:
            say(f"{done.left} who were there have left, as the list says.")
        if done.suppressed:
            say(f"{done.suppressed} addresses more are on the suppression list.")
        if done.kept_out:
            say(f"{done.kept_out} were kept out: they left before, or nothing may be sent to them.")
    for what, count in sorted(done.losses.items()):
        if count:
            say(f"Not carried, for there is no place for it: {what} ({count} lines).")
    for problem in problems:
        column = f", {problem.column}" if problem.column else ""
        typer.echo(f"{reading.name}, line {problem.line}{column}: {problem.sentence}", err=True)
    if done.problems:
        more = f" The first {_SHOWN} are above; --report FILE writes all." if done.problems > len(problems) else ""
        lines = "1 line" if done.problems == 1 else f"{done.problems} lines"
        typer.echo(f"{lines} could not be taken.{more}", err=True)
    if usual is As.UNCONFIRMED and not reading.says_standing and done.standings:
        say("The list does not say who agreed, so they wait to be asked: newsletter subscriber ask (or --as active)")


if TYPE_CHECKING:
    from collections.abc import Callable

    Troubled = Callable[[Problem], object]
    Step = Callable[[int], None]
