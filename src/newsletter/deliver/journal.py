"""The journal around the final dot: what a sender that is killed can no longer say.

One file for each run over a batch, appended to without waiting for the disk: the system keeps what a killed process
wrote, and loses it only when the machine itself goes down. So a journal is believed only on the same start of the same
machine; otherwise it proves nothing.
"""

import errno
import os
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from newsletter.errors import StoreError
from newsletter.model.delivery import Fate, Leftover, Taken

_MAGIC = b"newsletter journal 1\n"
_RECORD = struct.Struct("<cq")
_MARKS = {b".": Fate.AMBIGUOUS, b"+": Fate.ACCEPTED, b"-": Fate.UNSENT}


class Journal:
    """The marks of one run over one batch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        #: A record may stand there in part, so that nothing behind it could be read.
        self._broken = False

    @classmethod
    def begin(cls, folder: Path, taken: Taken, machine: str) -> Self:
        """Begin the journal of a batch that was just taken; ``machine`` names this start of this machine.

        ``StoreError`` if it cannot be written.
        """
        journal = cls(folder / _name(taken.batch_id, taken.owner, taken.epoch))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            journal._file = os.open(journal._path, os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_WRONLY, 0o600)
            journal._write(_MAGIC + machine.encode() + b"\n")
        except OSError as error:
            raise _unwritable(folder, error) from None
        return journal

    def handing_over(self, subscriber_id: int) -> None:
        """The last byte of this reader's mail is about to leave. ``StoreError`` if that cannot be noted: do not send."""
        try:
            self._write(_RECORD.pack(b".", subscriber_id))
        except OSError as error:
            raise _unwritable(self._path.parent, error) from None

    def answered(self, subscriber_id: int, *, accepted: bool) -> None:
        """The relay said whether it owns the mail, or it is sure that the last byte never left.

        Where that cannot be noted the row stays ambiguous, which errs on the honest side.
        """
        try:
            self._write(_RECORD.pack(b"+" if accepted else b"-", subscriber_id))
        except OSError:
            self._broken = True

    def end(self) -> None:
        """Every row is settled: nobody needs the journal any more."""
        self.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop writing and leave the file for whoever takes over."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, data: bytes) -> None:
        if self._broken:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if os.write(self._file, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def reader(folder: Path, machine: str) -> Callable[[Leftover], Mapping[int, Fate] | None]:
    """How the journals in ``folder`` are asked on this start of this machine; see ``Batches.take``."""

    def fates(leftover: Leftover) -> Mapping[int, Fate] | None:
        path = folder / _name(leftover.batch_id, leftover.owner, leftover.epoch)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        head = _MAGIC + machine.encode() + b"\n"
        if not machine or f"{leftover.host} {leftover.boot_id}" != machine or not content.startswith(head):
            return None
        return _read(content[len(head) :])

    return fates


def discard(folder: Path, leftover: Leftover) -> None:
    """Take away the journal of a run whose rows have been judged."""
    (folder / _name(leftover.batch_id, leftover.owner, leftover.epoch)).unlink(missing_ok=True)


def _read(records: bytes) -> dict[int, Fate]:
    """The last mark of each reader; a record that was cut short by the end is none."""
    whole = len(records) - len(records) % _RECORD.size
    return {
        subscriber_id: _MARKS[mark] for mark, subscriber_id in _RECORD.iter_unpack(records[:whole]) if mark in _MARKS
    }


def _name(batch_id: int, owner: int, epoch: int) -> str:
    return f"batch-{batch_id}-{owner}-{epoch}.journal"


def _unwritable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"The sender's journal cannot be written in {folder} ({error.strerror or error}), so nothing more is sent. "
        "Make room there, or name another folder as delivery.journal."
    )
