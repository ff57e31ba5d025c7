"""Sign outgoing mail with DKIM: RSA (RFC 6376, 8301) and Ed25519 (RFC 8463) at once.

Everything that is the same for all mails is made when the signer is: parsed keys and the beginnings of the fields. What a
mail costs beyond it is one pass over its headers, one SHA-256 of its body, and one signature a key.

The canonicalisation is relaxed/simple. Headers are folded anew on the way, so theirs is relaxed. Bodies leave this house
in quoted-printable: no line ends in a blank, so what relaxed would forgive cannot happen to them, while looking for it
takes three times as long as the hash and, where an HTML part has two blanks in a row, eight times.
"""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from newsletter.errors import DkimKeyError

#: The fields that are signed, each named once more than it occurs: adding one breaks the signature as changing one does
#: (RFC 6376, 5.4.2 and 8.15; RFC 8058, 4 for the two of unsubscribing).
OVERSIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"mime-version",
    b"content-type",
    b"list-id",
    b"list-help",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"list-archive",
    b"list-post",
    b"feedback-id",
    b"auto-submitted",
)
_CRLF = b"\r\n"
#: RFC 5322, 2.1.1: octets that a line should not exceed.
_LINE = 78
#: RFC 8301, 3.2: verifiers take no shorter key for valid.
_SHORTEST_RSA = 1024
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_LABELS = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)
_PADDING, _SHA256 = PKCS1v15(), SHA256()


class Algorithm(StrEnum):
    """How a signature is made, as ``a=`` names it."""

    RSA = "rsa-sha256"
    ED25519 = "ed25519-sha256"

    @property
    def key_type(self) -> str:
        """What ``k=`` of the DNS record says: ``rsa`` or ``ed25519``."""
        return self.value.partition("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A private key and where its public half is found: ``<selector>._domainkey.<domain>``.

    ``domain`` is ASCII (an A-label where need be). ``DkimKeyError`` if a name would not fit into DNS or the key is too weak.
    """

    selector: str
    domain: str
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        if not (_LABELS.fullmatch(self.selector) and _LABELS.fullmatch(self.domain)):
            raise DkimKeyError(
                "A DKIM selector or domain holds something else than letters, digits, hyphens and dots. Name it anew."
            )
        if isinstance(self.private, RSAPrivateKey) and self.private.key_size < _SHORTEST_RSA:
            raise DkimKeyError(
                f"The DKIM key {self.selector} has {self.private.key_size} bits, and no receiver takes fewer than "
                f"{_SHORTEST_RSA}. Make a new one: newsletter dkim rotate {self.domain}"
            )

    @property
    def algorithm(self) -> Algorithm:
        """What it signs with."""
        return Algorithm.RSA if isinstance(self.private, RSAPrivateKey) else Algorithm.ED25519


class _Pen(NamedTuple):
    """A key at work: the first lines of its field, and what turns octets into a signature."""

    opening: bytes
    write: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs with every key. Build it once; it may be used from several threads.

    ``clock`` tells the seconds since 1970 that stand in ``t=``. No ``x=`` is set: a mail may lie in a queue for days.
    """

    keys: tuple[Key, ...]
    clock: Callable[[], float] = time.time
    _pens: tuple[_Pen, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pens", tuple(_pen(key) for key in self.keys))

    def sign(self, head: bytes, body: bytes) -> bytes:
        """The DKIM-Signature fields to put in front of ``head``, one for each key, folded and CRLF ended.

        ``head`` holds the header fields, each ended by CRLF, without the empty line; ``body`` is what follows that line.
        Both must be what goes over the wire, before dot-stuffing.
        """
        names, signed = _header(head)
        body_hash = b64encode(sha256(simple_body(body)).digest())
        rest = b" t=%d; bh=%b;\r\n%b\r\n b=" % (int(self.clock()), body_hash, names)
        return b"".join(_signature_field(pen, rest, signed) for pen in self._pens)


def simple_body(body: bytes) -> bytes:
    """``body`` in the simple form of RFC 6376, 3.4.3: one CRLF at the end and no empty lines before it."""
    end = len(body)
    while body[end - 2 : end] == _CRLF:
        end -= 2
    # The usual body ends in one CRLF and is not copied.
    return body if end == len(body) - 2 else body[:end] + _CRLF


def relaxed_field(name: bytes, value: bytes) -> bytes:
    """A field in the relaxed form of RFC 6376, 3.4.2, CRLF ended; ``value`` is unfolded, ``name`` in small letters."""
    words = value.replace(b"\t", b" ").split(b" ")
    return name + b":" + b" ".join(filter(None, words)) + _CRLF


def _header(head: bytes) -> tuple[bytes, bytes]:
    """``h=`` as it stands in the field, folded, and the octets of the signed fields in its order.

    Of fields of one name the last comes first (RFC 6376, 5.4.2).
    """
    found: dict[bytes, list[bytes]] = {name: [] for name in OVERSIGNED}
    for line in head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(_CRLF):
        before, _, value = line.partition(b":")
        name = before.rstrip(b" \t").lower()
        if name in found:
            found[name].append(relaxed_field(name, value))
    counts = tuple(map(len, found.values()))
    return _names(counts), b"".join(one for fields in found.values() for one in reversed(fields))


@lru_cache(maxsize=64)
def _names(counts: tuple[int, ...]) -> bytes:
    """``h=`` for so many fields of each of the oversigned names; the mails of an issue share one."""
    names = [name for name, count in zip(OVERSIGNED, counts, strict=True) for _ in range(count + 1)]
    return _folded(b" h=", [*(name + b":" for name in names[:-1]), names[-1] + b";"], glue=b"")


def _signature_field(pen: _Pen, rest: bytes, signed: bytes) -> bytes:
    """One field: what is signed is the mail's fields and this very one up to ``b=`` (RFC 6376, 3.7)."""
    unsigned = pen.opening + rest
    # Its own folding is CRLF and one blank everywhere, so that unfolding it is all that relaxed asks for.
    own = b"dkim-signature:" + unsigned.partition(b": ")[2].replace(_CRLF, b"")
    signature = b64encode(pen.write(signed + own))
    first, later = _LINE - len(b" b="), _LINE - 1
    lines = [signature[:first], *(signature[at : at + later] for at in range(first, len(signature), later))]
    return unsigned + b"\r\n ".join(lines) + _CRLF


def _pen(key: Key) -> _Pen:
    tags = (f"a={key.algorithm};", "c=relaxed/simple;", f"d={key.domain};", f"s={key.selector};")
    opening = _folded(b"DKIM-Signature: v=1;", [tag.encode("ascii") for tag in tags], glue=b" ") + _CRLF
    private = key.private
    if isinstance(private, RSAPrivateKey):
        return _Pen(opening, lambda octets: private.sign(octets, _PADDING, _SHA256))
    # RFC 8463, 3: what Ed25519 signs is the hash, not the octets themselves.
    return _Pen(opening, lambda octets: private.sign(sha256(octets).digest()))


def _folded(start: bytes, pieces: Iterable[bytes], *, glue: bytes) -> bytes:
    """``start`` and the ``pieces``, in lines of at most 78 octets where the pieces allow it."""
    lines = [start]
    for piece in pieces:
        if len(lines[-1]) + len(glue) + len(piece) > _LINE:
            lines.append(b" " + piece)
        else:
            lines[-1] += glue + piece
    return _CRLF.join(lines)
