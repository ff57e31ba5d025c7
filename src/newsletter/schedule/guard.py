"""Whether the past is what it seems: a restored database, a clock that jumped, a machine that was away.

Each of them makes a scheduler believe that old things are still to be done. What looks like that is held, and a person
decides.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.deliver.fence import clock
from newsletter.store.store import Store

#: By more than this no clock is set in passing.
JUMP = timedelta(minutes=5)
#: After so long without any scheduler, what was being sent waits for a person.
SILENCE = timedelta(hours=6)

#: Other machines may remember a little more than this one does.
_AHEAD = 1000

RESTORED = (
    "The database is an older copy of itself: it was restored from a backup, and what was sent since is not in it. Look at "
    "what is due and under way; then: newsletter schedule release"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look has found.

    ``alarm`` says why nothing is sent by itself. ``is_behind`` says that the clock shows a time before the last look:
    then nothing is planned or decided. ``jumped_from`` is the time that it should be, if the clock was put forward.
    """

    alarm: str = ""
    is_behind: bool = False
    jumped_from: datetime | None = None


@dataclass(slots=True)
class Guard:
    """Looks before every round. ``mark`` is a file outside the database that remembers how old that was.

    After ``silence`` without any look, what was being sent then is paused.
    """

    store: Store
    mark: Path
    actor: str
    steady: Callable[[], float] = clock
    silence: timedelta = SILENCE
    _last: tuple[datetime, float] | None = field(default=None)

    def look(self, now: datetime) -> Seen:
        """Compare clock, database and mark with what they were."""
        age = self.store.instance.age()
        jumped_from = self._jumped_from(now)
        if age.ticked_at and now < age.ticked_at - JUMP and not jumped_from:
            return Seen(alarm=age.held, is_behind=True)
        remembered = self._remembered(age.name)
        if remembered > age.generation and not age.held:
            self.store.instance.hold(RESTORED, actor=self.actor, now=now)
            self._pause_what_is_under_way(RESTORED, now)
            return Seen(alarm=RESTORED, jumped_from=jumped_from)
        if self._last is None and age.ticked_at and now - age.ticked_at > self.silence:
            hours = (now - age.ticked_at) / timedelta(hours=1)
            self._pause_what_is_under_way(
                f"Nothing was running for {hours:.0f} hours, so the rest waits for somebody to look. Is this machine what "
                "it was? Then resume; otherwise cancel.",
                now,
                ordered_before=now - self.silence,
            )
        if remembered < age.generation and not age.held:
            self._remember(age.name, age.generation)
        self._last = (now, self.steady())
        return Seen(alarm=age.held, jumped_from=jumped_from)

    def release(self, now: datetime) -> None:
        """Somebody looked: go on from here."""
        age = self.store.instance.age()
        self.store.instance.release(self._remembered(age.name) + _AHEAD, actor=self.actor, now=now)

    def _jumped_from(self, now: datetime) -> datetime | None:
        if self._last is None:
            return None
        wall, steady = self._last
        expected = wall + timedelta(seconds=self.steady() - steady)
        return expected if now - expected > JUMP else None

    def _pause_what_is_under_way(self, reason: str, now: datetime, *, ordered_before: datetime | None = None) -> None:
        for issue_id, newsletter_id, slot in self.store.issues.under_way():
            frozen_at = self.store.issues.get(issue_id).frozen_at
            if ordered_before and frozen_at and frozen_at > ordered_before:
                continue  # somebody gave the order since
            self.store.issues.pause(issue_id, reason, actor=self.actor, now=now)
            self.store.notices.ask(newsletter_id, slot, "paused", reason, now=now)

    def _remembered(self, name: str) -> int:
        try:
            kept = json.loads(self.mark.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0
        return int(kept["generation"]) if kept.get("name") == name else 0

    def _remember(self, name: str, generation: int) -> None:
        self.mark.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.mark.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"name": name, "generation": generation}), encoding="utf-8")
        fresh.replace(self.mark)
