"""The correctness gate: no figure counts unless a real server got from us exactly what each reader should have.

A sink that counts throws away what it counts, so it would not see mails that arrive cut, altered or at the wrong door.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.delivery.mail import Parts

#: Octets of a line without its end (RFC 5322, 2.1.1).
LONGEST_LINE = 998


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as the server kept it: to whom the envelope said, and its octets after the dots were taken off."""

    recipients: tuple[str, ...]
    content: bytes


def kept(folder: Path) -> tuple[list[Letter], list[bytes]]:
    """What gate_sink.py left in ``folder``: the mails, and what each connection sent."""
    lines = (folder / "mails.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    letters = [Letter(recipients=tuple(one["recipients"]), content=one["content"].encode("latin-1")) for one in told]
    return letters, [path.read_bytes() for path in sorted(folder.glob("wire-*"))]


def complaints(
    shown: bytes,
    readers: Collection[str],
    letters: Sequence[Letter],
    wires: Sequence[bytes],
    *,
    base: str,
    keys: Mapping[str, str] | None = None,
) -> list[str]:
    """What is wrong, in sentences; nothing if all is right.

    ``shown`` is the .eml of the preview, ``readers`` who should get one, ``base`` what personal links begin with, ``keys``
    the DKIM records by name. Sentences count and name nobody.
    """
    expected = Parts.of(shown, base)
    if not any(line.startswith(".") for line in expected.text.splitlines()):
        return ["The issue has no line that begins with a dot, so it proves nothing about dots."]
    found = [*_doors(readers, letters)]
    parts = []
    for letter in letters:
        try:
            parts.append((letter, Parts.of(letter.content, base)))
        except (ValueError, LookupError):
            found.append("A mail arrived that is not one text and one HTML part.")
    counted: Counter[str] = Counter()
    for letter, got in parts:
        counted.update(_differences(expected, letter, got))
        if got.signatures:
            counted.update(_signatures(letter.content, got.signatures, keys or {}))
    found += [f"{count} of {len(letters)} mails {what}." for what, count in counted.items()]
    found += _links([got for _, got in parts], expected)
    if dots := sum(bare_dots(wire) for wire in wires):
        found.append(f"{dots} lines began with a dot that was not doubled on the wire (RFC 5321, 4.5.2).")
    return found


def bare_dots(wire: bytes) -> int:
    """The lines of mails on the wire that begin with a single dot and are not the end of the mail."""
    count, in_mail = 0, False
    for line in wire.split(b"\r\n"):
        if not in_mail:
            in_mail = line.upper() == b"DATA"
        elif line == b".":
            in_mail = False
        elif line.startswith(b".") and not line.startswith(b".."):
            count += 1
    return count


def _doors(readers: Collection[str], letters: Sequence[Letter]) -> Iterator[str]:
    """One mail a reader, one reader a mail."""
    if shared := sum(len(letter.recipients) != 1 for letter in letters):
        yield f"{shared} mails had not exactly one recipient."
    got = Counter(recipient for letter in letters for recipient in letter.recipients)
    if lost := len(set(readers) - set(got)):
        yield f"{lost} of {len(readers)} readers got nothing."
    if doubled := sum(count > 1 for count in got.values()):
        yield f"{doubled} readers got more than one mail."
    if strangers := len(set(got) - set(readers)):
        yield f"{strangers} mails went to people who are no readers."


def _differences(expected: Parts, letter: Letter, got: Parts) -> Iterator[str]:
    if letter.recipients != (got.to,):
        yield "say another recipient in To than in the envelope"
    for name in ("subject", "text", "html"):
        if getattr(got, name) != getattr(expected, name):
            yield f"have another {name} than the preview"
    if got.one_click not in got.links:
        yield "have another link in List-Unsubscribe than in the text"
    if max(map(len, letter.content.split(b"\r\n"))) > LONGEST_LINE:
        yield f"have a line of more than {LONGEST_LINE} octets"


def _links(parts: Sequence[Parts], expected: Parts) -> Iterator[str]:
    """Personal links are one reader's own, and so are Message-IDs."""
    if not expected.links:
        yield "The issue has no personal link, so it proves nothing about whose link it is."
    own = [set(got.links) for got in parts]
    if sum(map(len, own)) != len(set().union(*own)) or any(set(expected.links) & links for links in own):
        yield "Some readers got a personal link that is not theirs alone."
    if len({got.message_id for got in parts}) != len(parts):
        yield "Some mails have the same Message-ID."


def _signatures(content: bytes, count: int, keys: Mapping[str, str]) -> Iterator[str]:
    """Every DKIM signature, by an implementation that is not ours (RFC 6376)."""
    records = {name.rstrip("."): record.encode() for name, record in keys.items()}
    dkim: Any = import_module("dkim")
    look_up: Callable[..., bytes | None] = lambda name, **_: records.get(name.decode().rstrip("."))  # noqa: E731
    for index in range(count):
        try:
            right = dkim.DKIM(content).verify(idx=index, dnsfunc=look_up)
        except dkim.DKIMException:
            right = False
        if not right:
            yield "have a DKIM signature that does not verify (by the records of its folder)"
