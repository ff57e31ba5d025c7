"""A sender that kills itself at a named point: ``python dying.py POINT NTH WORDS...`` is ``newsletter WORDS...`` until then.

A point is the moment right before or right after a function is called for the NTH time.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from newsletter.deliver.journal import Journal
from newsletter.deliver.transaction import Lane
from newsletter.store import batches, tallies
from newsletter.store.batches import Batches
from newsletter.store.deliveries import Deliveries
from newsletter.store.frozen import Frozen

_CLAIMED = "state/claimed"

Point = tuple[Any, str, bool, Callable[..., bool]]


def _always(*_: Any, **__: Any) -> bool:
    return True


def _claims(_connection: object, _issue: int, _batch: int, changes: Any) -> bool:
    return bool(changes.get(_CLAIMED, 0) > 0)


def _settles(_connection: object, _issue: int, _batch: int, changes: Any) -> bool:
    return bool(changes.get(_CLAIMED, 0) < 0)


#: Whose function, its name, whether right before it, and which of its calls count.
POINTS: dict[str, Point] = {
    "before the freeze": (Frozen, "freeze", True, _always),
    "inside the freeze": (batches, "cut", True, _always),
    "after the freeze": (Frozen, "freeze", False, _always),
    "before a batch is taken": (Batches, "take", True, _always),
    "after a batch was taken": (Batches, "take", False, _always),
    "before a claim is committed": (tallies, "add", True, _claims),
    "after a claim was committed": (Deliveries, "claim", False, _always),
    "after an envelope was said": (Lane, "_hand_over", True, _always),
    "before the mark of the last byte": (Journal, "handing_over", True, _always),
    "after the mark of the last byte": (Journal, "handing_over", False, _always),
    "after the last byte": (Lane, "_hear_outcome", True, _always),
    "after the answer": (Journal, "answered", True, _always),
    "after the mark of the answer": (Journal, "answered", False, _always),
    "before outcomes are committed": (tallies, "add", True, _settles),
    "after outcomes were committed": (Deliveries, "settle", False, _always),
    "after a batch was given back": (Batches, "give_back", False, _always),
}


def arm(point: str, nth: int) -> None:
    """Have this process die there."""
    owner, name, before, counts = POINTS[point]
    real = getattr(owner, name)
    calls = 0

    def dying(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += counts(*given, **named)
        due = calls == nth and counts(*given, **named)
        if due and before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*given, **named)
        if due:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


if __name__ == "__main__":
    from newsletter.__main__ import main

    batches.SIZE = 40
    arm(sys.argv.pop(1), int(sys.argv.pop(1)))
    main()
