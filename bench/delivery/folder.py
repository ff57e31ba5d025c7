"""A working folder with an issue that is ready to be sent, made and used by the commands that an editor types."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree

from bench.delivery.cost import FailedError, Job
from bench.magazine import SLOT, week
from newsletter.model.article import Article

#: What links in the mails begin with.
BASE = "https://news.example.org"
#: Where the product and the bench are read from, whatever the working folder.
PRODUCT = str(Path((find_spec("newsletter") or sys.exit("newsletter is not on PYTHONPATH.")).origin or "").parents[1])
_ARTICLES = 200
#: Lines of this many stories and bullets are the size of a full issue: about 65 KB on the wire.
_PLAN = {"stories": 12, "other_news": 8}
_DOTS = ".coast .quay .ferry .tide .sound .shoal .pier .dyke .weir .lock .ford .mole .ness .skerry .holm .fleet .mouth"
#: An article of which nearly every line begins with a dot, wherever it is broken.
_DOTTED = f"""---
title: ".coast names go on sale"
dek: "{_DOTS} are for sale to everybody."
date: 2026-11-17T09:00:00Z
url: https://review.example/dots
---
{_DOTS} {_DOTS} names were sold on the first day, the registry said.

.quay is the dearest of all, and ....... follows it.
"""


def reader(number: int) -> str:
    """The address of the reader of that number, from 1."""
    return f"reader{number}@example.com"


def records(folder: Path) -> dict[str, str]:
    """The DKIM records, by name, that a signed ``folder`` would have in the DNS; none if it is not signed."""
    kept = folder / "records.json"
    told = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    return {record["name"]: record["value"] for record in told}


def prepare(folder: Path, settings: Mapping[str, str], *, signed: bool = False) -> Path:
    """Make ``folder``: an approved issue that nobody is to get yet, and what it should look like in preview/.

    ``settings`` go into its configuration before anything else is done with it. Its mails are ``signed`` with DKIM on demand.
    """
    folder.mkdir(parents=True)
    pages = [_page(folder, number, told.article) for number, told in enumerate(week(_ARTICLES, sources=3))]
    (folder / "dots.md").write_text(_DOTTED, encoding="utf-8")
    newsletter(folder, "init", "--postal-address", "1 Quay Street, Port Example", "--base-url", BASE)
    if signed:
        (folder / "records.json").write_text(
            newsletter(folder, "dkim", "create", "example.org", "--json"), encoding="utf-8"
        )
    _configure(folder, settings)
    _plan(folder)
    newsletter(folder, "article", "add", *pages, "dots.md")
    newsletter(folder, "issue", "compose", "weekly", "--slot", SLOT.key)
    newsletter(folder, "edit", "pin", "1", f"a{_ARTICLES + 1}")
    newsletter(folder, "issue", "approve", "1")
    newsletter(folder, "issue", "preview", "1", "--out", "preview")
    return folder


def peopled(prepared: Path, folder: Path, readers: int) -> Path:
    """Make ``folder``: a copy of the ``prepared`` one with so many readers."""
    copytree(prepared, folder)
    people = "".join(f"{reader(number)}\n" for number in range(1, readers + 1))
    (folder / "people.csv").write_text(f"email\n{people}", encoding="utf-8")
    newsletter(folder, "subscriber", "import", "people.csv", "--as", "active")
    return folder


def shown(folder: Path) -> bytes:
    """The .eml of the preview."""
    return (folder / "preview" / "issue.eml").read_bytes()


def sending(prepared: Path, folder: Path, port: int) -> Job:
    """The command that sends a copy of the ``prepared`` folder, made at ``folder``, to a server on this machine."""
    copytree(prepared, folder, dirs_exist_ok=True)
    relay = {"relay.host": '"127.0.0.1"', "relay.port": str(port), "relay.security": '"none"'}
    _configure(folder, {"delivery.transport": '"smtp"', **relay})
    return Job(command=_command("issue", "send", "1"), cwd=folder, environment=_environment())


def ledger(folder: Path) -> dict[str, int]:
    """How many readers are in which state, by the ledger."""
    told = json.loads(newsletter(folder, "issue", "status", "1", "--json"))
    return {key: value for key, value in told.items() if isinstance(value, int)}


def with_settings(config: str, settings: Mapping[str, str]) -> str:
    """A configuration with these settings, given as ``section.key`` and the value as TOML writes it, put in or replaced."""
    lines = config.splitlines()
    for name, value in settings.items():
        section, _, key = name.rpartition(".")
        head = f"[{section}]"
        if section and head not in lines:
            lines += ["", head]
        begins = lines.index(head) + 1 if section else 0
        ends = next((at for at in range(begins, len(lines)) if lines[at].startswith("[")), len(lines))
        kept = [line for line in lines[begins:ends] if line.partition("=")[0].strip() != key]
        lines[begins:ends] = [f"{key} = {value}", *kept]
    return "\n".join(lines) + "\n"


def newsletter(folder: Path, *words: str) -> str:
    """Run a command in ``folder`` and return what it printed; ``FailedError`` with its last line if it fails."""
    done = subprocess.run(
        _command(*words), cwd=folder, env={**os.environ, **_environment()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FailedError(f"newsletter {' '.join(words[:2])} failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "newsletter", "--config", "config.toml", *words]


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": PRODUCT}


def _configure(folder: Path, settings: Mapping[str, str]) -> None:
    config = folder / "config.toml"
    config.write_text(with_settings(config.read_text(encoding="utf-8"), settings), encoding="utf-8")


def _plan(folder: Path) -> None:
    """Room for a full issue."""
    lines = newsletter(folder, "newsletter", "show", "weekly").splitlines()
    for kind, most in _PLAN.items():
        at = lines.index(f'kind = "{kind}"')
        lines[at + 1] = f"most = {most}"
    (folder / "newsletter.toml").write_text("\n".join(lines), encoding="utf-8")
    newsletter(folder, "newsletter", "apply", "newsletter.toml")


def _page(folder: Path, number: int, article: Article) -> str:
    """An article as a file of ``folder``; its name."""
    name = f"page{number:03}.md"
    told = {"title": article.headline, "dek": article.dek, "outlet": article.outlet, "url": article.url}
    front = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items() if value]
    if article.published:
        front.append(f"date: {article.published.isoformat()}")
    body = "\n\n".join(article.body)
    (folder / name).write_text("\n".join(["---", *front, "---", body, ""]), encoding="utf-8")
    return name
