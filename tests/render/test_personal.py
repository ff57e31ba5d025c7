import html
import quopri
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import AddressError, HeaderRefused
from newsletter.model.delivery import Claimed, Mail, message_id
from newsletter.model.newsletter import Newsletter
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.letters import letters
from newsletter.render.links import Links
from newsletter.render.personal import fixed_headers
from newsletter.render.quoted_printable import encode
from newsletter.render.slots import PREFERENCES, UNSUBSCRIBE
from render.sample_issue import ARCHIVE, letter, rich_issue

COMPILED = compile_issue(rich_issue(), letter(), archive_url=ARCHIVE)
LINKS = Links("https://news.example.org", "a-secret-of-more-than-thirty-two-letters")
UNSUBSCRIBE_URL, PREFERENCES_URL = LINKS.unsubscribe(7, 1), LINKS.preferences(7, 1)
MESSAGE_ID = message_id(LINKS.secret, 3, 7, "news.example.org")
#: What a person or an editor may write in one line. Line breaks and controls are refused, see below.
LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120)
FOLDED = re.compile(rb"\r\n(?=[ \t])")


def mail(
    compiled: Compiled = COMPILED, newsletter: Newsletter | None = None, links: Links = LINKS, **given: Any
) -> Mail:
    """The mail of issue 3 to subscriber 7, by the very code that sends."""
    shared = fixed_headers(compiled, newsletter or letter(), archive_url=ARCHIVE, slot="2026-W47")
    plain: dict[str, Any] = {
        "subscriber_id": 7, "email": "reader@example.com", "name": "", "variant": "", "attempt": 1,
        "claimed_at": datetime(2026, 11, 19, 12, tzinfo=UTC),
    }  # fmt: skip
    return letters(3, 1, {"": (compiled, shared)}, links)(Claimed(**{**plain, **given}))


def parsed(content: bytes) -> EmailMessage:
    """The message as a strict parser sees it; any defect raises."""
    found = message_from_bytes(content, policy=policy.SMTP.clone(raise_on_defect=True))
    assert isinstance(found, EmailMessage)
    return found


def raw_headers(content: bytes) -> dict[bytes, bytes]:
    """Names and unfolded values as they stand on the wire."""
    fields = FOLDED.sub(b"", content.split(b"\r\n\r\n", 1)[0]).split(b"\r\n")
    names = [field.split(b": ", 1)[0] for field in fields]
    assert len(names) == len(set(names)), "a header stands there twice"
    return dict(field.split(b": ", 1) for field in fields)


def test_a_strict_parser_finds_both_parts_exactly_as_compiled_with_the_links_filled_in() -> None:
    message = parsed(mail().content)
    text, page = message.iter_parts()
    assert [part.get_content_type() for part in (text, page)] == ["text/plain", "text/html"]
    filled = COMPILED.text.replace(UNSUBSCRIBE, UNSUBSCRIBE_URL).replace(PREFERENCES, PREFERENCES_URL)
    assert text.get_content().replace("\r\n", "\n") == filled
    escaped = COMPILED.html.replace(UNSUBSCRIBE, html.escape(UNSUBSCRIBE_URL)).replace(PREFERENCES, PREFERENCES_URL)
    assert page.get_content().replace("\r\n", "\n") == escaped


def test_the_headers_are_those_of_a_list_mail() -> None:
    found = raw_headers(mail().content)
    assert found[b"List-Unsubscribe"] == f"<{UNSUBSCRIBE_URL}>".encode(), "folding would turn it into an encoded word"
    assert found[b"List-Unsubscribe-Post"] == b"List-Unsubscribe=One-Click"
    assert found[b"List-Id"] == b'"Harbour Weekly" <harbour.news.example.org>'
    assert found[b"List-Archive"] == b"<https://news.example.org/harbour>"
    assert found[b"List-Help"] == b"<https://news.example.org/harbour>"
    assert found[b"List-Post"] == b"NO"
    assert re.fullmatch(rb"2026-W47:harbour:weekly:nl[0-9a-f]{10}", found[b"Feedback-ID"])
    assert found[b"Auto-Submitted"] == b"auto-generated"
    assert found[b"From"] == b"Harbour Weekly <editor@news.example.org>"
    assert found[b"To"] == b"reader@example.com"
    assert found[b"Date"] == b"Thu, 19 Nov 2026 12:00:00 +0000"
    assert found[b"Message-ID"] == MESSAGE_ID.encode()
    assert found[b"MIME-Version"] == b"1.0"
    assert b"Reply-To" not in found
    answered = raw_headers(mail(newsletter=letter(reply_to="desk@review.example")).content)
    assert answered[b"Reply-To"] == b"desk@review.example"


def test_the_wire_form_needs_no_help_from_a_server() -> None:
    links = replace(LINKS, base_url="https://x.example/" + "u" * 300)
    content = mail(name="É" * 80, links=links).content
    head, body = content.split(b"\r\n\r\n", 1)
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    assert content.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert not [line for line in body.split(b"\r\n") if line.startswith(b".")]
    assert b"\0" not in content


@pytest.mark.parametrize(
    "text", [".\n..\n.x", " trailing \n\ttab\t\n", "=3D =\n", "é" * 400, "x" * 75 + ".y", "a\rb", "From me\n"]
)
def test_hard_texts_survive_to_the_letter(text: str) -> None:
    content = mail(replace(COMPILED, text=text)).content
    body = content.split(b"\r\n\r\n", 1)[1]
    assert not [line for line in body.split(b"\r\n") if line.startswith(b".") or len(line) > 76]
    part = next(iter(parsed(content).iter_parts()))
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == text.replace("\n", "\r\n")


@settings(max_examples=60)
@given(name=LINES, title=LINES, subject=LINES)
def test_whatever_people_are_called_the_headers_say_it_and_nothing_else(name: str, title: str, subject: str) -> None:
    content = mail(replace(COMPILED, subject=subject), letter(sender_name=title, title=title), name=name).content
    reference = mail().content
    assert set(raw_headers(content)) == set(raw_headers(reference)), "no header is added or lost"
    assert [len(parsed(content)[field].addresses) for field in ("To", "From")] == [1, 1]
    assert parsed(content)["To"].addresses[0].addr_spec == "reader@example.com"
    assert parsed(content)["From"].addresses[0].addr_spec == "editor@news.example.org"
    assert _words(content, "Subject").split() == subject.split()
    encoded = {field for field, value in raw_headers(content).items() if b"=?utf-8?" in value}
    assert encoded <= {b"To", b"From", b"Subject"}


@settings(max_examples=60)
@given(name=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=120))
def test_a_name_is_read_back_as_it_was_written(name: str) -> None:
    content = mail(name=name).content
    field = raw_headers(content)[b"To"].decode()
    if "=?" in field:  # RFC 2047, 6.2: white space between encoded words is not part of the text
        assert str(make_header(decode_header(field))) == f"{name} <reader@example.com>"
    else:
        assert parsed(content)["To"].addresses[0].display_name == name


@pytest.mark.parametrize("code", [0xD83D, 0xDE00])
def test_half_a_character_gets_into_no_header(code: int) -> None:
    with pytest.raises(HeaderRefused):
        mail(newsletter=letter(sender_name=f"Ann{chr(code)}"))
    with pytest.raises(HeaderRefused):
        mail(name=f"Ann{chr(code)}")


@pytest.mark.parametrize("mark", ["\r", "\n", "\r\nBcc: x@y.example", "\0", "\x0b", "\x7f", "\x85", "\u2028", "\u2029"])
def test_no_control_character_gets_into_any_header(mark: str) -> None:
    value = f"Ann{mark}Lee"
    attempts: list[Any] = [
        lambda: mail(name=value),
        lambda: mail(links=replace(LINKS, base_url=f"https://x.example/{mark}")),
        lambda: mail(replace(COMPILED, subject=value)),
        lambda: mail(newsletter=letter(sender_name=value)),
        lambda: mail(newsletter=letter(title=value)),
        lambda: mail(newsletter=letter(language=f"en{mark}")),
    ]
    for attempt in attempts:
        # A title that is not ASCII is not printed in List-Id, so that one alone may pass, without the mark.
        try:
            made = attempt()
        except HeaderRefused:
            continue
        assert not value.isascii()
        assert mark.encode() not in made.content
    for address in (f"a{mark}@x.example", f"a@x.example{mark}"):
        with pytest.raises(AddressError):
            mail(email=address)


def test_an_international_domain_travels_as_an_a_label() -> None:
    content = mail(newsletter=letter(sender="post@bücher.example"), email="anna@почта.example").content
    assert raw_headers(content)[b"From"].endswith(b"<post@xn--bcher-kva.example>")
    assert raw_headers(content)[b"To"] == b"anna@xn--80a1acny.example"
    assert raw_headers(content)[b"List-Id"].endswith(b"<harbour.xn--bcher-kva.example>")


def test_a_value_is_escaped_for_the_place_that_it_goes_to() -> None:
    links = replace(LINKS, base_url='https://x.example/?a="><script>&b')
    text, page = (str(part.get_content()) for part in parsed(mail(links=links).content).iter_parts())
    assert '?a="><script>&b/preferences/' in text
    assert "<script>" not in page
    assert links.preferences(7, 1) in html.unescape(page)


def test_two_readers_get_the_same_mail_but_for_what_is_theirs() -> None:
    one, other = (mail(email=f"{name}@example.com").content for name in ("ann", "bob"))
    assert one.replace(b"ann@", b"bob@") == other


def _words(content: bytes, field: str) -> str:
    message: Message = message_from_bytes(content)
    return str(make_header(decode_header(message[field])))


@given(st.text(alphabet="ab. =\té€\n\U0001f600", max_size=400))
def test_what_is_encoded_is_what_every_decoder_reads_and_no_line_is_long_or_begins_with_a_dot(text: str) -> None:
    encoded = encode(text)
    assert quopri.decodestring(encoded).decode() == text.replace("\n", "\r\n")
    assert all(len(line) <= 76 and not line.startswith(b".") for line in encoded.split(b"\r\n"))
    assert not re.search(rb"[ \t](?:\r\n|\Z)", encoded), "white space at the end of a line may be lost on the way"
