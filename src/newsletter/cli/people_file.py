"""A list of people in a file: CSV of any length, read row by row."""

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import TextIO

from newsletter.addresses import one_line
from newsletter.cli.people import COLUMNS, KNOWN_SKIPS, person
from newsletter.errors import NewsletterError
from newsletter.model.address import is_plain
from newsletter.model.issue import SectionKind
from newsletter.model.seal import key_of
from newsletter.model.subscriber import OPTIONAL_SECTIONS, SubscriptionState
from newsletter.store.bulk import Row
from newsletter.store.subscription_rows import skips_text

#: So many wrong lines are named.
_NAMED = 20
_DELIMITERS = (",", ";", "\t")
_STATES = frozenset(map(str, SubscriptionState))
_ACTIVE = str(SubscriptionState.ACTIVE)


def read_people(file: Path) -> Iterator[Row]:
    """The people of a CSV file, or of standard input for ``-``, as the store takes them.

    Columns are those of ``COLUMNS`` in any order, parted by commas, semicolons or tabs; only email is needed. If a line is
    wrong the rest is still looked through, and then ``NewsletterError`` names the wrong ones.
    """
    name = "standard input" if str(file) == "-" else str(file)
    try:
        with _opened(file) as stream:
            yield from _rows(stream, name)
    except FileNotFoundError:
        raise NewsletterError(f"There is no file {name}.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NewsletterError(
            f"{name} cannot be read ({type(error).__name__}); save it as CSV in UTF-8. Nobody was imported."
        ) from error


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    if str(file) == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")
    else:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            yield stream


def _rows(stream: TextIO, name: str) -> Iterator[Row]:
    heading = stream.readline()
    delimiter = max(_DELIMITERS, key=heading.count)
    columns = next(csv.reader([heading], delimiter=delimiter), [])
    in_order, width = itemgetter(*_places(columns, name)), len(columns)
    reader = csv.reader(stream, delimiter=delimiter)
    wrong: list[str] = []
    count = 0
    for cells in reader:
        if not cells:
            continue
        try:
            if len(cells) != width:
                cells = _of_width(cells, width)  # noqa: PLW2901 - the same row, made whole
            cells.append("")  # for the columns that there are none of
            row = _row(*in_order(cells))
        except NewsletterError as error:
            count += 1
            wrong += [f"{name}, line {reader.line_num + 1}: {error}"] if len(wrong) < _NAMED else []
        else:
            if not wrong:
                yield row
    if wrong:
        more = f"\n... and {count - len(wrong)} more" if count > len(wrong) else ""
        raise NewsletterError("\n".join(wrong) + more + ("\n" if count > 1 else " ") + "Nobody was imported.")


def _places(columns: list[str], name: str) -> tuple[int, ...]:
    """Where each of ``COLUMNS`` stands; -1 if it does not."""
    if "email" not in columns or (strange := set(columns) - set(COLUMNS)):
        wrong = f"does not know the column {min(strange)!r}" if "email" in columns else "needs a column named email"
        raise NewsletterError(f"{name}: the import {wrong}; the columns are {', '.join(COLUMNS)}.")
    return tuple(columns.index(column) if column in columns else -1 for column in COLUMNS)


def _of_width(cells: list[str], width: int) -> list[str]:
    """The cells, with empty ones in place of those that are missing at the end."""
    if len(cells) > width:
        raise NewsletterError(f"it has {len(cells)} cells and the heading {width}.")
    return cells + [""] * (width - len(cells))


def _row(email: str, name: str, state: str, skips: str) -> Row:
    if is_plain(email) and email.rpartition(".")[2] not in _special_ends():
        address = email  # what the full check would return, at a hundredth of its cost
    else:
        address = person(_unquoted(email), "").email
    name = one_line(_unquoted(name)) if name else ""
    return Row(address, key_of(address), name, _state(state) if state else _ACTIVE, _skips(skips) if skips else "")


@cache
def _special_ends() -> frozenset[str]:
    """The last labels of domains that nobody has mail at (RFC 6761), which the full check refuses."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    return frozenset(domain.rpartition(".")[2] for domain in SPECIAL_USE_DOMAIN_NAMES)


def _state(written: str) -> str:
    if (state := written.strip() or _ACTIVE) not in _STATES:
        raise NewsletterError(f"{state!r} is no state; use {', '.join(SubscriptionState)}.")
    return state


def _skips(written: str) -> str:
    words = [word for word in written.replace("+", "|").split("|") if word]
    if strange := set(words) - set(OPTIONAL_SECTIONS):
        raise NewsletterError(f"{min(strange)!r} cannot be skipped; use {KNOWN_SKIPS}.")
    return skips_text(frozenset(SectionKind(word) for word in words))


def _unquoted(cell: str) -> str:
    """The cell without the quote that ``people.harmless`` put before it."""
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell
