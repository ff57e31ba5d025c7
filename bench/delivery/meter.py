"""Run a command and say what it cost: ``python -I -S meter.py FILE COMMAND...`` writes one JSON object to FILE.

A process of its own stands between the bench and what it measures because a child begins with the peak memory of the
process it was forked from. This one has about 8 MB, the least that can be measured; the bench has many.
"""

import json
import os
import sys
import time


def main(book: str, command: list[str]) -> None:
    """Write exit code, CPU seconds (user and system, children that were waited for included), seconds and peak KiB."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            os.execvp(command[0], command)  # noqa: S606 - the command is the bench's own
        finally:
            os._exit(127)
    _, status, usage = os.wait4(child, 0)
    cost = {
        "code": os.waitstatus_to_exitcode(status),
        "cpu": usage.ru_utime + usage.ru_stime,
        "seconds": time.perf_counter() - began,
        "peak_kib": usage.ru_maxrss,
    }
    with open(book, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib would be more to load than all the rest
        json.dump(cost, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
