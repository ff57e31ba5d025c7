"""Sending one mail, and what the caller was asked meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from deliver.providers.sample_mail import mail
from deliver.providers.scripted_http import HttpServer, Step, scripted_http
from newsletter.deliver.providers import open_provider
from newsletter.deliver.providers.exchange import ProviderTransport
from newsletter.model.delivery import Mail, Receipt

KEY, SECRET = "key-71b2c4", "secret-90ffe1"


@dataclass
class Hand:
    """Whoever hands mails over: answers ``says``, and notes how much the server had been told when it was asked."""

    server: HttpServer
    says: bool = True
    told: list[int] = field(default_factory=list)

    def __call__(self) -> bool:
        self.told.append(len(self.server.received))
        return self.says


@dataclass(frozen=True)
class Outcome:
    receipt: Receipt
    server: HttpServer
    asked: int


def provider_at(url: str, kind: str = "mailgun", connections: int = 1) -> ProviderTransport:
    region = "eu-central-1" if kind == "ses" else ""
    return open_provider(kind=kind, key=KEY, secret=SECRET, endpoint=url, region=region, connections=connections)


def sent(
    *script: Step,
    kind: str = "mailgun",
    what: Mail | None = None,
    says: bool = True,
    transport: Callable[[str], ProviderTransport] | None = None,
) -> Outcome:
    """Send one mail to a server that does ``script``."""

    async def run() -> Outcome:
        async with scripted_http(*script) as server:
            hand = Hand(server, says)
            async with transport(server.url) if transport else provider_at(server.url, kind) as opened:
                receipt = await opened.send(what or mail(), hand)
            return Outcome(receipt, server, len(hand.told))

    return asyncio.run(run())
