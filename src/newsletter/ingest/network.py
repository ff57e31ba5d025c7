"""Where the fetcher may connect: public addresses, and what the operator has opened by name.

A URL in a feed or typed by an editor must not reach the machine itself, the local network or a cloud's metadata
service (server-side request forgery). The check stands where the connection is made: the name is resolved once, every
answer is judged, and the connection goes to the very address that was judged, so a name that changes its mind between
check and use gains nothing.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import httpcore2

from newsletter.errors import FetchError

_WEB_PORTS = frozenset({80, 443})
# Not every system tells "no such name" from "no address under this name".
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

# ``is_global`` calls these public on some of the Python versions that we run on. Each either is not one host
# (multicast), or carries an IPv4 address inside that a gateway would unwrap (compatible, NAT64, 6to4, Teredo), or is
# reserved by the registry that IANA keeps under RFC 6890.
_NEVER = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
        "ff00::/8",
    )
)

_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether ``address`` is one host on the public Internet; an IPv4 address mapped into IPv6 is judged as itself."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        address = address.ipv4_mapped or address
    if any(address.version == block.version and address in block for block in _NEVER):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class OpenedHosts:
    """The hosts that the operator trusts though they are not public: ``feeds.internal`` or ``127.0.0.1:8080``.

    An entry without a port opens every port of its host. IPv6 literals with a port are written ``[::1]:8080``.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = frozenset(_normal(entry) for entry in entries)

    def holds(self, host: str, port: int) -> bool:
        """Whether ``host`` is opened for ``port``."""
        name = _normal(host)
        bracketed = f"[{name}]" if ":" in name else name
        return not self._entries.isdisjoint({name, bracketed, f"{bracketed}:{port}"})


def _normal(name: str) -> str:
    return name.strip().lower().rstrip(".")


class OutOfTimeError(FetchError):
    """The time of a fetch is over."""


class NoSuchNameError(FetchError):
    """The DNS answers, and knows no such name."""


class Deadline:
    """The time that one fetch may take altogether, however the server spreads it over its packets."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds

    def restart(self) -> None:
        """Begin anew: the next fetch has the whole time again."""
        self._ends = time.monotonic() + self._seconds

    @contextmanager
    def aside(self, seconds: float) -> Iterator[None]:
        """Give what is done inside ``seconds`` of its own; afterwards as much time remains as before."""
        remaining = self._ends - time.monotonic()
        self._ends = time.monotonic() + seconds
        try:
            yield
        finally:
            self._ends = time.monotonic() + remaining

    def left(self) -> float:
        """Return the seconds that remain; ``OutOfTimeError`` when there are none."""
        remaining = self._ends - time.monotonic()
        if remaining <= 0:
            raise OutOfTimeError(f"The server took longer than {self._seconds:g} seconds. Try again later.")
        return remaining

    def within(self, timeout: float | None) -> float:
        """Return ``timeout`` cut to what remains."""
        return self.left() if timeout is None else min(timeout, self.left())


class GuardedBackend(httpcore2.NetworkBackend):
    """Opens connections to public addresses and opened hosts only, and holds them to the deadline.

    Resolving a name is the one step that the deadline cannot cut short: the system's resolver has limits of its own.
    """

    def __init__(self, opened: OpenedHosts, deadline: Deadline) -> None:
        self._opened = opened
        self._deadline = deadline
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to ``host``; ``FetchError`` if it may not be reached, httpcore's own errors if it cannot."""
        addresses = self._addresses(host, port)
        for tries_left in range(len(addresses), 0, -1):
            share = self._deadline.within(timeout) / tries_left
            address = addresses[-tries_left]
            try:
                stream = self._plain.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if tries_left == 1:
                    raise
            else:
                return _TimedStream(stream, self._deadline)
        raise httpcore2.ConnectError("the name has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        """The addresses of ``host``, all of them judged: one bad answer among good ones is an attack or a mistake."""
        opened = self._opened.holds(host, port)
        if port not in _WEB_PORTS and not opened:
            raise FetchError(
                f"Port {port} of {host} is not fetched, only 80 and 443 are. "
                f'If you trust this server, add "{host}:{port}" to fetch.allow_hosts in the configuration.'
            )
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            # A DNS that cannot say just now (EAI_AGAIN) has not said that there is no such name.
            final = isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME
            raise (NoSuchNameError if final else FetchError)(
                f"The name {host} cannot be found. Check the address for a typing error, or try again later."
            ) from error
        addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        if not opened and not all(is_public(ipaddress.ip_address(address)) for address in addresses):
            raise FetchError(
                f"{host} is not on the public Internet, so it is not fetched. "
                f'If you trust this server, add "{host}" to fetch.allow_hosts in the configuration.'
            )
        return addresses


class _TimedStream(httpcore2.NetworkStream):
    """A connection on which every wait ends with the deadline: a server that drips bytes gains no time by it."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of ``buffer``."""
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Return the same connection under TLS."""
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        """Return what httpcore knows of the connection."""
        return self._stream.get_extra_info(info)
