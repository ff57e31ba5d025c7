"""``newsletter db``: the database's schema, and the way to another database."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from newsletter.cli.output import progress_bar, say
from newsletter.cli.session import open_app
from newsletter.errors import StoreError

app = typer.Typer(help="Bring the database to this version's schema, check it, or copy it.", no_args_is_help=True)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Run every missing migration. Running it again changes nothing."""
    with open_app(context).store() as store:
        say("The database is up to date now." if store.upgrade() else "The database was up to date already.")


@app.command()
def check(context: typer.Context) -> None:
    """Compare the database with the schema that this version expects."""
    with open_app(context).store() as store:
        if found := store.differences():
            raise StoreError(
                f"The schema differs in {len(found)} places: {'; '.join(found)}. Restore a backup or ask for help."
            )
        say("The database has exactly the schema that this version expects.")


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The database to copy, as sqlite:///newsletter.db.")],
    destination: Annotated[
        str, typer.Argument(metavar="TO", help="An empty database, as postgresql://USER:PASSWORD@HOST/NAME.")
    ],
) -> None:
    """Copy everything into another database: from SQLite to PostgreSQL, or back.

    All of it arrives and is compared row by row, or nothing is changed. The first database stays as it is.
    """
    from newsletter.store import copying
    from newsletter.store.store import Store

    with Store(source) as old, Store(destination) as new:
        old.require_current()
        with progress_bar("Copying", copying.size(old.engine)) as step:
            copied = copying.copy(old.engine, new.engine, now=datetime.now(UTC), progress=step)
    say(f"{sum(copied.values())} rows of {len(copied)} tables were copied, read back, and are the same.")
    say(
        "Next: set url under [database] in config.toml to the new one. Keep the old one as a backup, and send nothing from it."
    )
