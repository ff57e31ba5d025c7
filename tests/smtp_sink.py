"""A real SMTP server on loopback (aiosmtpd) that keeps what it was given."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One accepted mail. ``content`` are its bytes after the dots were taken off; ``options`` those of MAIL."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...] = ()


@dataclass(slots=True)
class Sink:
    """Where the server listens and what it has accepted. ``hello`` are the names that clients called themselves."""

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[Received] = field(default_factory=list)
    hello: list[str] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        """Every recipient of every mail, in the order of arrival."""
        return [recipient for message in self.messages for recipient in message.recipients]


@contextmanager
def smtp_sink(
    *,
    refuse: Mapping[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    tls_from_the_start: bool = False,
    login: tuple[str, str] | None = None,
    smtputf8: bool = True,
) -> Iterator[Sink]:
    """Run a sink on a free port.

    ``refuse`` maps recipients to the reply they get at RCPT ("550 5.1.1 No such user"). With ``tls`` nothing but
    STARTTLS is taken in clear text, or, with ``tls_from_the_start``, nothing at all. With ``login`` (name, password)
    nobody sends without it; it is taken in clear text where there is no TLS.
    """
    sink = Sink()
    settings: dict[str, Any] = {"enable_SMTPUTF8": smtputf8, "hostname": "sink.example"}
    if tls and not tls_from_the_start:
        settings |= {"tls_context": tls, "require_starttls": True}
    if login:
        settings |= {"authenticator": _doorkeeper(*login), "auth_require_tls": False}
    server = _Server(
        _Handler(sink, dict(refuse or {}), needs_login=login is not None),
        hostname=sink.host,
        port=0,
        ssl_context=tls if tls_from_the_start else None,
    )
    server.SMTP_kwargs |= settings
    server.start()
    sink.port = server.port
    try:
        yield sink
    finally:
        server.stop()


class _Server(Controller):
    """Asks the system for a free port, where the controller wants to be told one."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd is typed in part


class _Handler:
    def __init__(self, sink: Sink, refuse: Mapping[str, str], *, needs_login: bool) -> None:
        self._sink = sink
        self._refuse = refuse
        self._needs_login = needs_login

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self._sink.hello.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._needs_login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Go on"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self._refuse:
            return self._refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Go on"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._sink.messages.append(
            Received(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                content=envelope.original_content or b"",
                options=tuple(envelope.mail_options),
            )
        )
        return "250 2.0.0 Kept"


def _doorkeeper(name: str, password: str) -> Any:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        right = given == LoginPassword(name.encode(), password.encode())
        return AuthResult(success=right, handled=right)

    return check
