"""Who is measured: ours, postfix's test client as the limit, what a script would do, and django-newsletter."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.delivery.cost import Job
from bench.delivery.folder import BASE, PRODUCT, sending
from bench.delivery.sinks import program

OURS, START_UP, LIMIT = "newsletter", "newsletter, one reader", "smtp-source"
SENSIBLE, NAIVE, DJANGO = "sensible loop", "naive loop", "django-newsletter"
NAMES = (OURS, LIMIT, SENSIBLE, NAIVE, DJANGO)
#: Where `pip install --target` puts the other newsletter, which has the same name as ours.
OTHER = Path(__file__).parents[2] / ".venv-bench-delivery"
_HERE = Path(__file__).parent
_ROOT = str(_HERE.parents[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """Something that sends so many messages. ``job`` makes its command from an empty folder and a port.

    ``distinct``: they go to reader 1 to ``messages``, each once, and not all to one address.
    """

    name: str
    messages: int
    job: Callable[[Path, int], Job]
    distinct: bool = True


def ours(prepared: Path, messages: int, name: str = OURS) -> Contender:
    """``newsletter issue send 1`` on a copy of the ``prepared`` folder."""
    return Contender(name=name, messages=messages, job=lambda folder, port: sending(prepared, folder, port))


def limit(messages: int, length: int) -> Contender:
    """smtp-source(1): ten connections that are kept, one message of ``length`` octets of body again and again."""
    options = f"-d -s 10 -m {messages} -l {length} -f a@example.org -t b@example.com".split()
    command = [program("smtp-source") or "smtp-source", *options]
    return Contender(
        name=LIMIT,
        messages=messages,
        job=lambda folder, port: Job(command=[*command, f"127.0.0.1:{port}"], cwd=folder),
        distinct=False,
    )


def script(name: str, mail: Path, messages: int) -> Contender:
    """One of the loops of loops.py, or django-newsletter; ``mail`` is the .eml whose like it is to send."""
    words = {SENSIBLE: ("loops.py", "sensible"), NAIVE: ("loops.py", "naive"), DJANGO: ("django_loop.py",)}[name]
    command = [sys.executable, str(_HERE / words[0]), *words[1:], str(mail), BASE]
    path = f"{OTHER}:{_ROOT}" if name == DJANGO else f"{PRODUCT}:{_ROOT}"
    return Contender(
        name=name,
        messages=messages,
        job=lambda folder, port: Job(
            command=[*command, str(port), str(messages)], cwd=folder, environment={"PYTHONPATH": path}
        ),
    )


def missing(name: str) -> str:
    """What this machine lacks for that contender, in a sentence; empty if nothing."""
    if name == DJANGO and not (OTHER / "newsletter").is_dir():
        return f"{name} is left out: it is not in {OTHER.name}; `make bench-delivery` installs it where it can."
    if name == LIMIT and not program("smtp-source"):
        return f"{name} is left out: Debian has it in its package postfix. Without it there are no ratios to the limit."
    return ""
