"""Dates in the languages beside English."""

from datetime import date

import pytest

from newsletter.ingest.dateline import read_dates
from newsletter.model.date_words import day_of
from newsletter.model.languages import ALL

NOW = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("de", "Die Messe läuft vom 3. November bis 5. Dez. 2024, am 1.12.2024 nicht.", ("3. November", "5. Dez. 2024", "1.12.2024")),
        ("de", "Im Jänner, am 6. Jänner, ruhte der Hafen.", ("6. Jänner",)),
        ("fr", "La foire va du 1er mai au 3 août 2024, et non au 14/07/2024.", ("1er mai", "3 août 2024", "14/07/2024")),
        ("fr", "Elle ouvre le 12 févr. et ferme le 2 Mars.", ("12 févr.", "2 Mars")),
        ("es", "La feria va del 1.º de mayo al 3 de agosto de 2024.", ("1.º de mayo", "3 de agosto de 2024")),
        ("es", "Abre el 12 sept. y cierra el 2 de enero del 2025.", ("12 sept.", "2 de enero del 2025")),
        ("ru", "Ярмарка идёт с 1 мая по 3 августа 2024 года, то есть до 03.08.2024.", ("1 мая", "3 августа 2024 года", "03.08.2024")),
        ("ru", "Порт открылся 12 окт. и закрылся 2-го ноября.", ("12 окт.", "2-го ноября")),
        ("uk", "Ярмарок триває з 1 травня до 3 серпня 2024 року.", ("1 травня", "3 серпня 2024 року")),
        ("uk", "Порт відкрили 12 жовт. і закрили 2-го листопада.", ("12 жовт.", "2-го листопада")),
    ],
)  # fmt: skip
def test_dates_are_listed_as_printed(code: str, text: str, found: tuple[str, ...]) -> None:
    assert read_dates([text], now=NOW, language=code).explicit == found


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        ("Die neue Fähre legte am Mittwoch, dem 23. Oktober, im Hafen an.", ("Mittwoch", "23. Oktober")),
        ("Die neue Fähre legte am Mittwoch (23. Oktober) im Hafen an.", ("Mittwoch", "23. Oktober")),
        ("Le nouveau ferry est arrivé au port mercredi 23 octobre.", ("mercredi", "23 octobre")),
        ("Mercredi 23 octobre, le nouveau ferry est arrivé dans le port.", ("Mercredi", "23 octobre")),
        ("El nuevo barco llegó al puerto el miércoles 23 de octubre.", ("miércoles", "23 de octubre")),
        ("El nuevo barco llegó al puerto el miércoles, 23 de octubre.", ("miércoles", "23 de octubre")),
        ("Новый паром пришёл в порт в среду, 23 октября, и все были рады.", ("среду", "23 октября")),
        ("Новый паром пришёл в порт в среду (23 октября), и все были рады.", ("среду", "23 октября")),
        ("Новий пором прийшов до порту у середу, 23 жовтня, і всі були раді.", ("середу", "23 жовтня")),
    ],
)
def test_a_weekday_beside_its_date_tells_the_year_in_whatever_language(text: str, tie: tuple[str, str]) -> None:
    found = read_dates([text], now=NOW)
    assert found.weekdays_tied == (tie,)
    assert found.inferred_year == 2024
    assert found.week == (date(2024, 10, 21), date(2024, 10, 25))


def test_a_ukrainian_friday_may_have_any_apostrophe() -> None:
    for friday in ("п'ятницю", "п’ятницю", "пʼятницю"):
        assert read_dates([f"Це було у {friday}, 25 жовтня."], now=NOW, language="uk").inferred_year == 2024


def test_a_weekday_below_a_dated_heading_is_that_dates() -> None:
    found = read_dates([], dated=[("23 жовтня", "Мер вийшла до причалу в середу.")], now=NOW, language="uk")
    assert found.weekdays_tied == (("середу", "23 жовтня"),)
    assert found.inferred_year == 2024


def test_a_pair_that_never_agrees_leaves_the_year_open() -> None:
    text = "Am Mittwoch, dem 23. Oktober, und am Mittwoch, dem 24. Oktober, kam die Fähre."
    assert read_dates([text], now=NOW, language="de").inferred_year is None


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("de", "Gestern Abend, am Mittwoch und letzte Woche", ("letzte Woche", "gestern", "am Mittwoch", "gestern Abend")),
        ("fr", "Hier soir, mardi dernier", ("hier", "mardi dernier", "hier soir")),
        ("es", "Anoche, el miércoles pasado, la semana pasada", ("la semana pasada", "el miércoles pasado", "anoche")),
        ("ru", "Вчера вечером, в среду, на прошлой неделе", ("на прошлой неделе", "вчера", "в среду", "вчера вечером")),
        ("uk", "Учора ввечері, у середу, минулого тижня", ("минулого тижня", "учора", "у середу", "учора ввечері")),
    ],
)  # fmt: skip
def test_phrases_that_only_mean_something_on_the_day_are_listed(code: str, text: str, found: tuple[str, ...]) -> None:
    assert read_dates([text], now=NOW, language=code).relative == found


def test_dates_of_credits_are_kept_apart() -> None:
    found = read_dates(
        ["Порт закрыт 23 октября."], set_aside=["Фото: июль 2025", "14 июля 2025 г."], now=NOW, language="ru"
    )
    assert (found.explicit, found.must_not_use) == (("23 октября",), ("июль 2025", "14 июля 2025 г."))


@pytest.mark.parametrize(
    ("code", "text"),
    [("de", "5 Mai-Glocken im Mai 2024"), ("fr", "en mars 2024"), ("es", "mayo de 2024"), ("uk", "у травні 2024 року"), ("en", "2 Mars rovers")],
)  # fmt: skip
def test_what_only_looks_like_a_date_is_none(code: str, text: str) -> None:
    assert read_dates([text], now=NOW, language=code).explicit == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23. Oktober", date(2024, 10, 23)),
        ("3. März 2019", date(2019, 3, 3)),
        ("1er juillet", date(2024, 7, 1)),
        ("23 de octubre de 2019", date(2019, 10, 23)),
        ("23 октября 2019 года", date(2019, 10, 23)),
        ("9 травня", date(2024, 5, 9)),
        ("23.10.2019", date(2019, 10, 23)),
        ("14/07/2019", date(2019, 7, 14)),
        ("31.02.2019", None),
        ("30 лютого", None),
    ],
)
def test_a_date_is_a_day_of_the_year_unless_it_names_its_own(text: str, expected: date | None) -> None:
    assert day_of(text, 2024) == expected


def test_no_two_languages_mean_different_months_or_days_by_one_word() -> None:
    for kind in ("months", "weekdays"):
        meanings: dict[str, set[int]] = {}
        for each in ALL:
            for number, names in enumerate(getattr(each, kind)):
                for name in names:
                    meanings.setdefault(name.lower(), set()).add(number)
        assert not {name: numbers for name, numbers in meanings.items() if len(numbers) > 1}
