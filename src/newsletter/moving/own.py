"""Our own lists: everything that there is of a reader in one row, written so that it comes back the same."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TextIO

from newsletter.errors import NewsletterError
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.issue import SectionKind
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Frequency, Subscription
from newsletter.moving.cells import harmless
from newsletter.moving.formats import OWN

_HOURS = 24


def write(out: TextIO, people: Iterable[tuple[Subscription, Sequence[Consent]]]) -> int:
    """Write a list, row by row; return how many people are in it. UTF-8, CRLF (RFC 4180)."""
    writer = csv.writer(out)
    writer.writerow(OWN)
    count = 0
    for found, evidence in people:
        writer.writerow([harmless(cell) for cell in _cells(found, evidence)])
        count += 1
    return count


def _cells(found: Subscription, evidence: Sequence[Consent]) -> Iterator[str]:
    person = found.subscriber
    yield from (person.email, person.name, str(found.state), "|".join(sorted(found.skips)), str(found.frequency))
    yield "+".join(f"{topic}={found.topics[topic]}" for topic in sorted(found.topics))
    yield "" if found.hour is None else str(found.hour)
    yield from (person.timezone, person.language, "text" if person.plain else "html")
    yield from (_text(found.paused_until), _text(found.since), found.source, _text(found.left_at), found.left_reason)
    yield json.dumps(dict(person.attributes), ensure_ascii=False) if person.attributes else ""
    yield json.dumps([_values(one) for one in evidence], ensure_ascii=False) if evidence else ""


def _values(one: Consent) -> dict[str, object]:
    said = {
        "kind": str(one.kind),
        "at": one.at.isoformat(),
        "wording": one.wording,
        "page": one.page,
        "network": one.network,
    }
    return {**said, "detail": dict(one.detail)}


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def skips(cell: str) -> str:
    """Sections in their stored form; ``NewsletterError`` names one that cannot be left out."""
    words = [word for word in cell.strip().replace("+", "|").split("|") if word]
    if strange := set(words) - set(OPTIONAL_SECTIONS):
        raise NewsletterError(f"{min(strange)!r} cannot be skipped; use {', '.join(OPTIONAL_SECTIONS)}")
    return "+".join(sorted(SectionKind(word) for word in words))


def frequency(cell: str) -> Frequency:
    """How often; ``NewsletterError`` for another word."""
    try:
        return Frequency(cell.strip())
    except ValueError:
        raise NewsletterError(f"its frequency is none of {', '.join(Frequency)}") from None


def topics(cell: str) -> str:
    """Topics in their stored form."""
    pairs = [pair.rpartition("=") for pair in cell.split("+") if pair]
    return "+".join(f"{topic}={frequency(often)}" for topic, _, often in pairs)


def hour(cell: str) -> int:
    """An hour of the day."""
    text = cell.strip()
    if not (text.isascii() and text.isdigit() and int(text) < _HOURS):
        raise NewsletterError("its hour is none from 0 to 23")
    return int(text)


def consents(cell: str) -> tuple[Consent, ...]:
    """The evidence of one reader."""
    try:
        return tuple(
            Consent(
                kind=ConsentKind(one["kind"]), at=datetime.fromisoformat(one["at"]), wording=str(one["wording"]), page=str(one["page"]),
                network=str(one["network"]), detail=dict(one["detail"]),
            )
            for one in json.loads(cell)
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, RecursionError):
        raise NewsletterError("its consents are not as `newsletter subscriber export` writes them") from None
