from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from newsletter.probe.doctor.advice import Advice
from newsletter.probe.doctor.dkim import Selector, dkim_advice, dkim_records
from probe.doctor.asking import said, zone
from probe.doctor.keys import rsa_key

NAME = "k1._domainkey.example.org"


GOOD = rsa_key(2048)
ED25519 = b64encode(ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
EC = b64encode(
    ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


def advised(*texts: str, expected: str | None = None) -> tuple[Advice, ...]:
    selectors = (Selector("k1", "example.org", expected),)
    with zone({NAME: {"TXT": texts}, "example.org": {"A": ["192.0.2.1"]}}) as dns:
        return dkim_advice(selectors, dkim_records(selectors, dns))


@pytest.mark.parametrize(
    "text",
    [
        f"v=DKIM1; k=rsa; p={GOOD}",
        f"p={GOOD[:100]} {GOOD[100:]}",
        f"v=DKIM1; k=ed25519; p={ED25519}",
        f"v=DKIM1; h=sha1:sha256; s=email; t=s; n=hello; p={GOOD};",
        f"v=DKIM1; p={rsa_key(2048, PublicFormat.PKCS1)}",
    ],
    ids=["rsa", "in two strings", "ed25519", "every tag", "PKCS #1"],
)
def test_a_good_key_is_said_to_be_good(text: str) -> None:
    assert {one.level for one in advised(text)} == {"ok"}


def test_the_key_that_we_sign_with_must_be_the_published_one() -> None:
    record = f"v=DKIM1; p={GOOD}"
    assert said(advised(record, expected=GOOD[:76] + "\n" + GOOD[76:]), "error") == ""
    assert "is not ours" in said(advised(record, expected=rsa_key(2048)), "error")


def test_a_missing_key_is_an_error_with_the_record_to_publish() -> None:
    told = said(advised("v=spf1 -all", expected=GOOD), "error")
    assert f"no key at {NAME}" in told
    assert f"v=DKIM1; p={GOOD}" in told


def test_several_keys_at_one_name_are_an_error() -> None:
    assert "2 keys" in said(advised(f"v=DKIM1; p={GOOD}", f"v=DKIM1; p={ED25519}; k=ed25519"), "error")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("v=DKIM1; p=", "revoked"),
        (f"v=DKIM1; p={rsa_key(768)}", "768 bits"),
        (f"v=DKIM1; p={GOOD[:-40]}", "cannot be read"),
        ("v=DKIM1; p=no base64!", "cannot be read"),
        (f"v=DKIM1; p={EC}", "cannot be read"),
        (f"v=DKIM1; k=ed25519; p={GOOD}", "cannot be read"),
        (f"v=DKIM1; k=dsa; p={GOOD}", "kind dsa"),
        (f"v=DKIM1; h=sha1; p={GOOD}", "sha256"),
        (f"v=DKIM1; s=other; p={GOOD}", "not for mail"),
    ],
)
def test_a_key_that_receivers_cannot_use_is_an_error(text: str, words: str) -> None:
    assert words in said(advised(text), "error")


@pytest.mark.parametrize(
    ("text", "words"),
    [(f"v=DKIM1; p={rsa_key(1024)}", "1024 bits"), (f"v=DKIM1; t=y:s; p={GOOD}", "test")],
)
def test_a_key_that_some_receivers_dislike_is_a_warning(text: str, words: str) -> None:
    advice = advised(text)
    assert words in said(advice, "warning")
    assert said(advice, "error") == ""


def test_without_a_key_of_ours_it_is_said_who_signs() -> None:
    assert "signed by the relay or not at all" in said(dkim_advice((), ()), "note")
