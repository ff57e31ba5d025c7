"""Addresses, moments and lengths as pages, feeds and editors write them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from newsletter.ingest.text import clean

#: A page of more keywords than this writes them for search engines; longer ones are sentences.
_MOST_TOPICS = 20
_LONGEST_TOPIC = 60


def web_url(url: str | None, base: str | None) -> str | None:
    """Return ``url`` made absolute against ``base``, or ``None`` if that is no http or https address.

    One with a name and password, a port or a host that there cannot be (RFC 3986, 3.2; RFC 5890) is none either: a mail
    cannot carry it, and an issue that held it could not be sent.
    """
    try:
        absolute = urljoin(base or "", (url or "").strip()) if url else ""
        parts = urlsplit(absolute)
        host, _ = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:  # a host or port that there cannot be; UnicodeError is one
        return None
    return absolute if parts.scheme in {"http", "https"} and host and "@" not in parts.netloc else None


def moment(text: str | None) -> datetime | None:
    """Return an ISO 8601 date or time as a timezone-aware moment (UTC unless it says otherwise), or ``None``."""
    try:
        found = datetime.fromisoformat((text or "").strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def instant(text: str | None) -> datetime | None:
    """Return an ISO 8601 time in UTC, or ``None`` unless ``text`` says the time of day and the zone too."""
    try:
        found = datetime.fromisoformat((text or "").strip())
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Return ``words`` on one line each, in order, without empty ones and without repetitions in another case."""
    kept: dict[str, str] = {}
    for word in words:
        if line := " ".join(word.split()):
            kept.setdefault(line.casefold(), line)
    return tuple(kept.values())


def as_topics(words: Iterable[str]) -> tuple[str, ...]:
    """Return ``words`` as an article's topics: clean, each once, at most 20 of at most 60 characters."""
    return tuple(word for word in distinct(map(clean, words)) if len(word) <= _LONGEST_TOPIC)[:_MOST_TOPICS]


def pixels(text: str | None) -> int | None:
    """Return a length in pixels, or ``None`` where ``text`` is not a plausible one."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and 0 < len(digits) <= len("99999") else None
