"""Fetch a page or feed from the web, safely: bounded in time, size and redirects, and never from a private address.

What a site's robots.txt asks for is done, always.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from types import TracebackType
from typing import Literal, Self

import httpcore2
import httpx2

from newsletter import __version__
from newsletter.errors import FetchError
from newsletter.ingest.network import Deadline, GuardedBackend, OpenedHosts
from newsletter.ingest.obstacle import obstacle
from newsletter.ingest.retry import retry_seconds
from newsletter.ingest.robots import PRODUCT, Robots
from newsletter.model.reach import Reached, Unreached

_SECONDS = 10.0
_REDIRECTS = 3
_MEGABYTE = 1_000_000
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_PERMANENT = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_HEADERS = {
    "User-Agent": f"{PRODUCT}/{__version__}",
    "Accept": (
        "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
        "application/xml;q=0.9, */*;q=0.5"
    ),
    "Accept-Encoding": "gzip, deflate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server answered. ``url`` is where the answer came from, after redirects; ``content`` is decompressed.

    ``etag`` and ``last_modified`` go into the next request for the same URL. ``not_modified`` says that nothing has
    changed since they were given; ``content`` is empty then. ``moved_to`` is the address to ask from now on, where
    permanent redirects alone (301, 308) have led to it.
    """

    url: str
    status: int
    content: bytes
    content_type: str | None
    etag: str | None
    last_modified: str | None
    not_modified: bool
    moved_to: str | None = None


class Fetcher:
    """A web client for addresses that others have chosen. Use it in a ``with`` block, each thread its own.

    ``allow_hosts`` opens hosts that are not public or not on port 80 or 443, as ``host`` or ``host:port``; ``seconds``
    is the whole time that one ``get`` may take, beside at most five for the robots.txt of each site. Proxy settings and
    passwords of the environment are not used.
    """

    def __init__(self, allow_hosts: Iterable[str] = frozenset(), *, seconds: float = _SECONDS) -> None:
        self._deadline = Deadline(seconds)
        backend = GuardedBackend(OpenedHosts(allow_hosts), self._deadline)
        self._client = httpx2.Client(
            transport=_GuardedTransport(backend),
            headers=_HEADERS,
            timeout=seconds,
            follow_redirects=False,
            trust_env=False,
        )
        self._robots = Robots(self._client, self._deadline, seconds=seconds)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.close()

    def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, max_bytes: int = 5 * _MEGABYTE
    ) -> Fetched:
        """Fetch ``url``; with ``etag`` or ``last_modified`` only if it has changed since (RFC 9110, section 13.1).

        At most ``max_bytes`` of decompressed content are taken, and each of at most three redirects is checked as the
        first address was, by its site's robots.txt too. ``FetchError`` says in a sentence why there is no answer.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in known.items() if value}
        with _told(url), self._answer(self._client.build_request("GET", url, headers=headers)) as (response, statuses):
            fetched = _fetched(response, max_bytes)
        moved = statuses and _PERMANENT.issuperset(statuses)
        return replace(fetched, moved_to=fetched.url) if moved else fetched

    def reach(self, url: str, method: Literal["HEAD", "GET"]) -> Reached | Unreached:
        """Ask whether ``url`` answers, and read no more than the status; by the same rules as ``get``."""
        try:
            with _told(url), self._answer(self._client.build_request(method, url)) as (response, statuses):
                return Reached(url=str(response.url), status=response.status_code, redirects=statuses)
        except FetchError as error:
            return Unreached(obstacle=obstacle(error), sentence=str(error))

    @contextmanager
    def _answer(self, request: httpx2.Request) -> Iterator[tuple[httpx2.Response, tuple[int, ...]]]:
        """Send ``request``, go where redirects lead, and give the answer with the statuses of the redirects."""
        self._deadline.restart()
        statuses: list[int] = []
        for _ in range(_REDIRECTS + 1):
            if request.url.scheme not in {"http", "https"} or not request.url.host:
                raise FetchError(
                    "Only http and https addresses are fetched. Write one such as https://example.org/feed."
                )
            self._robots.check(request.url)
            response = self._client.send(request, stream=True)
            try:
                if response.next_request is None:
                    yield response, tuple(statuses)
                    return
                statuses.append(response.status_code)
                request = response.next_request
            finally:
                response.close()
        raise FetchError(f"{request.url.host} redirects more than {_REDIRECTS} times. Use the address it leads to.")


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Say what goes wrong on the way in a sentence that names the host alone."""
    try:
        yield
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError, ValueError) as error:
        raise FetchError("This is not a web address. Write it in full, such as https://example.org/feed.") from error
    except httpcore2.TimeoutException as error:
        raise FetchError(f"{_host(url)} did not answer in time. Try again later.") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.HTTPError) as error:
        raise FetchError(f"{_host(url)} cannot be reached or does not speak HTTP. Check the address.") from error


class _GuardedTransport(httpx2.BaseTransport):
    """Carries requests over connections that the guarded backend opens; no proxy, no other way out."""

    def __init__(self, backend: GuardedBackend) -> None:
        self._pool = httpcore2.ConnectionPool(ssl_context=httpcore2.default_ssl_context(), network_backend=backend)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send ``request`` and return the answer, its body still unread."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The body of an answer, as it comes over the wire."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        """Give the connection back or, with the body unread, drop it."""
        self._answer.close()


def _fetched(response: httpx2.Response, max_bytes: int) -> Fetched:
    """Read an answer that is no redirect."""
    host, status = response.url.host, response.status_code
    not_modified = status == HTTPStatus.NOT_MODIFIED
    if not not_modified and not response.is_success:
        raise FetchError(
            f"{host} answered {status} {response.reason_phrase}".rstrip() + f". {_advice(status)}",
            retry_after=retry_seconds(response) if status in _BUSY else None,
            gone=status == HTTPStatus.GONE,
        )
    return Fetched(
        url=str(response.url),
        status=status,
        content=b"" if not_modified else _content(response, max_bytes),
        content_type=response.headers.get("content-type"),
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        not_modified=not_modified,
    )


def _content(response: httpx2.Response, max_bytes: int) -> bytes:
    """The decompressed body. Counted as it grows: a few kilobytes of gzip can become gigabytes."""
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > max_bytes:
            raise FetchError(
                f"The answer of {response.url.host} is larger than {max_bytes / _MEGABYTE:g} MB. "
                "Use an address that gives less, such as a feed of recent items."
            )
    return bytes(content)


def _advice(status: int) -> str:
    """What to do about an HTTP status that is an error."""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS}:
        return "It does not let us read this page; save the page and add the file instead."
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "Try again later."
    if status == HTTPStatus.GONE:
        return "It is gone for good; look for a new address."
    return "Check the address."


def _host(url: str) -> str:
    """The host of ``url`` alone: the rest may hold a password or a private token."""
    return httpx2.URL(url).host or "The server"
