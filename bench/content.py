"""`make bench-content`: how fast and how well issues are composed, as tables in Markdown and, with --json, as figures.

DIR holds texts to score it on: any ``*.jsonl`` with lines ``{"id", "article", "summaries": [...]}``, ``stories.jsonl`` with
lines ``{"id", "title", "text", "story"}``, ``choice.jsonl`` with lines ``{"id", "title", "text", "published", "front"}``.
"""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from bench import choice, quality, speed
from bench.summarisers import contenders, has_sumy

BUNDLED = Path(__file__).parent / "data" / "summaries.jsonl"
NOT_SUMMARIES = {"stories.jsonl", "choice.jsonl"}
PARTS = ("speed", "summaries", "clusters", "choice")


def main() -> None:
    """Measure what was asked for, print it, and write it down."""
    parser = argparse.ArgumentParser(prog="bench-content", description=__doc__)
    parser.add_argument("--dir", type=Path, help="texts of your own (without: a small set that proves nothing)")
    parser.add_argument("--json", type=Path, help="write every figure into this file")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure only this; may be given again")
    parser.add_argument("--sizes", type=int, nargs="+", default=speed.SIZES, help="numbers of articles for the speed")
    parser.add_argument("--week", type=int, default=1000, help="articles of the made-up week for clusters and choice")
    asked = parser.parse_args()
    if asked.dir and not asked.dir.is_dir():
        sys.exit(f"{asked.dir} is not a folder; name one that holds *.jsonl.")
    wanted = asked.only or PARTS
    print(f"{_machine()}\n")
    figures: dict[str, Any] = {"machine": _machine()}
    if "speed" in wanted:
        figures["speed"] = speed.measure(asked.sizes)
        print(f"## From store to draft\n\n{speed.report(figures['speed'])}\n")
    if "summaries" in wanted:
        figures["summaries"] = _summaries(asked.dir)
    if "clusters" in wanted:
        figures["clusters"] = choice.clusters(asked.dir, asked.week)
        print(f"## Which articles tell one story\n\n{choice.clusters_report(figures['clusters'])}\n")
    if "choice" in wanted:
        figures["choice"] = choice.choice(asked.dir, asked.week)
        print(f"## Which articles should lead\n\n{choice.choice_report(figures['choice'])}\n")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2, default=_plain) + "\n", encoding="utf-8")


def _summaries(folder: Path | None) -> dict[str, Any]:
    paths = sorted(path for path in folder.glob("*.jsonl") if path.name not in NOT_SUMMARIES) if folder else [BUNDLED]
    found: dict[str, Any] = {}
    for path in paths:
        texts = quality.read(path)
        if not texts:
            continue
        found[path.name] = quality.measure(texts, contenders())
        print(f"## Summaries of {path.name}, {len(texts)} texts\n\n{quality.report(found[path.name])}\n")
    if not has_sumy():
        print("sumy is not installed, so its methods are left out; `make bench-content` installs it where it can.\n")
    if folder is None:
        print("The bundled texts show that the bench runs and prove nothing; name a folder of your own with DIR=.\n")
    return found


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the start"


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


if __name__ == "__main__":
    main()
