"""What stands in a cell: moments, yes and no, names in a list, JSON."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import available_timezones

from newsletter.errors import NewsletterError
from newsletter.moving.newcomer import Reason, Standing

_YES = frozenset({"true", "1", "yes", "y", "t"})
_NO = frozenset({"false", "0", "no", "n", "f", ""})
#: Go writes its zone twice: 2024-03-14 09:12:31.5 +0000 UTC
_GO = re.compile(r"^(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?)\s*([+-]\d{4}|Z|UTC)?(?:\s+[A-Z]{3,4})?$")
_FRACTION = re.compile(r"\.(\d{1,6})\d*")
#: Excel and others with a day before or after the month cannot be told apart; they are refused rather than guessed.
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
#: What a spreadsheet takes for the beginning of a formula, and the same escaped once or more often.
_FORMULA = re.compile(r"'*[=+\-@\t\r\x00]")

#: What products call a standing.
STANDINGS: Mapping[str, tuple[Standing, Reason | None]] = {
    **dict.fromkeys(("subscribed", "active", "enabled", "confirmed", "regular", "premium", "paid", "free", "gifted", "opted-in"), (Standing.ACTIVE, None)),
    **dict.fromkeys(("paused", "disabled", "inactive", "past_due"), (Standing.PAUSED, None)),
    **dict.fromkeys(("unconfirmed", "pending", "unactivated", "validating", "not confirmed", "invited"), (Standing.UNCONFIRMED, None)),
    **dict.fromkeys(("unsubscribed", "opted-out", "opted out", "removed", "cancelled", "canceled", "left"), (Standing.UNSUBSCRIBED, None)),
    **dict.fromkeys(("bounced", "cleaned", "undeliverable", "unreachable", "invalid"), (Standing.SUPPRESSED, Reason.BOUNCE)),
    **dict.fromkeys(("complained", "complaint", "spam", "spammy", "abuse"), (Standing.SUPPRESSED, Reason.COMPLAINT)),
    **dict.fromkeys(("blocklisted", "blacklisted", "blocked", "suppressed"), (Standing.SUPPRESSED, Reason.BLOCKLIST)),
}  # fmt: skip


def moment(text: str) -> tuple[datetime | None, bool]:
    """The moment of ISO 8601, of Go and of Rails, and whether its zone had to be assumed; ``NewsletterError`` for others.

    An empty cell is none. A day alone is its first moment.
    """
    text = text.strip()
    if not text:
        return None, False
    if _DAY.match(text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC), True
    found = _GO.match(text)
    body, zone = (found[1], found[2]) if found else (text, None)
    body = _FRACTION.sub(lambda digits: "." + digits[1].ljust(6, "0"), body)
    offset = "+00:00" if zone in ("Z", "UTC") else f"{zone[:3]}:{zone[3:]}" if zone else ""
    try:
        at = datetime.fromisoformat(body.replace(" ", "T", 1) + offset)
        return (at.replace(tzinfo=UTC), True) if at.tzinfo is None else (at.astimezone(UTC), False)
    except (ValueError, OverflowError):
        raise NewsletterError("it holds a time that is not understood; write it as 2026-11-20 16:00:00") from None


def flag(text: str) -> bool:
    """Yes or no; ``NewsletterError`` for anything else."""
    word = text.strip().casefold()
    if word not in _YES and word not in _NO:
        raise NewsletterError("it holds something else than true or false where a yes or no belongs")
    return word in _YES


def standing(text: str) -> tuple[Standing, Reason | None]:
    """How a person stands, of any product's word; ``NewsletterError`` for one that nobody uses."""
    word = text.strip().casefold()
    if word not in STANDINGS:
        raise NewsletterError("its status is a word that is not known; map that column to nothing, or change the word")
    return STANDINGS[word]


def tags(text: str) -> tuple[str, ...]:
    """Names in one cell: quoted and parted by commas as Mailchimp writes them, or a JSON list, or parted by , ; or |."""
    text = text.strip()
    if text.startswith("["):
        try:
            listed = json.loads(text)
        except ValueError:
            listed = None
        if isinstance(listed, list):
            return tuple(str(one) for one in listed if str(one).strip())
    if '"' in text:
        quoted = re.findall(r'"((?:[^"]|"")*)"', text)
        return tuple(name.replace('""', '"') for name in quoted if name.strip())
    return tuple(name.strip() for name in re.split("[,;|]", text) if name.strip())


def spread(text: str) -> dict[str, str]:
    """The keys of a JSON object, each with its value as text; ``NewsletterError`` if it is none."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NewsletterError("it holds something else than a JSON object where attributes belong")
    return {
        str(key): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in found.items()
    }


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `unescaped` undoes it (OWASP, "CSV Injection")."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescaped(text: str) -> str:
    """A cell without the quote that keeps a spreadsheet from taking it for a formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def zone(text: str) -> str:
    """An IANA time zone; empty for what is none."""
    name = text.strip()
    return name if name in _zones() else ""


_ZONES: set[str] = set()


def _zones() -> set[str]:
    if not _ZONES:
        _ZONES.update(name for name in available_timezones() if "/" in name or name == "UTC")
    return _ZONES
