"""A ZIP archive from a stranger: what is in it, if it is safe to unpack."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from newsletter.errors import NewsletterError
from newsletter.moving.table import Source

#: Octets of all files of an archive together, once they are unpacked, and how many times it may grow.
_LARGEST, _SWELLS = 4 << 30, 200


def members(path: Path) -> list[tuple[str, Source, int]]:
    """The files of an archive, each with what opens it and its size; ``NewsletterError`` for one that is unsafe.

    Nothing is written anywhere, so that no name in it can matter; one that leads outside is refused all the same.
    """
    with zipfile.ZipFile(path) as archive:
        files = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
    for one in files:
        name = one.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise NewsletterError("The archive holds a file outside of itself; nothing was read from it.")
        if one.flag_bits & 1:
            raise NewsletterError("The archive is locked by a password; unpack it first.")
        if name.casefold().endswith((".zip", ".gz", ".rar", ".7z")):
            raise NewsletterError("There is an archive inside the archive; unpack it first.")
    total = sum(one.file_size for one in files)
    if total > _LARGEST or any(one.file_size > _SWELLS * max(one.compress_size, 4096) for one in files):
        raise NewsletterError("The archive grows beyond all measure when it is unpacked; unpack it by hand and look.")
    return [(one.filename, _member(path, one.filename), one.file_size) for one in files]


def _member(path: Path, name: str) -> Source:
    @contextmanager
    def opened() -> Iterator[IO[bytes]]:
        with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
            yield stream

    return opened
