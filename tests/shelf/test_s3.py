from dataclasses import replace

import pytest

from newsletter.app import App
from newsletter.config import Settings
from newsletter.errors import ConfigError, StoreError
from newsletter.shelf.s3 import S3Shelf
from shelf.s3_server import KEY, REGION, SECRET, Bucket, s3_server

NAME = "0123456789abcdef.jpg"


def shelf(bucket: Bucket) -> S3Shelf:
    return S3Shelf(
        bucket="pictures",
        public_url="https://pictures.example.org/news/",
        endpoint=bucket.endpoint,
        region=REGION,
        prefix="news",
        access_key_id=KEY,
        secret_access_key=SECRET,
    )


def test_a_picture_is_stored_signed_and_for_good() -> None:
    with s3_server() as bucket:
        assert shelf(bucket).put(NAME, b"picture", "image/jpeg") == f"https://pictures.example.org/news/{NAME}"
        content, headers = bucket.objects[f"/pictures/news/{NAME}"]
    assert content == b"picture"
    assert headers["content-type"] == "image/jpeg"
    assert "immutable" in headers["cache-control"]


def test_a_store_that_stumbles_is_asked_again() -> None:
    with s3_server(500, 503) as bucket:
        shelf(bucket).put(NAME, b"picture", "image/jpeg")
        assert bucket.asked == 3


@pytest.mark.parametrize(
    "change", [{"secret_access_key": "another"}, {"bucket": "nosuch"}, {"access_key_id": "AKOTHER"}]
)
def test_what_the_store_refuses_is_told_without_the_secret(change: dict[str, str]) -> None:
    with s3_server() as bucket, pytest.raises(StoreError, match=r"\[pictures\]") as told:
        replace(shelf(bucket), **change).put(NAME, b"picture", "image/jpeg")
    assert SECRET not in str(told.value)
    assert SECRET not in repr(shelf(bucket))


def test_a_store_that_is_not_there_is_told() -> None:
    gone = replace(shelf(Bucket(port=9)), endpoint="http://127.0.0.1:9")
    with pytest.raises(StoreError, match="could not be put"):
        gone.put(NAME, b"picture", "image/jpeg")


def test_a_bucket_that_is_half_described_is_refused_by_what_is_missing() -> None:
    given = {"secret_key": "s" * 40, "pictures": {"store": "s3", "bucket": "b"}}
    with pytest.raises(ConfigError, match="need public_url under"):
        App(Settings(**given)).shelf()  # type: ignore[arg-type]  # as from the file
    given["pictures"] = {
        "store": "s3",
        "bucket": "b",
        "public_url": "https://p.example.org",
        "secret_access_key": SECRET,
    }
    found = App(Settings(**given)).shelf()  # type: ignore[arg-type]  # the same
    assert isinstance(found, S3Shelf)
    assert found.secret_access_key == SECRET
