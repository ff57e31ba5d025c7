"""The composition root: settings in, a wired press out. The only place that chooses implementations.

What is chosen is imported when it is asked for, so that no command waits for what it does not need.
"""

import getpass
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from newsletter.config import EngineKind, PictureStore, Relay, Settings, TransportKind
from newsletter.deliver.pace.limits import Limits, Rate
from newsletter.errors import ConfigError
from newsletter.model.seal import Seal
from newsletter.pipeline import Press, now
from newsletter.render.links import Links
from newsletter.render.templates import Templates
from newsletter.store.frozen import Enqueue
from newsletter.store.store import Store

if TYPE_CHECKING:
    from newsletter.assistant.endpoint import Endpoint
    from newsletter.deliver.dkim import Signer
    from newsletter.deliver.metered import Meter
    from newsletter.deliver.relay import SmtpRelay
    from newsletter.deliver.transport import Transport
    from newsletter.ingest.fetch import Fetcher
    from newsletter.pictures import Pictures, Shelf
    from newsletter.schedule.rounds import Rounds


@dataclass(frozen=True, slots=True)
class App:
    """Everything that the settings decide."""

    settings: Settings

    @contextmanager
    def press(self) -> Iterator[Press]:
        """A press on an open store of the right schema; the store is closed at the end."""
        with self.store() as store:
            store.require_current()
            yield Press(
                store=store,
                links=self.links,
                media=self.settings.path(self.settings.media),
                actor=_login_name(),
                journals=self.settings.path(self.settings.delivery.journal),
                limits=self.limits,
                warm_up_since=self.settings.delivery.warm_up_since,
                bounces=self.settings.delivery.bounces,
                signer_for=self._sign,
                templates=self.templates,
                illustrate=lambda issue: self.pictures(store).illustrate(issue),
            )

    def rounds(self, press: Press, say: Callable[[str], None]) -> "Rounds":
        """What a process that goes on does over and over: the calendar, the sources, mails to the editors."""
        from newsletter.schedule.guard import Guard
        from newsletter.schedule.remembered import Remembered
        from newsletter.schedule.rounds import Rounds
        from newsletter.schedule.scheduler import Scheduler

        mark = self.settings.path(self.settings.delivery.journal) / "generation.json"
        scheduler = Scheduler(
            press=press, guard=Guard(press.store, mark, press.actor), enqueue=self.enqueue, say=say,
            lessee=f"{socket.gethostname()}:{os.getpid()}",
        )  # fmt: skip
        minutes = self.settings.fetch.every_minutes
        return Rounds(
            scheduler=scheduler, fetcher=self.fetcher, transport=lambda: self.transport(press.store), say=say,
            refresh_every=timedelta(minutes=minutes) if minutes else None,
            remembered=Remembered(press.store, mark.with_name("suppressed.jsonl"), press.actor),
        )  # fmt: skip

    @property
    def limits(self) -> Limits:
        """How fast mail may leave; ``ConfigError`` for a rate that is not understood."""
        delivery = self.settings.delivery
        return Limits(
            everything=Rate.parse(delivery.rate) if delivery.rate else None,
            each_group=Rate.parse(delivery.provider_rate) if delivery.provider_rate else None,
            groups={name: Rate.parse(rate) for name, rate in delivery.provider_rates.items()},
        )

    @property
    def enqueue(self) -> Enqueue:
        """How the configured engine is told of batches; the embedded one finds them in the ledger."""
        if self.settings.work.engine is EngineKind.EMBEDDED:
            return lambda *_: None
        from newsletter.work import postgres

        return postgres.enqueue

    def store(self) -> Store:
        """The store, whatever its schema."""
        return Store(self.settings.database_url, Seal(self._secrets))

    @property
    def _secrets(self) -> tuple[str, ...]:
        settings = self.settings
        return tuple(key.get_secret_value() for key in (settings.secret_key, *settings.former_secret_keys))

    @property
    def links(self) -> Links:
        """The signer of links in mails."""
        mailbox = self.settings.delivery.unsubscribe_mailbox or ""
        return Links(self.settings.base_url, self._secrets[0], self._secrets[1:], mailbox)

    @property
    def templates(self) -> Templates:
        """The templates and themes, the operator's own before the shipped ones."""
        own = self.settings.templates
        return Templates(self.settings.path(own) if own else None)

    def transport(self, store: Store | None = None) -> "Transport":
        """Where mail goes. The limits of relays are shared with other senders through ``store``."""
        settings = self.settings
        if settings.delivery.transport is TransportKind.MAILBOX:
            from newsletter.deliver.mailbox import MailboxTransport

            return MailboxTransport(settings.path(settings.delivery.mailbox))
        if settings.delivery.transport is TransportKind.PROVIDER:
            return self._provider()
        from newsletter.deliver.smtp import SmtpTransport

        relays = [self._relay(relay) for relay in (settings.relay, *settings.relays)]
        return SmtpTransport(*relays, meter=_meter(store)) if store else SmtpTransport(*relays)

    def _relay(self, relay: Relay) -> "SmtpRelay":
        from newsletter.deliver.relay import SmtpRelay

        return SmtpRelay(
            host=relay.host, port=relay.port, security=relay.security, username=relay.username, login=relay.login,
            password=_secret(relay.password), helo=relay.helo, connections=relay.connections,
            ca_file=self.settings.path(relay.ca_file) if relay.ca_file else None,
            weight=relay.weight, rank=relay.rank, per_second=Rate.parse(relay.rate).per_second if relay.rate else None,
        )  # fmt: skip

    def signer_for(self, domain: str) -> "Signer | None":
        """What signs mail from ``domain`` with DKIM; nothing where it has no keys.

        ``DkimKeyError`` if it has keys that cannot be used: mail that should be signed never goes out unsigned.
        """
        folder = self.settings.path(self.settings.dkim.keys)
        if not folder.is_dir():
            return None
        from newsletter.deliver.dkim import Signer
        from newsletter.deliver.dkim_keys import KeyFolder

        keys = KeyFolder.of(folder, domain).load()
        return Signer(keys=keys) if keys else None

    def _provider(self) -> "Transport":
        from newsletter.deliver.providers import open_provider

        provider = self.settings.provider
        return open_provider(
            kind=provider.kind, key=_secret(provider.key), secret=_secret(provider.secret), endpoint=provider.endpoint,
            region=provider.region, domain=provider.domain, stream=provider.stream, connections=provider.connections,
        )  # fmt: skip

    def _sign(self, domain: str) -> Callable[[bytes, bytes], bytes] | None:
        signer = self.signer_for(domain)
        return signer.sign if signer else None

    def pictures(self, store: Store) -> "Pictures":
        """What makes the pictures of issues ours."""
        from newsletter.pictures import Pictures

        return Pictures(
            store=store,
            shelf=self.shelf(),
            fetchers=self.fetcher,
            media=self.settings.path(self.settings.media),
            media_url=self.links.media(""),
            clock=now,
        )

    def shelf(self) -> "Shelf":
        """Where the pictures of issues lie; ``ConfigError`` if that needs an extra that is not installed."""
        pictures = self.settings.pictures
        if pictures.store is PictureStore.FOLDER:
            from newsletter.shelf.folder import FolderShelf

            return FolderShelf(self.settings.path(self.settings.media), self.links.media)
        from newsletter.shelf.s3 import S3Shelf

        return S3Shelf(
            bucket=pictures.bucket,
            endpoint=pictures.endpoint,
            region=pictures.region,
            access_key_id=pictures.access_key_id,
            secret_access_key=pictures.secret_access_key.get_secret_value() if pictures.secret_access_key else "",
            public_url=pictures.public_url,
            prefix=pictures.prefix,
            addressing=pictures.addressing,
        )

    def endpoint(self) -> "Endpoint":
        """The language model; ``ConfigError`` with the way to switch it on where it is off."""
        assistant = self.settings.assistant
        if not (assistant.url and assistant.model):
            raise ConfigError(
                "The assistant is off, and summaries are made without it. To switch it on set url and model "
                "under [assistant] in config.toml; config.example.toml explains them."
            )
        from newsletter.assistant.endpoint import Endpoint

        return Endpoint(
            url=assistant.url,
            model=assistant.model,
            key=assistant.key.get_secret_value() if assistant.key else "",
            seconds=assistant.seconds,
            options=assistant.options,
        )

    def fetcher(self) -> "Fetcher":
        """The one way to the web."""
        from newsletter.ingest.fetch import Fetcher

        return Fetcher(allow_hosts=self.settings.fetch.allow_hosts)


def _meter(store: Store) -> "Meter":
    return lambda relay, count: store.rates.reserve(f"relay:{relay.place}", count, relay.per_second or 1, now())


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def _login_name() -> str:
    """Who is at the keyboard, for the audit trail."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
