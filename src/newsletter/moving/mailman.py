"""Rosters of Mailman: bare addresses, ``Name <address>`` lines that are not quoted, and what its REST interface answers."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from newsletter.errors import AddressError, NewsletterError
from newsletter.model.subscriber import Frequency
from newsletter.moving.newcomer import Newcomer, Problem, Reason, Standing
from newsletter.moving.people import address
from newsletter.moving.table import Line

#: Mailman's own limit (bounce_score_threshold), unless a list has another.
_LIMIT = 5.0
_PLAIN_DIGEST, _DIGESTS = "plaintext_digests", frozenset({"plaintext_digests", "mime_digests", "summary_digests"})


def is_roster(text: str) -> bool:
    """Whether the first line is an address, or a name before one in angle brackets, and nothing else."""
    line = text.strip()
    if line.endswith(">") and "<" in line:
        line = line[:-1].rpartition("<")[2]
    return line.count("@") == 1 and not any(sign in line for sign in ',;\t"| ')


def roster(lines: Iterator[Line]) -> Iterator[Newcomer | Problem]:
    """Everybody of a roster, one to a line; a comma in a name stays where it is."""
    for line in lines:
        text = line.cells[0] if line.cells else ""
        if not text.strip():
            continue
        try:
            email, name = address(text)
        except AddressError:
            yield Problem(line=line.number, sentence="it is no e-mail address", row=(text,))
        else:
            yield Newcomer(line=line.number, email=email, name=name)


def entries(text: str) -> list[Mapping[str, Any]]:
    """The members of a REST answer, or of a list of members; ``NewsletterError`` if it is something else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NewsletterError("The file is neither a table nor JSON that is whole; export it again.") from None
    listed = found.get("entries") if isinstance(found, dict) else found
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise NewsletterError("The JSON is no roster of Mailman: there are no entries in it.")
    return listed


def member(number: int, entry: Mapping[str, Any]) -> Newcomer | Problem:
    """One entry; digests become a mail a week, and who bounced up to the limit is suppressed."""
    try:
        email, _ = address(str(entry.get("email") or str(entry.get("address") or "").rpartition("/")[2]))
    except AddressError:
        return Problem(line=number, column="email", sentence="it is no e-mail address", row=(json.dumps(entry)[:500],))
    mode, score = str(entry.get("delivery_mode", "")), entry.get("bounce_score", 0)
    bounced = isinstance(score, int | float) and score >= _LIMIT
    return Newcomer(
        line=number, email=email, name=str(entry.get("display_name") or ""),
        standing=Standing.SUPPRESSED if bounced else Standing.ACTIVE, reason=Reason.BOUNCE if bounced else None,
        frequency=Frequency.WEEKLY if mode in _DIGESTS else None, plain=mode == _PLAIN_DIGEST,
    )  # fmt: skip
