"""From a store to a draft: seconds, CPU and memory by the number of articles, each run in a fresh process."""

import json
import math
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import exponent, spread, table

SIZES = (500, 1000, 2000, 5000)
ROUNDS = 3


def measure(sizes: Sequence[int] = SIZES, rounds: int = ROUNDS, seed: int = 1) -> dict[str, Any]:
    """Compose weeks of these ``sizes``, in shuffled rounds. A run that lost an article ends it: no figure without content."""
    runs: dict[int, list[dict[str, Any]]] = {size: [] for size in sizes}
    dice = random.Random(seed)  # noqa: S311 - the order of runs
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            _once("fill", _url(folder, size), str(size))
        for _ in range(rounds):
            for size in dice.sample(sizes, len(sizes)):
                ran = json.loads(_once("run", _url(folder, size)))
                if not ran["accounted"] or ran["articles"] != size:
                    sys.exit(f"Of {size} articles some are neither printed nor left out: no figure of this run counts.")
                runs[size].append(ran)
    return {"runs": runs, "exponent": exponent(sizes, [median(r["cpu"] for r in runs[size]) for size in sizes])}


def report(found: dict[str, Any]) -> str:
    """The figures as a table."""
    runs: dict[int, list[dict[str, Any]]] = found["runs"]
    rows = [
        (
            size,
            spread([run["seconds"] for run in ran], 2),
            spread([run["cpu"] for run in ran], 2),
            f"{median(run['cpu'] for run in ran) / (size * math.log(size)) * 1e6:.0f}",
            f"{max(run['megabytes'] for run in ran):.0f} ({max(run['before'] for run in ran):.0f})",
        )
        for size, ran in runs.items()
    ]
    head = ("articles", "seconds", "CPU seconds", "CPU µs / (n ln n)", "peak MB (before)")
    return (
        f"{table(head, rows)}\n\nMedian of {len(next(iter(runs.values())))} fresh processes (from-to), shuffled. CPU grows with"
        f" n to the power of {found['exponent']:.2f}; n log n would be {_n_log_n(list(runs)):.2f} over this range."
    )


def _n_log_n(sizes: Sequence[int]) -> float:
    """The power that n log n looks like between these sizes."""
    return exponent(sizes, [size * math.log(size) for size in sizes])


def _once(*arguments: str) -> str:
    command = [sys.executable, "-m", "bench.compose_once", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _url(folder: str, size: int) -> str:
    return f"sqlite:///{Path(folder) / f'{size}.db'}"
