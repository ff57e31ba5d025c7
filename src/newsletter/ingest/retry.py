"""When a server wants to be asked again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

_DAY = 86_400.0


def retry_seconds(response: httpx2.Response) -> float | None:
    """The seconds that ``Retry-After`` asks for (RFC 9110, section 10.2.3), a day at most; ``None`` if it asks nothing."""
    return _seconds(response.headers.get("retry-after", ""), datetime.now(UTC))


def _seconds(asked: str, now: datetime) -> float | None:
    """``asked`` is a number of seconds or the date of a time to come."""
    asked = asked.strip()
    if asked.isascii() and asked.isdigit():
        return float(asked) if len(asked) <= len("86400") and float(asked) < _DAY else _DAY
    try:
        at = parsedate_to_datetime(asked)
        wait = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return min(max(wait, 0.0), _DAY)
