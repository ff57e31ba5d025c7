"""Which bytes are an answer, and how much of it is passed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.reply import Kind, NotAReplyError, Reply, take


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        (b"250 2.0.0 Kept\r\n", Reply(250, (b"2.0.0 Kept",))),
        (b"250\r\n", Reply(250, (b"",))),
        (b"250 \r\n", Reply(250, (b"",))),
        (b"250-one\r\n250-\r\n250 three\r\n", Reply(250, (b"one", b"", b"three"))),
        (b"550-one\r\n550\r\n", Reply(550, (b"one", b""))),
    ],
)
def test_a_complete_answer_is_taken_whole(said: bytes, reply: Reply) -> None:
    unread = bytearray(said)
    assert take(unread) == reply
    assert unread == b""


@pytest.mark.parametrize("said", [b"", b"2", b"25", b"250", b"250 Kept", b"250 Kept\r", b"250-one\r\n", b"250-a\r\n25"])
def test_half_an_answer_is_none_yet(said: bytes) -> None:
    unread = bytearray(said)
    assert take(unread) is None
    assert unread == said


@pytest.mark.parametrize(
    "said",
    [
        b"25\r\n",
        b"250 Kept\n",
        b"250Kept\r\n",
        b"2500 Kept\r\n",
        b"150 Kept\r\n",
        b"650 Kept\r\n",
        b" 250 Kept\r\n",
        b"250 a\rb\r\n",
        b"250-one\r\n550 two\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\xb2\xb5\xb0 Kept\r\n",
        b"2" * 100_000,
    ],
)
def test_what_can_no_longer_become_an_answer_is_refused(said: bytes) -> None:
    with pytest.raises(NotAReplyError):
        take(bytearray(said))


def test_the_next_answer_stays_unread() -> None:
    unread = bytearray(b"250 one\r\n354 two\r\n")
    assert take(unread) == Reply(250, (b"one",))
    assert unread == b"354 two\r\n"


@given(st.lists(st.binary(max_size=20).filter(lambda line: not set(line) & set(b"\r\n")), min_size=1, max_size=4))
def test_an_answer_cut_short_anywhere_is_never_one(lines: list[bytes]) -> None:
    *first, last = lines
    whole = b"".join(b"250-" + line + b"\r\n" for line in first) + b"250 " + last + b"\r\n"
    assert take(bytearray(whole)) == Reply(250, tuple(lines))
    for length in range(len(whole)):
        assert take(bytearray(whole[:length])) is None


def test_the_first_digit_decides() -> None:
    assert [Reply(code, ()).kind for code in (250, 354, 451, 554)] == [
        Kind.DONE,
        Kind.GO_ON,
        Kind.NOT_NOW,
        Kind.NEVER,
    ]
    assert Reply(421, ()).closing
    assert not Reply(451, ()).closing


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_text_is_one_short_printable_line_whatever_the_relay_says(lines: list[bytes]) -> None:
    text = Reply(550, tuple(lines)).text
    assert text.isprintable()
    assert len(text) <= 200


def test_text_keeps_the_words_of_all_lines() -> None:
    assert Reply(550, (b"5.1.1 No such\tuser", b"\x1b[31mhere\x00")).text == "5.1.1 No such user [31mhere"


def test_an_errors_sentence_repeats_no_address() -> None:
    said = Reply(550, (b"5.7.1 <editor@news.example.org>: Sender rejected",))
    assert said.told == "550 5.7.1 <[address]>: Sender rejected"
