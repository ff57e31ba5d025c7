"""The journal around the final dot: what a sender that is killed can no longer say.

One file for each run over a batch, mapped into memory: a mark costs no system call, and the system keeps what a killed
process wrote. It loses it only when the machine itself goes down, so a journal is believed only on the same start of the
same machine; otherwise it proves nothing.
"""

import mmap
import os
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from newsletter.errors import StoreError
from newsletter.model.delivery import Fate, Leftover, Taken

_MAGIC = b"newsletter journal 2\n"
#: A reader's number and, written after it, the mark. A record without a mark is none: it was cut short by the end.
_NUMBER = struct.Struct("<q")
_SIZE = _NUMBER.size + 1
_MARKS = {ord("."): Fate.AMBIGUOUS, ord("+"): Fate.ACCEPTED, ord("-"): Fate.UNSENT}
#: Records that there is room for at first, and again whenever the room is used up.
_ROOM = 4096


class Journal:
    """The marks of one run over one batch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._map: mmap.mmap | None = None
        self._at = self._end = 0

    @classmethod
    def begin(cls, folder: Path, taken: Taken, machine: str) -> Self:
        """Begin the journal of a batch that was just taken; ``machine`` names this start of this machine.

        ``StoreError`` if it cannot be written.
        """
        journal = cls(folder / _name(taken.batch_id, taken.owner, taken.epoch))
        head = _MAGIC + machine.encode() + b"\n"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            journal._file = os.open(journal._path, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
            os.write(journal._file, head)
            journal._at = len(head)
            journal._make_room()
        except OSError as error:
            journal.close()
            raise _unwritable(folder, error) from None
        return journal

    def handing_over(self, subscriber_id: int) -> None:
        """The last byte of this reader's mail is about to leave. ``StoreError`` if that cannot be noted: do not send."""
        try:
            self._mark(subscriber_id, ord("."))
        except OSError as error:
            raise _unwritable(self._path.parent, error) from None

    def answered(self, subscriber_id: int, *, accepted: bool) -> None:
        """The relay said whether it owns the mail, or it is sure that the last byte never left.

        Where that cannot be noted the row stays ambiguous, which errs on the honest side.
        """
        try:
            self._mark(subscriber_id, ord("+") if accepted else ord("-"))
        except OSError:
            return

    def end(self) -> None:
        """Every row is settled: nobody needs the journal any more."""
        self.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop writing and leave the file for whoever takes over."""
        if self._map is not None:
            self._map.close()
            self._map = None
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _mark(self, subscriber_id: int, mark: int) -> None:
        if self._at + _SIZE > self._end:
            self._make_room()
        assert self._map is not None  # noqa: S101 - begun and not closed
        _NUMBER.pack_into(self._map, self._at, subscriber_id)
        self._map[self._at + _NUMBER.size] = mark
        self._at += _SIZE

    def _make_room(self) -> None:
        """Have the disk reserve more: writing into a map of what the disk does not have would kill the process."""
        end = self._at + _ROOM * _SIZE
        os.posix_fallocate(self._file, 0, end)
        if self._map is not None:
            self._map.close()
        self._map = mmap.mmap(self._file, end)
        self._end = end


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
    """The last mark of each reader."""
    fates = {}
    for place in range(0, len(records) - _SIZE + 1, _SIZE):
        fate = _MARKS.get(records[place + _NUMBER.size])
        if fate is None:
            break
        fates[_NUMBER.unpack_from(records, place)[0]] = fate
    return fates


def _name(batch_id: int, owner: int, epoch: int) -> str:
    return f"batch-{batch_id}-{owner}-{epoch}.journal"


def _unwritable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"The sender's journal cannot be written in {folder} ({error.strerror or error}), so nothing more is sent. "
        "Make room there, or name another folder as delivery.journal."
    )
