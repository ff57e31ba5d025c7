"""Read an SPF record (RFC 7208, 4.5, 4.6 and 12)."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias, TypedDict

Network: TypeAlias = IPv4Network | IPv6Network

#: Mechanisms with the look-ups of RFC 7208, 4.6.4; ``redirect`` is one more.
ASKING = frozenset({"include", "a", "mx", "ptr", "exists"})
_MECHANISMS = ASKING | {"all", "ip4", "ip6"}
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)")
_DIRECTIVE = re.compile(r"([+\-~?]?)([A-Za-z][A-Za-z0-9_.-]*)(.*)")
_SIZES = re.compile(r"(.*?)(?:/(\d{1,2}))?(?://(\d{1,3}))?", re.ASCII)
_MACRO = re.compile(r"%\{[slodiphcrtv]\d{0,3}r?[.\-+,/_=]*\}|%[%_-]", re.IGNORECASE | re.ASCII)
# RFC 7208, 7.1: the last label is no number, so an address where a name belongs is found.
_NAME = re.compile(r"[!-$&-~]*\.[A-Za-z0-9-]*[A-Za-z-][A-Za-z0-9-]*\.?")
_V4_BITS, _V6_BITS = 32, 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """One mechanism, as ``text`` has it. ``qualifier`` is "+", "-", "~" or "?". ``name`` is its domain, empty for the one that is asked about.

    ``network`` is that of ip4 and ip6; ``v4_bits`` and ``v6_bits`` say how much of an address counts for a and mx.
    """

    text: str
    qualifier: str
    kind: str
    name: str = ""
    network: Network | None = None
    v4_bits: int = _V4_BITS
    v6_bits: int = _V6_BITS

    @property
    def has_macro(self) -> bool:
        """Whether its domain depends on the mail."""
        return "%" in self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """A record up to its ``all``. ``faults`` are syntax errors, by which receivers drop the whole record.

    ``unread`` are the terms that no receiver looks at: those behind ``all``, and a mechanism written with "=".
    """

    mechanisms: tuple[Mechanism, ...] = ()
    redirect: str = ""
    faults: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def is_spf(text: str) -> bool:
    """Whether a TXT record is one of SPF (RFC 7208, 4.5)."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def spf_record(text: str) -> SpfRecord:
    """The record that ``text``, for which `is_spf` holds, says."""
    mechanisms: list[Mechanism] = []
    modifiers: list[tuple[str, str]] = []
    faults: list[str] = []
    unread: list[str] = []
    for term in text.split(" ")[1:]:
        if modifier := _MODIFIER.fullmatch(term):
            modifiers.append((modifier[1].lower(), modifier[2]))
            unread += [term] if modifier[1].lower() in _MECHANISMS else []
        elif term and mechanisms and mechanisms[-1].kind == "all":
            unread.append(term)
        elif term:
            read = _mechanism(term)
            if read:
                mechanisms.append(read)
            else:
                faults.append(term)
    redirects = [name for kind, name in modifiers if kind == "redirect"]
    faults += [f"redirect={name}" for name in redirects if not _is_name(name)]
    faults += ["redirect= twice"] if len(redirects) > 1 else []
    ends = bool(mechanisms) and mechanisms[-1].kind == "all"
    return SpfRecord(
        mechanisms=tuple(mechanisms),
        redirect=redirects[0] if redirects and not ends else "",
        faults=tuple(faults),
        unread=tuple(unread) + tuple(f"redirect={name}" for name in redirects if ends),
    )


class _Value(TypedDict, total=False):
    """The fields of a mechanism that follow its word."""

    name: str
    network: Network
    v4_bits: int
    v6_bits: int


def _mechanism(term: str) -> Mechanism | None:
    """The mechanism, or ``None`` where the syntax is broken."""
    directive = _DIRECTIVE.fullmatch(term)
    if not directive:
        return None
    qualifier, kind, rest = directive[1] or "+", directive[2].lower(), directive[3]
    if kind not in _MECHANISMS or rest[:1] not in ("", ":", "/"):
        return None
    read = _value(kind, rest)
    return Mechanism(text=term, qualifier=qualifier, kind=kind, **read) if read is not None else None


def _value(kind: str, rest: str) -> _Value | None:
    """What follows the word of a mechanism, as fields; ``None`` where that is broken."""
    if kind in ("ip4", "ip6"):
        network = _network(rest[1:], 4 if kind == "ip4" else 6)
        return {"network": network} if network and rest.startswith(":") else None
    sizes = _SIZES.fullmatch(rest) if kind in ("a", "mx") else None
    name, v4, v6 = (sizes[1], sizes[2], sizes[3]) if sizes else (rest, None, None)
    v4_bits, v6_bits = int(v4 or _V4_BITS), int(v6 or _V6_BITS)
    if v4_bits > _V4_BITS or v6_bits > _V6_BITS:
        return None
    if name and not (name.startswith(":") and kind != "all" and _is_name(name[1:])):
        return None
    if not name and kind in ("include", "exists"):
        return None
    return {"name": name[1:], "v4_bits": v4_bits, "v6_bits": v6_bits}


def _network(text: str, version: int) -> Network | None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    # "/255.255.255.0" is a mask to the standard library and nothing to SPF.
    return network if network.version == version and "." not in text.partition("/")[2] else None


def _is_name(name: str) -> bool:
    """Whether ``name`` is a domain (RFC 7208, 7.1). Macros are taken for what they become."""
    return bool(_NAME.fullmatch(_MACRO.sub("m.m", name)))
