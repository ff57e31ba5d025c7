"""What kept a fetch from its answer, in a word."""

import ssl
from collections.abc import Iterator

import httpcore2
import httpx2

from newsletter.errors import FetchError
from newsletter.ingest.network import NoSuchNameError
from newsletter.ingest.robots import BarredError
from newsletter.model.reach import Obstacle

# The server hung up under TLS, which says nothing of its certificate.
_HUNG_UP = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
_BROKEN = (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.HTTPError)


def obstacle(error: FetchError) -> Obstacle:
    """Read it from ``error`` and from what caused it."""
    causes = tuple(_causes(error))
    if any(isinstance(cause, NoSuchNameError) for cause in causes):
        return Obstacle.NAME
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, _HUNG_UP) for cause in causes):
        return Obstacle.TLS
    if any(isinstance(cause, BarredError) for cause in causes):
        return Obstacle.BARRED
    return Obstacle.CONNECTION if any(isinstance(cause, _BROKEN) for cause in causes) else Obstacle.OTHER


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
