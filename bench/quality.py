"""Summaries against what people wrote: ROUGE, its difference to the first three sentences, and what a summary costs."""

import json
import random
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any

from bench.figures import bootstrap, table
from bench.rouge import Rouge, rouge
from bench.summarisers import Summariser

AGAINST = "lead-3"
MEASURES = (("one", "ROUGE-1"), ("two", "ROUGE-2"), ("long", "ROUGE-L"))


@dataclass(frozen=True, slots=True)
class Text:
    """An article in paragraphs and the summaries that people wrote of it."""

    key: str
    paragraphs: tuple[str, ...]
    summaries: tuple[str, ...]


def read(path: Path) -> list[Text]:
    """The texts of a file of JSON lines ``{"id", "article", "summaries": [...]}``."""
    texts: list[Text] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            known = json.loads(line)
            paragraphs = tuple(filter(None, map(str.strip, known["article"].splitlines())))
            texts.append(Text(str(known["id"]), paragraphs, tuple(known["summaries"])))
        except (ValueError, KeyError, TypeError, AttributeError):
            sys.exit(
                f'{path}:{number} is not {{"id": ..., "article": "...", "summaries": ["..."]}}; mend or remove it.'
            )
    return texts


def measure(texts: Sequence[Text], ways: Mapping[str, Summariser], seed: int = 1) -> dict[str, Any]:
    """Every way on every text, in shuffled order: scores, milliseconds, and the difference to lead-3 text by text."""
    tries = [(name, text) for name in ways for text in texts]
    random.Random(seed).shuffle(tries)  # noqa: S311 - so that no way is always first
    scores: dict[str, dict[str, Rouge]] = {name: {} for name in ways}
    took: dict[str, list[float]] = {name: [] for name in ways}
    failed: dict[str, int] = dict.fromkeys(ways, 0)
    for name, text in tries:
        before = time.perf_counter()
        try:
            summary = ways[name](text.paragraphs)
        except (ArithmeticError, ValueError, IndexError):  # some methods give up on short texts: no summary, no score
            summary, failed[name] = "", failed[name] + 1
        took[name].append((time.perf_counter() - before) * 1000)
        scores[name][text.key] = rouge(summary, text.summaries)
    return {
        name: {
            **{field: fmean(getattr(score, field) for score in scores[name].values()) for field, _ in MEASURES},
            "difference": {
                field: bootstrap(
                    [getattr(scores[name][t.key], field) - getattr(scores[AGAINST][t.key], field) for t in texts],
                    seed=seed,
                )
                for field, _ in MEASURES
            },
            "milliseconds": took[name],
            "failed": failed[name],
        }
        for name in ways
    }


def report(found: Mapping[str, Any]) -> str:
    """The figures as a table, in hundredths."""
    rows = [(name, *_scores(row), *_differences(name, row), _cost(row["milliseconds"])) for name, row in found.items()]
    head = (
        "summary",
        *(name for _, name in MEASURES),
        *(f"{name} to {AGAINST}" for _, name in MEASURES),
        "ms (10th-90th)",
    )
    given_up = [f"{name} gave up on {row['failed']}" for name, row in found.items() if row["failed"]]
    return "\n\n".join((table(head, rows), *([f"No summary, scored 0: {', '.join(given_up)}."] if given_up else [])))


def _scores(row: Mapping[str, Any]) -> Iterable[str]:
    return (f"{row[field] * 100:.1f}" for field, _ in MEASURES)


def _differences(name: str, row: Mapping[str, Any]) -> Iterable[str]:
    return ("" if name == AGAINST else str(row["difference"][field]) for field, _ in MEASURES)


def _cost(milliseconds: Sequence[float]) -> str:
    tenths = quantiles(milliseconds, n=10) if len(milliseconds) > 1 else [milliseconds[0]] * 9
    return f"{median(milliseconds):.2f} ({tenths[0]:.2f}-{tenths[-1]:.2f})"
