"""A source: a feed or page that is read again and again."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed. ``etag`` and ``last_modified`` are what its server last said (RFC 9110, 8.8), for a conditional GET.

    ``last_error`` is the sentence of the last failure, empty after a success.
    """

    url: str
    title: str
    id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: datetime | None = None
    last_error: str = ""
