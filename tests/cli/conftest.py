from pathlib import Path

import pytest

from desk import Desk


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after `newsletter init`, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    Desk(folder).ok("init", "--postal-address", "1 Quay Street, Port Example", "--base-url", "https://news.example.org")
    return folder


@pytest.fixture
def desk(prepared: Path, tmp_path: Path) -> Desk:
    """A fresh desk of this test's own."""
    for path in prepared.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return Desk(tmp_path)
