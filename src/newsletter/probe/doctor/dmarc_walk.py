"""Find the DMARC records that count for a domain, by the walk up the DNS tree (RFC 9989, 4.10)."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.probe.doctor.dmarc_record import DmarcRecord, dmarc_record
from newsletter.probe.doctor.lookup import Dns

#: Below this many labels the walk goes up one at a time; from longer names it jumps there. So it asks 8 times at most.
_LABELS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcWalk:
    """The ``records`` found on the way up from ``start``, the nearest first.

    ``crowded`` are domains with several records, which receivers drop; ``unread`` are the texts at ``start`` that only
    look like a record.
    """

    start: str
    records: tuple[DmarcRecord, ...] = ()
    crowded: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def organisation(self) -> str:
        """The organisational domain of ``start`` (4.10.2)."""
        for record in self.records:
            psd = record.tag("psd").lower()
            if psd == "n":
                return record.domain
            if psd == "y" and record.domain != self.start:
                labels = self.start.split(".")
                return ".".join(labels[-record.domain.count(".") - 2 :])
        return self.records[-1].domain if self.records else self.start

    @property
    def record(self) -> DmarcRecord | None:
        """The record that receivers apply to mail from ``start`` (4.10.1)."""
        by_domain = {record.domain: record for record in self.records}
        above = self.records[-1] if self.records else None
        return by_domain.get(self.start) or by_domain.get(self.organisation) or above

    @property
    def policy(self) -> str:
        """The policy that receivers apply; empty where no record says one."""
        record = self.record
        if record is None:
            return ""
        return record.policy if record.domain == self.start else record.subdomain_policy


def dmarc_walk(domain: str, dns: Dns) -> DmarcWalk:
    """Walk up from ``domain``; `DnsError` where the DNS does not answer."""
    start = domain.lower().strip(".")
    records: list[DmarcRecord] = []
    crowded: list[str] = []
    unread: tuple[str, ...] = ()
    for name in _names(start):
        texts = dns.txt(f"_dmarc.{name}")
        found = [record for text in texts if (record := dmarc_record(name, text))]
        if name == start and not found:
            unread = tuple(text for text in texts if "dmarc" in text.lower())
        if len(found) > 1:
            crowded.append(name)
        elif found:
            records += found
            if found[0].tag("psd").lower() in ("y", "n"):
                break
    return DmarcWalk(start=start, records=tuple(records), crowded=tuple(crowded), unread=unread)


def aligned(author: DmarcWalk, other: DmarcWalk, *, strict: bool) -> bool:
    """Whether the domain of ``other`` counts for that of ``author``: the same, or of the same organisation (4.4)."""
    if author.start == other.start:
        return True
    return not strict and author.organisation == other.organisation


def _names(start: str) -> Iterator[str]:
    """The names that are asked, each with fewer labels than the one before."""
    yield start
    labels = start.split(".")
    rest = labels[1:] if len(labels) <= _LABELS else labels[-_LABELS:]
    for place in range(len(rest)):
        yield ".".join(rest[place:])
