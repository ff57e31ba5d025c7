"""A real HTTP server on loopback that is a small S3 store: it checks each signature with its own arithmetic.

Signature Version 4 as in the Amazon S3 API reference, "Authenticating Requests: Using the Authorization Header".
"""

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from newsletter.shelf.s3 import S3Shelf

BUCKET, REGION, KEY_ID, SECRET = "harbour-letters", "eu-harbour-1", "HARBOURKEY", "the-harbour-masters-secret"

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>\d{8}/[^/]+/s3/aws4_request), ?"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; ``complaint`` says what is wrong with its signature, empty if it is right."""

    method: str
    path: str
    headers: dict[str, str]
    complaint: str


@dataclass(frozen=True)
class Stored:
    content: bytes
    content_type: str
    cache_control: str


@dataclass
class S3Server:
    """``statuses`` are answered before anything else, one a request; each answer comes after ``pause`` seconds.

    A ``blind`` store tells 403 for a name that is not there, as Amazon does to a key that may not list.
    """

    port: int
    asked: list[Asked] = field(default_factory=list)
    objects: dict[str, Stored] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    pause: float = 0
    blind: bool = False

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def shelf(self, **given: Any) -> S3Shelf:
        return S3Shelf(
            **{
                "bucket": BUCKET,
                "endpoint": self.endpoint,
                "region": REGION,
                "access_key_id": KEY_ID,
                "secret_access_key": SECRET,
                "public_url": "https://pictures.example.org/letters",
                **given,
            }
        )

    def methods(self) -> list[str]:
        return [one.method for one in self.asked]


def complaint(method: str, path: str, headers: dict[str, str], content: bytes) -> str:
    """What is wrong with a request's signature; empty if nothing is."""
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if not found:
        return "no signature"
    signed = found["signed"].split(";")
    digest = hashlib.sha256(content).hexdigest()
    sent_at = headers["x-amz-date"]
    moment = datetime.strptime(sent_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    demands = {
        "a header is not signed": {"host", *(name for name in headers if name.startswith("x-amz-"))} <= set(signed),
        "a token that nobody gave": "x-amz-security-token" not in headers,
        "another content than was signed": headers["x-amz-content-sha256"] == digest,
        "the wrong time": abs(datetime.now(UTC) - moment) < timedelta(minutes=15),
        "the wrong key": found["key"] == KEY_ID,
        "the wrong scope": found["scope"] == f"{sent_at[:8]}/{REGION}/s3/aws4_request",
    }
    if broken := [sentence for sentence, kept in demands.items() if not kept]:
        return broken[0]
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in signed)
    request = "\n".join([method, path, "", lines, found["signed"], digest])
    right = _signature("\n".join(["AWS4-HMAC-SHA256", sent_at, found["scope"], _hex(request)]), found["scope"])
    return "" if hmac.compare_digest(right, found["signature"]) else "the wrong signature"


def _signature(to_sign: str, scope: str) -> str:
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, to_sign.encode(), "sha256").hexdigest()


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Listener(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = S3Server(self.server_port)
        self.closing = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_HEAD(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def _serve(self) -> None:
        store = self.server.store
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        # A request to a proxy names the whole address.
        path = urlsplit(self.path).path
        asked = Asked(self.command, path, headers, complaint(self.command, path, headers, content))
        store.asked.append(asked)
        self.close_connection = True
        if self.server.closing.wait(store.pause):
            return
        if store.statuses:
            self._answer(store.statuses.pop(0))
        else:
            self._answer(403 if asked.complaint else _done(store, asked, content))

    def _answer(self, status: int) -> None:
        # As Amazon does, it tells the key's name in its complaints.
        said = b"" if status == 200 else f"<Error><AWSAccessKeyId>{KEY_ID}</AWSAccessKeyId></Error>".encode()
        self.send_response(status)
        self.send_header("ETag", '"0"')
        self.send_header("Last-Modified", "Mon, 05 Oct 2026 08:00:00 GMT")
        self.send_header("Content-Length", str(len(said)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        pass


def _done(store: S3Server, asked: Asked, content: bytes) -> int:
    """Do what was asked; the status to answer."""
    is_virtual = asked.headers["host"].startswith(f"{BUCKET}.")
    bucket, _, key = (f"{BUCKET}{asked.path}" if is_virtual else asked.path.lstrip("/")).partition("/")
    if bucket != BUCKET:
        return 404
    if asked.method == "PUT":
        store.objects[key] = Stored(content, asked.headers["content-type"], asked.headers["cache-control"])
        return 200
    if key in store.objects:
        return 200
    return 403 if store.blind else 404


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A store with one empty bucket, which speaks path-style, virtual-hosted style, and as a proxy to itself."""
    listener = _Listener()
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listener.store
    finally:
        listener.closing.set()
        listener.shutdown()
        listener.server_close()
        thread.join()
