import email
import email.policy
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import newsletter
from newsletter.errors import HeaderRefused
from newsletter.model.delivery import Mail
from newsletter.model.newsletter import Newsletter
from newsletter.render import headers
from newsletter.render.compiled import PREFERENCES, UNSUBSCRIBE, Compiled, compile_issue
from newsletter.render.personal import Skeleton
from weekly import weekly

ARCHIVE = "https://news.example.org/harbour/2026-W47"
LEAVE = "https://news.example.org/unsubscribe/" + "Tok.en-_" * 8 + "?a=1&b=2"
CHOOSE = "https://news.example.org/preferences/" + "Tok.en-_" * 8
#: What may stand in a name or title: anything but controls, surrogates and line separators.
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120)


@cache
def _compiled() -> Compiled:
    return compile_issue(weekly(), newsletter(), archive_url=ARCHIVE)


def _mail(
    compiled: Compiled | None = None,
    letter: Newsletter | None = None,
    name: str = "Ann",
    address: str = "ann@example.com",
) -> Mail:
    skeleton = Skeleton.build(compiled or _compiled(), letter or newsletter(), archive_url=ARCHIVE)
    return skeleton.mail(
        recipient_email=address, recipient_name=name, unsubscribe_url=LEAVE, preferences_url=CHOOSE,
        message_id="<token@news.example.org>", date=datetime(2026, 11, 19, 7, 0, tzinfo=UTC),
    )  # fmt: skip


def _parsed(mail: Mail) -> EmailMessage:
    return email.message_from_bytes(mail.content, policy=email.policy.SMTP.clone(raise_on_defect=True))


def test_both_bodies_arrive_as_they_were_compiled_with_the_readers_links() -> None:
    parsed = _parsed(_mail())
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in parsed.iter_parts()}
    assert list(parts) == ["text/plain", "text/html"]
    expected = _compiled().text.replace(UNSUBSCRIBE, LEAVE).replace(PREFERENCES, CHOOSE)
    assert parts["text/plain"] == expected
    escaped = LEAVE.replace("&", "&amp;")
    assert parts["text/html"] == _compiled().html.replace(UNSUBSCRIBE, escaped).replace(PREFERENCES, CHOOSE)


def test_the_headers_are_those_of_a_real_list_mail() -> None:
    parsed = _parsed(_mail(letter=newsletter(reply_to="desk@news.example.org")))
    assert parsed["From"] == "Harbour Weekly <editor@news.example.org>"
    assert parsed["Reply-To"] == "desk@news.example.org"
    assert parsed["To"] == "Ann <ann@example.com>"
    assert parsed["Message-ID"] == "<token@news.example.org>"
    assert parsed["Date"].datetime == datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
    assert parsed["List-Id"] == '"Harbour Weekly" <harbour.news.example.org>'
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["MIME-Version"] == "1.0"
    for once in ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"):
        assert len(parsed.get_all(once, [])) == 1, once


def test_the_unsubscribe_address_is_whole_on_one_line_and_never_encoded() -> None:
    assert f"\r\nList-Unsubscribe: <{LEAVE}>\r\n".encode() in _mail().content


def test_lines_are_short_end_in_crlf_and_never_begin_with_a_dot() -> None:
    content = _mail().content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    head, _, body = content.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert not [line for line in body.split(b"\r\n") if line.startswith(b".")]


@given(TEXT, TEXT, TEXT, TEXT)
def test_whatever_names_and_bodies_hold_arrives_and_nothing_else_does(
    name: str, sender: str, subject: str, body: str
) -> None:
    subject = " ".join(subject.split()) or "x"
    compiled = Compiled(subject=subject, html=f"<p>{body}</p>{UNSUBSCRIBE}", text=f"{body}\n.dot\n \n{UNSUBSCRIBE} \n")
    content = _mail(compiled, newsletter(sender_name=sender), name).content
    parsed = email.message_from_bytes(content, policy=email.policy.SMTP)
    assert not parsed.defects
    assert _words(parsed["Subject"]) == _words(subject)
    assert _mailbox(content, "To") == (_words(name), "ann@example.com")
    assert _mailbox(content, "From") == (_words(sender), "editor@news.example.org")
    assert "Bcc" not in parsed
    assert {line.split(b":")[0] for line in re.split(rb"\r\n(?![ \t])", content.partition(b"\r\n\r\n")[0])} == _NAMES
    plain, html = parsed.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == compiled.text.replace(UNSUBSCRIBE, LEAVE)
    assert html.get_content().rstrip("\r\n") == compiled.html.replace(UNSUBSCRIBE, LEAVE.replace("&", "&amp;"))


_NAMES = {
    b"To", b"Message-ID", b"Date", b"List-Unsubscribe", b"From", b"Subject", b"List-Id", b"List-Unsubscribe-Post",
    b"List-Archive", b"List-Post", b"Auto-Submitted", b"X-Auto-Response-Suppress", b"Content-Language", b"MIME-Version",
    b"Content-Type",
}  # fmt: skip


@pytest.mark.parametrize("bad", ["a\r\nBcc: eve@example.com", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x85b", "a\x1bb"])
def test_no_header_takes_a_line_break_or_control(bad: str) -> None:
    for make in (headers.field, headers.free_text):
        with pytest.raises(HeaderRefused):
            make("Subject", bad)
    with pytest.raises(HeaderRefused):
        headers.mailbox("To", bad, "ann@example.com")


def test_a_domain_with_letters_of_its_own_travels_as_an_a_label() -> None:
    assert b"<ann@xn--bcher-kva.example>" in headers.mailbox("To", "Ann", "ann@bücher.example")


def _mailbox(content: bytes, name: str) -> tuple[list[str], str]:
    """Words and address of a field, by the parser that joins neighbouring encoded words as RFC 2047, 6.2 asks."""
    raw = str(email.message_from_bytes(content, policy=email.policy.compat32)[name])
    phrase, address = parseaddr(" ".join(raw.splitlines()))
    return _words(str(make_header(decode_header(phrase)))), address


def _words(text: str) -> list[str]:
    """Folding may change white space, and nothing else."""
    return text.split()
