"""Rows A7 to A9: what else is published about us, and how we speak to a relay."""

import socket
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from bench.scorecard.receiver import receiver
from bench.scorecard.row import Point, Row, check, left_open, remark
from bench.scorecard.tools import doctor
from bench.scorecard.trial import Trial, trial
from bench.scorecard.world import ADDRESS, DOMAIN, HELO, PAGES, World
from newsletter.deliver.smtp import Security, SmtpRelay, SmtpTransport
from newsletter.errors import TransportError
from probe.doctor.relay_certificate import relay_certificate
from smtp_sink import Sink, smtp_sink

_READER = "reader@example.com"


def bimi(world: World) -> Iterator[Point]:
    """A7."""

    def told(record: str, policy: str = "reject") -> set[str]:
        published = {
            f"default._bimi.{DOMAIN}": {"TXT": [record]},
            f"_dmarc.{DOMAIN}": {"TXT": [f"v=DMARC1; p={policy}"]},
        }
        return doctor(world, {**world.zone, **published}).levels("bimi")

    good = f"v=BIMI1; l={PAGES}/logo.svg"
    wrong = {
        "p=none": told(good, "none"),
        "a logo that is no SVG": told(f"v=BIMI1; l={PAGES}/logo.png"),
        "a logo over http": told("v=BIMI1; l=http://pages.tidewater.example/logo.svg"),
        "no logo": told("v=BIMI1; l="),
    }
    praised = [what for what, levels in wrong.items() if levels == {"ok"}]
    yield check(told(good) == {"ok"} and not praised, f"doctor: good with p=reject, not with {', '.join(wrong)}",
                f"doctor finds a record good that has {', '.join(praised) or 'nothing wrong, or bad that is good'}")  # fmt: skip
    yield left_open("whether a logo is SVG Tiny PS, and its certificate: both lie on the web, and nobody fetches them")


def private(world: World) -> Iterator[Point]:
    """A8."""
    with TemporaryDirectory() as made:
        server, trusted = relay_certificate(Path(made))
        unknown = _sent(tls=server)
        yield check(unknown == ("refused", 0), "a certificate that nobody vouches for: refused, nothing sent",
                    f"a certificate that nobody vouches for: {unknown[0]}, {unknown[1]} mails sent")  # fmt: skip
        clear = _sent(tls=None)
        yield check(clear == ("refused", 0), "no STARTTLS: refused, nothing sent",
                    f"no STARTTLS: {clear[0]}, {clear[1]} mails sent")  # fmt: skip
        trusting = _sent(tls=server, ca_file=trusted)
        yield check(trusting == ("sent", 1), "a certificate that is trusted: sent",
                    f"a certificate that is trusted: {trusting[0]}, {trusting[1]} mails sent")  # fmt: skip
        old = _sent(tls=_old(server), ca_file=trusted)
        yield check(old == ("refused", 0), "TLS 1.1: refused, nothing sent", f"TLS 1.1: {old[0]}, {old[1]} mails sent")
    there, gone = doctor(world, world.zone), doctor(world, {DOMAIN: world.zone[DOMAIN]})
    yield check(there.levels("tls") == {"ok"} and gone.levels("tls") == {"note"}, "doctor knows MTA-STS and TLSRPT records",
                f"doctor says {there.levels('tls')} of the records and {gone.levels('tls')} without")  # fmt: skip
    yield remark("the policy of MTA-STS lies behind HTTPS and is not fetched")


def _old(server: ssl.SSLContext) -> ssl.SSLContext:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is the point of the row that this is deprecated
        server.minimum_version = server.maximum_version = ssl.TLSVersion.TLSv1_1
    server.set_ciphers("DEFAULT:@SECLEVEL=0")
    return server


def _sent(*, tls: ssl.SSLContext | None, ca_file: Path | None = None) -> tuple[str, int]:
    """What became of an issue for one reader whose relay should speak STARTTLS, and how many mails arrived."""
    with smtp_sink(tls=tls) as sink, trial([_READER]) as one:
        return _outcome(one, sink, ca_file), len(sink.messages)


def _outcome(one: Trial, sink: Sink, ca_file: Path | None) -> str:
    relay = SmtpRelay(host=sink.host, port=sink.port, security=Security.STARTTLS, ca_file=ca_file, helo=HELO)
    try:
        one.send(SmtpTransport(relay))
    except TransportError:
        return "refused"
    return "sent"


def greeting(world: World) -> Iterator[Point]:
    """A9."""
    names = set(world.hello)
    yield check(names == {HELO}, f"EHLO {HELO}, as configured", f"EHLO {sorted(names)} where {HELO} is configured")
    for own in ("localhost", "localhost.localdomain"):
        said = _own_greeting(own)
        yield check(said and "localhost" not in said, f"on a machine called {own}: EHLO {said}",
                    f"a machine that is called {own} says EHLO {said}")  # fmt: skip
    astray = {**world.zone, ADDRESS: {"PTR": ["host-5.provider.example."]}}
    named, lost = doctor(world, world.zone).levels("helo"), doctor(world, astray).levels("helo")
    yield check(named == {"ok"} and "error" in lost, "doctor: PTR leads back; an error where it does not",
                f"doctor says {named} of a PTR that leads back, and {lost} of one that does not")  # fmt: skip


def _own_greeting(name: str) -> str:
    """What is said after EHLO where no name is configured, on a machine of that name."""
    with (
        receiver() as book,
        trial([_READER]) as one,
        mock.patch.object(socket, "getfqdn", return_value=name),
    ):
        one.send(SmtpTransport(SmtpRelay(host="127.0.0.1", port=book.port, security=Security.NONE)))
    return book.hello[0] if book.hello else ""


ROWS = (
    Row(number="A7", requirement="BIMI: the record is looked at, with the policy and the logo that it needs",
        source="BIMI drafts", tool="newsletter doctor on a made-up zone", judge=bimi),
    Row(number="A8", requirement="TLS of 1.2 or later with a certificate that holds, or no mail; MTA-STS and TLSRPT are known",
        source="RFC 3207, 8461, 8460", tool="aiosmtpd with STARTTLS", judge=private),
    Row(number="A9", requirement="EHLO with a real name, whose address leads back to it",
        source="RFC 5321, 4.1.4; Gmail", tool="aiosmtpd; newsletter doctor on a made-up zone", judge=greeting),
)  # fmt: skip
