"""``newsletter subscriber``: who gets it."""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_press
from newsletter.errors import AddressError, NewsletterError
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Subscriber, Subscription, SubscriptionState

app = typer.Typer(help="Subscribers and what they asked for.", no_args_is_help=True)

Newsletter = Annotated[str | None, typer.Option("--newsletter", help="Its slug; not needed while there is only one.")]
COLUMNS = ("email", "name", "state", "skips")
_KNOWN_SKIPS = ", ".join(OPTIONAL_SECTIONS)


@app.command()
def add(
    context: typer.Context,
    email: str,
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    skip: Annotated[list[SectionKind] | None, typer.Option(help="A section not wanted; may be repeated.")] = None,
    newsletter: Newsletter = None,
) -> None:
    """Subscribe one person, who must have asked for it."""
    from newsletter.cli.newsletters import the_newsletter

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
        Path, typer.Argument(help=f"A CSV file with the columns {', '.join(COLUMNS)}; only email is needed.")
    ],
    newsletter: Newsletter = None,
    as_json: AsJson = False,
) -> None:
    """Subscribe everybody in a CSV file, or nobody if a line is wrong.

    People who are there already stay as they are: an import never brings back somebody who left.
    """
    from newsletter.cli.newsletters import the_newsletter

    wanted = list(read_csv(file))
    with open_press(context) as press:
        letter = the_newsletter(press, newsletter)
        added = press.store.subscribers.add(int(letter.id or 0), wanted, now=press.clock())
    if as_json:
        say_json({"new": added.new, "known": added.known})
    else:
        say(f"{added.new} people subscribed to {letter.title}, {added.known} were there already.")


@app.command("list")
def list_(context: typer.Context, newsletter: Newsletter = None, as_json: AsJson = False) -> None:
    """List the subscribers of a newsletter."""
    from newsletter.cli.newsletters import the_newsletter

    with open_press(context) as press:
        found = list(press.store.subscribers.of(int(the_newsletter(press, newsletter).id or 0)))
    if as_json:
        say_json([{"id": s.subscriber.id, **dict(zip(COLUMNS, _cells(s), strict=True))} for s in found])
    elif found:
        say_table(("id", *COLUMNS), [(s.subscriber.id, *_cells(s)) for s in found])
    else:
        say("No subscribers yet; add one with: newsletter subscriber add EMAIL")


@app.command()
def export(context: typer.Context, newsletter: Newsletter = None) -> None:
    """Write all subscribers as CSV, in the form that import reads, to standard output."""
    from newsletter.cli.newsletters import the_newsletter

    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    with open_press(context) as press:
        for subscription in press.store.subscribers.of(int(the_newsletter(press, newsletter).id or 0)):
            writer.writerow([_harmless(cell) for cell in _cells(subscription)])
    sys.stdout.write(lines.getvalue())


def person(email: str, name: str) -> Subscriber:
    """A subscriber with a normalised address (RFC 5321; IDNA 2008), or ``AddressError``."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise AddressError(f"{email.strip()!a:.80} is not an e-mail address: {error}") from None
    if any(ord(letter) < ord(" ") or letter in "\x7f\u2028\u2029" for letter in name):
        raise AddressError("A name holds a line break or control character; take it out.")
    return Subscriber(email=found.normalized, name=name.strip())


def read_csv(file: Path) -> Iterator[Subscription]:
    """The subscriptions of a CSV file, or an error that names the line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NewsletterError(f"There is no file {file}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NewsletterError(f"{file} cannot be read ({type(error).__name__}); save it as CSV in UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    headings = tuple(reader.fieldnames or ())
    if "email" not in headings or (strange := set(headings) - set(COLUMNS)):
        wrong = f"does not know the column {min(strange)!r}" if "email" in headings else "needs a column named email"
        raise NewsletterError(f"{file}: the import {wrong}; the columns are {', '.join(COLUMNS)}.")
    for row in reader:
        try:
            yield _from_row(row)
        except (NewsletterError, ValueError) as error:
            raise NewsletterError(f"{file}, line {reader.line_num}: {error} Nobody was imported.") from None


def _from_row(row: dict[str, str]) -> Subscription:
    state = (row.get("state") or SubscriptionState.ACTIVE).strip()
    skips = [word for word in (row.get("skips") or "").replace("+", "|").split("|") if word]
    if state not in set(SubscriptionState):
        raise NewsletterError(f"{state!r} is no state; use {', '.join(SubscriptionState)}.")
    if strange := set(skips) - set(OPTIONAL_SECTIONS):
        raise NewsletterError(f"{min(strange)!r} cannot be skipped; use {_KNOWN_SKIPS}.")
    subscriber = person(_plain(row.get("email") or ""), _plain(row.get("name") or ""))
    return Subscription(
        subscriber=subscriber,
        newsletter="",
        state=SubscriptionState(state),
        skips=frozenset(SectionKind(word) for word in skips),
    )


def _optional(skips: frozenset[SectionKind]) -> frozenset[SectionKind]:
    if SectionKind.LEAD in skips:
        raise NewsletterError(f"The lead cannot be skipped; these can: {_KNOWN_SKIPS}.")
    return skips


def _cells(subscription: Subscription) -> tuple[str, str, str, str]:
    person = subscription.subscriber
    return person.email, person.name, str(subscription.state), "|".join(sorted(subscription.skips))


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; ``_plain`` undoes it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell
