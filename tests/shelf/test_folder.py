import os
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.shelf.folder import FolderShelf

NAME = "0123456789abcdef.jpg"


def shelf(folder: Path) -> FolderShelf:
    return FolderShelf(folder, lambda name: f"https://news.example.org/media/{name}")


def test_a_picture_lies_in_the_folder_for_everybody_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "media"
    assert shelf(folder).put(NAME, b"picture", "image/jpeg") == f"https://news.example.org/media/{NAME}"
    assert (folder / NAME).read_bytes() == b"picture"
    assert (folder / NAME).stat().st_mode & 0o777 == 0o644


def test_the_same_picture_again_is_not_written_again(tmp_path: Path) -> None:
    shelf(tmp_path).put(NAME, b"picture", "image/jpeg")
    before = (tmp_path / NAME).stat()
    shelf(tmp_path).put(NAME, b"picture", "image/jpeg")
    assert (tmp_path / NAME).stat().st_ino == before.st_ino


def test_what_breaks_off_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="check that there is room"):
        shelf(tmp_path).put(NAME, b"picture", "image/jpeg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a/b.jpg", "0123456789abcdef.svg", "0123456789abcdef", ".jpg"]
)
def test_only_the_name_of_a_picture_is_taken(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="no name for a picture"):
        shelf(tmp_path).put(name, b"x", "image/jpeg")
