"""Advice on the relay: whether it takes our greeting, keeps the conversation private, and what it can do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from newsletter.errors import TransportError
from newsletter.probe.doctor.advice import Advice, Level

SUBJECT = "relay"
#: The largest mail that we ever make, in octets.
_LARGEST_MAIL = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What a relay said before any mail.

    ``capabilities`` are the lines after EHLO ("SIZE 10240000"), those inside TLS if there is any. ``tls`` is the
    protocol ("TLSv1.3"), ``None`` in clear text; ``authenticated`` says that we logged in.
    """

    capabilities: tuple[str, ...]
    tls: str | None
    authenticated: bool


class RelayProbe(Protocol):
    """What talks to the relay as a delivery would, up to the place where mail would begin."""

    def greet(self) -> Greeting:
        """Connect, greet, change over to TLS and log in as configured, and leave; `TransportError` says why not."""


#: An extension, why it is good to have, and what becomes of mail without it.
_EXTENSIONS = (
    ("PIPELINING", "many mails go in one breath", "each mail waits for more answers, so an issue takes longer"),
    ("8BITMIME", "mail of eight bits is taken", "nothing is lost: our mail is of seven bits on the wire"),
    ("SMTPUTF8", "readers with letters outside ASCII before the @ are reached", "readers with letters outside ASCII before the @ are refused"),
    ("DSN", "we can ask for reports that name the reader", "bounces come as each server likes to write them"),
)  # fmt: skip


def relay_advice(probe: RelayProbe, *, local: bool) -> tuple[Advice, ...]:
    """What the relay's greeting means. ``local`` says that it stands on this very machine, where TLS guards nothing."""
    try:
        greeting = probe.greet()
    except TransportError as error:
        # Its sentence tells the remedy too.
        return (_advice("error", str(error)),)
    able = {word.upper(): rest for word, _, rest in (line.partition(" ") for line in greeting.capabilities)}
    return (*_privacy(greeting, able, local=local), *_size(able), *_extensions(able))


def _privacy(greeting: Greeting, able: Mapping[str, str], *, local: bool) -> Iterator[Advice]:
    if greeting.tls:
        yield _advice("ok", f"The relay speaks {greeting.tls} and proves its name.")
    elif local:
        yield _advice("ok", "The relay is on this machine; clear text does not leave it.")
    else:
        remedy = (
            'Set relay.security = "starttls", which it offers.'
            if "STARTTLS" in able
            else 'The relay offers no STARTTLS here: try port 465 with relay.security = "tls", or another relay.'
        )
        yield _advice(
            "warning",
            "The conversation with the relay is in clear text: mails and readers' addresses lie open.",
            remedy,
        )
    if greeting.authenticated:
        yield _advice("ok", "The relay takes our login.")
    elif "AUTH" in able:
        yield _advice("note", "The relay offers a login and we have none; it may refuse mail (relay.username).")


def _size(able: Mapping[str, str]) -> Iterator[Advice]:
    told = able.get("SIZE", "")
    # RFC 1870, 4: no figure, or zero, is no fixed limit.
    limit = int(told) if told.isascii() and told.isdigit() else 0
    if 0 < limit < _LARGEST_MAIL:
        yield _advice(
            "warning",
            f"The relay takes mails of {limit:,} octets at most; ours may have up to {_LARGEST_MAIL:,}.",
            "Raise its limit (in Postfix message_size_limit).",
        )
    elif limit:
        yield _advice("ok", f"The relay takes mails of up to {limit:,} octets.")


def _extensions(able: Mapping[str, str]) -> Iterator[Advice]:
    for name, good, without in _EXTENSIONS:
        if name in able:
            yield _advice("ok", f"The relay offers {name}: {good}.")
        else:
            yield _advice("note", f"The relay does not offer {name}: {without}.")


def _advice(level: Level, sentence: str, remedy: str = "") -> Advice:
    return Advice(level=level, subject=SUBJECT, sentence=sentence, remedy=remedy)
