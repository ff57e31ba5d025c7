"""The scorecard as text, as Markdown and for machines."""

import json
from collections import Counter
from collections.abc import Sequence

from bench.scorecard.row import Result, Verdict

_MARKS = {Verdict.HOLDS: "holds", Verdict.FAILS: "FAILS", Verdict.OPEN: "open "}


def line(result: Result) -> str:
    """One row with its evidence, as two lines of text."""
    row = result.row
    why = f"{result.verdict}: " if result.verdict is Verdict.OPEN else ""
    return f"{_MARKS[result.verdict]}  {row.number:<3} {row.requirement} [{row.source}]\n           {row.tool}: {why}{result.evidence}"


def markdown(results: Sequence[Result]) -> str:
    """The table, a line a row."""
    lines = ["| Row | Requirement | Source | Tool | Verdict | Evidence |", "|---|---|---|---|---|---|"]
    for result in results:
        row = result.row
        cells = (row.number, row.requirement, row.source, row.tool, str(result.verdict), result.evidence)
        lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(lines)


def as_json(results: Sequence[Result]) -> str:
    """A list of objects, a row each."""
    return json.dumps(
        [
            {
                "row": result.row.number, "requirement": result.row.requirement, "source": result.row.source,
                "tool": result.row.tool, "verdict": result.verdict, "evidence": result.evidence,
                "seconds": round(result.seconds, 2),
            }
            for result in results
        ],
        indent=2, ensure_ascii=False,
    )  # fmt: skip


def summary(results: Sequence[Result]) -> str:
    """How many rows hold, fail and are left open, in a sentence."""
    counted = Counter(result.verdict for result in results)
    return (
        f"Of {len(results)} rows {counted[Verdict.HOLDS]} hold, {counted[Verdict.FAILS]} fail, "
        f"{counted[Verdict.OPEN]} cannot be judged here."
    )
