"""The ``[cadence]`` table of a newsletter's file: when it appears."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from newsletter.cli.people import person
from newsletter.errors import NewsletterError
from newsletter.model.cadence import Break, Cadence, Every, Move, OnHoliday, Policy

_KEYS = tuple(field.name for field in fields(Cadence))
_WORDS = {"every": Every, "on_holiday": OnHoliday, "policy": Policy}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_BREAK = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?(?:\s+(\S.*))?")
_MOVE = re.compile(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\dT\d\d:\d\d)(?:\s+(\S.*))?")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF_MONTH = re.compile(rf"-?[1-9]\d?|(first|second|third|fourth|last) ({'|'.join(WEEKDAYS)})")
#: Of a line of cron; and the days of the longest month.
_FIELDS, _LONGEST_MONTH = 5, 31
#: The largest value of each number of hours, or of people.
_MOST = {"deadline_hours": 168, "remind_hours": 336, "grace_hours": 168}

_Word = TypeVar("_Word", bound=StrEnum)


def cadence_of(values: object) -> Cadence:
    """The cadence of such a table, or an error that names the key."""
    if not isinstance(values, Mapping):
        raise NewsletterError("cadence is a table; write [cadence] above it.")
    if strange := set(values) - set(_KEYS):
        raise NewsletterError(f"A cadence has no key {min(strange)!r}; it has {', '.join(_KEYS)}.")
    read: dict[str, Any] = {key: _word(kind, key, values[key]) for key, kind in _WORDS.items() if key in values}
    for key, most in _MOST.items():
        if key in values:
            read[key] = _hours(key, values[key], most)
    for key in ("cron", "holidays"):
        read[key] = _line(key, values.get(key, ""))
    if "approvals" in values:
        if values["approvals"] not in (1, 2) or isinstance(values["approvals"], bool):
            raise NewsletterError("approvals is 1 or 2.")
        read["approvals"] = values["approvals"]
    if "since" in values:
        read["since"] = _day("since", values["since"])
    read["breaks"] = tuple(map(break_of, _lines("breaks", values.get("breaks", []))))
    read["moves"] = tuple(map(_move, _lines("moves", values.get("moves", []))))
    read["editors"] = tuple(person(address, "").email for address in _lines("editors", values.get("editors", [])))
    made = Cadence(on=_lines("on", values.get("on", [])), at=_lines("at", values.get("at", ["09:00"])), **read)
    _refuse_impossible(made)
    return made


def cadence_values(cadence: Cadence) -> dict[str, Any]:
    """What such a table has to say: nothing that goes without saying, but for how often."""
    usual: Cadence = Cadence()
    said: dict[str, Any] = {"every": str(cadence.every)}
    for key in _KEYS[1:]:
        value = getattr(cadence, key)
        if value != getattr(usual, key):
            said[key] = _written(value)
    return said


def break_of(written: str) -> Break:
    """The break of ``2026-07-20/2026-08-09 Summer break`` or of a single date."""
    found = _BREAK.fullmatch(written.strip())
    if not found:
        raise NewsletterError(f"{written!r} is no break; write it as 2026-12-25, or 2026-07-20/2026-08-09 Summer.")
    first, last = _day("breaks", found[1]), _day("breaks", found[2] or found[1])
    if last < first:
        raise NewsletterError(f"The break {written!r} ends before it begins.")
    return Break(first=first, last=last, why=found[3] or "")


def _move(written: str) -> Move:
    found = _MOVE.fullmatch(written.strip())
    try:
        if found:
            return Move(day=_day("moves", found[1]), to=datetime.fromisoformat(found[2]), why=found[3] or "")
    except ValueError:
        pass
    raise NewsletterError(f"{written!r} is no move; write it as: 2026-12-24 to 2026-12-22T10:00")


def _refuse_impossible(cadence: Cadence) -> None:
    if cadence.every is Every.CRON:
        if len(cadence.cron.split()) != _FIELDS:
            raise NewsletterError('cron is a line of five fields, such as "30 7 * * mon-fri".')
        return
    if cadence.cron:
        raise NewsletterError('A line of cron counts only with every = "cron".')
    if not cadence.at or not all(map(_TIME.fullmatch, cadence.at)):
        raise NewsletterError('at names times of day: at = ["16:00"]')
    _refuse_impossible_days(cadence)


def _refuse_impossible_days(cadence: Cadence) -> None:
    if cadence.every in (Every.WEEK, Every.TWO_WEEKS):
        if not cadence.on or not all(day in WEEKDAYS for day in cadence.on):
            raise NewsletterError('on names the days of the week: on = ["friday"]')
    elif cadence.every is Every.MONTH:
        if not cadence.on or not all(map(_is_of_month, cadence.on)):
            raise NewsletterError('on names the days of the month: on = ["1"], ["-1"] for the last, ["first friday"]')
    elif cadence.on:
        raise NewsletterError(f"every = {str(cadence.every)!r} needs no days.")
    if cadence.every is Every.TWO_WEEKS and cadence.since is None:
        raise NewsletterError("every = 'two weeks' counts from a day: since = 2026-11-06")


def _is_of_month(day: str) -> bool:
    return bool(_OF_MONTH.fullmatch(day)) and (not day.lstrip("-").isdigit() or abs(int(day)) <= _LONGEST_MONTH)


def _word(kind: type[_Word], key: str, value: object) -> _Word:
    try:
        return kind(str(value))
    except ValueError:
        raise NewsletterError(f"{key} is one of {', '.join(kind)}.") from None


def _hours(key: str, value: object, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise NewsletterError(f"{key} is a number of hours from 0 to {most}.")
    return float(value)


def _day(key: str, value: object) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise NewsletterError(f"{key}: {value!r} is no day of the calendar; write it as 2026-12-25.") from None


def _lines(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one.strip() for one in value):
        raise NewsletterError(f"{key} is a list of texts.")
    return tuple(one.strip() for one in value)


def _line(key: str, value: object) -> str:
    if not isinstance(value, str) or any(ord(c) < ord(" ") for c in value):
        raise NewsletterError(f"{key} is one line of text.")
    return value.strip()


def _written(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    if isinstance(value, Break):
        days = f"{value.first}" if value.first == value.last else f"{value.first}/{value.last}"
        return f"{days} {value.why}".strip()
    if isinstance(value, Move):
        return f"{value.day} to {value.to:%Y-%m-%dT%H:%M} {value.why}".strip()
    return str(value) if isinstance(value, StrEnum) else value
