"""The servers that mail is sent to: each counts what it accepted, each is a process of its own on a port of its own."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Where Debian's postfix puts its programs, which is not on everybody's PATH.
SBIN = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
_HERE = Path(__file__).parent
_COUNTED = re.compile(rb"mesg=(\d+)")
#: Seconds to wait for a server to listen, or to end.
_PATIENCE = 10.0


@dataclass(slots=True)
class Sink:
    """A server. What it took is known when it was closed; ``octets`` and ``recipients`` where it counts them."""

    port: int
    accepted: int = 0
    octets: int | None = None
    recipients: list[str] | None = None


@contextmanager
def fast_sink(folder: Path) -> Iterator[Sink]:
    """Our own sink, so cheap that it hides nothing of the sender. ``folder`` is empty and for it alone."""
    with _python("fast_sink.py", str(folder / "recipients")) as server:
        assert server.stdin  # noqa: S101 - it is a pipe
        assert server.stdout  # noqa: S101 - it is a pipe
        sink = Sink(int(server.stdout.readline()))
        yield sink
        server.stdin.close()
        told = json.loads(server.stdout.readline())
    sink.accepted, sink.octets = told["accepted"], told["octets"]
    sink.recipients = (folder / "recipients").read_text(encoding="utf-8").splitlines()


@contextmanager
def smtp_sink(folder: Path) -> Iterator[Sink]:
    """Postfix's test server (smtp-sink(1)), which counts mails and keeps nothing."""
    sink = Sink(_free_port())
    # Started by root it wants to be told whom to be.
    user = ("-u", "nobody") if os.getuid() == 0 else ()
    command = [program("smtp-sink") or "smtp-sink", *user, "-m", "300", "-c", f"127.0.0.1:{sink.port}", "256"]
    counter = folder / "counter"
    with counter.open("wb") as told, subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT) as server:
        try:
            _listening(sink.port)
            yield sink
            sink.accepted = _settled(counter)
        finally:
            server.terminate()


@contextmanager
def gate_sink(folder: Path) -> Iterator[Sink]:
    """A real SMTP server that keeps every mail in ``folder``; see gate_sink.py."""
    with _python("gate_sink.py", str(folder)) as server:
        assert server.stdout  # noqa: S101 - it is a pipe
        yield Sink(int(server.stdout.readline()))


SINKS: dict[str, Callable[[Path], AbstractContextManager[Sink]]] = {"smtp-sink": smtp_sink, "fast sink": fast_sink}


def program(name: str) -> str | None:
    """Where a program of postfix is, if it is installed."""
    return shutil.which(name, path=SBIN)


@contextmanager
def _python(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A script of this folder that serves until its standard input ends."""
    command = [sys.executable, str(_HERE / script), *arguments]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield server
    finally:
        if server.stdin:
            server.stdin.close()
        try:
            server.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        if server.stdout:
            server.stdout.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _listening(port: int) -> None:
    """Wait until somebody does."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as greeted:
                greeted.recv(100)
                greeted.sendall(b"QUIT\r\n")
                greeted.recv(100)
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _settled(counter: Path) -> int:
    """The last count that was displayed, when it has stopped changing."""
    last = -1
    while (now := _last(counter)) != last:
        last = now
        time.sleep(0.1)
    return now


def _last(counter: Path) -> int:
    with counter.open("rb") as told:
        told.seek(max(0, counter.stat().st_size - 500))
        found = _COUNTED.findall(told.read())
    return int(found[-1]) if found else 0
