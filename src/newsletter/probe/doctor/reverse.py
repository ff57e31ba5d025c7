"""Advice on the name that we greet with, and whether its addresses name it back (RFC 5321, 4.1.4; RFC 1912, 2.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from newsletter.probe.doctor.advice import Advice, Level
from newsletter.probe.doctor.lookup import Dns

SUBJECT = "helo"
_LOCAL = ("localhost", "localdomain", "local", "internal", "lan", "home.arpa", "invalid", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeter:
    """The ``name`` after EHLO, its addresses, and the names of each that lead back to it."""

    name: str
    addresses: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_real(self) -> bool:
        """Whether the name can be one of the public DNS at all."""
        name = self.name.lower().rstrip(".")
        if "." not in name or name.startswith("["):
            return False
        return not name.rpartition(".")[2].isdigit() and not any(
            name == end or name.endswith(f".{end}") for end in _LOCAL
        )


def greeter(name: str, dns: Dns) -> Greeter:
    """What the DNS says of ``name``; `DnsError` where it does not answer."""
    if not Greeter(name=name).is_real:
        return Greeter(name=name)
    found = [address for address in dns.addresses(name) if ip_address(address).is_global]
    return Greeter(name=name, addresses=tuple((address, _confirmed(address, dns)) for address in found))


def reverse_advice(found: Greeter, *, own_relay: bool) -> tuple[Advice, ...]:
    """What to change. ``own_relay`` says that the relay stands here, so that receivers see our name and addresses."""
    # A provider's relay greets receivers with a name of its own; ours is no more than a line in the headers.
    grave: Level = "error" if own_relay else "warning"
    if not found.is_real:
        sentence = f"We greet with {found.name!r}, which is no name of the public DNS."
        return (_advice(grave, sentence, "Set relay.helo to the full name of this machine, as mail.example.org."),)
    if not found.addresses:
        sentence = f"We greet with {found.name}, which has no public address."
        return (
            _advice(
                "warning", sentence, f"Publish an A record for {found.name}, or set relay.helo to a name that has one."
            ),
        )
    return tuple(_named_back(found, grave))


def _named_back(found: Greeter, grave: Level) -> Iterator[Advice]:
    for address, names in found.addresses:
        if names:
            yield _advice("ok", f"{found.name} is at {address}, which is called {names[0]} and leads back.")
        else:
            yield _advice(
                grave,
                f"{address}, the address of {found.name}, has no name (PTR) that leads back to it; "
                "large mailbox providers refuse mail from such addresses.",
                f"Ask whoever gives you the address for a PTR record {found.name}.",
            )


def _confirmed(address: str, dns: Dns) -> tuple[str, ...]:
    """The names of ``address`` that have this address."""
    return tuple(name for name in dns.ptr(address) if address in dns.addresses(name))


def _advice(level: Level, sentence: str, remedy: str = "") -> Advice:
    return Advice(level=level, subject=SUBJECT, sentence=sentence, remedy=remedy)
