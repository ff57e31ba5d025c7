"""What the doctor asks the DNS; `newsletter.probe.dns.Resolver` answers it."""

from typing import Protocol


class Dns(Protocol):
    """The DNS as seen from here. What is not there is empty; `DnsError` where there is no answer."""

    def txt(self, name: str) -> tuple[str, ...]:
        """The TXT records, each joined to one text."""

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """Preference and host of each MX record; the host of a null MX is empty."""

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of IPv4 and IPv6."""

    def ptr(self, address: str) -> tuple[str, ...]:
        """The names of an address."""
