"""``newsletter init``: from nothing to a first newsletter."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.newsletter_file import checked
from newsletter.cli.output import say
from newsletter.config import config_path, read_settings
from newsletter.errors import ConfigError

_TEMPLATE = """\
# The operator's settings. Every key is explained in config.example.toml.
base_url = "{base_url}"
secret_key = "{secret_key}"

[database]
url = "{database}"

[delivery]
# "mailbox" writes .eml files to the folder outbox/ and sends nothing; "smtp" hands over to [relay].
transport = "mailbox"
"""


def init(
    context: typer.Context,
    slug: Annotated[str, typer.Option(help="How commands and addresses call the newsletter.")] = "weekly",
    title: Annotated[str, typer.Option(help="The name on the masthead.")] = "Weekly Round-up",
    sender: Annotated[str, typer.Option(help="The From address.")] = "editor@example.org",
    organisation: Annotated[str, typer.Option(help="Who publishes it; the title if not given.")] = "",
    postal_address: Annotated[
        str, typer.Option(help="Printed in every footer; the law asks for it.")
    ] = "Your postal address",
    timezone: Annotated[str, typer.Option(help="Weeks are local to it, as Europe/Berlin.")] = "UTC",
    base_url: Annotated[str, typer.Option(help="The public address of the pages.")] = "http://127.0.0.1:8000",
    database: Annotated[str, typer.Option(help="Its URL.")] = "sqlite:///newsletter.db",
) -> None:
    """Write a configuration, make the database, and add a first newsletter."""
    from newsletter.app import App

    first = checked(
        {
            "slug": slug, "title": title, "sender": sender, "sender_name": title, "organisation": organisation or title,
            "postal_address": postal_address, "timezone": timezone,
        }
    )  # fmt: skip
    path = config_path(context.obj)
    _write(path, _TEMPLATE.format(base_url=base_url, secret_key=secrets.token_urlsafe(32), database=database))
    desk = App(read_settings(path))
    with desk.store() as store:
        store.upgrade()
        store.newsletters.save(first)
    say(f"Wrote {path}, made the database, added the newsletter {slug}.")
    say(f"Next: newsletter article add PAGE, then newsletter issue compose {slug}")


def _write(path: Path, text: str) -> None:
    """Write a new file that only its owner may read: it holds the secret key."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise ConfigError(f"{path} is there already; init changes nothing that exists.") from None
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({type(error).__name__}); check the folder's permissions."
        ) from error
