"""What the commands print: tables for people, JSON for programs, progress on the side."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

#: ``--json``, the same on every command that has it.
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def say(sentence: str) -> None:
    """Print one line for a person."""
    typer.echo(sentence)


def say_json(value: object) -> None:
    """Print ``value`` as JSON, readable and with its letters as they are."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def say_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; what the cells hold is never taken for markup."""
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


@contextmanager
def progress_bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on the error stream while a terminal is there to see it; yield what moves it on."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(label, total=total)
        yield lambda step: progress.advance(task, step)


@contextmanager
def busy(label: str) -> Iterator[None]:
    """Show on the error stream that work goes on whose end nobody knows, while a terminal is there to see it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        progress.add_task(label, total=None)
        yield
