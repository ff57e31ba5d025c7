"""A sender that believes to be on a machine of its own, and takes a silent one for dead soon.

Run as ``python elsewhere.py HOST WORDS...``: the command ``newsletter WORDS...`` as HOST would run it.
"""

import socket
import sys
from datetime import timedelta

from newsletter.deliver import fence
from newsletter.store import workers

#: Seconds, so short that a test can wait for them; in the proportion of the real ones.
STALE_AFTER, LEASE = 3.0, 1.5


def _believe(host: str) -> None:
    socket.gethostname = lambda: host
    workers.STALE_AFTER = timedelta(seconds=STALE_AFTER)
    fence.LEASE = LEASE


if __name__ == "__main__":
    _believe(sys.argv.pop(1))
    from newsletter.__main__ import main

    main()
