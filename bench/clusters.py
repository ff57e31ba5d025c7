"""B-cubed: how well groups of things agree with the true ones, thing by thing (Bagga and Baldwin, COLING-ACL 1998)."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the things grouped with one, the share that belongs there; of those that belong there, the share grouped with it."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def bcubed(found: Iterable[Iterable[Thing]], true: Iterable[Iterable[Thing]]) -> Agreement:
    """How well the groups ``found`` agree with the ``true`` ones of the same things."""
    mine, theirs = _homes(found), _homes(true)
    if not mine or mine.keys() != theirs.keys():
        raise ValueError("B-cubed compares two groupings of the same things, and of at least one.")
    both = {thing: len(mine[thing] & theirs[thing]) for thing in mine}
    return Agreement(
        fmean(both[thing] / len(mine[thing]) for thing in mine),
        fmean(both[thing] / len(theirs[thing]) for thing in mine),
    )


def _homes(groups: Iterable[Iterable[Thing]]) -> Mapping[Thing, frozenset[Thing]]:
    return {thing: group for group in map(frozenset, groups) for thing in group}
