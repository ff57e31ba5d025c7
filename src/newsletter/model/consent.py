"""How somebody came to be written to: the evidence that they wanted it (GDPR, article 7(1))."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ConsentKind(StrEnum):
    """What a person did, or what somebody says that they did."""

    #: They entered the address; that it is theirs is not known yet.
    ASKED = "asked"
    #: They pressed the button in the mail that went there.
    CONFIRMED = "confirmed"
    #: They chose it on their own preferences page.
    CHOSEN = "chosen"
    #: An editor entered them, who must have been asked to.
    ADDED = "added"
    #: A file of another product said so.
    IMPORTED = "imported"
    #: Asked whether they still want it, they said yes.
    RENEWED = "renewed"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One piece of evidence. ``wording`` is what they read, ``page`` where; ``network`` from where, see `network_of`."""

    kind: ConsentKind
    at: datetime
    wording: str = ""
    page: str = ""
    network: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


_KEPT = {4: 24, 6: 48}


def network_of(address: str) -> str:
    """The network that an IP address is in, cut so that it names no household: ``192.0.2.0/24``, ``2001:db8::/48``.

    Empty for what is no address.
    """
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network(f"{found}/{_KEPT[found.version]}", strict=False))
