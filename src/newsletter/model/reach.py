"""Whether an address on the web answers: what was found out without reading the page."""

from dataclasses import dataclass
from enum import StrEnum


class Obstacle(StrEnum):
    """Why there was no answer."""

    #: The DNS knows no such name.
    NAME = "name"
    #: No private conversation could be agreed on: an expired certificate, one for another name.
    TLS = "tls"
    #: The site's robots.txt asks programs not to look.
    BARRED = "barred"
    #: The server hung up or did not speak HTTP.
    CONNECTION = "connection"
    #: Too slow, too many redirects, an address that we do not go to.
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A server's answer. ``url`` is where it came from, ``redirects`` are the statuses of the redirects that led there."""

    url: str
    status: int
    redirects: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """No answer, and why: in a word for programs and in a sentence for people."""

    obstacle: Obstacle
    sentence: str
