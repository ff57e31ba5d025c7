"""From a command to a wired press, importing the heavy parts only when a command needs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from newsletter.config import read_settings
from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.app import App
    from newsletter.model.newsletter import Newsletter
    from newsletter.model.slot import Slot
    from newsletter.pipeline import Press


def open_app(context: typer.Context) -> "App":
    """The app of the configuration that the command line names."""
    from newsletter.app import App

    return App(read_settings(context.obj))


@contextmanager
def open_press(context: typer.Context) -> Iterator["Press"]:
    """A press on the open store."""
    with open_app(context).press() as press:
        yield press


def slot_of(press: "Press", newsletter: "Newsletter", key: str | None) -> "Slot":
    """The slot of that key, or the present one of the newsletter if there is none."""
    try:
        return press.desk.slot(newsletter, key)
    except ValueError as error:
        raise NewsletterError(str(error)) from None
