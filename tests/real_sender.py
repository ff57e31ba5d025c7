"""Real senders: the command in processes of their own, and a real SMTP server whose book is the referee."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desk import Desk

#: How many connections a sender holds here: the most that one kill may leave in doubt.
CONNECTIONS = 4


def approved_issue(folder: Path, readers: int, *options: str) -> Path:
    """A working folder with an approved issue for all readers, made by the commands that an editor types."""
    folder.mkdir()
    people = "".join(f"reader{n}@example.com\n" for n in range(readers))
    (folder / "people.csv").write_text("email\n" + people)
    (folder / "page.md").write_text(
        "---\ntitle: Ferry fares rise\ndek: Two new boats are to be paid.\ndate: 2026-11-17T09:00:00Z\n---\n"
        "The ferry company will raise its fares by 12 percent in April, the council decided on Tuesday.\n\n"
        "Two new boats will be ordered this year, and the first should sail in the autumn of 2027.\n"
    )
    desk = Desk(folder)
    desk.ok("init", "--postal-address", "1 Quay Street, Port Example", *options)
    desk.ok("subscriber", "import", "people.csv", "--as", "active")
    desk.ok("article", "add", "page.md")
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    desk.ok("issue", "waive", "1", "--all", "--reason", "Links lead to this machine, where the test reads them.")
    desk.ok("issue", "approve", "1")
    return folder


def relay_at(folder: Path, port: int, connections: int = CONNECTIONS) -> None:
    config = folder / "config.toml"
    relay = f'\n[relay]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nconnections = {connections}\n'
    config.write_text(config.read_text().replace('transport = "mailbox"', 'transport = "smtp"') + relay)


def received(folder: Path) -> list[str]:
    """Who got a mail, in the order of the relay's book."""
    book = folder / "received"
    return [line.split("\t")[0] for line in book.read_text().splitlines()] if book.exists() else []


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    script = Path(__file__).parent / "smtp_process.py"
    server = subprocess.Popen([sys.executable, script, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.communicate(timeout=10)


def newsletter(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(folder, *words), cwd=folder, capture_output=True, text=True, check=True)


def command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "newsletter", "--config", str(folder / "config.toml"), *words]


def wait_until(what: Callable[[], bool], seconds: float, process: "subprocess.Popen[str]") -> None:
    """Wait until that is so, as long as the process lives."""
    end = time.monotonic() + seconds
    while not what():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def site_of(process: "subprocess.Popen[str]") -> str:
    """Where it says that it listens."""
    assert process.stdout is not None
    while line := process.stdout.readline():
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("it never listened")


def secret_of(folder: Path) -> str:
    """The secret key of a working folder."""
    found = re.search(r'^secret_key = "(.+)"', (folder / "config.toml").read_text(), re.MULTILINE)
    assert found
    return found[1]
