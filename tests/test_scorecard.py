"""``bench/scorecard``: what each row catches. A row that cannot fail proves nothing."""

import re
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
from bench.scorecard.verifiers import OPENDKIM
from bench.scorecard.world import DOMAIN, World, made_world
from newsletter.deliver.dkim import Signer

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
