"""A published DKIM key is looked at over a real name server, and what is wrong is said with what to change."""

from base64 import b64encode
from collections.abc import Iterator

import pytest

from dns_server import SERVFAIL, dns_server
from newsletter.errors import DnsError
from newsletter.probe.dkim_record import dkim_notices
from newsletter.probe.dns import Resolver
from newsletter.probe.notice import Notice

Records = dict[str, dict[str, list[str]] | str]

NAME = "r1._domainkey.news.example.org"
P, OTHER = (b64encode(octet * 294).decode() for octet in (b"k", b"o"))
WANTED = f"v=DKIM1; k=rsa; p={P}"


@pytest.fixture
def zone() -> Records:
    return {}


@pytest.fixture
def resolver(zone: Records) -> Iterator[Resolver]:
    with dns_server(zone) as server:
        yield Resolver(nameservers=("127.0.0.1",), port=server.port, seconds=2)


def _found(resolver: Resolver, zone: Records, *records: str, wanted: str = WANTED) -> list[Notice]:
    zone[NAME] = {"TXT": list(records)}
    return dkim_notices(resolver, NAME, wanted)


@pytest.mark.parametrize(
    "record",
    [
        WANTED,
        WANTED + ";",
        f"p={P}",
        f"v=DKIM1;p={P}",
        f"v=DKIM1; k=rsa; n=a note = here; p={P[:100]} {P[100:200]}\t{P[200:]} ; ",
        f"v=DKIM1; h=sha1:sha256; s=email; t=s; k=rsa; x_new=1; p={P}",
    ],
)
def test_a_record_that_publishes_the_key_is_right_however_it_is_written(
    resolver: Resolver, zone: Records, record: str
) -> None:
    assert _found(resolver, zone, record) == []


@pytest.mark.parametrize(
    ("records", "code", "word"),
    [
        ((), "dkim-missing", "no TXT record"),
        ((WANTED, f"v=DKIM1; p={OTHER}"), "dkim-several", "2 TXT records"),
        ((f"v=DKIM1; k=rsa; p={OTHER}",), "dkim-other-key", "not the one that signs"),
        ((f"v=DKIM1; k=rsa; p={P[:236]}",), "dkim-other-key", "cut off after 236 of 392"),
        (("v=DKIM1; k=rsa; p=",), "dkim-revoked", "takes the key back"),
        ((f"v=DKIM1; k=ed25519; p={P}",), "dkim-key-type", "k=ed25519"),
        ((f"v=DKIM1; k=rsa; t=s:y; p={P}",), "dkim-testing", "t=y"),
        ((f"v=DKIM1; h=sha1; p={P}",), "dkim-hash", "h=sha1"),
        ((f"v=DKIM1; s=other; p={P}",), "dkim-service", "not for mail"),
        ((f'"{WANTED}"',), "dkim-syntax", "not written"),
        ((WANTED.replace(";", "\\;"),), "dkim-syntax", "not written"),
        ((f"v=DKIM2; p={P}",), "dkim-syntax", "not written"),
        ((f"k=rsa; v=DKIM1; p={P}",), "dkim-syntax", "not written"),
        (("v=DKIM1; k=rsa",), "dkim-syntax", "not written"),
        ((f"v=DKIM1; p={P}; p={P}",), "dkim-syntax", "not written"),
        ((f"v=DKIM1; p={P[:50]}_{P[51:]}",), "dkim-syntax", "not written"),
        (("v=spf1 -all",), "dkim-syntax", "not written"),
        (("",), "dkim-syntax", "not written"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_change(
    resolver: Resolver,
    zone: Records,
    records: tuple[str, ...],
    code: str,
    word: str,
) -> None:
    (notice,) = _found(resolver, zone, *records)
    assert (notice.code, word in notice.sentence) == (code, True), notice
    assert NAME in notice.sentence
    assert notice.remedy
    assert notice.level == ("warning" if code == "dkim-testing" else "error")


def test_everything_that_is_wrong_with_a_key_is_told_at_once(resolver: Resolver, zone: Records) -> None:
    found = _found(resolver, zone, f"v=DKIM1; k=rsa; t=y; p={P}", wanted=f"v=DKIM1; k=ed25519; p={OTHER}")
    assert [notice.code for notice in found] == ["dkim-key-type", "dkim-other-key", "dkim-testing"]


@pytest.mark.parametrize(
    ("added", "name"), [("news.example.org", "r1._domainkey"), ("example.org", "r1._domainkey.news")]
)
def test_a_record_under_the_domain_twice_is_found_there(
    resolver: Resolver, zone: Records, added: str, name: str
) -> None:
    zone[f"{NAME}.{added}"] = {"TXT": [WANTED]}
    (notice,) = dkim_notices(resolver, NAME, WANTED)
    assert notice.code == "dkim-missing"
    assert f"give it {name} for a name" in notice.remedy


def test_a_server_that_fails_is_not_taken_for_a_missing_record(resolver: Resolver, zone: Records) -> None:
    zone[NAME] = SERVFAIL
    with pytest.raises(DnsError):
        dkim_notices(resolver, NAME, WANTED)


def test_a_server_that_fails_for_the_guess_leaves_the_record_missing(resolver: Resolver, zone: Records) -> None:
    zone[f"{NAME}.news.example.org"] = SERVFAIL
    (notice,) = dkim_notices(resolver, NAME, WANTED)
    assert notice.sentence == f"There is no TXT record at {NAME}."
