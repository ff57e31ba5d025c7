"""What a provider is told that takes no raw MIME."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliver.providers.sample_mail import CONTENT, MESSAGE_ID, UNSUBSCRIBE
from newsletter.deliver.providers.letter import Letter, take_apart
from newsletter.errors import SenderRefused


def test_the_parts_come_out_decoded() -> None:
    letter = take_apart(CONTENT)
    assert letter.sender == '"Harbour, Weekly" <editor@news.example.org>'
    assert letter.reply_to == "desk@news.example.org"
    assert letter.subject == "Fähren werden teurer"
    assert letter.text == "Die Fähren werden im April teurer.\r\n.\r\n"
    assert letter.html == "<p>Die Fähren – teurer</p>\r\n"


def test_the_list_headers_go_on_unchanged_and_in_order() -> None:
    assert take_apart(CONTENT).headers == (
        ("Message-ID", MESSAGE_ID),
        ("List-Unsubscribe", UNSUBSCRIBE),
        ("List-Id", '"Harbour Weekly" <harbour.news.example.org>'),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Feedback-ID", "harbour:weekly:news:example"),
        ("Auto-Submitted", "auto-generated"),
    )


def test_a_signature_is_not_passed_on_because_it_would_not_hold() -> None:
    signed = b"DKIM-Signature: v=1; a=rsa-sha256;\r\n b=AAAA\r\n" + CONTENT
    assert take_apart(signed) == take_apart(CONTENT)


def test_a_name_outside_ascii_is_told_as_it_reads() -> None:
    named = CONTENT.replace(b'"Harbour, Weekly"', b"=?utf-8?q?H=C3=A4fen=2C_w=C3=B6chentlich?=")
    assert take_apart(named).sender == '"Häfen, wöchentlich" <editor@news.example.org>'


def test_free_text_in_another_header_is_decoded() -> None:
    noted = b"X-Note: =?utf-8?q?F=C3=A4hre?=\r\n" + CONTENT
    assert take_apart(noted).headers[0] == ("X-Note", "Fähre")


def test_a_mail_of_one_part_has_no_other() -> None:
    head = b"From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"
    assert take_apart(head) == Letter(
        sender="a@example.org", reply_to="", subject="", text="Hello\r\n", html="", headers=()
    )


@pytest.mark.parametrize(
    "content",
    [
        CONTENT.replace(b"--nl-1--", b"--nl-1\r\nContent-Type: image/png\r\n\r\nx\r\n--nl-1--"),
        CONTENT.replace(b"--nl-1--", b"--nl-1\r\nContent-Type: text/plain\r\n\r\nmore\r\n--nl-1--"),
        CONTENT.replace(b"charset=utf-8", b"charset=no-such"),
        CONTENT.replace(b"--nl-1\r\n", b""),
        CONTENT.replace(b"Feedback-ID: ", b"Feedback-ID: \xc3\xa4"),
        b"From: a@example.org\r\nContent-Type: image/png\r\n\r\nx",
    ],
    ids=["a picture", "two texts", "an unknown alphabet", "no boundary", "8-bit header", "only a picture"],
)
def test_what_would_be_lost_in_silence_is_refused(content: bytes) -> None:
    with pytest.raises(SenderRefused, match="cannot be taken apart"):
        take_apart(content)


@given(st.integers(0, len(CONTENT)), st.binary(max_size=12))
def test_a_damaged_mail_is_read_or_refused_and_nothing_else(at: int, noise: bytes) -> None:
    with suppress(SenderRefused):
        take_apart(CONTENT[:at] + noise + CONTENT[at + len(noise) :])
