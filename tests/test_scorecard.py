"""``bench/scorecard``: what each row catches. A row that cannot fail proves nothing."""

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.scorecard import report
from bench.scorecard.__main__ import ROWS
from bench.scorecard.row import Point, Result, Row, Verdict, check, judged, left_open, remark
from bench.scorecard.tools import CHROMIUM
from bench.scorecard.verifiers import OPENDKIM
from bench.scorecard.world import DOMAIN, World, made_world
from newsletter.deliver.dkim import Signer
from newsletter.probe.doctor.advice import Advice

ROOT = Path(__file__).parents[1]
BY_NUMBER = {row.number: row for row in ROWS}
#: Not typed.
dkim: Any = import_module("dkim")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with made_world() as made:
        yield made


def verdict(number: str, world: World) -> Result:
    return judged(BY_NUMBER[number], world)


def spoiled(world: World, change: Callable[[bytes], bytes]) -> World:
    """The same with every mail changed on its way."""
    mails = tuple(replace(mail, content=change(mail.content)) for mail in world.mails)
    assert mails != world.mails, "the change changed nothing"
    return replace(world, mails=mails)


def resigned(world: World, change: Callable[[bytes], bytes], signer: Signer | None = None) -> World:
    """The same with every mail changed before it was signed."""
    signer = signer or Signer(keys=world.keys().load())

    def sign(content: bytes) -> bytes:
        head, _, body = change(content[content.index(b"\r\nTo: ") + 2 :]).partition(b"\r\n\r\n")
        return signer.sign(head + b"\r\n", body) + head + b"\r\n\r\n" + body

    return spoiled(world, sign)


def without(name: str) -> Callable[[bytes], bytes]:
    """Take a header field away, folded lines included."""
    pattern = re.compile(rf"^{name}:.*\r\n(?:[ \t].*\r\n)*".encode(), re.MULTILINE)
    return lambda content: pattern.sub(b"", content, count=1)


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old, new)


def fails(number: str, world: World, words: str) -> None:
    found = verdict(number, world)
    assert found.verdict is Verdict.FAILS, found.evidence
    assert words in found.evidence


def _row(*points: Point) -> Row:
    return Row(number="X1", requirement="", source="", tool="", judge=lambda _: iter(points))


def test_a_row_is_as_bad_as_its_worst_point_and_never_silent(world: World) -> None:
    good, bad, unknown = check(1, "right"), check(0, "right", "wrong"), left_open("no tool")
    assert judged(_row(good), world).verdict is Verdict.HOLDS
    assert judged(_row(good, unknown), world).verdict is Verdict.OPEN
    assert judged(_row(good, unknown, bad), world).verdict is Verdict.FAILS
    assert judged(_row(good, bad, remark("by the way")), world).evidence == "wrong; by the way"
    silent = judged(_row(), world)
    assert (silent.verdict, silent.evidence) == (Verdict.FAILS, "nothing was judged")
    assert judged(_row(remark("by the way")), world).verdict is Verdict.FAILS


def test_a_check_that_breaks_has_failed(world: World) -> None:
    def broken(_: World) -> Iterator[Point]:
        yield check(1, "right")
        raise ZeroDivisionError("by zero")

    found = judged(replace(_row(), judge=broken), world)
    assert (found.verdict, "by zero" in found.evidence) == (Verdict.FAILS, True)


@pytest.mark.parametrize("number", BY_NUMBER)
def test_no_row_is_silent_about_this_version(world: World, number: str) -> None:
    found = verdict(number, world)
    assert found.evidence
    print(report.line(found))


def test_a1_catches_mail_that_is_not_signed_or_signed_by_strangers(world: World) -> None:
    fails("A1", spoiled(world, lambda mail: mail[mail.index(b"\r\nTo: ") + 2 :]), "only 0 of")
    strange = tuple(replace(key, domain="other.example") for key in world.keys().load())
    records = {name.replace(DOMAIN, "other.example"): text for name, text in world.records.items()}
    moved = resigned(world, lambda mail: mail, Signer(keys=strange))
    fails("A1", replace(moved, records={**world.records, **records}), "only 0 of")
    bounced = tuple(replace(mail, sender="b+1@other.example") for mail in world.mails)
    fails("A1", replace(world, mails=bounced), "only 0 of")


@pytest.mark.skipif(OPENDKIM is None, reason="opendkim is not installed")
def test_a2_catches_a_body_that_is_signed_in_part_only(world: World) -> None:
    fails("A2", spoiled(world, swapped(b"c=relaxed/simple;", b"c=relaxed/simple; l=10;")), "l=10")


def test_a3_catches_a_signature_that_is_missing(world: World) -> None:
    fails("A3", resigned(world, lambda mail: mail, Signer(keys=world.keys().load()[:1])), "are wanted")


def test_a4_catches_fields_that_are_signed_once_only(world: World) -> None:
    key = world.keys().load()[0]
    private = key.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    names = [b"from", b"to", b"subject", b"date", b"list-unsubscribe", b"list-unsubscribe-post"]

    def once(content: bytes) -> bytes:
        bare = content[content.index(b"\r\nTo: ") + 2 :]
        signature: bytes = dkim.sign(bare, key.selector.encode(), key.domain.encode(), private, include_headers=names)
        return signature + bare

    fails("A4", spoiled(world, once), "second List-Unsubscribe (dkimpy, rsa-sha256)")


def test_a5_catches_a_doctor_that_looks_at_one_name_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.probe.doctor.dmarc_walk._names", lambda start: iter([start]))
    fails("A5", world, "asked ['_dmarc.a.b")


def test_a7_and_a9_catch_a_doctor_that_praises_everything(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    good = Advice(level="ok", subject="bimi", sentence="Good.")
    monkeypatch.setattr("newsletter.probe.doctor.bimi.bimi_advice", lambda *_: (good,))
    fails("A7", world, "finds a record good that has p=none")
    monkeypatch.setattr(
        "newsletter.probe.doctor.examination.reverse_advice", lambda *_, **__: (replace(good, subject="helo"),)
    )
    fails("A9", world, "of one that does not")


def test_a8_catches_a_sender_that_trusts_any_certificate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def trusting(_: object) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    monkeypatch.setattr("newsletter.deliver.opening._context", trusting)
    fails("A8", world, "nobody vouches for: sent, 1 mails sent")


def test_a9_catches_another_name_than_the_configured_one(world: World) -> None:
    fails("A9", replace(world, hello=("localhost",)), "EHLO ['localhost']")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped(b"\r\nTo: ", b"\r\nTo: other@example.com, "), "To has 2 addresses"),
        (without("Date"), "0 fields Date"),
        (swapped(b"\r\nSubject: ", b"\r\nFrom: x@other.example\r\nSubject: "), "2 fields From"),
        (swapped(b" +0000\r\n", b" -0000\r\n"), "Date has no zone"),
        (swapped(b"@tidewater.example>\r\nDate", b"@localhost>\r\nDate"), "not of the domain of From"),
    ],
)
def test_b1_catches_what_is_missing_or_there_twice(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("B1", spoiled(world, change), words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped(b"\r\nSubject: ", b"\r\nX-Long: " + b"x" * 1000 + b"\r\nSubject: "), "a line has 1008 octets"),
        (swapped(b"\r\n\r\n--nl", b"\n\n--nl"), "mails hold a CR or LF"),
        (swapped(b"THE TIDEWATER", b"THE\0TIDEWATER"), "or a NUL"),
        (swapped(b"THE TIDEWATER", "THÉ TIDEWATER".encode()), "hold 8-bit octets"),
    ],
)
def test_b2_catches_lines_that_no_relay_should_take(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("B2", spoiled(world, change), words)


def test_b3_catches_what_the_standard_library_makes_of_a_long_address(world: World) -> None:
    fails("B3", spoiled(world, swapped(b"List-Unsubscribe: <", b"List-Unsubscribe: =?utf-8?q?=3C")), "encoded words in")
    fails(
        "B3",
        spoiled(world, swapped(b"List-Unsubscribe: <https://", b"List-Unsubscribe: <https://x.")),
        "is not the link",
    )


def test_b4_catches_headers_that_take_line_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.render.headers._refuse_controls", lambda *_: None)
    fails("B4", world, "they get into headers: '\\r\\nBcc")


def test_b5_catches_mail_that_asks_for_smtputf8_always(world: World) -> None:
    asking = tuple(replace(mail, mail_said=f"{mail.mail_said} SMTPUTF8") for mail in world.mails)
    fails("B5", replace(world, mails=asking), "SMTPUTF8 was asked for 22 of 22")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped(b"multipart/alternative", b"multipart/mixed"), "the parts are multipart/mixed"),
        (swapped(b"Content-Type: text/plain", b"Content-Type: text/enriched"), "the parts are"),
        (swapped(b"[1] https://", b"[1] "), "links stand in one part only"),
        (swapped(b"Ropewalk", b"R"), "is not in the text"),
    ],
)
def test_b6_catches_parts_that_say_different_things(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("B6", spoiled(world, change), words)


def test_b7_catches_a_mail_that_gmail_would_clip(world: World) -> None:
    fails(
        "B7",
        spoiled(world, swapped(b"</body>", b"<p>" + b"Fares rise. \r\n" * 9000 + b"</p></body>")),
        "an HTML part has",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda mail: re.sub(rb"alt=3D\"", b'data-x=3D"', mail), "have no description"),
        (swapped(b'src=3D"https:', b'src=3D"http:'), "not over https are ['http://pages"),
    ],
)
def test_b8_catches_pictures_that_are_mute_or_open(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("B8", spoiled(world, change), words)


def test_b8_catches_a_mail_that_is_all_picture(world: World) -> None:
    picture = (
        b'<html lang="en"><body><img src="https://pages.tidewater.example/all.jpg" alt="Everything"></body></html>'
    )

    def only(content: bytes) -> bytes:
        before, _, rest = content.partition(b"Content-Type: text/html; charset=utf-8\r\n")
        return before + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + picture + rest[rest.rindex(b"\r\n--") :]

    fails("B8", spoiled(world, only), "1 words" if CHROMIUM is None else "words")


def test_b9_catches_mail_that_does_not_say_that_it_is_automatic(world: World) -> None:
    fails("B9", spoiled(world, without("Auto-Submitted")), "22 mails are not marked")
    fails("B9", spoiled(world, swapped(b"OOF, AutoReply", b"OOF")), "22 mails are not marked")
