"""`make bench-delivery`: what sending a mail costs, against the limit and against what others do, as tables in Markdown.

First comes the gate: an issue goes to readers through a real SMTP server, and every mail must be exactly what its reader
should have; without that no figure is printed. Then come the rounds: each contender once a round to a fresh server, in
shuffled order. CPU a message is the figure to trust; messages a second say more of the machine. No figure decides the
exit code: it is 1 only where something was sent wrongly or not at all. See docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.delivery import contenders, folder, report, runs
from bench.delivery.contenders import DJANGO, LIMIT, NAIVE, NAMES, OURS, SENSIBLE, START_UP, Contender
from bench.delivery.cost import Cost, FailedError
from bench.delivery.sinks import SINKS, program

#: At most so many messages by those who take milliseconds for each; figures are per message.
_MOST = {SENSIBLE: 2000, DJANGO: 1000, NAIVE: 300}
_SMOKE = {"recipients": 300, "rounds": 1, "gate": 60, "slow": 40}


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    sinks = [sink for sink in asked.sink if sink != "smtp-sink" or program("smtp-sink")]
    for line in (
        _machine(),
        f"Seed {asked.seed}, {asked.rounds} rounds, settings {asked.set or 'as shipped'}{', signed' if asked.signed else ''}.",
    ):
        print(line)
    if sinks != asked.sink:
        print("smtp-sink is left out: Debian has it in its package postfix.")
    with TemporaryDirectory(prefix="bench-delivery-") as made:
        room = Path(made)
        try:
            told = _measured(asked, sinks, room)
        except FailedError as error:
            sys.exit(str(error))
    if asked.json:
        asked.json.write_text(json.dumps({"machine": _machine(), **told}, indent=2) + "\n", encoding="utf-8")


def _measured(asked: argparse.Namespace, sinks: Sequence[str], room: Path) -> dict[str, Any]:
    """Gate, rounds and growth, printed; the figures."""
    prepared = folder.prepare(room / "prepared", asked.set, signed=asked.signed)
    if wrong := runs.passed(prepared, room, asked.gate, folder.records(prepared)):
        raise FailedError(f"The mails are not right, so nothing is measured: {' '.join(wrong)}")
    print(f"Gate: {asked.gate} mails arrived at a real SMTP server, each exactly what its reader should have.\n")
    costs = runs.rounds(_contenders(asked, prepared, room), sinks, asked.rounds, asked.seed, room)
    grown: list[Cost] = []
    if asked.growth:
        grown = runs.growth(asked.growth, min(asked.rounds, 3), asked.seed, prepared, room)
    for sink in sinks:
        print(f"## To {sink}\n\n{report.figures(costs, sink)}\n")
    shown, power = report.growing(grown)
    if grown:
        print(f"## By the number of readers\n\n{shown}\n")
    goals = report.goals(costs, power, grown)
    print(f"## Goals\n\n{report.goals_table(goals)}\n")
    print(
        "Median (from-to) of the rounds, ratios round by round, of two sinks the worse. CPU is user and system, of"
        " sending alone: ours less what the same command costs for one reader, the loops' own count, and smtp-source"
        " whole. smtp-source sends one ready mail, renders nothing and keeps no ledger."
    )
    return {
        "seed": asked.seed,
        "settings": asked.set,
        "signed": asked.signed,
        "gate": asked.gate,
        "runs": [asdict(cost) for cost in costs],
        "growth": [asdict(cost) for cost in grown],
        "exponent": power,
        "goals": [asdict(goal) for goal in goals],
    }


def _contenders(asked: argparse.Namespace, prepared: Path, room: Path) -> list[Contender]:
    """Who was asked for and is here; who is not gets a line."""
    alone = folder.peopled(prepared, room / "one", 1)
    found = []
    for name in asked.only:
        slow = min(asked.recipients, _MOST.get(name, asked.recipients), asked.slow or asked.recipients)
        if lacking := contenders.missing(name):
            print(f"{lacking}\n")
        elif name == OURS:
            full = folder.peopled(prepared, room / "full", asked.recipients)
            found += [contenders.ours(full, asked.recipients)]
            found += [contenders.ours(alone, 1, START_UP)]
        elif name == LIMIT:
            found.append(contenders.limit(asked.recipients, runs.length_for(alone, room)))
        else:
            found.append(contenders.script(name, alone / "preview" / "issue.eml", slow))
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-delivery", description=__doc__)
    parser.add_argument("--recipients", type=int, default=10_000, help="messages a run (slow contenders send fewer)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1, help="shuffles the order")
    parser.add_argument("--gate", type=int, default=300, help="readers of the run that is checked mail by mail")
    parser.add_argument("--slow", type=int, help="at most so many messages by the loops and django-newsletter")
    parser.add_argument("--only", choices=NAMES, action="append", help="measure only this; may be given again")
    parser.add_argument("--sink", choices=list(SINKS), action="append", help="send only to this; may be given again")
    parser.add_argument("--growth", type=_sizes, help="also measure these numbers of readers, as 10000,50000,200000")
    parser.add_argument("--set", type=_setting, action="append", default=[], help="section.key=VALUE for config.toml")
    parser.add_argument(
        "--signed", action="store_true", help="have our mails signed with DKIM, by RSA-2048 and Ed25519"
    )
    parser.add_argument("--smoke", action="store_true", help="so little that it only shows that the bench runs")
    parser.add_argument("--json", type=Path, help="write every figure into this file")
    asked = parser.parse_args()
    if asked.smoke:
        for name, value in _SMOKE.items():
            setattr(asked, name, value)
    asked.only, asked.sink = asked.only or list(NAMES), asked.sink or list(SINKS)
    asked.set = dict(asked.set)
    return asked


def _sizes(given: str) -> list[int]:
    return [int(size) for size in given.split(",")]


def _setting(given: str) -> tuple[str, str]:
    name, found, value = given.partition("=")
    if not found:
        raise argparse.ArgumentTypeError("it should be section.key=VALUE, with the value as TOML writes it")
    return name, value


def _machine() -> str:
    """What stands beside every figure: the commit, the versions, the load."""
    commit = _first(["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"])
    postfix = _first([program("postconf") or "postconf", "-h", "mail_version"])
    versions = ", ".join(f"{name} {version(name)}" for name in ("jinja2", "premailer", "aiosmtpd"))
    return (
        f"Commit {commit}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, postfix {postfix}, "
        f"{versions}; {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start."
    )


def _first(command: list[str]) -> str:
    """The first line that a command prints; "none" where there is no such command or it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return done.stdout.strip().partition("\n")[0]


if __name__ == "__main__":
    main()
