"""Pictures in a bucket, against a store that checks every signature."""

import hashlib
import sys
from collections.abc import Iterator

import pytest

from newsletter.errors import ConfigError, StoreError
from shelf.s3_server import BUCKET, KEY_ID, SECRET, S3Server, complaint, s3_server

PICTURE = b"\xff\xd8 the harbour at dawn \xff\xd9"
NAME = hashlib.sha256(PICTURE).hexdigest() + ".jpg"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with s3_server() as started:
        yield started


def test_a_picture_lies_in_the_bucket_with_its_type_and_may_be_kept_for_ever(server: S3Server) -> None:
    url = server.shelf(prefix="weekly/2026").put(NAME, PICTURE, "image/jpeg")
    stored = server.objects[f"weekly/2026/{NAME}"]
    assert stored.content == PICTURE
    assert stored.content_type == "image/jpeg"
    assert stored.cache_control == "public, max-age=31536000, immutable"
    assert url == f"https://pictures.example.org/letters/{NAME}"


def test_every_request_is_signed_with_version_4(server: S3Server) -> None:
    server.shelf().put(NAME, PICTURE, "image/jpeg")
    assert [(one.method, one.path, one.complaint) for one in server.asked] == [
        ("HEAD", f"/{BUCKET}/{NAME}", ""),
        ("PUT", f"/{BUCKET}/{NAME}", ""),
    ]


def test_the_stores_own_arithmetic_sees_a_changed_byte(server: S3Server) -> None:
    server.shelf().put(NAME, PICTURE, "image/jpeg")
    sent = server.asked[-1]
    assert complaint("PUT", sent.path, sent.headers, PICTURE) == ""
    assert complaint("PUT", sent.path, sent.headers, PICTURE + b"!") == "another content than was signed"
    assert complaint("PUT", sent.path + "x", sent.headers, PICTURE) == "the wrong signature"


def test_a_picture_that_is_there_already_is_not_sent_again(server: S3Server) -> None:
    shelf = server.shelf()
    assert shelf.put(NAME, PICTURE, "image/jpeg") == shelf.put(NAME, PICTURE, "image/jpeg")
    assert server.methods() == ["HEAD", "PUT", "HEAD"]


def test_a_key_that_may_write_and_not_list_stores_all_the_same(server: S3Server) -> None:
    server.blind = True
    server.shelf().put(NAME, PICTURE, "image/jpeg")
    assert list(server.objects) == [NAME]


def test_a_large_picture_goes_up_in_one_request(server: S3Server) -> None:
    large = PICTURE * 300_000
    server.shelf().put(NAME, large, "image/jpeg")
    assert server.objects[NAME].content == large
    assert server.methods() == ["HEAD", "PUT"]


def test_the_bucket_may_stand_before_the_hosts_name(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # The name is looked up by nobody: the request goes to the store as to a proxy.
    monkeypatch.setenv("http_proxy", server.endpoint)
    shelf = server.shelf(endpoint="http://s3.harbour.test", addressing="virtual")
    shelf.put(NAME, PICTURE, "image/jpeg")
    assert {(one.headers["host"], one.path) for one in server.asked} == {(f"{BUCKET}.s3.harbour.test", f"/{NAME}")}
    assert list(server.objects) == [NAME]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b.jpg", "a.b.jpg", "jpg", ".jpg", "a.", "ä.jpg", "a.jpg\n", ""]
)
def test_a_strange_name_asks_the_store_nothing(server: S3Server, name: str) -> None:
    with pytest.raises(StoreError, match="content's hash"):
        server.shelf().put(name, PICTURE, "image/jpeg")
    assert server.asked == []


@pytest.mark.parametrize("wrong", [{"secret_access_key": "not-the-secret"}, {"access_key_id": "STRANGER"}])
def test_a_wrong_key_is_told_without_repeating_it(server: S3Server, wrong: dict[str, str]) -> None:
    with pytest.raises(StoreError, match="check access_key_id, secret_access_key") as refused:
        server.shelf(**wrong).put(NAME, PICTURE, "image/jpeg")
    assert server.objects == {}
    assert not [word for word in (SECRET, KEY_ID, *wrong.values()) if word in str(refused.value)]
    assert refused.value.__suppress_context__


def test_a_store_that_stumbles_once_is_asked_again(server: S3Server) -> None:
    server.statuses[:] = [404, 500]
    server.shelf().put(NAME, PICTURE, "image/jpeg")
    assert server.methods() == ["HEAD", "PUT", "PUT"]
    assert server.objects[NAME].content == PICTURE


def test_a_store_that_goes_on_stumbling_is_given_up(server: S3Server) -> None:
    server.statuses[:] = [503] * 9
    with pytest.raises(StoreError, match="answered 503; try again later"):
        server.shelf().put(NAME, PICTURE, "image/jpeg")
    assert len(server.asked) == 3


def test_a_silent_store_is_not_waited_for(server: S3Server) -> None:
    server.pause = 5
    with pytest.raises(StoreError, match="does not answer; try again later"):
        server.shelf(seconds=0.3).put(NAME, PICTURE, "image/jpeg")
    assert set(server.methods()) == {"HEAD"}


def test_a_port_where_nobody_listens_is_told() -> None:
    with s3_server() as gone:
        pass
    with pytest.raises(StoreError, match="does not answer"):
        gone.shelf().put(NAME, PICTURE, "image/jpeg")


def test_a_bucket_that_is_not_there_is_named(server: S3Server) -> None:
    with pytest.raises(StoreError, match="no bucket harbour-leters; make it"):
        server.shelf(bucket="harbour-leters").put(NAME, PICTURE, "image/jpeg")


def test_clear_text_is_allowed_to_an_http_endpoint_only(server: S3Server) -> None:
    # Else a redirect could lead from https to http.
    allowed = [
        str((server.shelf(endpoint=endpoint)._store.client_options or {})["allow_http"]).lower()
        for endpoint in ("http://127.0.0.1:9", "https://s3.example.org")
    ]
    assert allowed == ["true", "false"]


def test_an_https_endpoint_never_speaks_clear_text(server: S3Server) -> None:
    with pytest.raises(StoreError, match="does not answer"):
        server.shelf(endpoint=server.endpoint.replace("http:", "https:")).put(NAME, PICTURE, "image/jpeg")
    assert server.asked == []


def test_the_environments_aws_variables_replace_nothing(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = {
        "AWS_ACCESS_KEY_ID": "SOMEBODY",
        "AWS_SECRET_ACCESS_KEY": "else",
        "AWS_SESSION_TOKEN": "a token",
        "AWS_REGION": "moon-1",
        "AWS_DEFAULT_REGION": "moon-2",
        "AWS_BUCKET": "moon",
        "AWS_ENDPOINT": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_UNSIGNED_PAYLOAD": "true",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        "AWS_ALLOW_HTTP": "false",
    }
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    server.shelf().put(NAME, PICTURE, "image/jpeg")
    assert list(server.objects) == [NAME]
    assert {one.complaint for one in server.asked} == {""}


def test_without_obstore_the_extra_is_named(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ConfigError, match=r"newsletter\[s3\]"):
        server.shelf()
