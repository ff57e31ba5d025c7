"""What a process cost, taken the same way for all."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_METER = Path(__file__).with_name("meter.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A command, the folder that it runs in, and what its environment has besides ours."""

    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU and wall seconds of a whole process and of its sending alone, and its peak memory in MB.

    Of sending alone nothing is known where start-up takes so much that the rest is lost in it. ``size`` is the octets of
    one mail on the wire, where the sink counted them.
    """

    contender: str
    sink: str
    round: int
    messages: int
    cpu: float
    seconds: float
    loop_cpu: float | None
    loop_seconds: float | None
    peak: float
    size: float | None = None

    @property
    def micros(self) -> float | None:
        """CPU microseconds a message of sending."""
        return self.loop_cpu / self.messages * 1e6 if self.loop_cpu else None

    @property
    def whole_micros(self) -> float:
        """CPU microseconds a message of the whole process."""
        return self.cpu / self.messages * 1e6

    @property
    def speed(self) -> float | None:
        """Messages a second while sending."""
        return self.messages / self.loop_seconds if self.loop_seconds else None


class FailedError(Exception):
    """A process did not do what it should, so that its figures would mean nothing."""


def metered(job: Job, *, contender: str, sink: str, number: int, messages: int) -> Cost:
    """Run ``job`` to its end; ``FailedError`` unless it succeeds. Its last line may be JSON with what its loop cost."""
    book = job.cwd / "cost.json"
    meter = [sys.executable, "-I", "-S", str(_METER), str(book), *job.command]
    stdout, stderr = _ended(meter, job, timeout=60 + messages * 0.1)
    if not book.exists():
        raise FailedError(f"{contender} to {sink} did not come to its end.")
    cost = json.loads(book.read_text(encoding="utf-8"))
    if cost["code"]:
        said = (stderr or stdout).strip().splitlines()[-1:]
        raise FailedError(f"{contender} to {sink} left with exit code {cost['code']}: {' '.join(said)}")
    told = _told(stdout)
    return Cost(
        contender=contender, sink=sink, round=number, messages=messages, cpu=cost["cpu"], seconds=cost["seconds"],
        loop_cpu=told.get("loop_cpu", cost["cpu"]), loop_seconds=told.get("loop_seconds", cost["seconds"]),
        peak=cost["peak_kib"] / 1024,
    )  # fmt: skip


def _ended(command: Sequence[str], job: Job, timeout: float) -> tuple[str, str]:
    """What a command said on its outputs. After ``timeout`` seconds it is ended with all that it started."""
    with subprocess.Popen(
        command, cwd=job.cwd, env={**os.environ, **job.environment}, text=True, process_group=0,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as started:  # fmt: skip
        try:
            return started.communicate(timeout=timeout)
        except BaseException as error:
            os.killpg(started.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                return "", ""
            raise


def _told(stdout: str) -> dict[str, float]:
    """The figures in the last line, if it has any."""
    last = stdout.strip().rpartition("\n")[2]
    return dict(json.loads(last)) if last.startswith('{"loop_') else {}
