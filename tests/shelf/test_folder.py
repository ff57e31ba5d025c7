"""Pictures in a folder: whole or not at all."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.shelf.folder import FolderShelf

PICTURE = b"\xff\xd8 the harbour at dawn \xff\xd9"
NAME = "3f0c9a2b41e1.jpg"


def _shelf(folder: Path) -> FolderShelf:
    return FolderShelf(folder, lambda name: f"https://news.example.org/media/{name}")


def test_a_picture_is_stored_and_its_address_told(tmp_path: Path) -> None:
    url = _shelf(tmp_path / "not" / "yet").put(NAME, PICTURE, "image/jpeg")
    assert url == f"https://news.example.org/media/{NAME}"
    assert [path.name for path in (tmp_path / "not" / "yet").iterdir()] == [NAME]
    assert (tmp_path / "not" / "yet" / NAME).read_bytes() == PICTURE


def test_the_web_server_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        _shelf(tmp_path).put(NAME, PICTURE, "image/jpeg")
    finally:
        os.umask(before)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o644


def test_the_same_picture_twice_changes_nothing(tmp_path: Path) -> None:
    shelf = _shelf(tmp_path)
    first = shelf.put(NAME, PICTURE, "image/jpeg")
    before = (tmp_path / NAME).stat()
    assert shelf.put(NAME, PICTURE, "image/jpeg") == first
    after = (tmp_path / NAME).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def _full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _power_cut(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace"])
@pytest.mark.parametrize(("fails", "raised"), [(_full_disk, StoreError), (_power_cut, KeyboardInterrupt)])
def test_a_crash_before_the_end_leaves_no_half_picture(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    fails: Callable[..., None],
    raised: type[BaseException],
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(call, fails)
        with pytest.raises(raised):
            _shelf(tmp_path).put(NAME, PICTURE, "image/jpeg")
    assert list(tmp_path.iterdir()) == []
    _shelf(tmp_path).put(NAME, PICTURE, "image/jpeg")
    assert (tmp_path / NAME).read_bytes() == PICTURE


def test_nothing_is_under_the_name_before_all_of_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[list[str], bytes]] = []
    really = os.fsync

    def looks(handle: int) -> None:
        seen.extend(([path.name], path.read_bytes()) for path in tmp_path.iterdir())
        really(handle)

    monkeypatch.setattr("os.fsync", looks)
    _shelf(tmp_path).put(NAME, PICTURE, "image/jpeg")
    [(names, content)] = seen
    assert NAME not in names
    assert content == PICTURE


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", _full_disk)
    with pytest.raises(StoreError, match=r"No space left on device.*Make room there"):
        _shelf(tmp_path).put(NAME, PICTURE, "image/jpeg")


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("not a folder")
    with pytest.raises(StoreError, match="make it a folder"):
        _shelf(tmp_path / "media").put(NAME, PICTURE, "image/jpeg")


@pytest.mark.parametrize(
    "name",
    ["../a.jpg", "/etc/a.jpg", "a/b.jpg", "a\\b.jpg", "a.b.jpg", "a-b.jpg", "jpg", ".jpg", "a.", "ä.jpg", "a.jpg\n", "a\0.jpg", "", "a" * 129 + ".jpg"],
)  # fmt: skip
def test_a_strange_name_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="content's hash"):
        _shelf(tmp_path / "media").put(name, PICTURE, "image/jpeg")
    assert list(tmp_path.iterdir()) == []
