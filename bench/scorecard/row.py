"""What a row of the scorecard is, and how it is judged.

A row's judge looks at a `World` and says point by point what it found. A row holds if something was found to hold and
nothing else was found; it is never silent: a judge that says nothing, or breaks, has failed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bench.scorecard.world import World


class Verdict(StrEnum):
    """What is said of a row."""

    HOLDS = "holds"
    FAILS = "fails"
    #: A tool is missing, or only the world could tell.
    OPEN = "cannot be judged here"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was found. ``verdict`` is ``None`` for a remark, which decides nothing."""

    verdict: Verdict | None
    evidence: str


def check(right: object, held: str, broken: str = "") -> Point:
    """A point that holds if ``right``; ``broken`` says what is wrong otherwise."""
    return Point(Verdict.HOLDS, held) if right else Point(Verdict.FAILS, broken or f"not so: {held}")


def left_open(why: str) -> Point:
    """A point that cannot be judged on this machine."""
    return Point(Verdict.OPEN, why)


def remark(said: str) -> Point:
    """Something worth knowing beside the evidence, such as a second tool that is not here."""
    return Point(None, said)


Judge = Callable[[World], Iterator[Point]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A requirement: its ``number`` in the table, its ``source`` (RFC or whose rule), the ``tool`` that proves it."""

    number: str
    requirement: str
    source: str
    tool: str
    judge: Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A judged row; ``seconds`` tells how long that took."""

    row: Row
    verdict: Verdict
    evidence: str
    seconds: float = 0.0


def judged(row: Row, world: World) -> Result:
    """The verdict on one row, whatever happens in it."""
    try:
        points = list(row.judge(world))
    except Exception as error:  # noqa: BLE001 - a judge that breaks has found something, and the other rows go on
        points = [Point(Verdict.FAILS, f"the check broke off ({type(error).__name__}): {error}")]
    for verdict in (Verdict.FAILS, Verdict.OPEN, Verdict.HOLDS):
        if any(point.verdict is verdict for point in points):
            # What holds is worth telling beside what is left open; beside what fails it would only hide it.
            also = (Verdict.HOLDS, None) if verdict is Verdict.OPEN else (None,)
            told = [*(point.evidence for point in points if point.verdict is verdict),
                    *(point.evidence for point in points if point.verdict in also)]  # fmt: skip
            return Result(row=row, verdict=verdict, evidence=_one_line("; ".join(told)))
    return Result(row=row, verdict=Verdict.FAILS, evidence="nothing was judged")


def _one_line(text: str) -> str:
    return " ".join(text.split())
