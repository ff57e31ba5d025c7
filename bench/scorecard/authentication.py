"""Rows A1 to A5: who a mail is from, and how a receiver knows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.scorecard.row import Point, Row, check, left_open, remark
from bench.scorecard.tools import doctor
from bench.scorecard.verifiers import OPENDKIM, by_dkimpy, by_opendkim, signatures, verified
from bench.scorecard.world import BOUNCES, DOMAIN, World, records_of
from newsletter.deliver.dkim import Signer
from newsletter.deliver.dkim_keys import KeyFolder, State

_WANTED_BITS = 2048
#: A receiver asks for the records of a domain and of those above it, at most eight times (RFC 9989, 4.10).
_MOST_QUESTIONS = 8


def aligned(world: World) -> Iterator[Point]:
    """A1."""
    good = 0
    for reading in world.readings:
        sender, content = reading.sender_domain, reading.mail.content
        envelope = reading.mail.sender.rpartition("@")[2]
        seen = by_dkimpy(content, world.records)
        if seen and all(one.passed and one.domain == sender for one in seen) and _below(envelope, sender):
            good += 1
    yield check(
        good == len(world.mails) > 0,
        f"{good} of {len(world.mails)} mails: signatures of {DOMAIN} hold, From and envelope ({BOUNCES}) belong together",
        f"only {good} of {len(world.mails)} mails have signatures that hold with From, envelope and d= of one organisation",
    )
    yield check(not any(one.passed for one in verified(_unsigned(world.first.mail.content), world.records)),
                "the same mail unsigned passes nowhere")  # fmt: skip
    yield from _doctor_finds(world)
    yield from _missing("opendmarc")


def _doctor_finds(world: World) -> Iterator[Point]:
    whole = doctor(world, world.zone)
    yield check(not whole.errors, "doctor: no error", f"doctor finds fault with a whole zone: {whole.errors[:1]}")
    missed = []
    for gap in (DOMAIN, BOUNCES, f"_dmarc.{DOMAIN}", *world.records):
        without = {name: records for name, records in world.zone.items() if name != gap}
        if not set(doctor(world, without).errors) - set(whole.errors):
            missed.append(gap)
    yield check(not missed, f"and an error for each of {3 + len(world.records)} records that is taken away",
                f"doctor does not miss the record at {', '.join(missed)}")  # fmt: skip


def rsa(world: World) -> Iterator[Point]:
    """A2."""
    content = world.first.mail.content
    tags = next((tags for tags in signatures(content) if tags.get("a", "").startswith("rsa")), {})
    form = tags.get("c", "").partition("/")[0]
    yield check(tags.get("a") == "rsa-sha256" and form == "relaxed" and "l" not in tags,
                f"a={tags.get('a')} c={tags.get('c')}, no l=",
                f"the RSA signature is a={tags.get('a')} c={tags.get('c')} l={tags.get('l')}")  # fmt: skip
    if OPENDKIM is None:
        yield left_open("opendkim is not installed")
        return
    bits = [one.bits for one in by_opendkim(content, world.records) if one.passed and one.algorithm == "rsa-sha256"]
    yield check(bits and min(bits) >= _WANTED_BITS, f"opendkim: dkim=pass ({bits and bits[0]}-bit key)",
                f"opendkim passes no RSA key of {_WANTED_BITS} bits")  # fmt: skip
    yield from _rotated(world)


def _rotated(world: World) -> Iterator[Point]:
    """Yesterday's mail and today's, when the keys have changed in between."""
    content = world.first.mail.content
    head, _, body = _unsigned(content).partition(b"\r\n\r\n")
    with TemporaryDirectory() as made:
        keys = KeyFolder.of(Path(made), DOMAIN)
        keys.make("r2", "e2", State.NEXT)
        keys.promote(datetime.now(UTC))
        both = {**world.records, **records_of(keys)}
        today = Signer(keys=keys.load()).sign(head + b"\r\n", body) + head + b"\r\n\r\n" + body
    selectors = {tags["s"] for tags in signatures(today)}
    old, new = verified(content, both), verified(today, both)
    yield check(old and new and all(one.passed for one in (*old, *new)) and selectors == {"r2", "e2"},
                "after a rotation yesterday's mail and today's both pass",
                "after a rotation yesterday's mail or today's does not pass")  # fmt: skip


def second_signature(world: World) -> Iterator[Point]:
    """A3."""
    order = [tags.get("a", "") for tags in signatures(world.first.mail.content)]
    yield check(order == ["rsa-sha256", "ed25519-sha256"], f"two signatures: {', '.join(order)}",
                f"the signatures are {order}, where RSA and Ed25519 are wanted")  # fmt: skip
    for told in (
        by_dkimpy(world.first.mail.content, world.records),
        by_opendkim(world.first.mail.content, world.records),
    ):
        if told:
            passed = {one.algorithm for one in told if one.passed}
            yield check("ed25519-sha256" in passed and "rsa-sha256" in passed, f"{told[0].tool} passes both",
                        f"{told[0].tool} passes only {sorted(passed)}")  # fmt: skip
    if OPENDKIM is None:
        yield remark("opendkim is not installed")


def oversigned(world: World) -> Iterator[Point]:
    """A4."""
    content = world.first.mail.content
    untouched = verified(content, world.records)
    yield check(untouched and all(one.passed for one in untouched), "untouched it passes", "untouched it does not pass")
    tampered = {
        "unsubscribe address": content.replace(
            b"\r\nList-Unsubscribe: <https://", b"\r\nList-Unsubscribe: <https://x."
        ),
        "List-Unsubscribe-Post gone": content.replace(b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", b""),
        "second From": b"From: other@other.example\r\n" + content,
        "second List-Unsubscribe": b"List-Unsubscribe: <https://other.example/>\r\n" + content,
        "second List-Unsubscribe-Post": b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" + content,
        "body": content[:-20] + content[-20:].replace(b"--", b"-_", 1),
    }
    caught, missed = 0, []
    for name, mail in tampered.items():
        seen = verified(mail, world.records)
        if mail == content or len(seen) < len(untouched):
            missed.append(f"{name} (nothing to tamper with)" if mail == content else f"{name} (no verdict)")
        missed += [f"{name} ({one.tool}, {one.algorithm})" for one in seen if one.passed and mail != content]
        caught += sum(not one.passed for one in seen)
    tools = sorted({one.tool for one in untouched})
    yield check(not missed, f"{caught} of {caught} tampered signatures fail ({', '.join(tools)})",
                f"tampered and still passing: {'; '.join(missed)}")  # fmt: skip
    if OPENDKIM is None:
        yield remark("opendkim is not installed")


def dmarcbis(world: World) -> Iterator[Point]:
    """A5."""
    record = f"v=DMARC1; p=reject; np=reject; psd=n; t=n; pct=50; rua=mailto:dmarc@{DOMAIN}"
    zone = {**world.zone, f"_dmarc.{DOMAIN}": {"TXT": [record]}}
    deep = f"a.b.c.d.e.f.g.h.{DOMAIN}"
    told = doctor(world, zone, deep)
    walked = list(dict.fromkeys(name for name, kind in told.asked if name.startswith("_dmarc.") and kind == "TXT"))
    found = [one for one in told.advice if one["subject"] == "dmarc" and f"_dmarc.{DOMAIN}" in one["sentence"]]
    yield check(f"_dmarc.{DOMAIN}" in walked and found and len(walked) <= _MOST_QUESTIONS,
                f"from ten labels up to _dmarc.{DOMAIN} in {len(walked)} questions",
                f"the walk from {deep} asked {walked} and found {len(found)} records")  # fmt: skip
    tags = [one["sentence"] for one in told.advice if one["level"] != "ok" and one["subject"] == "dmarc"]
    yield check(any("pct" in one for one in tags) and not any(tag in one for one in tags for tag in ("np", "psd")),
                "np, psd and t are known, pct is called obsolete", f"of the tags it says {tags}")  # fmt: skip
    empty = doctor(world, {name: texts for name, texts in world.zone.items() if not name.startswith("_dmarc")})
    written = [one["remedy"] for one in (*told.advice, *empty.advice) if "v=DMARC1" in one["remedy"]]
    yield check(written and not any("pct" in one for one in written), "the record that it writes has no pct",
                f"it writes {written}")  # fmt: skip
    yield from _missing("checkdmarc")


def _missing(tool: str) -> Iterator[Point]:
    from shutil import which  # noqa: PLC0415 - for this line

    if which(tool, path="/usr/sbin:/usr/bin:/usr/local/bin") is None:
        yield remark(f"{tool} is not installed")


def _unsigned(content: bytes) -> bytes:
    """The mail without its signatures, which stand on top."""
    return content[content.index(b"\r\nTo: ") + 2 :] if content.startswith(b"DKIM-Signature") else content


def _below(domain: str, above: str) -> bool:
    return domain == above or domain.endswith(f".{above}")


ROWS = (
    Row(number="A1", requirement="SPF, DKIM and DMARC are there, and the domains of From, envelope and d= belong together",
        source="Gmail and Yahoo for bulk senders; RFC 7208, 6376, 9989", tool="dkimpy; newsletter doctor on a made-up zone",
        judge=aligned),
    Row(number="A2", requirement="DKIM with RSA of 2048 bits and SHA-256, no l=, keys can be changed without a gap",
        source="RFC 6376, 8301", tool="opendkim", judge=rsa),
    Row(number="A3", requirement="A second signature with Ed25519 beside RSA", source="RFC 8463", tool="dkimpy, opendkim",
        judge=second_signature),
    Row(number="A4", requirement="Signed fields are oversigned: none can be changed, taken away or added",
        source="RFC 6376, 5.4.2 and 8.15; RFC 8058, 4", tool="six tampers by dkimpy and opendkim", judge=oversigned),
    Row(number="A5", requirement="DMARC by the walk up the DNS tree, with np, psd and t and without pct",
        source="RFC 9989", tool="newsletter doctor on a made-up zone", judge=dmarcbis),
)  # fmt: skip
