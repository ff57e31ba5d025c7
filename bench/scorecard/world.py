"""What the rows look at: one real issue of the sample magazine, sent by the real code to a real SMTP server on loopback.

The articles, the newsletter and most readers are those that ship with the program; a few readers more have what
addresses and names can have. The keys are made here and thrown away. What a sender would have in DNS stands in ``zone``.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from bench.scorecard.reading import Reading
from bench.scorecard.receiver import Arrived, Book, receiver
from newsletter.app import App
from newsletter.assets import asset
from newsletter.cli.newsletter_file import read_newsletter
from newsletter.config import Settings, read_settings
from newsletter.deliver.dkim_keys import KeyFolder, State, dns_record
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot
from newsletter.model.subscriber import SubscriptionState
from newsletter.moving.newcomer import Standing
from newsletter.moving.reading import open_list
from newsletter.pipeline import Press
from newsletter.web.app import create

DOMAIN = "tidewater.example"
BOUNCES = f"bounces.{DOMAIN}"
PAGES = f"https://pages.{DOMAIN}"
HELO = f"mail.{DOMAIN}"
#: Outside the ranges for documentation, which are no public addresses to anybody.
ADDRESS = "198.2.128.5"
SLOT = "2026-W47"
#: Readers whose addresses and names ask for more than ASCII.
_MORE = """email,name,state,skips
jürgen@example.com,Jürgen,active,
eve@bücher.example,"Eve ""The Pier"" Dr., Ph.D.",active,
"""
_CONFIG = """\
base_url = "{pages}"
secret_key = "a-secret-that-is-made-for-the-scorecard-only"

[delivery]
transport = "smtp"
bounces = "{bounces}"

[relay]
host = "127.0.0.1"
port = {port}
security = "none"
helo = "{helo}"
"""


@dataclass(kw_only=True)
class World:
    """The issue as it arrived, and everything that it came from.

    ``records`` are the TXT records of our DKIM keys by name.
    ``stack`` closes what rows open for others to use too, and ``opened`` knows it by name.
    ``pages`` makes the application that the links in the mails lead to.
    """

    folder: Path
    settings: Settings
    press: Press
    newsletter: Newsletter
    issue_id: int
    mails: tuple[Arrived, ...]
    hello: tuple[str, ...]
    records: Mapping[str, str]
    stack: ExitStack = field(default_factory=ExitStack)
    opened: dict[str, Any] = field(default_factory=dict)
    pages: Callable[[Press], FastAPI] = create

    @cached_property
    def readings(self) -> list[Reading]:
        """Every mail, read."""
        return [Reading(mail) for mail in self.mails]

    @property
    def first(self) -> Reading:
        """The mail of a reader who skips nothing."""
        return self.readings[0]

    @cached_property
    def zone(self) -> dict[str, dict[str, list[str]]]:
        """What such a sender should publish, as `dns_server` takes it."""
        spf = f"v=spf1 ip4:{ADDRESS} -all"
        return {
            DOMAIN: {"TXT": [spf], "MX": [f"10 {HELO}."]},
            BOUNCES: {"TXT": [spf], "MX": [f"10 {HELO}."]},
            HELO: {"A": [ADDRESS]},
            ADDRESS: {"PTR": [f"{HELO}."]},
            f"_dmarc.{DOMAIN}": {"TXT": [f"v=DMARC1; p=reject; rua=mailto:dmarc@{DOMAIN}"]},
            f"_smtp._tls.{DOMAIN}": {"TXT": [f"v=TLSRPTv1; rua=mailto:tls@{DOMAIN}"]},
            f"_mta-sts.{DOMAIN}": {"TXT": ["v=STSv1; id=1"]},
            f"default._bimi.{DOMAIN}": {"TXT": [f"v=BIMI1; l={PAGES}/logo.svg"]},
            **{name: {"TXT": [text]} for name, text in self.records.items()},
        }

    @contextmanager
    def browser(self) -> Iterator[TestClient]:
        """A browser without cookies on our pages."""
        with TestClient(self.pages(self.press), base_url=PAGES, follow_redirects=False) as client:
            yield client

    def paths(self) -> dict[str, Any]:
        """Every page of ours and what it takes, as OpenAPI tells it."""
        told = self.pages(self.press).openapi()
        return {"paths": told["paths"], "bodies": told.get("components", {}).get("schemas", {})}

    def database(self) -> str:
        """A digest of everything that is stored."""
        with closing(sqlite3.connect(self.folder / "newsletter.db")) as connection:
            return sha256("\n".join(connection.iterdump()).encode()).hexdigest()

    def keys(self) -> KeyFolder:
        """The folder of our DKIM keys."""
        return KeyFolder.of(self.settings.path(self.settings.dkim.keys), DOMAIN)


@contextmanager
def made_world(say: Callable[[str], None] = lambda _: None) -> Iterator[World]:
    """Make the issue, send it, and keep everything open until the rows are judged."""
    with TemporaryDirectory(prefix="scorecard-") as made, ExitStack() as stack:
        folder = Path(made)
        folder.chmod(0o755)  # servers that do not run as root look into it
        say("Making an issue of the sample magazine and sending it to a server on loopback ...")
        book = stack.enter_context(receiver())
        settings = _settings(folder, book.port)
        keys = KeyFolder.of(settings.path(settings.dkim.keys), DOMAIN).make("r1", "e1")
        press = stack.enter_context(_press(settings))
        newsletter, issue_id = _approved(press, folder)
        press.dispatch.send(issue_id, App(settings).transport())
        yield World(
            folder=folder, settings=settings, press=press, newsletter=newsletter, issue_id=issue_id,
            mails=_in_order(press, newsletter, book), hello=tuple(book.hello), stack=stack,
            records={record.name: record.value for record in map(dns_record, keys)},
        )  # fmt: skip


def records_of(keys: KeyFolder) -> dict[str, str]:
    """What is published for every key of the folder, whatever its state."""
    found = [dns_record(key) for state in State for key in keys.load(state)]
    return {record.name: record.value for record in found}


def _settings(folder: Path, port: int) -> Settings:
    config = folder / "config.toml"
    config.write_text(_CONFIG.format(pages=PAGES, bounces=BOUNCES, helo=HELO, port=port), encoding="utf-8")
    return read_settings(config)


@contextmanager
def _press(settings: Settings) -> Iterator[Press]:
    with App(settings).store() as store:
        store.upgrade()
    with App(settings).press() as press:
        yield press


def _approved(press: Press, folder: Path) -> tuple[Newsletter, int]:
    """The sample magazine's last issue, approved, with its readers."""
    samples = asset("samples") / "magazine"
    for page in sorted((samples / "articles").glob("*.md")):
        press.intake.add_file(page)
    newsletter = press.store.newsletters.save(read_newsletter(samples / "newsletter.toml"))
    more = folder / "more.csv"
    more.write_text(_MORE, encoding="utf-8")
    for file in (samples / "subscribers.csv", more):
        press.moving_in.carry(open_list(file), newsletter, usual=Standing.ACTIVE)
    issue = press.desk.compose(newsletter, Slot(SLOT, newsletter.timezone))
    press.desk.approve(int(issue.id or 0))
    return newsletter, int(issue.id or 0)


def _in_order(press: Press, newsletter: Newsletter, book: Book) -> tuple[Arrived, ...]:
    """The mails, those of readers who skip nothing first."""
    skips = {one.subscriber.email: len(one.skips) for one in press.store.subscribers.of(int(newsletter.id or 0))
             if one.state is SubscriptionState.ACTIVE}  # fmt: skip
    return tuple(sorted(book.arrived, key=lambda mail: skips.get(mail.recipients[0], 1)))
