"""The folder that DKIM keys lie in, and the DNS records that publish them.

``<keys>/<domain>/<selector>.pem`` signs, and the end of its name tells what a key is for: ``.next`` is published and
does not sign yet, ``.old`` does not sign any more. To be made, to take over and to retire are three moments, because a
mail may be verified days after it was signed, and none verifies before the record is in DNS.
"""

import os
import re
import stat
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from newsletter.deliver.dkim import Algorithm, Key
from newsletter.deliver.envelope import wire_address
from newsletter.errors import AddressError, DkimKeyError

#: RFC 8301, 3.2: signers should use at least so many; more would not fit into an answer of DNS over UDP.
_RSA_BITS = 2048
#: RFC 1035, 3.3.14: octets of a character-string; a longer text is several of them in one record.
_TXT_STRING = 255
_NUMBERED = re.compile(r"[re](\d{1,9})")


class State(StrEnum):
    """What a key is for; the end of its file's name."""

    SIGNING = "pem"
    NEXT = "next"
    OLD = "old"


class Record(NamedTuple):
    """A TXT record: its name without a final dot, its text, and the text in strings as they stand in a zone file."""

    name: str
    value: str
    strings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFolder:
    """The keys of one domain. Build it with `of`; nothing is written before `make`."""

    folder: Path
    domain: str

    @classmethod
    def of(cls, keys: Path, domain: str) -> "KeyFolder":
        """The place below ``keys`` for the keys of ``domain``, as it stands in a sender's address."""
        try:
            name = wire_address(f"postmaster@{domain}").rpartition("@")[2].lower()
        except AddressError:
            raise DkimKeyError("That is no domain name. Give what stands after the @ of the sender.") from None
        return cls(folder=keys / name, domain=name)

    def load(self, state: State = State.SIGNING) -> tuple[Key, ...]:
        """The keys of that state, RSA first; none where there is no folder.

        ``DkimKeyError`` for a file that others can read or that holds no RSA or Ed25519 key.
        """
        found = [self._load(path) for path in self._files(state)]
        # Receivers that look at one signature look at the first, and many know RSA only.
        return tuple(sorted(found, key=lambda key: (key.algorithm is not Algorithm.RSA, key.selector)))

    def selectors(self) -> frozenset[str]:
        """Every selector that has a file, whatever its state."""
        return frozenset(path.stem for state in State for path in self._files(state))

    def free_selectors(self) -> tuple[str, str]:
        """The next pair of names for RSA and Ed25519: r1 and e1, then r2 and e2."""
        taken = [int(found[1]) for one in self.selectors() if (found := _NUMBERED.fullmatch(one))]
        number = max(taken, default=0) + 1
        return f"r{number}", f"e{number}"

    def make(self, rsa: str, ed25519: str, state: State = State.SIGNING) -> tuple[Key, Key]:
        """Make a key of each kind under these selectors; a selector that has a file is refused, never overwritten."""
        rsa_private = generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
        pair = (
            Key(selector=rsa, domain=self.domain, private=rsa_private),
            Key(selector=ed25519, domain=self.domain, private=Ed25519PrivateKey.generate()),
        )
        if taken := self.selectors() & {rsa, ed25519} or ({rsa} if rsa == ed25519 else set()):
            raise DkimKeyError(f"There is a key named {min(taken)} already. Give the new one another selector.")
        try:
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            for key in pair:
                _write(self._path(key.selector, state), key)
        except OSError as error:
            raise DkimKeyError(f"{self.folder} cannot be written ({error.strerror}). Check dkim.keys.") from None
        return pair

    def promote(self, now: datetime) -> tuple[Key, ...]:
        """Let the keys that wait sign from now on, and retire those of the same kind; return the retired ones.

        Broken off in the middle, it leaves more keys signing than need be and never none.
        """
        retired: list[Key] = []
        for key in self.load(State.NEXT):
            before = [one for one in self.load() if one.algorithm is key.algorithm]
            self._path(key.selector, State.NEXT).rename(self._path(key.selector, State.SIGNING))
            for one in before:
                old = self._path(one.selector, State.SIGNING).rename(self._path(one.selector, State.OLD))
                os.utime(old, (now.timestamp(), now.timestamp()))
            retired += before
        return tuple(retired)

    def retired_at(self, key: Key) -> datetime:
        """When a key of the state ``OLD`` was retired."""
        return datetime.fromtimestamp(self._path(key.selector, State.OLD).stat().st_mtime, UTC)

    def _path(self, selector: str, state: State) -> Path:
        return self.folder / f"{selector}.{state}"

    def _files(self, state: State) -> list[Path]:
        """The files of that state. A folder that cannot be read is an error: mail would go out unsigned in silence."""
        try:
            return sorted(path for path in self.folder.iterdir() if path.suffix == f".{state}")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise DkimKeyError(
                f"{self.folder} cannot be read ({error.strerror}). Give it to the user who sends."
            ) from None

    def _load(self, path: Path) -> Key:
        try:
            with path.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                content = file.read()
        except OSError as error:
            raise DkimKeyError(f"{path} cannot be read ({error.strerror}). Give it to the user who sends.") from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise DkimKeyError(
                f"{path} can be read by others (mode {mode:04o}), and whoever reads it can sign as {self.domain}. "
                f"Run chmod 600 on it, and think whether the key has to be replaced."
            )
        return Key(selector=path.stem, domain=self.domain, private=_parsed(path, content))


def dns_record(key: Key) -> Record:
    """The record that publishes ``key`` (RFC 6376, 3.6.1; RFC 8463, 4.2)."""
    if isinstance(key.private, RSAPrivateKey):
        public = key.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        public = key.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    value = f"v=DKIM1; k={key.algorithm.key_type}; p={b64encode(public).decode('ascii')}"
    strings = tuple(value[at : at + _TXT_STRING] for at in range(0, len(value), _TXT_STRING))
    return Record(f"{key.selector}._domainkey.{key.domain}", value, strings)


def _write(path: Path, key: Key) -> None:
    """Write a new file that nobody else can read, not even for a moment."""
    content = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _parsed(path: Path, content: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if isinstance(private, (RSAPrivateKey, Ed25519PrivateKey)):
        return private
    raise DkimKeyError(
        f"{path} is no RSA or Ed25519 key in PEM form without a password. Put one there, or move it away."
    )
