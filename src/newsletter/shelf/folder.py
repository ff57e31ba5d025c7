"""Pictures in a folder that the pages serve."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from newsletter.errors import StoreError
from newsletter.shelf.name import checked_name

#: A web server that runs as somebody else may read the picture.
_MODE = 0o644


class FolderShelf:
    """Pictures in ``folder``, which is made if it is missing; ``address`` tells the public URL of a name."""

    def __init__(self, folder: Path, address: Callable[[str], str]) -> None:
        self._folder = folder
        self._address = address

    def put(self, name: str, content: bytes, content_type: str) -> str:  # noqa: ARG002 - the suffix says it to the pages
        """Store ``content`` as ``name`` and return its public URL; a name that is there already is left as it is.

        The picture is there whole or not at all. ``StoreError`` if the name is none or the folder cannot be written to.
        """
        path = self._folder / checked_name(name)
        try:
            if not path.is_file():
                self._write(path, content)
        except OSError as error:
            raise StoreError(
                f"No picture can be written to {self._folder} ({error.strerror}). Make room there, "
                "make it a folder that we may write to, or name another one as media."
            ) from None
        return self._address(name)

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, prefix=".", suffix=".part", delete=False) as part:
            try:
                part.write(content)
                part.flush()
                os.fchmod(part.fileno(), _MODE)
                os.fsync(part.fileno())
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
