"""A name server on the loopback interface that knows what a test tells it, and can fail as real ones do."""

import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

#: In place of the records of a name: it is answered with SERVFAIL, or not at all.
SERVFAIL, SILENCE = "servfail", "silence"

#: (name without final dot, type) -> the records as a zone file writes them, or SERVFAIL, or SILENCE.
Zone = Mapping[tuple[str, str], Sequence[str]]


def txt(value: str) -> str:
    """The text of a TXT record as a zone file writes it: in strings of at most 255 octets."""
    pieces = [value[at : at + 255] for at in range(0, len(value), 255)] or [""]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


@contextmanager
def name_server(zone: Zone) -> Iterator[int]:
    """Serve ``zone`` over UDP; yield the port of 127.0.0.1. What the test changes in ``zone`` counts at once."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, socket = self.request
            if (answer := _answer(dns.message.from_wire(wire), zone)) is not None:
                socket.sendto(answer.to_wire(max_size=65_535), self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _answer(query: Any, zone: Zone) -> Any:
    question = query.question[0]
    name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
    records = zone.get((name, kind), ())
    if records == SILENCE:
        return None
    answer = dns.message.make_response(query, recursion_available=True)
    if records == SERVFAIL:
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif records:
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
    elif not any(known == name for known, _ in zone):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
