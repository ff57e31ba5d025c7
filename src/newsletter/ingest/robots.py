"""What a site asks of programs: its robots.txt (RFC 9309), fetched over the fetcher's own guarded connections."""

import re
from http import HTTPStatus

import httpcore2
import httpx2
from protego import Protego

from newsletter.errors import FetchError
from newsletter.ingest.network import Deadline, OutOfTimeError
from newsletter.ingest.retry import retry_seconds
from newsletter.ingest.text import decode

#: The name that sites know us by, in robots.txt and in the User-Agent header.
PRODUCT = "newsletter"
_MAX_BYTES = 500 * 1024  # RFC 9309, section 2.5: at least this much has to be read
_REDIRECTS = 5  # section 2.3.1.2
_SECONDS = 5.0
# As generous as the parser: with or without the colon, with any space.
_AGENT = re.compile(r"\s*user(?:-|\s+)?agent(?![\w-])[\s:]*(?P<token>\*|[a-z_-]*)", re.IGNORECASE)
_SILENT = (
    OutOfTimeError,
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
    httpx2.HTTPError,
    httpx2.InvalidURL,
)


class BarredError(FetchError):
    """The site asks programs not to fetch this page."""


class Robots:
    """The rules of every origin that was asked, kept as long as this object."""

    def __init__(self, client: httpx2.Client, deadline: Deadline, *, seconds: float) -> None:
        self._client = client
        self._deadline = deadline
        self._seconds = min(seconds, _SECONDS)
        self._rules: dict[tuple[str, str, int | None], Protego] = {}

    def check(self, url: httpx2.URL) -> None:
        """Return if ``url`` may be fetched; ``BarredError`` if its site asks not to, ``FetchError`` if it cannot say (section 2.3.1)."""
        origin = (url.scheme, url.host, url.port)
        if origin not in self._rules:
            with self._deadline.aside(self._seconds):
                self._rules[origin] = self._ask(url)
        if not self._rules[origin].can_fetch(str(url), PRODUCT):
            raise BarredError(
                f"{url.host} asks programs not to fetch this page (robots.txt). Save it and add the file instead."
            )

    def _ask(self, url: httpx2.URL) -> Protego:
        """The rules of the site of ``url``. A file that is not there, or nowhere to be found, forbids nothing."""
        request = self._client.build_request("GET", url.copy_with(raw_path=b"/robots.txt", fragment="", userinfo=b""))
        for hop in range(_REDIRECTS + 1):
            try:
                response = self._client.send(request, stream=True)
                try:
                    if response.next_request is None:
                        return _rules(response, url.host)
                    request = response.next_request
                finally:
                    response.close()
            except _SILENT as error:
                raise _no_answer(url.host) from error
            except FetchError as error:
                if not hop or error.retry_after is not None:
                    raise  # its sentence tells more: the site may not be reached at all, or says when to come back
                raise _no_answer(url.host) from error
        return Protego.parse("")


def _rules(response: httpx2.Response, host: str) -> Protego:
    """The rules in an answer that is no redirect: none where the file is missing, ``FetchError`` where the server fails."""
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _no_answer(host, retry_seconds(response))
    if not response.is_success:
        return Protego.parse("")
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) >= _MAX_BYTES:
            break
    return Protego.parse(_for_us(decode(bytes(content[:_MAX_BYTES]), "text/plain; charset=utf-8")))


def _for_us(text: str) -> str:
    """``text`` with one name for all other programs.

    The parser's time grows with agents times rules (15,000 of each: hours), and it takes a group for ``news`` for ours,
    where section 2.2.1 asks for the whole name.
    """
    return "\n".join(_renamed(line) for line in text.splitlines())


def _renamed(line: str) -> str:
    """``line``, if it names a program, with our name, everyone's or one for all others."""
    found = _AGENT.match(line)
    if not found:
        return line
    token = found["token"].lower()
    return f"User-agent: {token if token in {'*', PRODUCT} else 'another'}"


def _no_answer(host: str, retry_after: float | None = None) -> FetchError:
    return FetchError(
        f"Cannot ask {host} whether we may fetch this page (its robots.txt does not answer). Try again later.",
        retry_after=retry_after,
    )
