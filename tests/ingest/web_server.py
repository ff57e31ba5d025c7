"""A real web server on loopback that answers as a test tells it and remembers what it was asked."""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``pause`` is the seconds between two bytes of the body, for a server that drips; an ``endless`` body repeats.

    ``head`` is the status that HEAD gets, where it is another than GET's; 0 hangs up.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0
    endless: bool = False
    head: int | None = None


@dataclass(frozen=True)
class WebServer:
    port: int
    #: The path and the headers of every request, in order.
    asked: list[tuple[str, dict[str, str]]]
    #: The method of every request, in the same order.
    methods: list[str]
    scheme: str = "http"

    @property
    def pages_asked(self) -> list[str]:
        """The paths that were asked for, but for the robots.txt that comes before them."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


def zipped(size: int) -> Answer:
    """``size`` bytes of nothing, a thousandth of that on the wire."""
    return Answer(body=gzip.compress(bytes(size)), headers={"Content-Encoding": "gzip"})


def _pieces(answer: Answer) -> Iterator[bytes]:
    """The body as it goes out; without end until the client hangs up."""
    yield from [bytes([byte]) for byte in answer.body] if answer.pause else [answer.body]
    while answer.endless:
        yield answer.body


def _chosen(answer: Answer, method: str, known: str | None) -> Answer:
    """The answer that goes out to who asks by ``method`` and knows the ETag ``known``."""
    if known and answer.headers.get("ETag") == known:
        return Answer(status=304, headers=answer.headers)
    return replace(answer, status=answer.head) if method == "HEAD" and answer.head is not None else answer


class _Speaker(BaseHTTPRequestHandler):
    """Puts an answer on the wire."""

    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with suppress(ConnectionError):  # a client may hang up at any time
            super().handle()

    def give(self, answer: Answer) -> None:
        if not answer.status:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304 and not answer.endless:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        try:
            for piece in _pieces(answer):
                self.wfile.write(piece)
                time.sleep(answer.pause)
        except OSError:  # the client has hung up, which is what some tests want
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        pass


@contextmanager
def web_server(pages: Mapping[str, Answer], tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """Serve ``pages`` by path. An answer that has an ETag is given as 304 to whoever names that tag."""
    asked: list[tuple[str, dict[str, str]]] = []
    methods: list[str] = []

    class Handler(_Speaker):
        def do_GET(self) -> None:
            methods.append(self.command)
            asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            page = pages.get(self.path, Answer(status=404))
            self.give(_chosen(page, self.command, self.headers.get("If-None-Match")))

        def do_HEAD(self) -> None:
            self.do_GET()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield WebServer(server.server_port, asked, methods, "https" if tls else "http")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
