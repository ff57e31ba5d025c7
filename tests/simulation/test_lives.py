"""Many lives of an issue, in which everything fails: nobody lost, nobody twice but in doubt, nothing hidden."""

import os
from collections import Counter
from pathlib import Path

import pytest

from simulation.lives import live, template

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "60"))
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_everybody_is_accounted_for_by_the_relays_own_book(tmp_path: Path, part: int) -> None:
    made = template(tmp_path)
    events: Counter[str] = Counter()
    for seed in range(part, SEEDS, PARTS):
        world = live(seed, tmp_path, made)
        assert not world.violations, f"seed {seed}: {world.violations}"
        events += world.events
    print(f"seeds {part} to {SEEDS} by {PARTS}: {dict(sorted(events.items()))}")
    if SEEDS >= 60:
        for event in ("killed", "power cut", "frozen", "taken over", "ambiguous", "left", "away"):
            assert events[event], f"no life had {event}: nothing was tested by it"


@pytest.mark.parametrize("seed", [196])
def test_lives_that_once_went_wrong_go_well(tmp_path: Path, seed: int) -> None:
    """196: a reader who was deferred, then in doubt, and held: woken again by the time of the deferral."""
    world = live(seed, tmp_path, template(tmp_path))
    assert not world.violations
