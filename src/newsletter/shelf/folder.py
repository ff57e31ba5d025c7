"""Pictures in a folder, which the pages serve."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import StoreError
from newsletter.shelf.name import checked


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """The folder, and how a name in it becomes a public address."""

    folder: Path
    address: Callable[[str], str]

    def put(self, name: str, content: bytes, content_type: str) -> str:  # noqa: ARG002 - the suffix says it to the pages
        """Keep ``content`` whole or not at all, and return its address; a name says what it holds, so once is enough."""
        target = self.folder / checked(name)
        if not target.exists():
            try:
                self._write(target, content)
            except OSError as error:
                raise StoreError(
                    f"The picture {name} cannot be kept in {self.folder} ({type(error).__name__}); "
                    "check that there is room and that the folder can be written."
                ) from error
        return self.address(name)

    def _write(self, target: Path, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", dir=self.folder)
        half = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.chmod(0o644)
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
