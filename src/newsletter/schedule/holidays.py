"""Public holidays of a country or a region of it, by the library ``holidays``."""

from datetime import date
from functools import cache

import holidays

from newsletter.errors import ConfigError
from newsletter.schedule.cadence import Holidays, no_holidays


def holidays_of(place: str) -> Holidays:
    """The public holidays of ``DE``, ``DE-BE``, ``US-CA`` ..., each by its name in English where there is one.

    No place has none. ``ConfigError`` for a place that the library does not know.
    """
    if not place:
        return no_holidays
    return _calendar(place)


@cache
def _calendar(place: str) -> Holidays:
    country, _, region = place.partition("-")
    try:
        days = holidays.country_holidays(country.upper(), subdiv=region or None, language="en_US")
    except NotImplementedError:
        raise ConfigError(
            f"No public holidays are known of {place!r}; write a country and, if you like, a region: DE, DE-BE, US-CA."
        ) from None

    def named(day: date) -> str:
        return str(days.get(day) or "")

    return named
