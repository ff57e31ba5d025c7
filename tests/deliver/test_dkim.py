"""What we sign is believed by other people's verifiers, and nothing that was tampered with is: dkimpy and OpenDKIM."""

import os
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import dkim  # type: ignore[import-untyped]  # it publishes no types
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.dkim import OVERSIGNED, Algorithm, Key, Signer, relaxed_field, simple_body
from newsletter.errors import DkimKeyError

DOMAIN = "news.example.org"
AT = 1_700_000_000
OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/local/sbin:/usr/bin")

HEAD = b"""\
To: Reader <reader@example.com>
Message-ID: <abc@news.example.org>
Date: Thu, 19 Nov 2026 12:00:00 +0000
List-Unsubscribe: <https://news.example.org/unsubscribe/token>
From: =?utf-8?q?Caf=C3=A9?= Weekly
 <editor@news.example.org>
Subject: =?utf-8?q?F=C3=A4hren?=
\t=?utf-8?q?_und_Boote?=
List-Id: "Harbour" <harbour.news.example.org>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
List-Archive: <https://news.example.org/harbour>
List-Post: NO
Auto-Submitted: auto-generated
Content-Language: en
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable
""".replace(b"\n", b"\r\n")
BODY = b"Fares go up  in April.\r\n\r\nNothing else is new.\r\n"


@pytest.fixture(scope="module")
def rsa_key() -> Key:
    return Key(selector="r1", domain=DOMAIN, private=rsa.generate_private_key(public_exponent=65537, key_size=2048))


@pytest.fixture(scope="module")
def ed25519_key() -> Key:
    return Key(selector="e1", domain=DOMAIN, private=ed25519.Ed25519PrivateKey.generate())


@pytest.fixture(scope="module")
def signer(rsa_key: Key, ed25519_key: Key) -> Signer:
    return Signer(keys=(rsa_key, ed25519_key), clock=lambda: AT)


def _published(*keys: Key) -> dict[str, str]:
    """The records of ``keys``, written here by the RFCs and not by the code that operators use."""
    records = {}
    for key in keys:
        public = key.private.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            kind, octets = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            kind, octets = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        name = f"{key.selector}._domainkey.{key.domain}"
        records[name] = f"v=DKIM1; k={kind}; p={b64encode(octets).decode()}"
    return records


def _dkimpy(message: bytes, *keys: Key) -> list[bool]:
    """dkimpy's verdict on each signature, from the top."""
    records = _published(*keys)

    def answer(name: bytes, timeout: float = 5) -> bytes:
        return records.get(name.decode().removesuffix("."), "").encode()

    count = len(re.findall(rb"^DKIM-Signature:", message, re.MULTILINE))
    return [_verdict(message, place, answer) for place in range(count)]


def _verdict(message: bytes, place: int, answer: Callable[..., bytes]) -> bool:
    try:
        return bool(dkim.DKIM(message).verify(place, dnsfunc=answer))
    except dkim.DKIMException:
        return False


def _opendkim(message: bytes, folder: Path, *keys: Key) -> str:
    """The Authentication-Results that OpenDKIM gives ``message``, without a daemon and without DNS."""
    assert OPENDKIM
    folder.mkdir(exist_ok=True)
    (folder / "dnsdata").write_text("".join(f"{name} {value}\n" for name, value in _published(*keys).items()))
    (folder / "od.conf").write_text(
        f"Mode v\nTestDNSData file:{folder}/dnsdata\nMinimumKeyBits 1024\nAuthservID test.example\n"
    )
    (folder / "mail.eml").write_bytes(message)
    done = subprocess.run(
        [OPENDKIM, "-x", folder / "od.conf", "-t", folder / "mail.eml", "-vvv"],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    return done.stdout + done.stderr


def _mail(signer: Signer, head: bytes = HEAD, body: bytes = BODY) -> bytes:
    return signer.sign(head, body) + head + b"\r\n" + body


def _changed(message: bytes, old: bytes, new: bytes) -> bytes:
    assert message.count(old) == 1
    return message.replace(old, new)


UNSUBSCRIBE, POST = b"List-Unsubscribe: <https://news", b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
TAMPERINGS: dict[str, Callable[[bytes], bytes]] = {
    "another unsubscribe address": lambda mail: _changed(mail, UNSUBSCRIBE, b"List-Unsubscribe: <https://evil"),
    "no one-click header": lambda mail: _changed(mail, POST, b""),
    "a second From": lambda mail: b"From: Boss <boss@news.example.org>\r\n" + mail,
    "a second List-Unsubscribe on top": lambda mail: b"List-Unsubscribe: <https://evil.example/>\r\n" + mail,
    "a second one-click header": lambda mail: POST + mail,
    "another body": lambda mail: _changed(mail, b"Fares go up", b"Fares go down"),
}


def test_both_signatures_are_valid_to_dkimpy(signer: Signer) -> None:
    assert _dkimpy(_mail(signer), *signer.keys) == [True, True]


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
def test_dkimpy_believes_neither_signature_of_a_mail_that_was_tampered_with(
    signer: Signer, tampering: Callable[[bytes], bytes]
) -> None:
    assert _dkimpy(tampering(_mail(signer)), *signer.keys) == [False, False]


@pytest.mark.skipif(not OPENDKIM and os.environ.get("CI") != "true", reason="opendkim is not installed")
def test_both_signatures_are_valid_to_opendkim(signer: Signer, tmp_path: Path) -> None:
    said = _opendkim(_mail(signer), tmp_path, *signer.keys)
    assert said.count("dkim=pass") == 2, said
    assert "(2048-bit key" in said
    assert all(f"header.a={algorithm}" in said for algorithm in Algorithm), said


@pytest.mark.skipif(not OPENDKIM and os.environ.get("CI") != "true", reason="opendkim is not installed")
@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
@pytest.mark.parametrize("place", [0, 1], ids=["rsa", "ed25519"])
def test_opendkim_does_not_believe_a_mail_that_was_tampered_with(
    signer: Signer, tmp_path: Path, tampering: Callable[[bytes], bytes], place: int
) -> None:
    alone = Signer(keys=(signer.keys[place],), clock=signer.clock)
    assert "dkim=pass" in _opendkim(_mail(alone), tmp_path / "whole", *alone.keys)
    said = _opendkim(tampering(_mail(alone)), tmp_path / "tampered", *alone.keys)
    assert "dkim=fail" in said, said
    assert "dkim=pass" not in said, said


def test_every_field_that_may_not_be_added_is_named_once_more_than_it_occurs(signer: Signer) -> None:
    for name in OVERSIGNED:
        added = name + b": added <https://evil.example/>\r\n" + _mail(signer)
        assert _dkimpy(added, *signer.keys) == [False, False], name


def test_a_relay_may_put_its_own_fields_on_top_and_fold_ours_anew(signer: Signer) -> None:
    folded = _changed(_mail(signer), b"To: Reader <reader", b"TO:  Reader\r\n\t <reader")
    assert _dkimpy(b"Received: by relay.example; Thu, 19 Nov 2026 12:00:01 +0000\r\n" + folded, *signer.keys) == [
        True,
        True,
    ]


def test_a_field_that_occurs_twice_is_signed_twice(signer: Signer) -> None:
    twice = HEAD + b"List-Post: <mailto:harbour@news.example.org>\r\n"
    mail = _mail(signer, twice)
    assert _dkimpy(mail, *signer.keys) == [True, True]
    assert _dkimpy(_changed(mail, b"List-Post: NO\r\n", b""), *signer.keys) == [False, False]


def test_yesterdays_mail_still_verifies_after_a_rotation(signer: Signer, ed25519_key: Key) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    rotated = Signer(keys=(Key(selector="r2", domain=DOMAIN, private=private), ed25519_key))
    published = (*signer.keys, *rotated.keys)
    assert _dkimpy(_mail(signer), *published) == [True, True]
    assert _dkimpy(_mail(rotated), *published) == [True, True]
    assert _dkimpy(_mail(signer), *rotated.keys) == [False, True], "only once its record is gone"


def test_the_fields_are_short_lines_that_say_what_was_done(signer: Signer) -> None:
    fields = signer.sign(HEAD, BODY)
    assert fields.endswith(b"\r\n")
    assert b"\r\n\r\n" not in fields
    assert max(map(len, fields.split(b"\r\n"))) <= 78
    tags = re.sub(rb"\r\n ", b" ", fields)
    assert tags.count(b"DKIM-Signature: v=1; a=") == fields.count(b"DKIM-Signature:") == 2
    assert tags.count(b"c=relaxed/simple;") == tags.count(b" t=1700000000;") == 2
    assert not re.search(rb"[ ;][lx]=", tags), (
        "a length would let text be added, an end would shorten a queue's patience"
    )


def test_long_names_go_on_lines_of_their_own() -> None:
    domain = ".".join(["a" * 60] * 3)
    key = Key(selector="selector-" * 6 + "1", domain=domain, private=ed25519.Ed25519PrivateKey.generate())
    mail = _mail(Signer(keys=(key,)))
    lines = mail.partition(b"To:")[0].split(b"\r\n")
    assert [line for line in lines if len(line) > 78] == [f" d={domain};".encode()]
    assert _dkimpy(mail, key) == [True]


def test_without_keys_nothing_is_added() -> None:
    assert Signer(keys=()).sign(HEAD, BODY) == b""


_WORD = st.text(st.characters(min_codepoint=33, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
_GAP = st.sampled_from([" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t", " \r\n  "])
_VALUE = st.lists(st.tuples(_GAP, _WORD), min_size=1, max_size=6).map(lambda parts: "".join(g + w for g, w in parts))
_NAME = st.sampled_from(["To", "SUBJECT", "Message-Id", "list-unsubscribe", "Feedback-ID", "X-Other", "Reply-To"])
_FIELD = st.tuples(_NAME, st.just(":"), _VALUE, st.sampled_from(["", " ", "\t"])).map("".join)
_HEADS = st.lists(_FIELD, max_size=8).map(
    lambda fields: "".join(f"{one}\r\n" for one in ["From: a@news.example.org", *fields]).encode()
)
_LINE = st.text(st.sampled_from("ab. \té–"), max_size=12)
_BODIES = st.tuples(
    st.lists(_LINE, max_size=6).map("\r\n".join), st.sampled_from(["", "\r\n", "\r\n\r\n\r\n", " \r\n"])
)


@given(head=_HEADS, body=_BODIES.map("".join))
def test_any_mail_verifies(signer: Signer, head: bytes, body: str) -> None:
    assert _dkimpy(_mail(signer, head, body.encode()), *signer.keys) == [True, True]


@given(body=_BODIES.map("".join))
def test_the_simple_form_of_a_body_has_one_line_end_and_is_stable(body: str) -> None:
    form = simple_body(body.encode())
    assert form.endswith(b"\r\n")
    assert form == b"\r\n" or not form.endswith(b"\r\n\r\n")
    assert simple_body(form) == form
    assert form.removesuffix(b"\r\n") == re.sub(rb"(\r\n)+\Z", b"", body.encode())


def test_the_relaxed_form_is_that_of_the_rfc() -> None:
    """RFC 6376, 3.4.5."""
    assert relaxed_field(b"a", b" X") == b"a:X\r\n"
    assert relaxed_field(b"b", b" Y\t" + b"\tZ  ") == b"b:Y Z\r\n"
    assert simple_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C \r\nD \t E\r\n"


@pytest.mark.parametrize("name", ["", "r1;p=", "r1\r\nTo", "r 1", "-r", "ü", "a..b"])
def test_a_name_that_is_none_in_dns_is_refused(name: str) -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    with pytest.raises(DkimKeyError, match="letters, digits, hyphens"):
        Key(selector=name, domain=DOMAIN, private=private)
    with pytest.raises(DkimKeyError, match="letters, digits, hyphens"):
        Key(selector="e1", domain=name, private=private)


def test_a_key_shorter_than_receivers_take_is_refused() -> None:
    with pytest.raises(DkimKeyError, match="has 768 bits"):
        Key(selector="r1", domain=DOMAIN, private=_short_rsa_key(768))


def _short_rsa_key(bits: int) -> rsa.RSAPrivateKey:
    """A key of the kind that cryptography does not make any more but still loads."""
    p, q = _prime(bits // 2, above=0), _prime(bits // 2, above=1 << 32)
    d = pow(65537, -1, (p - 1) * (q - 1))
    iqmp = rsa.rsa_crt_iqmp(p, q)
    public = rsa.RSAPublicNumbers(e=65537, n=p * q)
    return rsa.RSAPrivateNumbers(
        p=p, q=q, d=d, dmp1=d % (p - 1), dmq1=d % (q - 1), iqmp=iqmp, public_numbers=public
    ).private_key()


def _prime(bits: int, *, above: int) -> int:
    """The first prime (by Fermat's test) after three quarters of the range and ``above``."""
    candidate = (3 << (bits - 2)) + above + 1
    while any(pow(base, candidate - 1, candidate) != 1 for base in (2, 3, 5)) or candidate % 65537 == 1:
        candidate += 2
    return candidate


def test_a_key_does_not_show_its_private_half(signer: Signer) -> None:
    assert "private" not in repr(signer)
