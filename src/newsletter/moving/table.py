"""A table in a file of any length: its encoding, what parts its cells, its heading, its rows. Constant memory."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO

from newsletter.errors import NewsletterError

#: Where the bytes come from; each call opens them anew.
Source = Callable[[], AbstractContextManager[IO[bytes]]]

_DELIMITERS = (",", ";", "\t", "|")
_CHUNK = 1 << 20
#: Characters of one cell at most, in a list of people.
_LONGEST_CELL = 100_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a file is written. ``header`` is its first row if that is a heading, else none; ``first`` are its first rows."""

    encoding: str
    delimiter: str
    first: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row, with the line of the file that it ends on. ``broken`` says why it cannot be read; then it has no cells."""

    number: int
    cells: Sequence[str]
    broken: str = ""


def shape(source: Source) -> Shape:
    """Look at a file: all of its bytes for the encoding, its first rows for the rest. ``NewsletterError`` if it is empty."""
    encoding = _encoding(source)
    with source() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
        try:
            start = "".join(line for line in (text.readline(_LONGEST_CELL) for _ in range(20)))
        finally:
            text.detach()
    if not start.strip("\x00\r\n\t ;,|"):
        raise NewsletterError("The file is empty.")
    heading = start.splitlines()[0]
    delimiter = max(_DELIMITERS, key=heading.count)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        first = tuple(
            tuple(row) for row in csv.reader(io.StringIO(start.replace("\x00", "")), delimiter=delimiter) if row
        )
    except csv.Error:
        first = (tuple(heading.split(delimiter)),)
    return Shape(encoding=encoding, delimiter=delimiter, first=first)


def rows(
    source: Source, found: Shape, progress: Callable[[int], None] = lambda _: None, *, longest_cell: int = _LONGEST_CELL
) -> Iterator[Line]:
    """Every row, those that are empty left out; ``progress`` gets how many bytes were read so far.

    A cell of more characters than ``longest_cell`` is taken for an unclosed quotation mark.
    """
    csv.field_size_limit(longest_cell)
    with source() as stream:
        counted = _Counted(stream, progress)
        text = io.TextIOWrapper(
            io.BufferedReader(counted, _CHUNK), encoding=found.encoding, errors="replace", newline=""
        )
        reader = csv.reader(_lines(text, longest_cell * 4), delimiter=found.delimiter)
        before = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                yield Line(reader.line_num, (), _why(str(error), before, reader.line_num))
                before = reader.line_num
                continue
            before = reader.line_num
            if any(cells):
                yield Line(reader.line_num, cells)
        text.detach()


def _lines(text: io.TextIOWrapper, longest: int) -> Iterator[str]:
    """Lines in pieces that a runaway one cannot fill the memory with; NUL is in no list that a person made."""
    while line := text.readline(longest):
        yield line.replace("\x00", "\ufffd") if "\x00" in line else line


def _why(error: str, before: int, line: int) -> str:
    if "field larger" in error:
        return f"lines {before + 1} to {line} hang together by a quotation mark that is not closed"
    return f"it cannot be read ({error})"


def _encoding(source: Source) -> str:
    """UTF-8 or UTF-16 by its mark, UTF-8 if all of it is, else what Excel writes in Western Europe."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source() as stream:
        chunk = stream.read(_CHUNK)
        for mark, name in _MARKS:
            if chunk.startswith(mark):
                return name
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = stream.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "windows-1252"
    return "utf-8"


class _Counted(io.RawIOBase):
    """A stream that tells how far it was read."""

    def __init__(self, stream: IO[bytes], progress: Callable[[int], None]) -> None:
        self._stream, self._progress, self._count = stream, progress, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._count += len(chunk)
        self._progress(self._count)
        return len(chunk)
