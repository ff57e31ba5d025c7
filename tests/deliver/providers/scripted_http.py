"""An HTTP server on loopback that answers as it is told, wrongly if need be, and keeps every octet that it got.

    async with scripted_http(said(200, {"id": "1"})) as server: ...

Each connection does the next step of the script as soon as it can: when it is accepted, and again after an answer. The
last step stays.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Connection:
    server: "HttpServer"
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def head(self) -> tuple[str, dict[str, str]]:
        octets = await self.reader.readuntil(b"\r\n\r\n")
        self.server.received += octets
        line, *fields = octets.decode("latin-1").rstrip("\r\n").split("\r\n")
        return line, {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}

    async def request(self) -> Asked:
        line, headers = await self.head()
        body = await self.reader.readexactly(int(headers["content-length"]))
        self.server.received += body
        self.server.asked.append(asked := Asked(line, headers, body))
        return asked

    async def say(self, octets: bytes) -> None:
        self.writer.write(octets)
        await self.writer.drain()


Step: TypeAlias = Callable[[Connection], Awaitable[None]]


@dataclass
class HttpServer:
    port: int = 0
    scheme: str = "http"
    asked: list[Asked] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    #: Becomes true when the last open connection is over.
    quiet: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def only(self) -> Asked:
        [asked] = self.asked
        return asked


class Over(Exception):  # noqa: N818 - not an error
    """The connection is to be closed."""


def written(status: int, body: bytes, headers: dict[str, str]) -> bytes:
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + body


def said(status: int, body: object = None, **headers: str) -> Step:
    """Read a request and answer it; ``body`` is JSON unless it is bytes, the headers' ``_`` are ``-``."""
    octets = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    answer = written(status, octets, {name.replace("_", "-"): value for name, value in headers.items()})

    async def step(connection: Connection) -> None:
        await connection.request()
        await connection.say(answer)

    return step


def cut(after: int) -> Step:
    """Read a request and hang up after so many octets of a good answer."""

    async def step(connection: Connection) -> None:
        await connection.request()
        await connection.say(GOOD[:after])
        raise Over

    return step


async def hang_up(_: Connection) -> None:
    """Close the connection without reading."""
    raise Over


async def hang_up_after_the_head(connection: Connection) -> None:
    """Close the connection though the body is still to come or unread."""
    await connection.head()
    raise Over


async def hang_up_after_the_body(connection: Connection) -> None:
    """Close the connection instead of answering."""
    await connection.request()
    raise Over


async def silent(connection: Connection) -> None:
    """Read whatever comes and never say a word."""
    while octets := await connection.reader.read(65_536):
        connection.server.received += octets
    raise Over


async def drip(connection: Connection) -> None:
    """Accept the mail an octet at a time, which takes seconds."""
    await connection.request()
    answer = written(200, b" " * 300 + b'{"id": "late"}', {})
    for at in range(len(answer)):
        await connection.say(answer[at : at + 1])
        await asyncio.sleep(0.01)


async def flood(connection: Connection) -> None:
    """Answer for ever, as fast as it goes."""
    await connection.request()
    await connection.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await connection.say(b"4000\r\n" + b" " * 0x4000 + b"\r\n")


#: Success in every provider's words at once.
GOOD = written(200, json.dumps({"id": "p-1", "MessageID": "p-1", "MessageId": "p-1", "ErrorCode": 0}).encode(), {})


async def good(connection: Connection) -> None:
    """Accept the mail."""
    await connection.request()
    await connection.say(GOOD)


@asynccontextmanager
async def scripted_http(*script: Step, tls: ssl.SSLContext | None = None) -> AsyncIterator[HttpServer]:
    """Serve until the block ends."""
    state = HttpServer(scheme="https" if tls else "http")
    steps = list(script)

    conversations: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            conversations.add(task)
        state.connections += 1
        state.open += 1
        state.most_open = max(state.most_open, state.open)
        state.quiet.clear()
        # The end of the test cancels whoever still listens.
        with suppress(Over, OSError, EOFError, asyncio.CancelledError):
            while True:
                await (steps.pop(0) if len(steps) > 1 else steps[0])(Connection(state, reader, writer))
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()
        state.open -= 1
        if not state.open:
            state.quiet.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations)
        await server.wait_closed()
