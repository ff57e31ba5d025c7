"""What other people's verifiers say of a signed mail: dkimpy, and OpenDKIM where it is installed. No DNS, no daemon."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/local/sbin:/usr/bin")
_SIGNATURE = re.compile(rb"^DKIM-Signature:((?:.*\r\n)(?:[ \t].*\r\n)*)", re.MULTILINE)
_RESULT = re.compile(r"hvalue='(.*?)'$", re.MULTILINE | re.DOTALL)
_BITS = re.compile(r"dkim=pass \((\d+)-bit key\)")


class Seen(NamedTuple):
    """A verifier's word on one signature: ``algorithm`` as ``a=``, ``domain`` as ``d=``, ``bits`` 0 where not told."""

    tool: str
    algorithm: str
    domain: str
    passed: bool
    bits: int = 0


def by_dkimpy(message: bytes, records: Mapping[str, str]) -> list[Seen]:
    """dkimpy's word on each signature of ``message``; ``records`` are texts by name, without a final dot."""
    dkim: Any = import_module("dkim")  # not typed

    def answer(name: bytes, timeout: float = 5) -> bytes:
        _ = timeout
        return records.get(name.decode().rstrip("."), "").encode()

    found = []
    for place, tags in enumerate(signatures(message)):
        try:
            passed = bool(dkim.DKIM(message).verify(place, dnsfunc=answer))
        except dkim.DKIMException:
            passed = False
        found.append(Seen("dkimpy", tags.get("a", ""), tags.get("d", ""), passed))
    return found


def by_opendkim(message: bytes, records: Mapping[str, str]) -> list[Seen]:
    """OpenDKIM's word, read out of its Authentication-Results by authres; nothing where it is not installed."""
    if OPENDKIM is None:
        return []
    authres: Any = import_module("authres")  # not typed
    told = _RESULT.search(_authentication_results(message, records))
    if told is None:
        return []
    parsed = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {told[1]}")
    bits = [int(number) for number in _BITS.findall(told[1])]
    found = []
    for one in parsed.results:
        said = {item.name: item.value for item in one.properties}
        if one.method == "dkim" and one.result != "none":
            of_key = bits.pop(0) if bits and said.get("a", "").startswith("rsa") else 0
            found.append(Seen("opendkim", said.get("a", ""), said.get("d", ""), one.result == "pass", of_key))
    return found


def verified(message: bytes, records: Mapping[str, str]) -> list[Seen]:
    """What every verifier says that is here."""
    return [*by_dkimpy(message, records), *by_opendkim(message, records)]


def signatures(message: bytes) -> list[dict[str, str]]:
    """The tags of each DKIM-Signature (RFC 6376, 3.5), from the top, without blanks."""
    head = message.partition(b"\r\n\r\n")[0] + b"\r\n"
    return [_tags(field.decode("ascii", "replace")) for field in _SIGNATURE.findall(head)]


def refused(seen: Iterable[Seen]) -> list[Seen]:
    """The signatures that did not pass."""
    return [one for one in seen if not one.passed]


def _tags(field: str) -> dict[str, str]:
    parts = ("".join(part.split()) for part in field.split(";"))
    return {name: value for name, sign, value in (part.partition("=") for part in parts) if sign}


def _authentication_results(message: bytes, records: Mapping[str, str]) -> str:
    with TemporaryDirectory(prefix="opendkim-") as made:
        folder = Path(made)
        (folder / "dnsdata").write_text("".join(f"{name} {text}\n" for name, text in records.items()))
        settings = ("Mode v", f"TestDNSData file:{folder}/dnsdata", "MinimumKeyBits 1024", "AuthservID test.example")
        (folder / "od.conf").write_text("\n".join(settings) + "\n")
        (folder / "mail.eml").write_bytes(message)
        command = [str(OPENDKIM), "-x", str(folder / "od.conf"), "-t", str(folder / "mail.eml"), "-vvv"]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout
