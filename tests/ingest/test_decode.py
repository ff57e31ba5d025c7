import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.ingest.text import clean, decode, is_binary

SENTENCE = "“Café” in Łódź — 12 €"
GERMAN = "Die Fähre fährt für fünf Euro — „günstig“"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(SENTENCE.encode(encoding), "text/plain; charset=iso-8859-1") == SENTENCE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(encoding: str) -> None:
    assert decode(SENTENCE.encode(encoding)) == SENTENCE


@pytest.mark.parametrize("encoding", ["koi8-r", "windows-1251", "iso-8859-5", "utf-8"])
def test_the_charset_that_the_server_names_is_used(encoding: str) -> None:
    assert decode("Паром дорожает".encode(encoding), f'text/html; charset="{encoding}"') == "Паром дорожает"


@pytest.mark.parametrize(
    "declaration", ["<meta charset=shift_jis>", '<meta http-equiv="x" content="text/html; charset=Shift_JIS">']
)
def test_the_charset_that_the_page_names_is_used(declaration: str) -> None:
    page = f"<html>{declaration}<p>フェリーの運賃"
    assert decode(page.encode("shift_jis")) == page


def test_utf_8_that_is_called_latin_1_is_still_utf_8() -> None:
    assert decode(SENTENCE.encode(), "text/html; charset=ISO-8859-1") == SENTENCE


def test_latin_1_that_is_called_utf_8_is_read_as_windows_1252() -> None:
    assert decode(GERMAN.encode("cp1252"), "text/html; charset=utf-8") == GERMAN


@pytest.mark.parametrize("charset", ["no-such-charset", "hex", "rot13", "unicode_escape", "utf-8\x00", "undefined"])
def test_a_charset_that_makes_no_sense_is_ignored(charset: str) -> None:
    assert decode(SENTENCE.encode(), f"text/html; charset={charset}") == SENTENCE


@given(st.binary(), st.one_of(st.none(), st.text()))
def test_no_bytes_and_no_header_raise(content: bytes, content_type: str | None) -> None:
    is_binary(content, clean(decode(content, content_type)))


@given(st.text())
def test_clean_text_has_no_controls_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not [char for char in cleaned if unicodedata.category(char) == "Cc" and char not in "\n\t"]
    assert cleaned.encode().decode() == cleaned


def test_line_ends_are_one_and_typography_stays() -> None:
    assert clean("a\r\nb\rc\x0cd\u2028e\x00\x1b\ufeff\u00a0f\tg") == "a\nb\nc\nd\ne\u00a0f\tg"


def test_letters_and_their_accents_become_one_character() -> None:
    assert clean("Cafe\u0301") == "Café"


def test_a_run_of_a_million_accents_is_left_alone() -> None:
    run = "a" + "\u0300\u0316" * 500_000
    assert clean(run) == run


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\nplain so far", b"PK\x03\x04word", b"\x89PNG\r\n", bytes(range(256)) * 20, bytes(5000)]
)
def test_what_is_no_text_is_told_apart(content: bytes) -> None:
    assert is_binary(content, decode(content))


@pytest.mark.parametrize("content", [b"", b"A text with one\x00 stray byte in a hundred words. " * 20, codecs.BOM_UTF8])
def test_text_with_a_stray_byte_is_text(content: bytes) -> None:
    assert not is_binary(content, decode(content))


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian is not spelt without it
        "क्\u200dष",
        "👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "C\u200e++ \u200fשלום",
        "\u2067שלום\u2069 says \u202bשלום\u202c",
        "\u2066a \u202bb\u202c c\u2069",
        "Harbour\u00adside \u2011 12\u00a0km",
    ],
)
def test_characters_that_scripts_and_emoji_need_stay(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\u202eb", "ab"),
        ("a\u202e\nb\u202c", "a\nb"),
        ("\u2067a\u202eb\u2069c", "\u2067ab\u2069c"),
        ("\u202ea\u2069b\u202cc", "\u202eab\u202cc"),
        ("\u202a" * 50_000 + "\u2069" * 50_000, ""),
        ("e\u200b\u0301", "é"),
        ("❤\ufe0f\u200b\ufe0f", "❤\ufe0f"),
        ("\U0001f3f4\U000e0067\U000e0078\U000e007f", "\U0001f3f4"),
    ],
)
def test_controls_that_nothing_closes_and_characters_that_show_nothing_go(text: str, left: str) -> None:
    assert clean(text) == left
