"""A real HTTP server on loopback that speaks the chat-completions dialect, or something else, as a test tells it."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from newsletter.assistant.endpoint import Endpoint


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``pause`` is the seconds between two bytes of the body, ``head_pause`` of the head; ``silent`` never answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    head_pause: float = 0
    silent: bool = False
    #: Hang up after so many bytes of the body that was announced.
    cut: int | None = None


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    json: dict[str, Any]

    @property
    def user(self) -> str:
        return str(self.json["messages"][-1]["content"])


@dataclass(frozen=True)
class ModelServer:
    port: int
    asked: list[Asked]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def endpoint(self, **given: Any) -> Endpoint:
        return Endpoint(**{"url": self.url, "model": "harbour-7b", "seconds": 30.0, **given})


def said(content: str | None, **given: Any) -> Answer:
    """The model says ``content``."""
    envelope = {
        "choices": [{"message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 700, "completion_tokens": 50},
        **given,
    }
    return Answer(body=json.dumps(envelope).encode())


def wrote(*sentences: str, support: Sequence[Sequence[int]]) -> Answer:
    """The model says a summary in the form that it was asked for."""
    return said(json.dumps({"sentences": sentences, "support": support}, ensure_ascii=False))


@contextmanager
def model_server(*answers: Answer) -> Iterator[ModelServer]:
    """Give ``answers`` one after the other, the last one from then on."""
    asked: list[Asked] = []
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(Asked(self.path, headers, json.loads(content)))
            self.close_connection = True
            answer = answers[min(len(asked), len(answers)) - 1]
            if answer.silent:
                closing.wait()
                return
            try:
                self._write(_head(answer), answer.head_pause)
                self._write(answer.body[: answer.cut], answer.pause)
            except OSError:  # the client has hung up, which is what some tests want
                pass

        def do_GET(self) -> None:
            asked.append(Asked(self.path, {}, {}))
            self._write(_head(Answer()), 0)
            self.close_connection = True

        def _write(self, content: bytes, pause: float) -> None:
            for piece in [content] if not pause else [bytes([byte]) for byte in content]:
                self.wfile.write(piece)
                if pause and closing.wait(pause):
                    return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield ModelServer(server.server_port, asked)
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _head(answer: Answer) -> bytes:
    headers = {"Content-Length": str(len(answer.body)), "Connection": "close", **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()
