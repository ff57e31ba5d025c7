"""Figures and tables: how sure a mean is, how fast a cost grows, how it is written down."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the interval that holds it in 95 of 100 samples."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        """The mean and its interval in hundredths of one: ``+1.4 [0.3, 2.6]``."""
        return f"{self.mean * 100:+.1f} [{self.low * 100:.1f}, {self.high * 100:.1f}]"


def bootstrap(differences: Sequence[float], *, seed: int, samples: int = 2000) -> Interval:
    """The mean of paired differences with its percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13)."""
    dice = random.Random(seed)  # noqa: S311 - figures that can be made again, not a secret
    means = sorted(fmean(dice.choices(differences, k=len(differences))) for _ in range(samples))
    return Interval(fmean(differences), means[round(samples * 0.025)], means[round(samples * 0.975) - 1])


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The power of the size that the cost grows with: the slope of its logarithm over that of the size."""
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    x, y = fmean(xs), fmean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def spread(values: Sequence[float], digits: int) -> str:
    """The median and from where to where the values go: ``0.45 (0.44-0.47)``."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
