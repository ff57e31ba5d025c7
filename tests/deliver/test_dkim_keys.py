"""Where DKIM keys lie, who may read them, and how one pair follows another."""

from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)

from newsletter.deliver.dkim import Algorithm
from newsletter.deliver.dkim_keys import KeyFolder, State, dns_record
from newsletter.errors import DkimKeyError

DOMAIN = "news.example.org"
NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder.of(tmp_path / "dkim", DOMAIN)


def _names(keys: KeyFolder) -> dict[State, list[str]]:
    return {state: [key.selector for key in keys.load(state)] for state in State}


def test_a_pair_is_read_back_as_it_was_made(keys: KeyFolder) -> None:
    made = keys.make("r1", "e1")
    assert [key.algorithm for key in made] == [Algorithm.RSA, Algorithm.ED25519]
    assert [dns_record(key) for key in keys.load()] == [dns_record(key) for key in made]


def test_nobody_else_may_read_what_was_made(keys: KeyFolder) -> None:
    keys.make("r1", "e1")
    files = list(keys.folder.iterdir())
    assert sorted(path.name for path in files) == ["e1.pem", "r1.pem"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (keys.folder, keys.folder.parent)} == {0o700}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_can_read_or_write_is_refused_with_the_way_to_mend_it(keys: KeyFolder, mode: int) -> None:
    keys.make("r1", "e1")
    (keys.folder / "e1.pem").chmod(mode)
    with pytest.raises(DkimKeyError, match=rf"e1\.pem .*mode {mode:04o}.*chmod 600"):
        keys.load()


def test_a_domain_without_a_folder_has_no_keys(keys: KeyFolder) -> None:
    assert _names(keys) == {State.SIGNING: [], State.NEXT: [], State.OLD: []}
    assert not keys.folder.exists(), "asking makes nothing"


def test_a_folder_that_cannot_be_read_does_not_look_empty(keys: KeyFolder) -> None:
    keys.folder.parent.mkdir()
    keys.folder.write_text("a file in the place of the folder")
    with pytest.raises(DkimKeyError, match="cannot be read"):
        keys.load()
    with pytest.raises(DkimKeyError, match="cannot be"):
        keys.make("r1", "e1")


def test_no_key_is_ever_overwritten(keys: KeyFolder) -> None:
    before = keys.make("r1", "e1")
    for state in State:
        with pytest.raises(DkimKeyError, match="named r1 already"):
            keys.make("r1", "e2", state)
    with pytest.raises(DkimKeyError, match="named x already"):
        keys.make("x", "x")
    assert [dns_record(key) for key in keys.load()] == [dns_record(key) for key in before]
    assert keys.selectors() == {"r1", "e1"}


def test_a_domain_is_written_as_in_dns_whatever_the_sender_looks_like(tmp_path: Path) -> None:
    assert KeyFolder.of(tmp_path, "News.Example.ORG").domain == DOMAIN
    assert KeyFolder.of(tmp_path, "почта.рф").domain == "xn--80a1acny.xn--p1ai"


@pytest.mark.parametrize("domain", ["", "..", "../secrets", "a/b.org", "a b.org", "x@y.org", "[127.0.0.1]"])
def test_what_is_no_domain_names_no_folder(tmp_path: Path, domain: str) -> None:
    with pytest.raises(DkimKeyError, match="no domain name"):
        KeyFolder.of(tmp_path, domain)


def test_the_next_pair_signs_only_when_it_is_promoted(keys: KeyFolder) -> None:
    keys.make("r1", "e1")
    keys.make(*keys.free_selectors(), State.NEXT)
    assert _names(keys) == {State.SIGNING: ["r1", "e1"], State.NEXT: ["r2", "e2"], State.OLD: []}
    assert [key.selector for key in keys.promote(NOW)] == ["r1", "e1"]
    assert _names(keys) == {State.SIGNING: ["r2", "e2"], State.NEXT: [], State.OLD: ["r1", "e1"]}
    assert [keys.retired_at(key) for key in keys.load(State.OLD)] == [NOW, NOW]


def test_a_promotion_that_broke_off_is_finished_by_the_next_one(keys: KeyFolder) -> None:
    keys.make("r1", "e1")
    keys.make("r2", "e2", State.NEXT)
    (keys.folder / "r2.next").rename(keys.folder / "r2.pem")
    assert _names(keys)[State.SIGNING] == ["r1", "r2", "e1"], "more sign than need be, and none is missing"
    keys.promote(NOW)
    assert _names(keys)[State.SIGNING] == ["r1", "r2", "e2"]


def test_a_pair_takes_the_first_number_that_no_earlier_one_had(keys: KeyFolder) -> None:
    assert keys.free_selectors() == ("r1", "e1")
    keys.make("r7", "harbour")
    assert keys.free_selectors() == ("r8", "e8")
    keys.make("r8", "e9", State.NEXT)
    assert keys.free_selectors() == ("r10", "e10")


def test_an_rsa_record_is_split_into_strings_that_dns_can_hold(keys: KeyFolder) -> None:
    record = dns_record(keys.make("r1", "e1")[0])
    assert record.name == "r1._domainkey.news.example.org"
    assert [len(string) <= 255 for string in record.strings] == [True, True]
    assert "".join(record.strings) == record.value
    head, _, public = record.value.partition(" p=")
    assert head == "v=DKIM1; k=rsa;"
    loaded = load_der_public_key(b64decode(public, validate=True))
    assert isinstance(loaded, RSAPublicKey)
    assert loaded.key_size == 2048


def test_an_ed25519_record_holds_the_bare_key(keys: KeyFolder) -> None:
    record = dns_record(keys.make("r1", "e1")[1])
    assert record.strings == (record.value,)
    head, _, public = record.value.partition(" p=")
    assert (record.name, head) == ("e1._domainkey.news.example.org", "v=DKIM1; k=ed25519;")
    Ed25519PublicKey.from_public_bytes(b64decode(public, validate=True))


def test_a_key_of_another_program_is_taken_as_it_is(keys: KeyFolder) -> None:
    """Whoever moves from another sender brings the key that is in DNS already."""
    keys.make("r1", "e1")
    key = keys.load()[0]
    content = key.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    path = keys.folder / "mail2024.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    (loaded,) = (one for one in keys.load() if one.selector == "mail2024")
    assert dns_record(loaded).value == dns_record(key).value


def _file(keys: KeyFolder, content: bytes) -> None:
    keys.folder.mkdir(parents=True)
    path = keys.folder / "r1.pem"
    path.write_bytes(content)
    path.chmod(0o600)


def test_what_is_no_key_is_refused_by_the_files_name(keys: KeyFolder) -> None:
    _file(keys, b"-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n")
    with pytest.raises(DkimKeyError, match=r"r1\.pem is no RSA or Ed25519 key"):
        keys.load()


def test_a_key_that_dkim_has_no_use_for_is_refused(keys: KeyFolder) -> None:
    private = generate_private_key(SECP256R1())
    _file(keys, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(DkimKeyError, match=r"r1\.pem is no RSA or Ed25519 key"):
        keys.load()


def test_a_key_behind_a_password_is_refused_without_asking_for_it(keys: KeyFolder, tmp_path: Path) -> None:
    private = KeyFolder.of(tmp_path / "other", DOMAIN).make("r1", "e1")[0].private
    _file(keys, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    with pytest.raises(DkimKeyError, match="without a password"):
        keys.load()
