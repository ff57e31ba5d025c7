"""From the cells of a row to a person."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsletter.addresses import normalised, one_line
from newsletter.errors import AddressError, NewsletterError
from newsletter.model.address import is_plain
from newsletter.model.subscriber import Frequency
from newsletter.moving import cells as read
from newsletter.moving import own
from newsletter.moving.formats import Format
from newsletter.moving.newcomer import Agreement, Newcomer, Problem, Reason, Standing
from newsletter.moving.table import Line

_MOMENTS = {"created_at", "left_at", "asked_at", "confirmed_at", "unsubscribed_at", "paused_until"}
_PLAIN = {"name", "first_name", "last_name", "why", "asked_from", "confirmed_from", "source", "language", "came_from"}
_LONGEST = 1000


@dataclass(slots=True)
class Rules:
    """How the rows of one file are read. ``lost`` counts what could not be carried, by what it is."""

    format: Format
    headings: tuple[str, ...]
    mapping: Mapping[str, str]
    lost: Counter[str] = field(default_factory=Counter)
    _fields: list[tuple[int, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay out which cell is what."""
        self._fields = [
            (place, heading, what)
            for place, heading in enumerate(self.headings)
            if (what := self.mapping.get(heading, "nothing")) != "nothing"
        ]

    def person(self, line: Line) -> Newcomer | Problem:
        """The person of a row, or what is wrong with it."""
        if line.broken:
            return Problem(line=line.number, sentence=line.broken)
        row, width = line.cells, len(self.headings)
        if len(row) > width and any(row[width:]):
            said = f"it has {len(row)} cells and the heading {width}"
            return Problem(line=line.number, sentence=said, row=tuple(row))
        draft = _Draft(lost=self.lost)
        column = ""
        try:
            for place, column, what in self._fields:
                if place < len(row) and (cell := row[place]):
                    draft.take(what, column, cell)
            column = ""
            return draft.made(line.number, self.format)
        except AddressError as error:
            return Problem(line=line.number, column=column, sentence=_no_address(error), row=tuple(row))
        except NewsletterError as error:
            return Problem(line=line.number, column=column, sentence=str(error), row=tuple(row))


def _no_address(error: AddressError) -> str:
    """The reason without the address."""
    text = str(error)
    reason = text.partition(": ")[2] if "e-mail address" in text else text
    return f"it is no e-mail address: {reason}" if reason else "it is no e-mail address"


def address(cell: str) -> tuple[str, str]:
    """The address of a cell and the name before it, if it is written ``Ann <ann@example.com>``; ``AddressError``."""
    text = cell.strip()
    name = ""
    if text.endswith(">") and "<" in text:
        name, _, text = text[:-1].rpartition("<")
        name = name.strip().strip('"').strip()
    text = text.strip().removeprefix("mailto:")
    return (text if is_plain(text) else normalised(text)), name


@dataclass(slots=True)
class _Draft:
    lost: Counter[str]
    known: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    standing: tuple[Standing, Reason | None] | None = None
    zone_assumed: bool = False

    def take(self, what: str, heading: str, written: str) -> None:
        cell = read.unescaped(written.strip())
        if what == "email":
            self.known["email"], name = address(cell)
            if name:
                self.known.setdefault("name", one_line(name))
        elif what == "attribute":
            self.attributes[heading.strip()] = cell[:_LONGEST]
        elif what in _PLAIN:
            self.known[what] = one_line(cell[:_LONGEST])
        elif what in _MOMENTS:
            self.known[what], assumed = read.moment(cell)
            self.zone_assumed |= assumed
        elif what.startswith("lost:"):
            self.lost[what.removeprefix("lost:")] += bool(cell)
        else:
            _SPECIAL[what](self, cell)

    def stand(self, standing: Standing, reason: Reason | None = None) -> None:
        """The strictest counts."""
        order = list(Standing)
        if self.standing is None or order.index(standing) > order.index(self.standing[0]):
            self.standing = (standing, reason)

    def made(self, line: int, form: Format) -> Newcomer:
        known = self.known
        if "email" not in known:
            raise AddressError("The address is missing.")
        if known.get("unsubscribed_at"):
            self.stand(Standing.UNSUBSCRIBED)
        if form.standing is not None:
            self.stand(*form.standing)
        elif self.standing is None and form.product in _SAYS_WHO_LEFT:
            self.standing = (Standing.ACTIVE, None)
        name = known.get("name") or " ".join(known[part] for part in ("first_name", "last_name") if known.get(part))
        standing, reason = self.standing or (None, None)
        return Newcomer(
            line=line, email=known["email"], name=name, standing=standing, reason=reason, why=known.get("why", ""),
            left_at=known.get("left_at") or known.get("unsubscribed_at"), frequency=known.get("frequency"),
            plain=known.get("plain", False), language=_language(known.get("language", "")), timezone=known.get("timezone", ""),
            tags=known.get("tags", ()), skips=known.get("skips", ""), attributes=self.attributes, created_at=known.get("created_at"),
            topics=known.get("topics", ""), hour=known.get("hour"), paused_until=known.get("paused_until"),
            source=known.get("came_from", ""), consents=known.get("consents", ()),
            agreement=Agreement(
                asked_at=known.get("asked_at"), asked_from=known.get("asked_from", ""), confirmed_at=known.get("confirmed_at"),
                confirmed_from=known.get("confirmed_from", ""), source=known.get("source", ""), zone_assumed=self.zone_assumed,
            ),
        )  # fmt: skip


#: A language tag, in as far as its shape goes (RFC 5646, 2.1).
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
#: Files that name those who left, so that everybody else stayed.
_SAYS_WHO_LEFT = frozenset({"substack", "ghost", "beehiiv", "listmonk", "phplist", "newsletter"})


def _language(text: str) -> str:
    tag = text.strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else ""


def _deleted(_draft: _Draft, cell: str) -> None:
    if cell.strip():
        raise NewsletterError("it was deleted there")


def _zone(draft: _Draft, cell: str) -> None:
    draft.known["timezone"] = read.zone(cell)
    draft.lost["time zones of no such name"] += not draft.known["timezone"]


_SPECIAL: dict[str, Callable[[_Draft, str], None]] = {
    "timezone": _zone,
    "tags": lambda draft, cell: draft.known.update(tags=read.tags(cell)),
    "json": lambda draft, cell: draft.attributes.update(read.spread(cell)),
    "status": lambda draft, cell: draft.stand(*read.standing(cell)),
    "opted_out": lambda draft, cell: draft.stand(Standing.SUPPRESSED, Reason.OPT_OUT) if read.flag(cell) else None,
    "receives": lambda draft, cell: None if read.flag(cell) else draft.stand(Standing.UNSUBSCRIBED),
    "weekly": lambda draft, cell: draft.known.update(frequency=Frequency.WEEKLY) if read.flag(cell) else None,
    "html": lambda draft, cell: draft.known.update(plain=not read.flag(cell)),
    "confirmed": lambda draft, cell: draft.stand(Standing.ACTIVE if read.flag(cell) else Standing.UNCONFIRMED),
    "blocked": lambda draft, cell: draft.stand(Standing.SUPPRESSED, Reason.BLOCKLIST) if read.flag(cell) else None,
    "deleted": _deleted,
    "skips": lambda draft, cell: draft.known.update(skips=own.skips(cell)),
    "often": lambda draft, cell: draft.known.update(frequency=own.frequency(cell)),
    "topics": lambda draft, cell: draft.known.update(topics=own.topics(cell)),
    "hour": lambda draft, cell: draft.known.update(hour=own.hour(cell)),
    "format": lambda draft, cell: draft.known.update(plain=cell.strip().casefold() == "text"),
    "consents": lambda draft, cell: draft.known.update(consents=own.consents(cell)),
}


def stricter(one: Newcomer, other: Newcomer) -> Newcomer:
    """Of two lines about one person the one that counts: the strictest standing, and of equals the first."""
    order = [None, *Standing]
    return other if order.index(other.standing) > order.index(one.standing) else one


def headless(first: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """Headings made up for a table that has none, if one of its columns holds addresses; else ``None``."""
    if not first:
        return None
    for place, cell in enumerate(first[0]):
        if "@" in cell and not cell.strip().startswith("<") and _is_address(cell):
            return tuple("email" if n == place else f"column {n + 1}" for n in range(len(first[0])))
    return None


def _is_address(cell: str) -> bool:
    try:
        address(cell)
    except AddressError:
        return False
    return True
