"""What may go over the wire, and what it looks like there."""

from itertools import product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.deliver.envelope import Envelope, dotted, seal, wire_address
from newsletter.errors import AddressError
from newsletter.model.delivery import Mail


def sealed(**given: Any) -> object:
    plain: dict[str, Any] = {
        "sender": "editor@news.example.org",
        "recipient": "reader@example.com",
        "message_id": "<1@news.example.org>",
        "content": b"Subject: A\r\n\r\nHello\r\n",
    }
    return seal(Mail(**{**plain, **given}))


def test_a_plain_envelope_holds_both_addresses_as_they_are() -> None:
    envelope = Envelope(sender="editor@news.example.org", recipient="Rea.Der+x@example.com")
    assert sealed(recipient="Rea.Der+x@example.com") == envelope
    assert not envelope.needs_smtputf8


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("reader@bücher.example.com", "reader@xn--bcher-kva.example.com"),
        # Two different domains, which the older IDNA 2003 makes one.
        ("reader@faß.de", "reader@xn--fa-hia.de"),
        ("reader@fass.de", "reader@fass.de"),
        ("почта@почта.рф", "почта@xn--80a1acny.xn--p1ai"),
        ("Postmaster@example.com", "Postmaster@example.com"),
        ("root@intranet", "root@intranet"),
    ],
)
def test_the_domain_becomes_an_a_label_and_the_local_part_stays(address: str, wire: str) -> None:
    assert wire_address(address) == wire


def test_only_a_local_part_outside_ascii_needs_smtputf8() -> None:
    assert Envelope(sender="a@example.com", recipient=wire_address("почта@почта.рф")).needs_smtputf8
    assert not Envelope(sender="a@example.com", recipient=wire_address("a@почта.рф")).needs_smtputf8


@given(st.text(max_size=40), st.text(max_size=40))
@example("x@y.z>\r\nRCPT TO:<a", "y.z")
@example("a b", "example.com")
@example('"a\r\nb"', "example.com")
@example("a", "example.com>\x85SIZE=1")
def test_no_address_can_end_its_command_or_its_brackets(local: str, domain: str) -> None:
    try:
        wire = wire_address(f"{local}@{domain}")
    except AddressError:
        return
    assert not set(wire) & set("<>\r\n\0 \t\x85\u2028\u2029")
    assert wire.isprintable()
    assert wire.count("@") == 1


@pytest.mark.parametrize("address", ["x" * 65 + "@example.com", "x@" + "a" * 64 + ".com", "x@" + "a." * 126 + "com"])
def test_an_address_longer_than_smtp_carries_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        wire_address(address)


#: How lines may begin and end where dots matter; a mail holds CRLF only.
BREAKS = [b"\r\n", b".\r\n", b"\r\n."]


@pytest.mark.parametrize("breaks", [b"".join(parts) for parts in product(BREAKS, repeat=4)])
def test_the_end_is_marked_once_and_at_the_end(breaks: bytes) -> None:
    wire = b"".join(dotted(_mail(b"text" + breaks + b"text")))
    assert (b"\r\n" + wire).index(b"\r\n.\r\n") == len(wire) - 3
    assert undotted(wire) == b"text" + breaks + b"text\r\n"


@given(st.lists(st.sampled_from([b".", b"\r\n", b"x"])).map(b"".join))
def test_a_receiver_that_takes_the_dots_off_has_the_same_bytes(content: bytes) -> None:
    whole = content if content.endswith(b"\r\n") or not content else content + b"\r\n"
    assert undotted(b"".join(dotted(_mail(content)))) in (whole, b"\r\n")


def _mail(content: bytes) -> Mail:
    return Mail(sender="a@example.org", recipient="b@example.com", message_id="<1@example.org>", content=content)


def undotted(wire: bytes) -> bytes:
    """RFC 5321, 4.5.2, from the receiver's side, line by line."""
    lines = wire.split(b"\r\n")
    end = lines.index(b".")
    assert lines[end + 1 :] == [b""]
    return b"".join(line.removeprefix(b".") + b"\r\n" for line in lines[:end])
