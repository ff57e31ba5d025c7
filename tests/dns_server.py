"""A DNS server on loopback that knows what it is told.

    with dns_server({"example.org": {"TXT": ["v=spf1 -all"], "MX": ["10 mx.example.org."]}}) as server: ...

An address as key stands for its name below in-addr.arpa or ip6.arpa. `SERVFAIL` in place of the records makes the
server answer that it failed, `SILENCE` makes it answer nothing. What it does not know does not exist (NXDOMAIN).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from socketserver import BaseRequestHandler, UDPServer
from threading import Thread
from typing import Final, TypeAlias

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.reversename
import dns.rrset
from dns.rdtypes.ANY.TXT import TXT

SERVFAIL: Final = "SERVFAIL"
SILENCE: Final = "SILENCE"
Records: TypeAlias = Mapping[str, Mapping[str, Sequence[str]] | str]

_LONGEST_STRING = 255


@dataclass(slots=True)
class NameServer:
    """Where the server listens and what it was asked, as ("example.org", "TXT"), in order."""

    host: str = "127.0.0.1"
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def dns_server(records: Records) -> Iterator[NameServer]:
    """Run a server on a free port of UDP. What changes in ``records`` meanwhile is known at once."""
    told = NameServer()

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            known = {_name(key): value for key, value in records.items()}
            query = dns.message.from_wire(data)
            question = query.question[0]
            told.asked.append((question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)))
            if known.get(question.name) != SILENCE:
                socket.sendto(_answer(query, known).to_wire(max_size=65_535), self.client_address)

    with UDPServer((told.host, 0), Handler) as server:
        told.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


def _answer(
    query: dns.message.Message, known: Mapping[dns.name.Name, Mapping[str, Sequence[str]] | str]
) -> dns.message.Message:
    question = query.question[0]
    answer = dns.message.make_response(query, recursion_available=True)
    records = known.get(question.name, {})
    if isinstance(records, str):
        answer.set_rcode(dns.rcode.SERVFAIL)
        return answer
    if texts := records.get(dns.rdatatype.to_text(question.rdtype), ()):
        data = [_rdata(question.rdtype, text) for text in texts]
        answer.answer.append(dns.rrset.from_rdata_list(question.name, 60, data))
    elif not any(name.is_subdomain(question.name) for name in known):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


def _rdata(kind: dns.rdatatype.RdataType, text: str) -> dns.rdata.Rdata:
    if kind != dns.rdatatype.TXT:
        return dns.rdata.from_text(dns.rdataclass.IN, kind, text)
    octets = text.encode()
    strings = [octets[at : at + _LONGEST_STRING] for at in range(0, len(octets), _LONGEST_STRING)]
    return TXT(dns.rdataclass.IN, kind, strings or [b""])


def _name(key: str) -> dns.name.Name:
    try:
        return dns.reversename.from_address(str(ip_address(key)))
    except ValueError:
        return dns.name.from_text(key)
