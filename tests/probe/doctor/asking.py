"""Ask a loopback DNS server that knows one zone."""

from collections.abc import Iterator
from contextlib import contextmanager

from dns_server import Records, dns_server
from newsletter.probe.dns import Resolver
from newsletter.probe.doctor.advice import Advice


@contextmanager
def zone(records: Records) -> Iterator[Resolver]:
    """A resolver of that zone."""
    with dns_server(records) as server:
        yield Resolver(nameservers=(server.host,), port=server.port)


def said(advice: tuple[Advice, ...], level: str) -> str:
    """Everything of that level, sentences and remedies."""
    return "\n".join(f"{one.sentence} {one.remedy}" for one in advice if one.level == level)
