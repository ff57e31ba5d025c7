"""Time zones in words: by country and city, in the language of whoever has to find theirs (tz database and Unicode CLDR)."""

import unicodedata
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

from newsletter.i18n.phrases import locale


@cache
def zones(language: str) -> tuple[tuple[str, str], ...]:
    """Every place that has a zone of its own: its IANA name and its words, ``("Europe/Kyiv", "Ukraine – Kyiv")``, by country."""
    rules = locale(language)
    named = [(zone, _words(country, zone, rules)) for country, zone in _places()]
    return tuple(sorted(named, key=lambda place: _sortable(place[1])))


def _words(country: str, zone: str, rules: Locale) -> str:
    land, city = rules.territories.get(country, country), _city(zone, rules)
    return land if city in land else f"{land} – {city}"


def _city(zone: str, rules: Locale) -> str:
    """What the language calls the city. CLDR keeps some under the oldest name of the zone, ``Asia/Calcutta``, alone."""
    older = (old for old, new in get_global("zone_aliases").items() if new == zone)
    told = (rules.time_zones.get(name, {}).get("city") for name in (zone, *older))
    return next((city for city in told if city), zone.rpartition("/")[2].replace("_", " "))


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """The country (ISO 3166) and the name of each zone of the tz database's table."""
    table = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in table if line and not line.startswith("#"))
    return tuple((row[0], row[2]) for row in rows)


def _sortable(words: str) -> str:
    """``words`` without accents and capitals, so that Österreich stands among the others and not behind them."""
    apart = unicodedata.normalize("NFD", words.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
