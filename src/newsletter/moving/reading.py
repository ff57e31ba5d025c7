"""A list of another product, opened: what it is, how its columns are understood, and its people one by one."""

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.errors import NewsletterError
from newsletter.moving import mailman, vcard
from newsletter.moving.archive import members
from newsletter.moving.formats import FIELDS, FORMATS, GENERIC, Format, detect
from newsletter.moving.newcomer import Newcomer, Problem
from newsletter.moving.people import Rules, headless
from newsletter.moving.table import Line, Shape, Source, rows, shape

_PRODUCTS = tuple(dict.fromkeys(one.product for one in FORMATS))
#: Octets of a JSON roster, which is read whole.
_LARGEST_JSON = 200 << 20
_PICKLE = b"\x80"


@dataclass(slots=True)
class Part:
    """One table: the whole file, or one of an archive."""

    name: str
    source: Source
    product: str
    generation: str
    columns: tuple[str, ...] = ()
    mapping: dict[str, str] = field(default_factory=dict)
    shape: Shape | None = None
    format: Format = GENERIC
    has_heading: bool = True
    size: int = 0


@dataclass(slots=True)
class Reading:
    """What `open_list` has found. ``losses`` counts, once people were read, what could not be carried."""

    name: str
    parts: list[Part]
    losses: Counter[str] = field(default_factory=Counter)

    @property
    def size(self) -> int:
        """Octets that there are to read."""
        return sum(part.size for part in self.parts)

    @property
    def says_standing(self) -> bool:
        """Whether the file tells who wants mail; otherwise whoever imports it has to."""
        says = {"status", "opted_out", "receives", "confirmed", "blocked", "unsubscribed_at"}
        return all(part.format.standing is not None or says & set(part.mapping.values()) for part in self.parts)

    def people(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[Newcomer | Problem]:
        """Everybody in it, and what cannot be taken; ``progress`` gets the octets read so far."""
        before = 0
        for part in self.parts:
            start = before
            yield from self._of(part, lambda count, start=start: progress(start + count))  # type: ignore[misc]
            before += part.size

    def _of(self, part: Part, progress: Callable[[int], None]) -> Iterator[Newcomer | Problem]:
        if part.product == "vcard":
            with (
                part.source() as stream,
                io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="") as text,
            ):
                yield from vcard.cards(text)
        elif part.generation == "rest":
            with part.source() as stream:
                listed = mailman.entries(
                    stream.read(_LARGEST_JSON + 1)[:_LARGEST_JSON].decode("utf-8-sig", errors="replace")
                )
            for number, entry in enumerate(listed, 1):
                yield mailman.member(number, entry)
        elif part.product == "mailman":
            yield from mailman.roster(_plain_lines(part))
        elif part.shape is not None:
            rules = Rules(part.format, part.columns, part.mapping, lost=self.losses)
            lines = rows(part.source, part.shape, progress)
            if part.has_heading:
                next(lines, None)
            yield from map(rules.person, lines)


def open_list(path: Path, *, product: str | None = None, mapping: Mapping[str, str] | None = None) -> Reading:
    """Look at a file: a table, a roster, an address book, or an archive of tables.

    ``product`` overrides what it is taken for, ``mapping`` (heading to one of `formats.FIELDS`) what its columns are.
    ``NewsletterError`` for a file that is none of these, or unsafe to unpack.
    """
    if product is not None and product not in (*_PRODUCTS, "csv", "mailman", "vcard"):
        raise NewsletterError(
            f"There is no product {product!r} here; known are {', '.join((*_PRODUCTS, 'csv', 'mailman', 'vcard'))}."
        )
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
        if zipfile.is_zipfile(path):
            parts = [_part(name, source, size, product, mapping or {}) for name, source, size in _tables(path)]
        else:
            parts = [_part(path.name, _file(path), path.stat().st_size, product, mapping or {}, start)]
    except FileNotFoundError:
        raise NewsletterError(f"There is no file {path.name}.") from None
    except OSError as error:
        raise NewsletterError(f"{path.name} cannot be read ({type(error).__name__}).") from error
    # Who left is told of first, so that nobody is active for a moment who should not be.
    parts.sort(key=lambda part: part.generation == "subscribed")
    return Reading(path.name, parts)


def _part(
    name: str, source: Source, size: int, product: str | None, mapping: Mapping[str, str], start: bytes = b""
) -> Part:
    if start[:1] == _PICKLE or name.endswith((".pck", ".pickle")):
        raise NewsletterError(
            "This is the pickled configuration of a Mailman 2 list, which only Mailman may open: there, run "
            "`list_members --fullnames LIST > members.txt` and import that file."
        )
    text = start.decode("utf-8", errors="replace").lstrip("\ufeff\r\n\t ")
    if product == "vcard" or text[:11].upper() == "BEGIN:VCARD":
        return Part(name, source, "vcard", "any", size=size)
    if text[:1] in ("{", "["):
        return Part(name, source, "mailman", "rest", size=size)
    found = shape(source)
    first = found.first[0] if found.first else ()
    if product == "mailman" or (text and mailman.is_roster(text.splitlines()[0]) and not detect(first)):
        return Part(name, source, "mailman", "roster", shape=found, size=size)
    columns = tuple(_named(first))
    form = next((one for one in FORMATS if one.product == product), GENERIC) if product else detect(columns)
    is_table = form is not None
    if form is None:
        made_up = headless(found.first)
        if made_up is None and "email" not in mapping.values():
            raise NewsletterError(
                f"{name}: no column is called email, so nobody knows where the addresses are. The columns are "
                f"{', '.join(columns[:20])}; say which one it is with --map COLUMN=email."
            )
        form, columns, is_table = GENERIC, made_up or columns, made_up is None
    return Part(
        name, source, form.product, form.generation, columns=columns, mapping=_mapped(form, columns, mapping), shape=found,
        format=form, has_heading=is_table, size=size,
    )  # fmt: skip


def _mapped(form: Format, columns: tuple[str, ...], given: Mapping[str, str]) -> dict[str, str]:
    made = form.mapping(columns)
    for heading, what in given.items():
        place = next((column for column in columns if column.strip().casefold() == heading.strip().casefold()), None)
        if place is None:
            raise NewsletterError(f"There is no column {heading!r}; the columns are {', '.join(columns[:20])}.")
        if what not in FIELDS:
            raise NewsletterError(f"{what!r} is nothing that a column can be; it is one of {', '.join(FIELDS)}.")
        made[place] = what
    if "email" not in made.values():
        likely = next(
            (column for column in columns if "email" in column.casefold() or "e-mail" in column.casefold()), None
        )
        if likely is None:
            raise NewsletterError(
                f"No column holds the addresses; say which with --map COLUMN=email. There are {', '.join(columns[:20])}."
            )
        made[likely] = "email"
    seen: set[str] = set()
    for column, what in list(made.items()):
        # Of two columns for the same thing the first counts, and the other is kept as it is.
        if what in seen and what in ("email", "name", "first_name", "last_name", "status"):
            made[column] = "attribute"
        seen.add(what)
    return made


def _named(first: tuple[str, ...]) -> Iterator[str]:
    """Headings, each with a name of its own; an empty last one is the trailing delimiter that phpList writes."""
    seen: Counter[str] = Counter()
    for place, cell in enumerate(first, 1):
        name = cell.strip() or f"column {place}"
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} {seen[name]}"


def _plain_lines(part: Part) -> Iterator[Line]:
    encoding = part.shape.encoding if part.shape else "utf-8"
    with part.source() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
        number = 0
        while line := text.readline(100_000):
            number += 1
            yield Line(number, (line.strip("\r\n\ufeff"),))
        text.detach()


def _file(path: Path) -> Source:
    return lambda: path.open("rb")


def _tables(path: Path) -> Iterator[tuple[str, Source, int]]:
    """The tables of an archive; ``NewsletterError`` for one that is unsafe or holds none."""
    tables = [one for one in members(path) if one[0].casefold().endswith((".csv", ".txt", ".tsv"))]
    if not tables:
        raise NewsletterError("There is no CSV file in the archive.")
    yield from tables
