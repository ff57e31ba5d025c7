"""Advice on DKIM keys (RFC 6376, 8301 and 8463): whether receivers can check what is signed."""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.probe.doctor.advice import Advice, Level
from newsletter.probe.doctor.lookup import Dns

SUBJECT = "dkim"
#: RFC 8301, 3.2: receivers drop shorter keys; signers should use the longer.
_SHORTEST, _WANTED = 1024, 2048
_ED25519_OCTETS = 32


class Selector(NamedTuple):
    """A key that we sign with. ``public_key`` is what should stand in ``p=``, in base64; ``None`` if we do not know."""

    selector: str
    domain: str
    public_key: str | None = None

    @property
    def name(self) -> str:
        """Where the key is published (RFC 6376, 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


def dkim_records(selectors: Sequence[Selector], dns: Dns) -> tuple[tuple[str, ...], ...]:
    """What is published for each of ``selectors``; `DnsError` where the DNS does not answer."""
    return tuple(dns.txt(selector.name) for selector in selectors)


def dkim_advice(selectors: Sequence[Selector], records: Sequence[tuple[str, ...]]) -> tuple[Advice, ...]:
    """What to change in ``records``, those of ``selectors`` one by one."""
    if not selectors:
        sentence = "This program does not sign: our mails are signed by the relay or not at all."
        remedy = (
            "Let the relay sign with the From domain, the List-Unsubscribe headers included; send yourself an issue and "
            "look for dkim=pass in its Authentication-Results."
        )
        return (_advice("note", sentence, remedy),)
    return tuple(
        advice
        for selector, texts in zip(selectors, records, strict=True)
        for advice in _selector(selector, [text for text in texts if _tags(text)])
    )


def _selector(selector: Selector, texts: Sequence[str]) -> Iterator[Advice]:
    name = selector.name
    if not texts:
        key = f" p={selector.public_key}" if selector.public_key else " p=THE-PUBLIC-KEY"
        yield _advice(
            "error",
            f"There is no key at {name}, so no signature holds.",
            f'Publish a TXT record there: "v=DKIM1;{key}".',
        )
    elif len(texts) > 1:
        yield _advice("error", f"{name} has {len(texts)} keys; which one counts is chance.", "Leave the one in use.")
    else:
        found = tuple(_key(selector, _tags(texts[0])))
        yield from found or (_advice("ok", f"The key at {name} is good."),)


def _key(selector: Selector, tags: dict[str, str]) -> Iterator[Advice]:
    name, published = selector.name, "".join(tags.get("p", "").split())
    if not published:
        yield _advice(
            "error", f"The key at {name} is revoked (p= is empty).", "Publish the key, or sign with another selector."
        )
        return
    wanted = "".join((selector.public_key or published).split())
    if published != wanted:
        yield _advice("error", f"The key at {name} is not ours, so no signature holds.", f'Publish "p={wanted}" there.')
    yield from _strength(name, tags.get("k", "rsa").lower(), published)
    if "sha256" not in tags.get("h", "sha256").lower().split(":"):
        yield _advice("error", f"The key at {name} does not allow sha256 (h=).", "Take h= out.")
    if not {"*", "email"} & set(tags.get("s", "*").lower().replace(" ", "").split(":")):
        yield _advice("error", f"The key at {name} is not for mail (s=).", "Take s= out.")
    if "y" in tags.get("t", "").lower().replace(" ", "").split(":"):
        yield _advice(
            "warning", f"The key at {name} is marked as a test (t=y); some receivers take the mail for unsigned.",
            "Take t=y out.",
        )  # fmt: skip


def _strength(name: str, kind: str, published: str) -> Iterator[Advice]:
    unreadable = _advice("error", f"The key at {name} cannot be read.", "Publish it anew, whole and in one record.")
    try:
        octets = b64decode(published, validate=True)
        if kind == "ed25519":
            if len(octets) != _ED25519_OCTETS:
                yield unreadable
            return
        if kind != "rsa":
            yield _advice("error", f"Nobody knows keys of the kind {kind} ({name}).", "Publish k=rsa or k=ed25519.")
            return
        key = load_der_public_key(octets)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        yield unreadable
        return
    if not isinstance(key, RSAPublicKey):
        yield unreadable
    elif key.key_size < _WANTED:
        level: Level = "error" if key.key_size < _SHORTEST else "warning"
        why = "receivers drop such signatures" if level == "error" else "some receivers ask for more"
        yield _advice(level, f"The key at {name} has {key.key_size} bits; {why}.", f"Make a new one of {_WANTED} bits.")


def _tags(text: str) -> dict[str, str]:
    """The tags of a key record (RFC 6376, 3.6.1); none if it is no such record."""
    pieces = [piece.partition("=") for piece in text.split(";") if piece.strip()]
    tags = {name.strip(): value.strip() for name, _, value in pieces}
    return tags if "p" in tags and tags.get("v", "DKIM1") == "DKIM1" else {}


def _advice(level: Level, sentence: str, remedy: str = "") -> Advice:
    return Advice(level=level, subject=SUBJECT, sentence=sentence, remedy=remedy)
