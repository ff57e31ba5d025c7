"""Where sentences end in the languages beside English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.sentences import sentences, tokens

WHOLE = [
    ("de", "Am 23. Oktober kam z. B. Dr. Müller u. a. mit Prof. Adler nach Kiel."),
    ("de", "Das 21. Jahrhundert begann im 1. Stock, Nr. 5, bei Frau Petersen."),
    ("de", "Die Fähre kostet ca. 3 Mio. Euro bzw. 4 Mio. Dollar."),
    ("de", "Unter König Wilhelm II. wurde der Hafen gebaut."),
    ("fr", "M. Dupont et Mme Le Gall ont vu M. Le Bihan le 3 oct. 2024."),
    ("fr", "« Vous venez ? » demande la capitaine."),
    ("fr", "Vers 52 av. J.-C., il y avait un port (cf. p. 12)."),
    ("es", "El Sr. Ruiz viajó a EE. UU. con la Dra. Gil."),
    ("es", "—¿Vienes? —preguntó Ana."),
    ("es", "Véase la pág. 5, p. ej. Cádiz."),
    ("ru", "В 2024 г. порт им. Седова, т. е. старый порт, закрыли."),
    ("ru", "А. С. Орлов живёт на ул. Морской, д. 5."),
    ("ru", "«Уходим!» — сказал он."),
    ("ru", "Цена — 5 млн. рублей, по ст. 5 закона."),
    ("uk", "У 2024 р. школу ім. Адера на вул. Портовій зачинили."),
    ("uk", "«Ходімо!» — сказав він."),
    ("uk", "О. П. Гавань мешкає у м. Одеса."),
    ("he", "ד. כהן הגיע לנמל"),
    ("ar", "وصل د. أحمد إلى الميناء"),
]
PARTS = [
    ("de", ["Boote, Kräne usw.", "Dann kam der Rat."]),
    ("de", ["Die Fähre kostet 3 Mio.", "Der Hafen zahlt."]),
    ("de", ["„Wir fahren.“", "Sie ging.", "»Nein.«", "Er blieb."]),
    ("de", ["Es kamen 25.", "Petersen ging."]),
    ("fr", ["« Nous partons. »", "Elle rit."]),
    ("fr", ["« Partons !\u00a0»", "Il reste."]),
    ("fr", ["Des cordes, des lampes, etc.", "Le port ferme."]),
    ("es", ["¿Cuándo abre?", "¡Mañana!", "El puerto calla."]),
    ("es", ["Volvió de EE. UU.", "El puerto cerró."]),
    ("ru", ["Порт построен в 1987 г.", "Он стар."]),
    ("ru", ["Лодки, краны и т. д.", "Порт стоит."]),
    ("ru", ["— Уходим, — сказал он.", "— Пора."]),
    ("ru", ["Он ждал…", "И ушёл.", "«Да.»", "Нет."]),
    ("uk", ["Ціна — 5 млн грн.", "Вона зросла."]),
    ("uk", ["Порт збудовано у 1987 р.", "Він старий."]),
    ("ar", ["متى يفتح الميناء؟", "غدا.\u200f", "شكرا۔", "إلى اللقاء."]),
    ("he", ["הנמל נסגר.\u200f", "מתי ייפתח?", "מחר."]),
]


@pytest.mark.parametrize(("code", "text"), WHOLE)
def test_an_abbreviation_an_ordinal_or_a_dash_does_not_end_a_sentence(code: str, text: str) -> None:
    assert sentences(text, code) == (text,)


@pytest.mark.parametrize(("code", "parts"), PARTS)
def test_a_sentence_ends_where_its_reader_would_end_it(code: str, parts: list[str]) -> None:
    assert list(sentences(" ".join(parts), code)) == parts


@pytest.mark.parametrize(("code", "text"), [pair for pair in WHOLE if pair[0] in ("ru", "uk", "he", "ar")])
def test_cyrillic_hebrew_and_arabic_need_no_tag(code: str, text: str) -> None:
    assert sentences(text) == (text,)


def test_the_rules_of_one_language_do_not_reach_into_another() -> None:
    assert sentences("It was built by J. La Salle in the U.S. Die casting came later.") == (
        "It was built by J. La Salle in the U.S. Die casting came later.",
    )
    assert sentences("They said no. 25 boats came, with M. The boats left.", "en") == (
        "They said no. 25 boats came, with M.",
        "The boats left.",
    )


@given(
    st.text(alphabet="аі бВ.Д ж…«»„“”?! — \n1м\u00a0\u200f؟אاz.B"),
    st.sampled_from(["de", "fr", "es", "ru", "uk", "he", None]),
)
def test_nothing_but_white_space_is_lost_in_any_language(text: str, code: str | None) -> None:
    assert "".join("".join(sentences(text, code)).split()) == "".join(text.split())


@pytest.mark.parametrize("piece", [". »", ".\u200f", "г. ", "z. B. ", "» ", "1. ", "؟ ", ".“", "« . » "])
def test_a_megabyte_of_marks_is_split(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    for code in ("de", "fr", "ru"):
        assert "".join("".join(sentences(text, code)).split()) == "".join(text.split())


def test_a_word_keeps_its_accents_points_and_acronym_marks() -> None:
    assert tokens("Cafe\u0301 שָׁלוֹם צה״ל مُحَمَّد") == ("cafe\u0301", "שָׁלוֹם", "צה״ל", "مُحَمَّد")
