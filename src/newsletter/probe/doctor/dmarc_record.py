"""Read a DMARC record (RFC 9989, 4.7)."""

from dataclasses import dataclass

_VERSION = "DMARC1"
POLICIES = frozenset({"none", "quarantine", "reject"})
#: RFC 9989 took these out of RFC 7489; receivers skip them.
OBSOLETE = frozenset({"pct", "rf", "ri"})
_KNOWN = frozenset({"v", "p", "sp", "np", "t", "psd", "adkim", "aspf", "fo", "rua", "ruf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcRecord:
    """What ``domain`` publishes below ``_dmarc``, tag by tag; ``faults`` are the pieces that are no tag."""

    domain: str
    tags: tuple[tuple[str, str], ...]
    faults: tuple[str, ...] = ()

    def tag(self, name: str) -> str:
        """The value of a tag, the first if there are several; empty if there is none."""
        return next((value for tag, value in self.tags if tag == name), "")

    @property
    def policy(self) -> str:
        """``p``, empty where it is missing or no policy."""
        return _policy(self.tag("p"))

    @property
    def subdomain_policy(self) -> str:
        """What counts for the subdomains that have no record: ``sp``, or ``p`` where there is none."""
        return _policy(self.tag("sp")) or self.policy

    @property
    def reports(self) -> tuple[str, ...]:
        """Where reports go: the addresses of ``rua`` that begin with mailto."""
        found = (uri.strip() for uri in self.tag("rua").split(","))
        return tuple(uri for uri in found if uri.lower().startswith("mailto:") and "@" in uri)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The tags that no standard knows."""
        return tuple(name for name, _ in self.tags if name not in _KNOWN | OBSOLETE)

    @property
    def obsolete(self) -> tuple[str, ...]:
        """The tags that counted once."""
        return tuple(name for name, _ in self.tags if name in OBSOLETE)


def dmarc_record(domain: str, text: str) -> DmarcRecord | None:
    """The record that ``text`` says, or ``None`` if it is none: it must begin with v=DMARC1, in these letters."""
    pieces = [piece.strip() for piece in text.split(";") if piece.strip()]
    parted = [piece.partition("=") for piece in pieces]
    tags = tuple((name.strip().lower(), value.strip()) for name, sign, value in parted if sign and value.strip())
    faults = tuple(
        piece for piece, (_, sign, value) in zip(pieces, parted, strict=True) if not (sign and value.strip())
    )
    if not pieces or tags[:1] != (("v", _VERSION),) or pieces[0] in faults:
        return None
    return DmarcRecord(domain=domain, tags=tags, faults=faults)


def _policy(value: str) -> str:
    return value.lower() if value.lower() in POLICIES else ""
