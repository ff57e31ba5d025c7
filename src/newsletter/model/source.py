"""A source: a feed or folder that is read again and again."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed, or with a ``file:`` URL a watched folder of Markdown, text and HTML files.

    ``etag`` and ``last_modified`` are what its server last said (RFC 9110, 8.8), for a conditional GET. ``last_error`` is
    the sentence of the last failure, empty after a success; ``failures`` counts the polls in a row that failed, and
    nothing is asked of the source before ``due_at``. ``warnings`` are what the last successful poll had to mend or leave
    out, a sentence each.
    """

    url: str
    title: str
    id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: datetime | None = None
    last_error: str = ""
    failures: int = 0
    due_at: datetime | None = None
    warnings: tuple[str, ...] = ()
