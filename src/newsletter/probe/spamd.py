"""Ask SpamAssassin's daemon by its own protocol (SPAMC/1.5, spamd/PROTOCOL in its sources)."""

import re
import socket
import time
from collections.abc import Callable, Iterator

from newsletter.probe.score import MOST_ANSWER, EngineAbsentError, EngineFailedError, Rule, SpamScore, spam_score

PORT = 783
_ENGINE = "SpamAssassin (spamd)"
_NUMBER = r"-?\d+(?:\.\d+)?"
_VERDICT = re.compile(
    rf"^Spam: *(?:True|False|Yes|No) *; *({_NUMBER}) */ *({_NUMBER}) *\r?$", re.IGNORECASE | re.MULTILINE
)
_LENGTH = re.compile(r"^Content-length: *(\d{1,9}) *\r?$", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"SPAMD/\d[\d.]* (\d+) ")
# " 2.7 MISSING_DATE   Missing Date: header", in a header's report with a star before it.
_ROW = re.compile(rf"\t?(?:\* )? *({_NUMBER}) ([A-Z][A-Z0-9_]+)(?: +(.*))?")
_GOES_ON = re.compile(r"\t?(?:\* )? {4,}(\S.*)")


def ask_spamd(content: bytes, host: str, port: int, seconds: float) -> SpamScore:
    """The score of the message ``content``; it may take ``seconds`` altogether.

    ``EngineAbsentError`` if nobody listens there, ``EngineFailedError`` if the answer does not count.
    """
    ends = time.monotonic() + seconds
    request = f"REPORT SPAMC/1.5\r\nContent-length: {len(content)}\r\n\r\n".encode() + content
    try:
        with _connected(host, port, seconds) as connection:
            _send(connection, request, lambda: _left(ends))
            return _score(b"".join(_answer(connection, lambda: _left(ends))))
    except TimeoutError:
        raise EngineFailedError(f"{_ENGINE} took longer than {seconds:g} seconds. Try again later.") from None
    except OSError:
        raise EngineFailedError(f"{_ENGINE} broke off the conversation. Read its log.") from None


def report_rules(report: str) -> tuple[Rule, ...]:
    """The rows of the table in SpamAssassin's report, each with its description in one line."""
    rules: list[Rule] = []
    for line in report.splitlines():
        if row := _ROW.fullmatch(line.rstrip()):
            rules.append(Rule(row[2], float(row[1]), row[3] or ""))
        elif rules and (more := _GOES_ON.fullmatch(line.rstrip())):
            rules[-1] = rules[-1]._replace(description=f"{rules[-1].description} {more[1]}".strip())
    return tuple(rules)


def _connected(host: str, port: int, seconds: float) -> socket.socket:
    try:
        return socket.create_connection((host, port), timeout=seconds)
    except TimeoutError:
        raise
    except (OSError, UnicodeError):
        raise EngineAbsentError(f"SpamAssassin's daemon does not listen on {host}:{port}.") from None


def _send(connection: socket.socket, request: bytes, left: Callable[[], float]) -> None:
    connection.settimeout(left())
    connection.sendall(request)
    connection.shutdown(socket.SHUT_WR)


def _answer(connection: socket.socket, left: Callable[[], float]) -> Iterator[bytes]:
    """The answer to its end, piece by piece."""
    taken = 0
    while True:
        connection.settimeout(left())
        piece = connection.recv(65_536)
        if not piece:
            return
        taken += len(piece)
        if taken > MOST_ANSWER:
            raise EngineFailedError(f"{_ENGINE} answers without end. Check spam.address.")
        yield piece


def _left(ends: float) -> float:
    """The seconds that remain; ``TimeoutError`` when there are none: a daemon that drips gains no time by it."""
    remaining = ends - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    return remaining


def _score(answer: bytes) -> SpamScore:
    """Read an answer; one that is cut short is none."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    fields = head.decode("ascii", "replace")
    status, verdict, length = _STATUS.match(fields), _VERDICT.search(fields), _LENGTH.search(fields)
    if status and status[1] != "0":
        raise EngineFailedError(f"{_ENGINE} answered with error {status[1]}. Read its log.")
    if not (status and blank and verdict and length):
        raise EngineFailedError("What listens there does not answer like SpamAssassin's daemon. Check spam.address.")
    if len(body) < int(length[1]):
        raise EngineFailedError(f"{_ENGINE} broke off in the middle of its answer. Read its log.")
    # Above the table the report quotes the mail; a site's own report may have no table.
    _, rule_off, table = body.decode("utf-8", "replace").rpartition("---- -----")
    return spam_score(_ENGINE, float(verdict[1]), float(verdict[2]), report_rules(table) if rule_off else ())
