"""Address books: vCard 2.1, 3.0 and 4.0 (RFC 6350), in as far as a newsletter has a use for them."""

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newsletter.errors import AddressError
from newsletter.moving.cells import zone
from newsletter.moving.newcomer import Newcomer, Problem
from newsletter.moving.people import address

_ESCAPES = re.compile(r"\\([\\,;nN])")


@dataclass(slots=True)
class _Card:
    line: int
    name: str = ""
    parts: str = ""
    emails: list[tuple[int, str]] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    language: str = ""
    timezone: str = ""


def cards(lines: Iterable[str]) -> Iterator[Newcomer | Problem]:
    """A person for each card that has an address: the preferred one, else the first."""
    card: _Card | None = None
    for number, text in _unfolded(lines):
        head, _, value = text.partition(":")
        name, *parameters = head.split(";")
        name = name.rpartition(".")[2].upper()
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            card = _Card(number)
        elif name == "END" and card is not None:
            yield from _person(card)
            card = None
        elif card is not None:
            _take(card, name, [one.upper() for one in parameters], value)


def _take(card: _Card, name: str, parameters: list[str], value: str) -> None:
    if any("QUOTED-PRINTABLE" in one for one in parameters):
        value = quopri.decodestring(value.encode()).decode(errors="replace")
    text = _ESCAPES.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
    if name == "EMAIL":
        preferred = any("PREF" in one for one in parameters)
        card.emails.append((0 if preferred else 1, text))
    elif name == "FN":
        card.name = " ".join(text.split())
    elif name == "N":
        family, given, *_ = [*value.split(";"), ""]
        card.parts = f"{given} {family}".strip()
    elif name == "CATEGORIES":
        card.tags = tuple(one.strip() for one in value.split(",") if one.strip())
    elif name == "LANG":
        card.language = text
    elif name == "TZ":
        card.timezone = zone(text)


def _person(card: _Card) -> Iterator[Newcomer | Problem]:
    if not card.emails:
        return
    card.emails.sort(key=lambda one: one[0])
    try:
        email, _ = address(card.emails[0][1])
    except AddressError:
        yield Problem(line=card.line, column="EMAIL", sentence="it is no e-mail address", row=(card.emails[0][1],))
        return
    others = {f"e-mail {n}": text for n, (_, text) in enumerate(card.emails[1:], 2)}
    yield Newcomer(
        line=card.line, email=email, name=card.name or card.parts, tags=card.tags, language=card.language,
        timezone=card.timezone, attributes=others,
    )  # fmt: skip


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first one: folded by white space, or by a soft break of vCard 2.1."""
    held, first, soft = "", 0, False
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        if held and (line[:1] in (" ", "\t") or soft):
            held = held.removesuffix("=") + (line if soft else line[1:])
        else:
            if held:
                yield first, held
            held, first = line, number
        soft = held.endswith("=") and "QUOTED-PRINTABLE" in held.partition(":")[0].upper()
    if held:
        yield first, held
