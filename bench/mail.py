"""`make bench-mail`: how large a mail is and how fast it is made, checked and shown, as tables in Markdown.

The issues are composed from the made-up week of ``bench/magazine.py``. A run counts only if the mail passes every check
of preflight without an error: both parts have the same links, nothing is left to be filled in, Gmail does not cut it.
"""

import argparse
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from unittest import mock

import css_inline
from fastapi.testclient import TestClient

from bench.figures import spread, table
from bench.magazine import SLOT, week
from newsletter.compose.digest import compose
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import Issue, SectionKind
from newsletter.model.newsletter import Newsletter, PlannedSection
from newsletter.pipeline import Press
from newsletter.render.checks.clients import support_of
from newsletter.render.checks.finding import Level
from newsletter.render.checks.preflight import check_issue
from newsletter.render.checks.proof import Proof
from newsletter.render.checks.weight import sizes
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.inline import inline
from newsletter.render.links import Links
from newsletter.render.templates import SHIPPED
from newsletter.store.store import Store
from newsletter.web.app import create

ARCHIVE = "https://news.example.org/coast/2026-W47"
SIZES = (7, 25, 50)
ROUNDS = 30
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def letter(items: int) -> Newsletter:
    """A newsletter whose issues hold so many items: a lead, half of the others as stories, half as bullets."""
    stories = (items - 1) // 2
    return Newsletter(
        slug="coast",
        title="The Coast Weekly",
        sender="editor@news.example.org",
        sender_name="The Coast Weekly",
        postal_address="1 Quay Street, 4000 Port Example",
        organisation="The Coast Review",
        plan=(
            PlannedSection(kind=SectionKind.LEAD, most=1),
            PlannedSection(kind=SectionKind.STORIES, most=stories),
            PlannedSection(kind=SectionKind.OTHER_NEWS, most=items - 1 - stories),
        ),
    )


def made(items: int) -> tuple[Issue, Newsletter]:
    """An issue of so many items; ``SystemExit`` if the week does not give as many."""
    newsletter = letter(items)
    articles = [replace(told.article, id=number) for number, told in enumerate(week(items * 8, sources=3), start=1)]
    issue = compose(newsletter, SLOT, articles, number=1, now=NOW)
    if (found := sum(len(section.items) for section in issue.sections)) != items:
        sys.exit(f"The made-up week gave {found} items in place of {items}.")
    return issue, newsletter


def gate(issue: Issue, newsletter: Newsletter, compiled: Compiled) -> None:
    """Leave with the sentence of the first error, if there is one."""
    proof = Proof(issue=issue, newsletter=newsletter, compiled=compiled, theme=SHIPPED.theme(newsletter.theme), now=NOW)
    if errors := [finding for finding in check_issue(proof) if finding.level is Level.ERROR]:
        sys.exit(f"The mail is not right, so nothing is measured: {errors[0].sentence}")


def timed(work: Callable[[], object]) -> float:
    """CPU milliseconds of this process for one call."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def measure(items: int) -> dict[str, Any]:
    """The sizes and the CPU times of one mail, in shuffled rounds."""
    issue, newsletter = made(items)
    uninlined = _before_inlining(issue, newsletter)
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
    mail = compile_issue(issue, newsletter, archive_url=ARCHIVE)
    gate(issue, newsletter, mail)
    works: dict[str, Callable[[], object]] = {
        "compile": lambda: compile_issue(issue, newsletter, archive_url=ARCHIVE),
        "check": lambda: gate(issue, newsletter, mail),
        "css-inline alone": lambda: inliner.inline(uninlined),
        "premailer alone": lambda: inline(uninlined),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    dice = random.Random(items)  # noqa: S311 - an order that can be made again, not a secret
    for _ in range(ROUNDS):
        for name in dice.sample(sorted(works), len(works)):
            times[name].append(timed(works[name]))
    decoded, encoded = sizes(mail)
    return {"items": items, "bytes": decoded, "encoded": encoded, "pairs": support_of(mail.html).pairs, "times": times}


def _before_inlining(issue: Issue, newsletter: Newsletter) -> str:
    """The page as the inliner is given it."""
    with mock.patch("newsletter.render.compiled.inline", side_effect=inline) as inliner:
        compile_issue(issue, newsletter, archive_url=ARCHIVE)
    return str(inliner.call_args.args[0])


def cold(items: int, runs: int = 5) -> list[float]:
    """Wall milliseconds of the first compilation in fresh processes, imports aside."""
    return [float(_run("--cold", str(items))) for _ in range(runs)]


def desk(items: int, rounds: int = 20) -> tuple[list[float], list[float]]:
    """Wall milliseconds of an editor's edit, which composes anew, and of the preview page with all its checks after it."""
    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/bench.db") as store:
        store.upgrade()
        newsletter = store.newsletters.save(letter(items))
        store.articles.add_all((told.article for told in week(items * 8, sources=3)), now=NOW)
        links = Links("https://news.example.org", "a-secret-of-more-than-thirty-two-letters")
        press = Press(
            store=store, links=links, media=Path(folder), actor="bench", journals=Path(folder), clock=_ticking()
        )
        issue = press.desk.compose(newsletter, SLOT)
        lead = issue.sections[0].items[0].key
        edits, pages = [], []
        with TestClient(create(press)) as client:
            for number in range(rounds):
                began = time.perf_counter()
                press.desk.edit(1, Edit(kind=EditKind.HEADLINE, target=lead, value=f"The tide of edition {number}"))
                edited = time.perf_counter()
                page = client.get(f"{links.desk()}/1").text
                edits.append((edited - began) * 1000)
                pages.append((time.perf_counter() - edited) * 1000)
                if f"The tide of edition {number}" not in page:
                    sys.exit("The preview does not show the edit, so nothing is measured.")
    return edits, pages


def _ticking() -> Callable[[], datetime]:
    """A clock that goes on by a second each time it is read, so that edits have an order."""
    seconds = itertools.count()
    return lambda: NOW + timedelta(seconds=next(seconds))


def _run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "bench.mail", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench-mail", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of items")
    parser.add_argument("--cold", type=int, help="print the milliseconds of one first compilation, and leave")
    parser.add_argument("--json", type=Path, help="write every figure into this file")
    asked = parser.parse_args()
    if asked.cold:
        issue, newsletter = made(asked.cold)
        began = time.perf_counter()
        compile_issue(issue, newsletter, archive_url=ARCHIVE)
        print((time.perf_counter() - began) * 1000)
        return
    found = [measure(items) for items in asked.sizes]
    names = list(found[0]["times"])
    head = [
        "items",
        "KB of HTML",
        "KB as it travels",
        "pairs not supported",
        *(f"{name}, CPU ms" for name in names),
        "cold, ms",
        "preview, ms (p95)",
        "edit, ms",
    ]
    rows = []
    for one in found:
        one["cold"] = cold(one["items"])
        one["edit"], one["preview"] = desk(one["items"])
        shown = f"{spread(one['preview'], 0)} ({quantiles(one['preview'], n=20)[-1]:.0f})"
        kilobytes = (f"{one['bytes'] / 1024:.1f}", f"{one['encoded'] / 1024:.1f}")
        times = (spread(one["times"][name], 1) for name in names)
        rows.append(
            (one["items"], *kilobytes, one["pairs"], *times, spread(one["cold"], 0), shown, spread(one["edit"], 0))
        )
    print(table(head, rows))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
