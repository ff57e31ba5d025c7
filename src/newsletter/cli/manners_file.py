"""The ``[manners]`` table of a newsletter's file: how its issues are sent."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from newsletter.errors import NewsletterError
from newsletter.model.delivery import Unknown
from newsletter.model.manners import Manners

_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
#: The largest value of each number, and the word for what it counts.
_MOST = {"canary": (50, "per cent"), "recall_minutes": (1440, "minutes"), "give_up_hours": (120, "hours")}
_KEYS = tuple(field.name for field in fields(Manners))


def manners_of(values: object) -> Manners:
    """The manners of such a table, or an error that names the key."""
    if not isinstance(values, Mapping):
        raise NewsletterError("manners is a table; write [manners] above it.")
    if strange := set(values) - set(_KEYS):
        raise NewsletterError(f"Manners have no key {min(strange)!r}; they have {', '.join(_KEYS)}.")
    for key, (most, unit) in _MOST.items():
        number = values.get(key, 0)
        whole = isinstance(number, int) or (key == "canary" and isinstance(number, float))
        if isinstance(number, bool) or not whole or not 0 <= number <= most:
            raise NewsletterError(f"{key} is a number of {unit} from 0 to {most}.")
    quiet = values.get("quiet", "")
    if not isinstance(quiet, str) or (quiet and not _HOURS.fullmatch(quiet)):
        raise NewsletterError('quiet are hours of the newsletter\'s own zone, as "22:00-07:00", or empty.')
    try:
        unknown = Unknown(str(values.get("unknown", Unknown.RESEND)))
    except ValueError:
        raise NewsletterError(f"unknown is one of {', '.join(Unknown)}.") from None
    return Manners(**{**values, "unknown": unknown})


def manners_values(manners: Manners) -> dict[str, Any]:
    """What such a table has to say: nothing that goes without saying."""
    usual = Manners()
    return {key: getattr(manners, key) for key in _KEYS if getattr(manners, key) != getattr(usual, key)}
