"""A real SMTP server on loopback (aiosmtpd) that offers what large relays offer and keeps all that it is told.

It answers for chosen readers as it is told: what a provider says at RCPT, or after the message's final dot.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: The parameters of RFC 3461, which aiosmtpd does not know.
_DSN = ("RET", "ENVID", "NOTIFY", "ORCPT")
#: The answers of one reader, the last of them for ever.
Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One accepted mail: its envelope, what MAIL and RCPT said beside the address, and its octets without dot-stuffing."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    mail_said: str = ""
    rcpt_said: str = ""


@dataclass(slots=True)
class Book:
    """What the server was told. ``asked`` has each RCPT with its sender in order, accepted or not.

    ``hello`` has each name after EHLO, ``turned_away`` the mails that were heard to the end and refused.
    """

    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    turned_away: list[Arrived] = field(default_factory=list)
    hello: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def of(self, reader: str) -> Arrived:
        """The one mail that this reader got."""
        (found,) = (mail for mail in self.arrived if reader in mail.recipients)
        return found


@contextmanager
def receiver(
    *,
    at_rcpt: Answers | None = None,
    at_dot: Answers | None = None,
    smtputf8: bool = True,
    dsn: bool = True,
    tells: Callable[[Arrived], None] = lambda _: None,
) -> Iterator[Book]:
    """Run the server on a free port. ``tells`` hears of each mail before it is answered for."""
    book = Book()
    handler = _Handler(book, dict(at_rcpt or {}), dict(at_dot or {}), tells, dsn=dsn)
    server = _Server(handler, hostname="127.0.0.1", port=0)
    server.SMTP_kwargs |= {"enable_SMTPUTF8": smtputf8, "hostname": "mx.example.net"}
    server.start()
    book.port = server.port
    try:
        yield book
    finally:
        server.stop()


class _Talker(SMTP):
    """The server's side of one connection."""

    said: dict[str, str]

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        self.said = {"MAIL": arg or ""}
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - the same
        self.said["RCPT"] = arg or ""
        await super().smtp_RCPT(arg)

    def _getparams(self, params: Sequence[str]) -> dict[str, Any] | None:
        known = [one for one in params if one.partition("=")[0] not in _DSN]
        return super()._getparams(known)


class _Server(Controller):
    """Asks the system for a free port, where the controller wants to be told one."""

    def factory(self) -> SMTP:
        return _Talker(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd is typed in part


class _Handler:
    def __init__(
        self, book: Book, at_rcpt: dict[str, Sequence[str]], at_dot: dict[str, Sequence[str]],
        tells: Callable[[Arrived], None], *, dsn: bool,
    ) -> None:  # fmt: skip
        self._book, self._at_rcpt, self._at_dot, self._tells, self._dsn = book, at_rcpt, at_dot, tells, dsn

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names, from here on
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self._book.hello.append(hostname)
        session.host_name = hostname
        offered = ["250-PIPELINING", *(["250-DSN"] if self._dsn else [])]
        return [*responses[:-1], *offered, responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._book.asked.append((address, envelope.mail_from or ""))
        if told := _next(self._at_rcpt, address):
            return told
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Go on"

    async def handle_DATA(self, server: _Talker, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = Arrived(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=envelope.original_content or b"",
            mail_said=server.said["MAIL"],
            rcpt_said=server.said["RCPT"],
        )
        if told := _next(self._at_dot, mail.recipients[0]):
            self._book.turned_away.append(mail)
            return told
        self._tells(mail)
        self._book.arrived.append(mail)
        return "250 2.0.0 Kept"


def _next(answers: dict[str, Sequence[str]], reader: str) -> str:
    """The next refusal for this reader; empty to go on."""
    told = answers.get(reader, ())
    if not told:
        return ""
    if len(told) > 1:
        answers[reader] = told[1:]
    return told[0]
