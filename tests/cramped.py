"""A sender on a disk that is nearly full: ``python cramped.py OCTETS WORDS...`` is ``newsletter WORDS...``.

No file may grow beyond OCTETS, which is how a full disk looks to whoever writes: an error, and no signal.
"""

import resource
import signal
import sys

if __name__ == "__main__":
    most = int(sys.argv.pop(1))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    from newsletter.__main__ import main

    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    main()
