"""`make scorecard`: what a mail needs to arrive, row by row, each proven on a real issue by the tool that stands beside it.

Exit status 1 if a row fails. What each row means stands in docs/scorecard.md.
"""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from bench.scorecard import addresses, authentication, body, conversation, envelope, form, lists, pace, readers, report
from bench.scorecard.row import Result, Row, Verdict, judged
from bench.scorecard.world import made_world

ROWS: tuple[Row, ...] = (
    *authentication.ROWS, *conversation.ROWS, *form.ROWS, *body.ROWS, *lists.ROWS, *readers.ROWS,
    *envelope.ROWS, *pace.ROWS, *addresses.ROWS,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge and print; the exit status."""
    asked = _arguments(arguments)
    rows = [row for row in ROWS if not asked.only or row.number in asked.only]
    if asked.list:
        print(report.markdown([Result(row=row, verdict=Verdict.OPEN, evidence="not asked") for row in rows]))
        return 0
    quiet = asked.json or asked.markdown
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd's, who is surprised at broken TLS
    began = time.monotonic()
    results: list[Result] = []
    with made_world(_to_stderr if quiet else print) as world:
        for row in rows:
            at = time.monotonic()
            result = replace(judged(row, world), seconds=time.monotonic() - at)
            results.append(result)
            if not quiet:
                print(report.line(result), flush=True)
    if asked.json:
        print(report.as_json(results))
    elif asked.markdown:
        print(report.markdown(results))
    else:
        print(f"\n{report.summary(results)} {time.monotonic() - began:.0f} seconds.")
    return int(any(result.verdict is Verdict.FAILS for result in results))


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scorecard", description=__doc__)
    parser.add_argument("--only", action="append", metavar="ROW", help="judge only this row, as A4; may be given again")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print the results for machines")
    shape.add_argument("--markdown", action="store_true", help="print the results as a table in Markdown")
    shape.add_argument("--list", action="store_true", help="print the rows without judging them")
    asked = parser.parse_args(arguments)
    known = {row.number for row in ROWS}
    if unknown := set(asked.only or ()) - known:
        parser.error(f"there is no row {min(unknown)}; the rows are {', '.join(sorted(known))}")
    return asked


def _to_stderr(said: str) -> None:
    print(said, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
