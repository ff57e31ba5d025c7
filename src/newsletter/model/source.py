"""A source: a feed or folder that is read again and again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: After a failure a source rests so long, after each further one twice as long, up to a day.
FIRST_REST = timedelta(minutes=15)
LONGEST_REST = timedelta(days=1)
_FOLDER = "file:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed, or with a ``file:`` URL a watched folder of Markdown, text and HTML files.

    ``etag`` and ``last_modified`` are what its server last said (RFC 9110, 8.8), for a conditional GET; for a folder
    ``etag`` is a fingerprint of its files. ``last_error`` is the sentence of the last failure, empty after a success;
    ``failures`` counts the polls in a row that failed, and nothing is asked of the source before ``due_at``.
    ``warnings`` are what the last successful poll had to mend or leave out, a sentence each.
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

    @property
    def is_folder(self) -> bool:
        """Whether this is a watched folder and not a feed."""
        return self.url.startswith(_FOLDER)

    def is_due(self, now: datetime) -> bool:
        """Whether the source may be asked at ``now``."""
        return self.due_at is None or self.due_at <= now

    def state(self) -> str:
        """How the source is, in words."""
        if self.failures:
            polls = "1 poll" if self.failures == 1 else f"{self.failures} polls"
            again = f", again at {self.due_at:%Y-%m-%d %H:%M} UTC" if self.due_at else ""
            return f"failing since {polls}{again}: {self.last_error}"
        if self.warnings:
            more = f" (and {len(self.warnings) - 1} more)" if len(self.warnings) > 1 else ""
            return f"well, but: {self.warnings[0]}{more}"
        return "well"


def rest(failures: int, *, retry_after: timedelta | None = None, gone: bool = False) -> timedelta:
    """How long a source rests after its poll failed ``failures`` times in a row, this time included.

    15 minutes, doubling up to a day; at least as long as its server asked for (Retry-After, RFC 9110, 10.2.3), a day at
    most. A source that is ``gone`` (410) is asked once a day, for some come back.
    """
    if gone:
        return LONGEST_REST
    doubled = FIRST_REST * (1 << min(max(failures, 1) - 1, 10))
    return min(max(doubled, retry_after or timedelta(0)), LONGEST_REST)
