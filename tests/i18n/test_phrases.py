import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from newsletter.i18n.dates import days_of, moment
from newsletter.i18n.phrases import FOLDER, LANGUAGES, locale, phrases, spoken

ROOT = Path(__file__).parents[2]
OTHERS = LANGUAGES[1:]
MARK = re.compile(r"%\(\w+\)s")


def catalog(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def said() -> set[str]:
    """Every phrase that code and templates say, in the singular."""
    with (FOLDER.parent / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel publishes no type for it
    found = (extract_from_dir(ROOT / root, methods, options) for root in ("src", "templates"))
    return {m if isinstance(m, str) else m[0] for each in found for _file, _line, m, _comments, _context in each}


def test_the_languages_are_those_that_the_mail_speaks() -> None:
    assert LANGUAGES == ("en", "ar", "de", "es", "fr", "ru", "uk")


@pytest.mark.parametrize("language", OTHERS)
def test_every_phrase_is_said_in_every_language_and_no_other(language: str) -> None:
    there = {m.id[0] if isinstance(m.id, tuple) else m.id for m in catalog(language) if m.id}
    assert there == said()


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_empty_doubtful_or_loses_what_is_filled_in(language: str) -> None:
    for message in catalog(language):
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        *_, asked = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(told), message.id
        assert all(set(MARK.findall(str(one))) == set(MARK.findall(str(asked))) for one in told), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_every_number_finds_its_plural(language: str) -> None:
    words = phrases(language)
    told = {words.ngettext("%(num)s warning", "%(num)s warnings", n) % {"num": n} for n in range(120)}
    assert len(told) == 120
    assert not any("warning" in one for one in told)


def test_slavic_and_arabic_plurals_are_not_english_ones() -> None:
    def days(language: str, count: int) -> str:
        words = phrases(language).ngettext(
            "The button works for %(num)s day.", "The button works for %(num)s days.", count
        )
        return words.replace("%(num)s", "")

    assert len({days("uk", n) for n in (1, 2, 5)}) == 3
    assert days("uk", 21) == days("uk", 1)
    assert len({days("ar", n) for n in (3, 11, 100)}) >= 2


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de-AT", "de"), ("DE", "de"), ("es_MX", "es"), ("en-GB", "en"), ("nl", "en"), ("", "en"), ("x-y", "en")],
)
def test_a_language_tag_finds_the_nearest_language(tag: str, language: str) -> None:
    assert spoken(tag) == language


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "16–22 November 2026"),
        ("en-US", "November 16 – 22, 2026"),
        ("de", "16.–22. November 2026"),
        ("fr", "16–22 novembre 2026"),
        ("es", "16–22 de noviembre de 2026"),
        ("uk", "16–22 листопада 2026\u00a0р."),
        ("ar", "16–22 نوفمبر 2026"),
        ("nl", "16–22 November 2026"),
    ],
)
def test_a_week_is_named_as_the_language_names_it(language: str, words: str) -> None:
    assert days_of(date(2026, 11, 16), date(2026, 11, 22), language) == words


def test_a_country_has_its_own_months() -> None:
    assert "Jänner" in days_of(date(2027, 1, 4), date(2027, 1, 4) + timedelta(days=6), "de-AT")
    assert "Januar" in days_of(date(2027, 1, 4), date(2027, 1, 4) + timedelta(days=6), "de-XX")


def test_a_moment_is_told_in_its_own_zone() -> None:
    at = datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert moment(at, "de") == "Freitag, 20. November 2026, 16:00"
    assert "16:00" in moment(at, "ar")


@pytest.mark.parametrize("tag", ["", "x", "tlh", "de-1996-oxendict", "../etc/passwd"])
def test_no_tag_is_too_strange(tag: str) -> None:
    assert locale(tag).language in LANGUAGES
    assert days_of(date(2026, 11, 16), date(2026, 11, 16) + timedelta(days=6), tag)


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("en", "20 November 2026", "November 2026"),
        ("de", "20. November 2026", "November 2026"),
        ("fr", "20 novembre 2026", "novembre 2026"),
    ],
)
def test_a_day_and_a_month_are_named_in_the_language_of_the_mail(language: str, day: str, month: str) -> None:
    assert days_of(date(2026, 11, 20), date(2026, 11, 20), language) == day
    assert days_of(date(2026, 11, 1), date(2026, 11, 30), language) == month
