"""Ask the DNS what a domain publishes."""

from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename

from newsletter.errors import DnsError


class Resolver:
    """Asks the system's name servers, or ``nameservers`` (addresses) at ``port``; one question may take ``seconds``.

    What is not there, or cannot be because it is no name, is an empty tuple. `DnsError` says that there was no answer:
    that is not the same, and must not be taken for it. It may be used by several threads.
    """

    def __init__(self, *, nameservers: tuple[str, ...] = (), port: int = 53, seconds: float = 5.0) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=not nameservers)
            if nameservers:
                self._resolver.nameservers = list(nameservers)
        except dns.resolver.NoResolverConfiguration:
            raise DnsError("This machine names no DNS server; look at /etc/resolv.conf.") from None
        except ValueError:
            raise DnsError("A name server is given by its address, as 192.0.2.53 or 2001:db8::53.") from None
        self._resolver.port = port
        self._resolver.lifetime = seconds

    def txt(self, name: str) -> tuple[str, ...]:
        """The TXT records of ``name``, each with its strings joined (RFC 7208, 3.3; RFC 6376, 3.6.2.2)."""
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT"))

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """Preference and host of each MX record, in the order of preference; a null MX (RFC 7505) has the host ``""``."""
        return tuple(sorted((record.preference, _text(record.exchange)) for record in self._ask(name, "MX")))

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of ``name``: those of IPv4, then those of IPv6."""
        return tuple(record.address for kind in ("A", "AAAA") for record in self._ask(name, kind))

    def ptr(self, address: str) -> tuple[str, ...]:
        """The names that ``address`` has."""
        try:
            name = dns.reversename.from_address(address)
        except dns.exception.SyntaxError:
            return ()
        return tuple(_text(record.target) for record in self._ask(name.to_text(), "PTR"))

    def _ask(self, name: str, kind: str) -> Iterator[Any]:
        """The records, whose class dnspython makes by their kind."""
        try:
            asked = dns.name.from_text(name, idna_codec=dns.name.IDNA_2008_Practical)
        except dns.exception.DNSException:
            return
        try:
            answer = self._resolver.resolve(asked, kind, search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return
        except dns.exception.Timeout:
            raise DnsError(f"The DNS did not answer in time for {name} ({kind}). Try again later.") from None
        except (dns.exception.DNSException, OSError):
            raise DnsError(
                f"The DNS gives no answer for {name} ({kind}). Try again later, or ask whoever runs its name servers."
            ) from None
        yield from answer.rrset or ()


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).rstrip(".")
