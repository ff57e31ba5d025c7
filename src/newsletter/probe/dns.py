"""Ask DNS. What is not there is empty; what cannot be told is an error: never take the one for the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dns.exception
import dns.name
import dns.resolver
import dns.reversename

from newsletter.errors import DnsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """Asks ``nameservers`` (addresses; this machine's own if empty) at ``port``.

    An answer may take ``seconds`` altogether. Names come and go without a final dot. Every method raises ``DnsError``
    if there is no answer that counts (SERVFAIL, refused, too slow) or if the name is none. Servers turn their answers
    round; here the same records always come in the same order.
    """

    nameservers: tuple[str, ...] = ()
    port: int = 53
    seconds: float = 5.0

    def txt(self, name: str) -> tuple[str, ...]:
        """The TXT records of ``name``, each with its strings joined (RFC 7208, 3.3; RFC 6376, 3.6.2.2)."""
        return tuple(sorted(b"".join(one.strings).decode("utf-8", "replace") for one in self._answers(name, "TXT")))

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """Preference and host of each MX record, the first to try first; the host ``.`` takes no mail (RFC 7505)."""
        return tuple(sorted((one.preference, _plain(one.exchange)) for one in self._answers(name, "MX")))

    def addresses(self, name: str) -> tuple[str, ...]:
        """The IPv4 addresses of ``name``, then its IPv6 addresses."""
        return tuple(
            address for kind in ("A", "AAAA") for address in sorted(one.address for one in self._answers(name, kind))
        )

    def ptr(self, address: str) -> tuple[str, ...]:
        """The names that ``address`` (IPv4 or IPv6) says it has."""
        try:
            reverse = dns.reversename.from_address(address)
        except (dns.exception.DNSException, ValueError):
            raise DnsError("That is no IP address, so it has no name in DNS. Correct it.") from None
        return tuple(sorted(_plain(one.target) for one in self._answers(_plain(reverse), "PTR")))

    def _answers(self, name: str, kind: str) -> Iterator[Any]:
        try:
            return iter(self._resolver().resolve(f"{name.rstrip('.')}.", kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return iter(())
        except dns.resolver.LifetimeTimeout:
            raise DnsError(f"DNS did not answer for {name} in {self.seconds:g} seconds. Try again later.") from None
        except dns.resolver.NoNameservers:
            raise DnsError(
                f"DNS could not tell what {name} has (its name servers fail or refuse). Try again later, "
                "and if it stays so, ask who runs the domain's DNS."
            ) from None
        except dns.resolver.NoResolverConfiguration:
            raise DnsError("This machine names no DNS server to ask. Check /etc/resolv.conf.") from None
        except (dns.exception.DNSException, ValueError, OSError) as error:
            raise DnsError(
                f"DNS cannot be asked for that name ({type(error).__name__}). Check the name and the name server."
            ) from None

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self.nameservers)
        if self.nameservers:
            resolver.nameservers = list(self.nameservers)
        resolver.port = self.port
        resolver.lifetime = self.seconds
        # So that a server that lost the question is asked once more in time.
        resolver.timeout = self.seconds / 2
        return resolver


def _plain(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True)
