"""A real SpamAssassin daemon on loopback: Debian's rules, nothing asked of the network, nothing learned."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Debian keeps it where only root looks.
SPAMD = shutil.which("spamd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
_SITE = Path("/etc/spamassassin")
_RULES = Path("/usr/share/spamassassin")


@contextmanager
def spamd_process(folder: Path) -> Iterator[int]:
    """Run the daemon with its files in ``folder`` and yield its port."""
    _configure(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = SPAMD or "/usr/sbin/spamd"
    where = [
        "--listen",
        f"127.0.0.1:{port}",
        "--siteconfigpath",
        str(folder / "site"),
        "--helper-home-dir",
        str(folder),
    ]
    # The rules of the package and not those that sa-update may have brought: the same scores on every machine.
    rules = ["--configpath", str(_RULES)] if _RULES.is_dir() else []
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "--local", "--nouser-config", "--max-children", "1", "--syslog", "stderr", *where, *rules],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, port, folder / "log")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _configure(folder: Path) -> None:
    """The plugins as the package loads them, without the host's own settings."""
    folder.chmod(0o755)  # started as root it goes on as another user
    site = folder / "site"
    site.mkdir()
    for plugins in _SITE.glob("*.pre"):
        shutil.copy(plugins, site)
    (site / "local.cf").write_text("use_bayes 0\nskip_rbl_checks 1\nreport_hostname mx.example.org\n")


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"spamd did not start: {log.read_text()}")
