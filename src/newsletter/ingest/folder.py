"""A watched folder into articles: Markdown, text and HTML files that editors drop into it."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsletter.errors import IngestError
from newsletter.ingest.read import read_path
from newsletter.model.article import Article

#: What is read; other files (pictures, for instance) may lie beside.
SUFFIXES = frozenset({".md", ".markdown", ".txt", ".html", ".htm", ".xhtml"})
#: A folder of more files is somebody's archive, not an in-tray.
MAX_FILES = 2000


@dataclass(frozen=True, slots=True)
class Folder:
    """The articles of a folder with the files that they came from, by name; ``warnings`` are about files left out."""

    articles: tuple[tuple[Path, Article], ...]
    warnings: tuple[str, ...]


def folder_path(url: str) -> Path:
    """The folder of a source with a ``file:`` URL (RFC 8089)."""
    return Path(unquote(urlsplit(url).path))


def fingerprint(folder: Path) -> str:
    """What changes when a file comes, goes or is saved anew: a digest of names, sizes and times.

    ``IngestError`` if the folder is not there, cannot be opened, or holds more files than an in-tray should.
    """
    digest = hashlib.sha256()
    for file in _files(folder):
        try:
            status = file.stat()
        except OSError:  # it was taken away this very moment
            continue
        digest.update(f"{file.name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def read_folder(folder: Path, *, now: datetime) -> Folder:
    """Read every article in ``folder``; a file that cannot be read becomes a warning, and the others go in."""
    articles: list[tuple[Path, Article]] = []
    warnings: list[str] = []
    for file in _files(folder):
        try:
            articles.append((file, read_path(file, now=now)))
        except IngestError as error:
            said = str(error)
            warnings.append(said if file.name in said else f"{file.name}: {said}")
    return Folder(tuple(articles), tuple(warnings))


def _files(folder: Path) -> list[Path]:
    """The files to read, by name; hidden ones are what editors and systems keep for themselves."""
    try:
        found = sorted(_readable(folder), key=lambda file: file.name)
    except OSError as error:
        raise IngestError(
            f"The folder {folder} cannot be read. Check that it is there and that this user may open it."
        ) from error
    if len(found) > MAX_FILES:
        raise IngestError(f"The folder {folder} holds more than {MAX_FILES} files. Keep the week's files in it only.")
    return found


def _readable(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if entry.is_file() and not entry.name.startswith(".") and path.suffix.lower() in SUFFIXES:
                yield path
