"""``newsletter suppression``: addresses that nothing may be sent to. They are kept as hashes."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from newsletter.addresses import normalised
from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError
from newsletter.model.suppression import Suppression, SuppressionReason

app = typer.Typer(help="Addresses that nothing may be sent to, kept as hashes.", no_args_is_help=True)

Of = Annotated[str | None, typer.Option("--newsletter", help="Of this newsletter alone; of all if left out.")]


@app.command()
def add(
    context: typer.Context,
    emails: Annotated[list[str], typer.Argument(metavar="EMAIL...")],
    newsletter: Of = None,
    reason: Annotated[SuppressionReason, typer.Option(help="Why.")] = SuppressionReason.MANUAL,
    note: Annotated[str, typer.Option(help="What shall be remembered of it; no address.")] = "",
) -> None:
    """Send nothing to an address any more, whoever imports or enters it."""
    known = [normalised(email) for email in emails]
    with open_press(context) as press:
        number = int(press.store.newsletters.get(newsletter).id or 0) if newsletter else 0
        for email in known:
            press.store.suppressions.add(
                email, reason, actor=press.actor, now=press.clock(), newsletter_id=number, note=note
            )
    say(f"Nothing is sent there any more ({len(known)}).")


@app.command()
def remove(context: typer.Context, email: str, newsletter: Of = None) -> None:
    """Let an address be written to again. Who unsubscribed stays so until they come back themselves."""
    with open_press(context) as press:
        number = int(press.store.newsletters.get(newsletter).id or 0) if newsletter else 0
        lifted = press.store.suppressions.lift(
            normalised(email), actor=press.actor, now=press.clock(), newsletter_id=number
        )
    say("It may be written to again." if lifted else "It was not suppressed there.")


@app.command()
def check(context: typer.Context, email: str, as_json: AsJson = False) -> None:
    """Say whether an address is suppressed, where, why and since when."""
    with open_press(context) as press:
        found = press.store.suppressions.of(normalised(email))
        names = {int(n.id or 0): n.slug for n in press.store.newsletters.all()}
    if as_json:
        say_json([_values(one, names) for one in found])
    elif found:
        rows = [(names.get(one.newsletter_id, "all"), one.reason, f"{one.at:%Y-%m-%d}", one.note) for one in found]
        say_table(("newsletter", "reason", "since", "note"), rows)
    else:
        say("It is not suppressed.")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Count the suppressed addresses by newsletter and reason; the addresses themselves are not kept."""
    with open_press(context) as press:
        counted = press.store.suppressions.count()
        names = {int(n.id or 0): n.slug for n in press.store.newsletters.all()}
    rows = [(names.get(number, "all"), reason, count) for (number, reason), count in sorted(counted.items())]
    if as_json:
        say_json([{"newsletter": name, "reason": reason, "count": count} for name, reason, count in rows])
    elif rows:
        say_table(("newsletter", "reason", "addresses"), rows)
    else:
        say("Nobody is suppressed.")


@app.command()
def export(context: typer.Context) -> None:
    """Write the list to standard output, a line of JSON each; hashes mean something only with the same secret_key."""
    with open_press(context) as press:
        names = {int(n.id or 0): n.slug for n in press.store.newsletters.all()}
        for one in press.store.suppressions.all():
            typer.echo(json.dumps(_values(one, names)))


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="What `suppression export` wrote, or an address on each line; - is standard input.")
    ],
    reason: Annotated[SuppressionReason, typer.Option(help="Why, of a list of addresses.")] = SuppressionReason.MANUAL,
) -> None:
    """Suppress everybody on a list: of ours, or addresses line by line."""
    lines = sys.stdin if str(file) == "-" else _opened(file)
    with open_press(context) as press:
        from newsletter.store.suppressions import Ban

        numbers = {n.slug: int(n.id or 0) for n in press.store.newsletters.all()}
        texts = [line.strip() for line in lines if line.strip()]
        known = [_read(text, numbers) for text in texts if text.startswith("{")]
        bans = [Ban(normalised(text), reason) for text in texts if not text.startswith("{")]
        count = press.store.suppressions.add_all(bans, now=press.clock())
        count += press.store.suppressions.take_over(known, actor=press.actor, now=press.clock())
    say(f"{count} addresses more are suppressed, of {len(texts)}.")


def _opened(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="utf-8-sig") as stream:
            yield from stream
    except (OSError, UnicodeDecodeError) as error:
        raise NewsletterError(
            f"{file.name} cannot be read ({type(error).__name__}); it should be text in UTF-8."
        ) from error


def _values(one: Suppression, names: dict[int, str]) -> dict[str, object]:
    lifted = one.lifted_at.isoformat() if one.lifted_at else None
    where = names.get(one.newsletter_id, "") if one.newsletter_id else ""
    return {"hash": one.address_hash, "newsletter": where, "reason": str(one.reason), "at": one.at.isoformat(), "note": one.note, "lifted_at": lifted}  # fmt: skip


def _read(text: str, numbers: dict[str, int]) -> Suppression:
    try:
        said = json.loads(text)
        return Suppression(
            address_hash=str(said["hash"]), newsletter_id=numbers[said["newsletter"]] if said["newsletter"] else 0,
            reason=SuppressionReason(said["reason"]), at=datetime.fromisoformat(said["at"]), note=str(said["note"]),
            lifted_at=datetime.fromisoformat(said["lifted_at"]) if said["lifted_at"] else None,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        raise NewsletterError(
            "A line is not as `newsletter suppression export` writes it, or its newsletter is not here; nothing was changed."
        ) from None
