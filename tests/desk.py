"""The command line as a person at a desk uses it, in a folder of their own."""

import contextlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from newsletter.cli.root import run as newsletter

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
        """Type one command. It runs in this process, which saves a second of imports; the kill test starts real ones."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {**clean, "COLUMNS": "200", **environment}, clear=True),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = newsletter([str(word) for word in words])
        return Done(code, out.getvalue(), err.getvalue())

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
