"""Advice on the way back: whether a domain that we send with can receive replies and bounces (RFC 5321, 5.1)."""

from dataclasses import dataclass

from newsletter.probe.doctor.advice import Advice, Level
from newsletter.probe.doctor.lookup import Dns

SUBJECT = "mx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Where mail for ``domain`` goes: its MX ``hosts``, of which those in ``lost`` have no address.

    ``refuses`` tells of a null MX (RFC 7505). ``direct`` says that the domain has an address itself, which counts where
    there is no MX.
    """

    domain: str
    hosts: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    refuses: bool = False
    direct: bool = False


def incoming(domain: str, dns: Dns) -> Incoming:
    """Where mail for ``domain`` goes; `DnsError` where the DNS does not answer."""
    records = dns.mx(domain)
    hosts = tuple(host.strip(".") for _, host in records if host.strip("."))
    if not records:
        return Incoming(domain=domain, direct=bool(dns.addresses(domain)))
    lost = tuple(host for host in hosts if not dns.addresses(host))
    return Incoming(domain=domain, hosts=hosts, lost=lost, refuses=not hosts)


def mx_advice(way: Incoming, what: str) -> tuple[Advice, ...]:
    """What to change so that ``what`` ("replies") arrive."""
    domain = way.domain
    if way.refuses:
        return (
            _advice(
                "error",
                f"{domain} says that it takes no mail (null MX): {what} are lost, and many receivers refuse such senders.",
                f"Publish an MX record for {domain} with the host that takes its mail.",
            ),
        )
    if not way.hosts and not way.direct:
        return (
            _advice(
                "error",
                f"{domain} has neither MX nor address: {what} are lost, and many receivers refuse such senders.",
                f"Publish an MX record for {domain} with the host that takes its mail.",
            ),
        )
    if not way.hosts:
        return (
            _advice(
                "note", f"{domain} has no MX; its own address takes {what}.", f"Publish an MX record for {domain}."
            ),
        )
    if way.hosts == way.lost:
        return (
            _advice(
                "error",
                f"No mail host of {domain} has an address ({', '.join(way.lost)}): {what} are lost.",
                "Correct the MX records, or give the hosts an address.",
            ),
        )
    if way.lost:
        return (
            _advice("warning", f"Mail hosts of {domain} without an address: {', '.join(way.lost)}.", "Take them out."),
        )
    return (_advice("ok", f"{what.capitalize()} to {domain} go to {', '.join(way.hosts)}."),)


def _advice(level: Level, sentence: str, remedy: str = "") -> Advice:
    return Advice(level=level, subject=SUBJECT, sentence=sentence, remedy=remedy)
