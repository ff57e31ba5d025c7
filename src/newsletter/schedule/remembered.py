"""A copy of the suppression list outside the database, so that a restored backup mails nobody who left since.

A file of lines of JSON beside the senders' journals: hashes, reasons and moments, never an address. It is written at each
look, ten seconds after what it tells of at most.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from newsletter.model.suppression import Suppression, SuppressionReason
from newsletter.store.store import Store

_Key = tuple[str, int]
#: Two looks overlap by so much: what was written in one may be committed after it.
_OVERLAP = timedelta(seconds=60)


@dataclass(slots=True)
class Remembered:
    """Keeps ``file`` and the suppression list of ``store`` alike; ``actor`` brings back what was lost."""

    store: Store
    file: Path
    actor: str
    _upto: datetime | None = field(default=None)
    _noted: set[int] = field(default_factory=set)

    def look(self, now: datetime) -> int:
        """Note what has changed; at the first look bring back what the database has lost. Return how many that were."""
        lost = self._bring_back(now) if self._upto is None else 0
        self._note(now)
        return lost

    def _bring_back(self, now: datetime) -> int:
        name = self.store.instance.age().name
        known: dict[_Key, Suppression] = {}
        for said in _lines(self.file):
            if said.get("database") != name:
                continue
            one = _suppression(said)
            known[one.address_hash, one.newsletter_id] = one
        return self.store.suppressions.take_over(
            (one for one in known.values() if one.lifted_at is None), actor=self.actor, now=now
        )

    def _note(self, now: datetime) -> None:
        name = self.store.instance.age().name
        if self._upto is None:
            self._noted = {_mark(_suppression(said)) for said in _lines(self.file)}
        marks = set()
        with ExitStack() as stack:
            out: TextIO | None = None
            for one in self.store.suppressions.all(since=self._upto):
                marks.add(mark := _mark(one))
                if mark in self._noted:
                    continue
                if out is None:
                    out = stack.enter_context(_appending(self.file))
                out.write(json.dumps({"database": name, **_values(one)}) + "\n")
            if out is not None:
                out.flush()
                os.fsync(out.fileno())
        self._noted, self._upto = marks, now - _OVERLAP


def _appending(file: Path) -> TextIO:
    """The file, ready for a line more: one that a power failure cut off is ended first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    whole = not file.exists() or file.stat().st_size == 0 or file.read_bytes().endswith(b"\n")
    out = file.open("a", encoding="utf-8")
    if not whole:
        out.write("\n")
    return out


def _mark(one: Suppression) -> int:
    return hash((one.address_hash, one.newsletter_id, one.reason, one.at, one.lifted_at))


def _values(one: Suppression) -> dict[str, object]:
    lifted = one.lifted_at.isoformat() if one.lifted_at else None
    return {"hash": one.address_hash, "newsletter": one.newsletter_id, "reason": str(one.reason), "at": one.at.isoformat(), "note": one.note, "lifted_at": lifted}  # fmt: skip


def _suppression(said: dict[str, object]) -> Suppression:
    lifted = said["lifted_at"]
    return Suppression(
        address_hash=str(said["hash"]), newsletter_id=int(str(said["newsletter"])), reason=SuppressionReason(str(said["reason"])),
        at=datetime.fromisoformat(str(said["at"])), note=str(said["note"]), lifted_at=datetime.fromisoformat(str(lifted)) if lifted else None,
    )  # fmt: skip


def _lines(file: Path) -> Iterator[dict[str, object]]:
    """What the file says. A last line that was cut off by a power failure says nothing."""
    if not file.exists():
        return
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if isinstance(said, dict):
                yield said
