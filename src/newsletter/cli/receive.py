"""``newsletter receive``: a mail that came to the mailbox for leaving, from a pipe."""

import sys

import typer

from newsletter.cli.output import say
from newsletter.cli.session import open_press
from newsletter.errors import StoreError

#: What tells a mail server to try again later (sysexits.h).
_TRY_AGAIN = 75


def receive(context: typer.Context) -> None:
    """Read a mail from standard input, and let whoever asks to leave in it leave. For a mail server's pipe.

    What asks for nothing is no error: such a mailbox gets all sorts of mail. While the database is away the exit code is
    75, and the mail server keeps the mail.
    """
    from newsletter.model.arrival import HEAD

    message = sys.stdin.buffer.read(HEAD)
    while sys.stdin.buffer.read(1 << 20):  # or the mail server would see a broken pipe
        pass
    try:
        with open_press(context) as press:
            left = press.reception.receive(message)
    except StoreError as error:
        typer.echo(f"newsletter: {error}", err=True)
        raise typer.Exit(_TRY_AGAIN) from error
    say("Somebody left." if left else "It asks for nothing that is known here.")
