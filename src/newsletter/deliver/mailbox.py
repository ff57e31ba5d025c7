"""Deliver to a folder: one ``.eml`` file a mail, which any mail program opens."""

import os
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Self

from newsletter.deliver.envelope import seal
from newsletter.deliver.transport import NOT_MINE_ANY_MORE, Letters, carry_each
from newsletter.errors import RelayUnreachable
from newsletter.model.delivery import Mail, Receipt, Verdict

_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


class MailboxTransport:
    """The `Transport` into ``directory``, which is made if it is missing.

    A file holds the mail's very bytes and is there whole or not at all. Its name follows from the Message-ID, so a
    second copy of a delivery takes the place of the first.
    """

    connections = 1

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def __aenter__(self) -> Self:
        """Make the folder and see that it can be written to."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._directory, prefix=".", suffix=".part"):
                pass
        except OSError as error:
            raise self._unwritable(error) from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close: every file is on the disk."""

    async def carry(self, letters: Letters) -> None:
        """Write letters to files until there are none; see `Transport.carry`."""
        await carry_each(self, letters)

    async def send(self, mail: Mail, handing_over: Callable[[], bool]) -> Receipt:
        """Write ``mail`` to its file; see `Postbox.send`. The receipt's text is the file's name."""
        if isinstance(envelope := seal(mail), Receipt):
            return envelope
        if not handing_over():
            return NOT_MINE_ANY_MORE
        name = file_name(mail.message_id)
        try:
            self._write(self._directory / name, mail.content)
        except OSError as error:
            raise self._unwritable(error) from None
        return Receipt(verdict=Verdict.ACCEPTED, text=name)

    def _write(self, path: Path, content: bytes) -> None:
        with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
            try:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        _settle(path.parent)

    def _unwritable(self, error: OSError) -> RelayUnreachable:
        return RelayUnreachable(
            f"No mail can be written to {self._directory} ({error.strerror}). Make room there, "
            "make it a folder that we may write to, or name another one."
        )


def file_name(message_id: str) -> str:
    """The file for a Message-ID: its readable part, and a digest that keeps any two apart on every file system."""
    readable = _UNSAFE.sub("-", message_id.partition("@")[0]).strip("-")[:40]
    return f"{readable or 'mail'}-{sha256(message_id.encode()).hexdigest()[:12]}.eml"


def _settle(directory: Path) -> None:
    """Have the folder's new entry on the disk: until then a power cut could take the file back."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
