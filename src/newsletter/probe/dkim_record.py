"""Whether a DKIM key is in DNS as it should be, and what to change where it is not."""

import re
from collections.abc import Iterator

from newsletter.errors import DnsError
from newsletter.probe.dns import Resolver
from newsletter.probe.notice import Notice

_TAG_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
#: FWS as it is left in a TXT record.
_BLANKS = re.compile(r"[ \t\r\n]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


def dkim_notices(resolver: Resolver, name: str, wanted: str) -> list[Notice]:
    """What is wrong with the TXT record at ``name`` (``r1._domainkey.news.example.org``), nothing if it is right.

    ``wanted`` is the record of our key, as ``v=DKIM1; k=rsa; p=...``. Errors make our signatures worthless, warnings do
    not yet. ``DnsError`` if DNS gives no answer that counts.
    """
    answers = resolver.txt(name)
    if not answers:
        return [_misplaced(resolver, name) or _missing(name)]
    if len(answers) > 1:
        return [_several(name, len(answers))]
    return list(_compared(answers[0], _tags(wanted) or {}, name))


def _missing(name: str) -> Notice:
    return _error(
        "dkim-missing",
        f"There is no TXT record at {name}.",
        "Publish it; if you just did, wait until its time to live is over and ask again.",
    )


def _misplaced(resolver: Resolver, name: str) -> Notice | None:
    """The record under its name and the domain once more: many forms add the domain to what they are given."""
    domain = name.partition("._domainkey.")[2]
    labels = domain.split(".")
    for at in range(len(labels) - 1):
        zone = ".".join(labels[at:])
        try:
            found = resolver.txt(f"{name}.{zone}")
        except DnsError:
            # Only a guess at why the record is missing depended on it.
            return None
        if found:
            return _error(
                "dkim-missing",
                f"The TXT record stands at {name}.{zone}, where nobody looks for it.",
                f"Your DNS provider adds {zone} by itself: give it {name.removesuffix('.' + zone)} for a name.",
            )
    return None


def _several(name: str, count: int) -> Notice:
    return _error(
        "dkim-several",
        f"There are {count} TXT records at {name}, and receivers take any of them or none (RFC 6376, 3.6.2.2).",
        "Leave the one record of this key there. A long value is one record of several strings, not several records.",
    )


def _compared(published: str, wanted: dict[str, str], name: str) -> Iterator[Notice]:
    """The published record beside the one that we want, tag by tag (RFC 6376, 3.6.1)."""
    tags = _tags(published)
    if tags is None or "p" not in tags or tags.get("v", "DKIM1") != "DKIM1" or not _v_is_first(tags):
        yield _error(
            "dkim-syntax",
            f"The TXT record at {name} is not written as DKIM wants it.",
            "Copy the value anew, without quotation marks or backslashes around it; it begins with v=DKIM1;",
        )
        return
    if not tags["p"]:
        yield _error(
            "dkim-revoked",
            f"The record at {name} takes the key back: its p= is empty.",
            "Publish the key again, or make a new pair: a key that was taken back on purpose must not sign.",
        )
        return
    yield from _key_notices(tags, wanted, name)
    yield from _use_notices(tags, name)


def _key_notices(tags: dict[str, str], wanted: dict[str, str], name: str) -> Iterator[Notice]:
    kind = tags.get("k", "rsa")
    if kind != wanted["k"]:
        yield _error(
            "dkim-key-type",
            f"The record at {name} says k={kind}, and the key is of the kind {wanted['k']}.",
            f"Write k={wanted['k']} there, or look whether the records of two keys were mixed up.",
        )
    if tags["p"] == wanted["p"]:
        return
    if wanted["p"].startswith(tags["p"]):
        yield _error(
            "dkim-other-key",
            f"The key at {name} is cut off after {len(tags['p'])} of {len(wanted['p'])} characters.",
            "Publish the whole value; a string of a TXT record holds 255 characters, so it takes more than one.",
        )
    else:
        yield _error(
            "dkim-other-key",
            f"The key at {name} is not the one that signs here.",
            "Publish the record of this key; if another sender signs with that selector, make a pair with other names.",
        )


def _use_notices(tags: dict[str, str], name: str) -> Iterator[Notice]:
    """What the record allows and asks for (``h=``, ``s=``, ``t=``)."""
    if "h" in tags and "sha256" not in tags["h"].lower().split(":"):
        yield _error(
            "dkim-hash",
            f"The record at {name} allows h={tags['h']} only, and the mails are signed with sha256.",
            "Take h= out of the record.",
        )
    if not {"*", "email"} & set(tags.get("s", "*").lower().split(":")):
        yield _error("dkim-service", f"The record at {name} is not for mail (s=).", "Take s= out of the record.")
    if "y" in tags.get("t", "").lower().split(":"):
        yield Notice(
            code="dkim-testing",
            level="warning",
            sentence=f"The record at {name} says t=y: receivers treat the mails as if they were not signed.",
            remedy="Take t=y out of the record once the check finds nothing else.",
        )


def _tags(record: str) -> dict[str, str] | None:
    """The tags of a record in their order (RFC 6376, 3.2), values without blanks; ``None`` if it is no list of tags."""
    tags: dict[str, str] = {}
    pieces = record.split(";")
    for piece in pieces if pieces[-1].strip() else pieces[:-1]:
        name, equals, value = piece.partition("=")
        name = name.strip(" \t\r\n")
        if not (equals and _TAG_NAME.fullmatch(name)) or name in tags:
            return None
        # None of the tags that are looked at has a blank that means something; in p= there may be some anywhere.
        tags[name] = _BLANKS.sub("", value)
    return tags if _BASE64.fullmatch(tags.get("p", "")) else None


def _v_is_first(tags: dict[str, str]) -> bool:
    return "v" not in tags or next(iter(tags)) == "v"


def _error(code: str, sentence: str, remedy: str) -> Notice:
    return Notice(code=code, level="error", sentence=sentence, remedy=remedy)
