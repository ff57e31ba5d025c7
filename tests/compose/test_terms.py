import pytest

from builders import article
from newsletter.compose.language import language_of
from newsletter.compose.terms import content_words


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        ("en", "The harbour was closed, they said.", ("harbour", "closed")),
        ("de", "Der Hafen war geschlossen, sagte sie.", ("hafen", "geschlossen")),
        ("fr", "L’eau du port est froide, a-t-elle dit aujourd’hui.", ("eau", "port", "froide", "a-t-elle")),
        ("es", "El puerto está cerrado, dijo según ellos.", ("puerto", "cerrado")),
        ("ru", "Порт был закрыт, сообщила она.", ("порт", "закрыт")),
        ("uk", "Порт був зачинений, повідомила вона у п’ятницю.", ("порт", "зачинений")),
    ],
)
def test_what_carries_no_subject_is_left_out_in_the_language_of_the_text(
    code: str, text: str, left: tuple[str, ...]
) -> None:
    assert content_words(text, code) == left


def test_german_stop_words_are_english_subjects() -> None:
    assert content_words("War and dies: men die in a war") == ("war", "dies", "men", "die", "war")
    assert "die" not in content_words("die Fähre", "de")


def test_an_unknown_language_keeps_every_word() -> None:
    assert content_words("The boat", "fi") == ("the", "boat")


def test_the_language_is_what_the_page_names_and_else_what_its_words_tell() -> None:
    german = ("Die Fähre fährt nicht mehr, und der Hafen ist für drei Monate geschlossen.",)
    assert language_of(article(language="de-AT")) == "de-AT"
    assert language_of(article(headline="Fähre", dek=None, body=german)) == "de"
    assert language_of(article(headline="Ferry", dek=None, body=())) is None
