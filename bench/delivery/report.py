"""The figures as tables, and how they stand to the goals."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.delivery.contenders import DJANGO, LIMIT, NAIVE, NAMES, OURS, SENSIBLE
from bench.delivery.cost import Cost
from bench.figures import exponent, spread, table

_HIDDEN = "hidden by start-up"
_NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What we want to reach, what was found, and whether that reaches it; ``None`` where nothing was found."""

    name: str
    found: str
    reached: bool | None


def figures(costs: Sequence[Cost], sink: str) -> str:
    """The table of one sink."""
    head = (
        "contender",
        "messages",
        "CPU µs/message",
        "with start-up",
        "× smtp-source",
        "messages/s",
        "peak MB",
        "KB each",
    )
    rows = []
    for name in NAMES:
        ran = _of(costs, name, sink)
        if ran:
            sizes = [cost.size / 1024 for cost in ran if cost.size]
            rows.append(
                (
                    name,
                    ran[0].messages,
                    _shown([cost.micros for cost in ran], 1),
                    _shown([cost.whole_micros for cost in ran], 1),
                    _shown(ratios(costs, sink, name, LIMIT), 2),
                    _shown([cost.speed for cost in ran], 0),
                    _shown([cost.peak for cost in ran], 0),
                    f"{median(sizes):.1f}" if sizes else "",
                )
            )
    return table(head, rows)


def ratios(costs: Sequence[Cost], sink: str, name: str, other: str) -> list[float]:
    """CPU a message of one contender over that of another, round by round."""
    below = {cost.round: cost.micros for cost in _of(costs, other, sink)}
    above = {cost.round: cost.micros for cost in _of(costs, name, sink)}
    return [mine / theirs for number in above if (mine := above[number]) and (theirs := below.get(number))]


def growing(costs: Sequence[Cost]) -> tuple[str, float | None]:
    """The table of growth and its exponent, if sending can be told from start-up at every size."""
    sizes = sorted({cost.messages for cost in costs})
    runs = [[cost for cost in costs if cost.messages == size] for size in sizes]
    head = ("readers", "CPU µs/message", "with start-up", "peak MB")
    rows = [
        (
            size,
            _shown([cost.micros for cost in ran], 1),
            _shown([cost.whole_micros for cost in ran], 1),
            _shown([cost.peak for cost in ran], 0),
        )
        for size, ran in zip(sizes, runs, strict=True)
    ]
    totals = [[cost.loop_cpu for cost in ran if cost.loop_cpu] for ran in runs]
    power = exponent(sizes, [median(total) for total in totals]) if len(sizes) > 1 and all(totals) else None
    said = f"CPU grows with the readers to the power of {power:.2f}." if power is not None else _HIDDEN
    return f"{table(head, rows)}\n\n{said}", power


def goals(costs: Sequence[Cost], power: float | None, grown: Sequence[Cost] = ()) -> list[Goal]:
    """How the figures stand to the goals; of two sinks the worse counts."""
    peaks = [cost.peak for cost in (*costs, *grown) if cost.contender == OURS]
    found = [_ratio_goal(costs, "CPU/message at most 1.5 × smtp-source", OURS, LIMIT, max, lambda worst: worst <= 1.5)]  # noqa: PLR2004 - the goal
    for name, least in ((NAIVE, 100), (SENSIBLE, 50), (DJANGO, 50)):
        sentence = f"CPU/message of {name} at least {least} × ours"
        found.append(_ratio_goal(costs, sentence, name, OURS, min, _at_least(least)))
    peak = max(peaks, default=None)
    found.append(
        Goal(
            name="peak memory at most 64 MB",
            found=f"{peak:.0f} MB" if peak else _NOT_MEASURED,
            reached=peak <= 64 if peak else None,  # noqa: PLR2004 - the goal
        )
    )
    found.append(
        Goal(
            name="CPU grows with readers to the power of 0.95 to 1.05",
            found=_NOT_MEASURED if power is None else f"{power:.2f}",
            reached=None if power is None else 0.95 <= power <= 1.05,  # noqa: PLR2004 - the goal
        )
    )
    return found


def goals_table(reached: Iterable[Goal]) -> str:
    """The goals as a table."""
    words = {True: "reached", False: "not reached", None: ""}
    return table(("goal", "found", ""), [(goal.name, goal.found, words[goal.reached]) for goal in reached])


def _at_least(least: float) -> Callable[[float], bool]:
    return lambda found: found >= least


def _ratio_goal(
    costs: Sequence[Cost],
    name: str,
    above: str,
    below: str,
    worse: Callable[[Iterable[float]], float],
    reaches: Callable[[float], bool],
) -> Goal:
    """The goal for a ratio: the median of the rounds, of the sink where it is worse."""
    by_sink = [found for sink in {cost.sink for cost in costs} if (found := ratios(costs, sink, above, below))]
    if not by_sink:
        return Goal(name=name, found=_NOT_MEASURED, reached=None)
    worst = worse(map(median, by_sink))
    told = next(found for found in by_sink if median(found) == worst)
    return Goal(name=name, found=f"{spread(told, 2 if above == OURS else 0)} ×", reached=reaches(worst))


def _of(costs: Sequence[Cost], name: str, sink: str) -> list[Cost]:
    return [cost for cost in costs if (cost.contender, cost.sink) == (name, sink)]


def _shown(values: Sequence[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return _HIDDEN
    return spread(known, digits) if known else ""
