"""A small store that speaks S3 on the loopback interface, and checks each signature by its own computation."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY, SECRET, REGION = "AKEXAMPLE", "a-secret-of-the-store", "eu-1"


@dataclass
class Bucket:
    """What was stored, by path; ``answers`` are statuses that are given before anything is looked at."""

    port: int = 0
    objects: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    asked: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def signature(method: str, path: str, headers: dict[str, str], signed: list[str], content: bytes) -> str:
    """AWS Signature Version 4, as its documentation computes it."""
    canonical = "\n".join(
        (
            method,
            path,
            "",
            *(f"{name}:{headers[name].strip()}" for name in signed),
            "",
            ";".join(signed),
            hashlib.sha256(content).hexdigest(),
        )
    )
    moment = headers["x-amz-date"]
    scope = f"{moment[:8]}/{REGION}/s3/aws4_request"
    to_sign = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{SECRET}".encode()
    for part in (moment[:8], REGION, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


@contextmanager
def s3_server(*answers: int) -> Iterator[Bucket]:
    bucket = Bucket(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            bucket.asked += 1
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.give(bucket.answers.pop(0) if bucket.answers else self.judged(headers, content))

        def judged(self, headers: dict[str, str], content: bytes) -> int:
            parts = dict(part.strip().split("=", 1) for part in headers["authorization"].split(" ", 1)[1].split(","))
            signed = parts["SignedHeaders"].split(";")
            if not parts["Credential"].startswith(f"{KEY}/") or "host" not in signed:
                return 403
            if parts["Signature"] != signature(self.command, self.path, headers, signed, content):
                return 403
            if not self.path.startswith("/pictures/"):
                return 404
            bucket.objects[self.path] = content, headers
            return 200

        def give(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if status == 200:
                self.send_header("ETag", '"x"')
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
