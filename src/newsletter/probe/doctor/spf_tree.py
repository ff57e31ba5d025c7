"""Follow an SPF record through the DNS, and count what that costs a receiver (RFC 7208, 4.6.4)."""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from newsletter.probe.doctor.lookup import Dns
from newsletter.probe.doctor.spf_record import ASKING, Mechanism, Network, SpfRecord, is_spf, spf_record

#: The receivers' limits: look-ups, look-ups that find nothing, and hosts of one mx mechanism.
MOST_LOOKUPS, MOST_VOID, MOST_MX = 10, 2, 10
#: Where we stop following a record that is broken already.
_ENOUGH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One mechanism with what the DNS says of it: its addresses, or the ``policy`` that an include includes.

    ``policy`` is ``None`` where it was not followed: macros, a circle, a record without end.
    """

    mechanism: Mechanism
    networks: tuple[Network, ...] = ()
    policy: "Policy | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What ``domain`` publishes. ``record`` is ``None`` unless it has exactly one; ``records`` tells how many."""

    domain: str
    records: int = 0
    record: SpfRecord | None = None
    steps: tuple[Step, ...] = ()
    redirected: "Policy | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfTree:
    """A policy with everything that it leads to. ``void`` are the names that were looked up and are not there.

    ``crowded`` are the names whose MX records are too many for one mechanism, ``loops`` those that lead back to
    themselves. ``whole`` is false where the record is so long that it was not followed to its end.
    """

    policy: Policy
    lookups: int
    void: tuple[str, ...]
    crowded: tuple[str, ...]
    loops: tuple[str, ...]
    whole: bool


@dataclass(slots=True)
class _Walk:
    dns: Dns
    lookups: int = 0
    void: list[str] = field(default_factory=list)
    crowded: list[str] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)
    whole: bool = True

    def policy(self, domain: str, above: tuple[str, ...] = ()) -> Policy | None:
        """The policy of ``domain``, reached from those ``above``; ``None`` if it is one of them."""
        if domain.lower() in above:
            self.loops.append(domain)
            return None
        texts = [text for text in self.dns.txt(domain) if is_spf(text)]
        if len(texts) != 1:
            return Policy(domain=domain, records=len(texts))
        record, path = spf_record(texts[0]), (*above, domain.lower())
        steps = tuple(self._step(mechanism, domain, path) for mechanism in record.mechanisms)
        redirected = None
        if record.redirect:
            self.lookups += 1
            if "%" not in record.redirect and self._may_go_on():
                redirected = self.policy(record.redirect, path)
        return Policy(domain=domain, records=1, record=record, steps=steps, redirected=redirected)

    def _step(self, mechanism: Mechanism, domain: str, path: tuple[str, ...]) -> Step:
        if mechanism.kind not in ASKING:
            return Step(mechanism=mechanism, networks=(mechanism.network,) if mechanism.network else ())
        self.lookups += 1
        name = mechanism.name or domain
        if mechanism.has_macro or not self._may_go_on():
            return Step(mechanism=mechanism)
        match mechanism.kind:
            case "include":
                return Step(mechanism=mechanism, policy=self.policy(name, path))
            case "a":
                return Step(mechanism=mechanism, networks=self._networks(mechanism, (name,)))
            case "mx":
                return Step(mechanism=mechanism, networks=self._networks(mechanism, self._hosts(name)))
        return Step(mechanism=mechanism)

    def _hosts(self, name: str) -> tuple[str, ...]:
        hosts = tuple(host for _, host in self.dns.mx(name) if host.strip("."))
        if not hosts:
            self.void.append(name)
        if len(hosts) > MOST_MX:
            self.crowded.append(name)
        return hosts[:MOST_MX]

    def _networks(self, mechanism: Mechanism, hosts: tuple[str, ...]) -> tuple[Network, ...]:
        networks: list[Network] = []
        for host in hosts:
            found = self.dns.addresses(host)
            if not found:
                self.void.append(host)
            for address in map(ip_address, found):
                bits = mechanism.v4_bits if address.version == 4 else mechanism.v6_bits  # noqa: PLR2004 - IPv4
                networks.append(ip_network(f"{address}/{bits}", strict=False))
        return tuple(networks)

    def _may_go_on(self) -> bool:
        self.whole = self.whole and self.lookups <= _ENOUGH
        return self.whole


def spf_tree(domain: str, dns: Dns) -> SpfTree:
    """Everything that the SPF policy of ``domain`` leads to; `DnsError` where the DNS does not answer.

    What depends on the mail (macros) is counted and not followed.
    """
    walk = _Walk(dns)
    policy = walk.policy(domain) or Policy(domain=domain)
    return SpfTree(
        policy=policy,
        lookups=walk.lookups,
        void=tuple(walk.void),
        crowded=tuple(walk.crowded),
        loops=tuple(walk.loops),
        whole=walk.whole,
    )
