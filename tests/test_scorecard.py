"""``bench/scorecard``: what each row catches. A row that cannot fail proves nothing."""

import json
import os
import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI, Form

from bench.scorecard.__main__ import ROWS, main
from bench.scorecard.row import Point, Row, Verdict, check, judged, left_open, remark
from bench.scorecard.verifiers import OPENDKIM
from bench.scorecard.world import DOMAIN, World, made_world
from newsletter.deliver.dkim import Signer
from newsletter.model.refusal import Refusal, RefusalKind
from newsletter.model.subscriber import Subscriber
from newsletter.moving.people import address
from newsletter.pipeline import Press
from newsletter.probe.doctor.advice import Advice
from newsletter.web.app import create
from spoiling import BY_NUMBER, fails, resigned, spoiled, swapped, verdict

ROOT = Path(__file__).parents[1]
#: Not typed.
dkim: Any = import_module("dkim")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with made_world() as made:
        yield made


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


def test_a1_catches_mail_that_is_not_signed_or_signed_by_strangers(world: World) -> None:
    fails("A1", spoiled(world, lambda mail: mail[mail.index(b"\r\nTo: ") + 2 :]), "only 0 of")
    strange = tuple(replace(key, domain="other.example") for key in world.keys().load())
    records = {name.replace(DOMAIN, "other.example"): text for name, text in world.records.items()}
    moved = resigned(world, lambda mail: mail, Signer(keys=strange))
    fails("A1", replace(moved, records={**world.records, **records}), "only 0 of")
    bounced = tuple(replace(mail, sender="b+1@other.example") for mail in world.mails)
    fails("A1", replace(world, mails=bounced), "only 0 of")


@pytest.mark.skipif(OPENDKIM is None and os.environ.get("CI") != "true", reason="opendkim is not installed")
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


def test_d1_catches_a_return_path_that_all_readers_share(world: World) -> None:
    shared = tuple(replace(mail, sender="editor@tidewater.example") for mail in world.mails)
    fails("D1", replace(world, mails=shared), "22 mails have 1 return paths, 1 of them odd")


def test_d2_catches_envelopes_that_ask_for_no_report_or_name_somebody_else(world: World) -> None:
    silent = tuple(replace(mail, mail_said=mail.mail_said.partition(" ")[0]) for mail in world.mails)
    fails("D2", replace(world, mails=silent), "MAIL says nothing")
    other = tuple(replace(mail, rcpt_said=world.mails[0].rcpt_said) for mail in world.mails)
    fails("D2", replace(world, mails=other), "RCPT says NOTIFY=FAILURE,DELAY ORCPT=rfc822;ada")


def test_d3_catches_refusals_that_are_all_taken_alike(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alike = Refusal(kind=RefusalKind.MAILBOX)
    monkeypatch.setattr("newsletter.model.settling.judge", lambda *_: alike)
    fails("D3", world, "replies are taken otherwise")


def test_d4_catches_a_sender_that_knocks_too_soon(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.model.ladder.GREYLIST", timedelta(minutes=1))
    monkeypatch.setattr("newsletter.model.ladder.STEPS", (timedelta(minutes=1),))
    fails("D4", world, "a greylist was asked")


def test_d5_catches_a_sender_without_limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.deliver.pacer.Pacer._due", lambda *_: None)
    fails("D5", world, "where 6 a minute are allowed 20 went in one minute")


def test_d6_catches_an_issue_that_goes_on_whatever_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.store.batches.halts", lambda *_: False)
    fails("D6", world, "with a fifth refused the issue is finished")


def test_e1_catches_addresses_taken_as_they_come(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.scorecard.addresses.person", lambda email, name: Subscriber(email=email, name=name))
    fails("E1", world, "taken for addresses")


def test_e2_catches_readers_who_are_thrown_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def untagged(cell: str) -> tuple[str, str]:
        email, name = address(cell)
        return re.sub(r"\+[^@]*", "", email), name

    monkeypatch.setattr("newsletter.moving.people.address", untagged)
    fails("E2", world, "2 were taken as people")


def test_e3_catches_a_form_that_knows_its_readers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def telling(press: Press) -> FastAPI:
        app = FastAPI()

        @app.post("/{slug}/subscribe")
        def take(slug: str, email: Annotated[str, Form()]) -> bool:
            return any(one.subscriber.email == email for one in press.store.subscribers.of(1))

        app.mount("/", create(press))
        return app

    monkeypatch.setattr("bench.scorecard.addresses.create", telling)
    fails("E3", world, "answered in 2 ways")


DOCS = (ROOT / "docs/scorecard.md").read_text(encoding="utf-8")
TOLD = {cells[0].strip(): [cell.strip() for cell in cells] for line in DOCS.splitlines() if line.startswith("| ")
        and len(cells := line.strip("|").split("|")) == 5 and cells[0].strip() in BY_NUMBER}  # fmt: skip


def test_the_page_has_the_same_rows_in_the_same_words() -> None:
    assert {number: cells[1:4] for number, cells in TOLD.items()} == {
        row.number: [row.requirement, row.source, row.tool] for row in ROWS
    }
    assert list(TOLD) == list(BY_NUMBER)
    meanings = re.findall(r"^- \*\*(\w+)\*\* ", DOCS, re.MULTILINE)
    assert meanings == list(BY_NUMBER), "each row is explained once, in order"


@pytest.mark.parametrize("number", BY_NUMBER)
def test_each_row_is_as_the_page_says(world: World, number: str) -> None:
    found = verdict(number, world)
    assert found.evidence
    if found.verdict is Verdict.OPEN and TOLD[number][4] != Verdict.OPEN:
        pytest.skip(found.evidence)
    assert found.verdict == TOLD[number][4], found.evidence


def test_one_row_can_be_asked_for_alone_and_machines_can_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "B9", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["row"], told["verdict"], told["source"]) == ("B9", "holds", BY_NUMBER["B9"].source)
    assert main(["--only", "D8"]) == 1
    assert "Of 1 rows 0 hold, 1 fail, 0 cannot be judged here." in capsys.readouterr().out
    with pytest.raises(SystemExit) as wrong:
        main(["--only", "Z9"])
    assert wrong.value.code == 2
