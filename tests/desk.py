"""The command line as a person at a desk uses it: real processes in a folder of their own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = """---
title: {title}
dek: Two new boats are to be paid.
date: 2026-11-17T09:00:00Z
---
The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday.

Two new boats will be ordered this year, and the first should sail in the autumn of 2027.
"""


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """A working folder with a configuration."""

    folder: Path

    def run(self, *words: str | Path, **environment: str) -> Done:
        """Type one command."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
        done = subprocess.run(
            [sys.executable, "-m", "newsletter", *map(str, words)],
            cwd=self.folder, env={**clean, "COLUMNS": "200", **environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def ok(self, *words: str | Path) -> Done:
        """Type one command that must work."""
        done = self.run(*words)
        assert (done.code, done.err) == (0, ""), f"{words}: {done.err or done.out}"
        return done

    def refused(self, *words: str | Path) -> str:
        """Type one command that must fail with exactly one sentence line; return the sentence."""
        done = self.run(*words)
        assert done.code == 1, f"{words}: exit {done.code}, {done.err or done.out}"
        assert done.err.startswith("newsletter: "), done.err
        assert done.err.count("\n") == 1, done.err
        return done.err.removeprefix("newsletter: ").strip()

    def page(self, name: str = "page.md", title: str = "Ferry fares rise") -> Path:
        """A Markdown article in the folder."""
        path = self.folder / name
        path.write_text(PAGE.format(title=title))
        return path

    def approved(self, *emails: str) -> None:
        """Bring issue 1, for these readers, to the point where it can be sent."""
        for email in emails:
            self.ok("subscriber", "add", email)
        self.ok("article", "add", self.page())
        self.ok("issue", "compose", "weekly", "--slot", "2026-W47")
        self.ok("issue", "approve", "1")

    def relay(self, port: int) -> None:
        """Send through a relay on this port from now on."""
        config = self.folder / "config.toml"
        section = f'\n[relay]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        config.write_text(config.read_text().replace('transport = "mailbox"', 'transport = "smtp"') + section)
