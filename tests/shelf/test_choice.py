"""Which shelf the settings choose."""

from pathlib import Path

import pytest

from newsletter.app import App
from newsletter.config import Settings, read_settings
from newsletter.errors import ConfigError
from shelf.s3_server import BUCKET, KEY_ID, REGION, SECRET, s3_server

BASE = 'base_url = "https://news.example.org"\nsecret_key = "0123456789012345678901234567890123456789"\n'
NAME = "3f0c9a2b41e1.jpg"


def _settings(folder: Path, text: str = "") -> Settings:
    (folder / "config.toml").write_text(BASE + text)
    return read_settings(folder / "config.toml")


def test_without_a_setting_pictures_lie_where_the_pages_serve_them(tmp_path: Path) -> None:
    url = App(_settings(tmp_path)).shelf().put(NAME, b"picture", "image/jpeg")
    assert url == f"https://news.example.org/media/{NAME}"
    assert (tmp_path / "media" / NAME).read_bytes() == b"picture"


def test_the_settings_reach_the_bucket_with_the_secret_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_PICTURES__SECRET_ACCESS_KEY", SECRET)
    with s3_server() as server:
        settings = _settings(
            tmp_path,
            f'[pictures]\nstore = "s3"\nbucket = "{BUCKET}"\nendpoint = "{server.endpoint}"\nregion = "{REGION}"\n'
            f'prefix = "weekly"\npublic_url = "https://pictures.example.org/weekly"\naccess_key_id = "{KEY_ID}"\n',
        )
        url = App(settings).shelf().put(NAME, b"picture", "image/jpeg")
        assert server.objects[f"weekly/{NAME}"].content == b"picture"
    assert url == f"https://pictures.example.org/weekly/{NAME}"
    assert SECRET not in repr(settings)


def test_every_key_that_a_bucket_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs endpoint, public_url, access_key_id, secret_access_key;"):
        _settings(tmp_path, f'[pictures]\nstore = "s3"\nbucket = "{BUCKET}"\nsecret_access_key = ""\n')


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('store = "attic"', "pictures.store"),
        ('addressing = "sideways"', "pictures.addressing"),
        ('endpoint = "s3.example.org"', "pictures.endpoint"),
        ('public_url = "https://pictures.example.org/"', "pictures.public_url"),
        ('prefix = "/weekly"', "pictures.prefix"),
        ('bucket = "harbour/letters"', "pictures.bucket"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused(tmp_path: Path, line: str, key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        _settings(tmp_path, f"[pictures]\n{line}\n")
