"""``newsletter db``: the database's schema."""

import typer

from newsletter.cli.output import say
from newsletter.cli.session import open_app
from newsletter.errors import StoreError

app = typer.Typer(help="Bring the database to this version's schema, or check it.", no_args_is_help=True)


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
