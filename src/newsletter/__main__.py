"""``python -m newsletter`` and the ``newsletter`` command."""

import sys

from newsletter.cli.root import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
