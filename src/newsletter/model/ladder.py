"""When a mail that was put off may be tried again (RFC 5321, 4.5.4.1; RFC 6647 for greylists).

The waits are spread by up to a fifth to either side, so that what was refused together does not come back together. The
spread is a function of the row and the attempt: a replay meets the same instants.
"""

from datetime import datetime, timedelta
from hashlib import blake2b

from newsletter.model.refusal import Refusal

#: The waits after the first, second ... attempt at a row; after the last of them ``AFTERWARDS`` for ever.
STEPS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
#: With the spread four to six hours.
AFTERWARDS = timedelta(hours=5)
#: How long a provider is left alone that refuses us whoever the mail is for; the last one for ever.
PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
#: No mail is tried for longer, whatever the caller allows.
LONGEST = timedelta(days=5)
#: A greylist that is asked sooner may begin to count anew.
GREYLIST = timedelta(minutes=5)
#: The share of a wait by which it may turn out longer or shorter.
SPREAD = 0.2


def next_try(
    now: datetime,
    *,
    first_tried_at: datetime,
    attempt: int,
    refusal: Refusal,
    seed: int | str,
    give_up_after: timedelta,
) -> datetime | None:
    """When a row that was put off at its ``attempt``-th try (from 1) may be tried again; ``None``: not any more.

    It expires when the next try would come later than ``give_up_after`` (at most five days) after ``first_tried_at``,
    and at once if ``refusal`` is final. ``seed`` names the row. All instants are timezone-aware.
    """
    if refusal.final:
        return None
    due = now + wait(attempt=attempt, refusal=refusal, seed=seed)
    return None if due - first_tried_at > min(give_up_after, LONGEST) else due


def wait(*, attempt: int, refusal: Refusal, seed: int | str) -> timedelta:
    """How long to wait after the ``attempt``-th try (from 1) of the row that ``seed`` names."""
    step = _step(attempt, refusal)
    spread = _spread(seed, attempt)
    if refusal.greylisted:
        # Only to the later side: nothing is gained by a knock at a door that is still shut.
        return max(GREYLIST, step * (1 + abs(spread)))
    return step * (1 + spread)


def _step(attempt: int, refusal: Refusal) -> timedelta:
    nth = max(attempt, 1) - 1
    if refusal.of_everybody:
        return PAUSES[min(nth, len(PAUSES) - 1)]
    return STEPS[nth] if nth < len(STEPS) else AFTERWARDS


def _spread(seed: int | str, attempt: int) -> float:
    """Between ``-SPREAD`` and ``SPREAD``, the same for the same row and attempt in every process."""
    digest = blake2b(f"{seed}:{attempt}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) / (2**64 - 1) * 2 - 1) * SPREAD
