"""The installed wheel does what the checkout does, from another directory."""

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `newsletter` command of a new environment that holds the wheel, and borrows our dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env/bin/python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel], check=True)
    (packages,) = (folder / "env/lib").glob("python*/site-packages")
    # Our own packages by path, but not our own editable newsletter: a .pth file there is not read twice.
    (packages / "borrowed.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    return folder / "env/bin/newsletter"


def test_the_wheel_holds_templates_migrations_and_the_sample_magazine(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [installed.parent / "python", "-c", "import newsletter; print(newsletter.__file__)"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert str(installed.parents[1]) in where, "the wheel's own package must be the one that is tested"
    subprocess.run([installed, "demo"], cwd=tmp_path, check=True, capture_output=True)
    status = subprocess.run(
        [installed, "--config", "demo/config.toml", "issue", "status", "1", "--json"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert json.loads(status)["state"] == "finished"
    assert len(list((tmp_path / "demo/mailbox").glob("*.eml"))) == json.loads(status)["sent"] == 20
    assert "<!doctype html>" in (tmp_path / "demo/preview/issue.html").read_text()
