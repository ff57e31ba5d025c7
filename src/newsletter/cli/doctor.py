"""``newsletter doctor``: what a sender's domain publishes, what the relay can do, and what to change."""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.output import AsJson, busy, say, say_json
from newsletter.cli.session import open_app
from newsletter.errors import AddressError, DnsError, NewsletterError

if TYPE_CHECKING:
    from newsletter.app import App
    from newsletter.probe.dns import Resolver
    from newsletter.probe.doctor.advice import Advice
    from newsletter.probe.doctor.dkim import Selector
    from newsletter.probe.relay_probe import SmtpProbe

_DNS_PORT, _LAST_PORT = 53, 65_535
_RELAY = "relay"


def doctor(
    context: typer.Context,
    domain: Annotated[
        str | None, typer.Argument(help="The domain of a sender; those of your newsletters' senders if not given.")
    ] = None,
    as_json: AsJson = False,
    nameserver: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="The name server to ask, by its address, instead of the system's.")
    ] = "",
) -> None:
    """Check what a sender's domain publishes, and the relay, and say what to change. Exit code 1 if there is an error.

    Nothing is mailed: the conversation with the relay ends after the login.
    """
    from newsletter.probe.dns import Resolver
    from newsletter.probe.doctor.examination import Sender, examine_sender

    servers, port = _name_server(nameserver)
    dns = Resolver(nameservers=servers, port=port)
    app = open_app(context)
    domains = [_plain(domain)] if domain else _senders(app)
    probe = _probe(app)
    with busy("Asking the DNS and the relay"):
        found = {_RELAY: _relay(probe, dns)}
        leaves_from = _leaves_from(probe, dns) if probe else ()
        for one in domains:
            envelope = app.settings.delivery.bounces or one
            sender = Sender(domain=one, envelope=envelope, selectors=_selectors(app, one))
            found[one] = examine_sender(sender, dns, leaves_from)
    grouped = [(about, found[about]) for about in (*domains, _RELAY)]
    if as_json:
        say_json([{"about": about, **asdict(advice)} for about, part in grouped for advice in part])
    else:
        _say_grouped(grouped)
    levels = [advice.level for _, part in grouped for advice in part]
    if errors := levels.count("error"):
        things = "One thing keeps" if errors == 1 else f"{errors} things keep"
        raise NewsletterError(f"{things} mail from arriving; mend what is marked error, then run the doctor again.")
    if not as_json:
        warnings = levels.count("warning")
        say(f"Nothing stands in the way of sending; {warnings} {'warning' if warnings == 1 else 'warnings'}.")


def _selectors(app: "App", domain: str) -> tuple["Selector", ...]:
    """The keys that sign mail from ``domain``; none where the relay signs."""
    from newsletter.deliver.dkim_keys import KeyFolder, dns_record
    from newsletter.probe.doctor.dkim import Selector

    keys = KeyFolder.of(app.settings.path(app.settings.dkim.keys), domain).load()
    return tuple(Selector(key.selector, key.domain, dns_record(key).value.rpartition("p=")[2]) for key in keys)


def _say_grouped(grouped: Iterable[tuple[str, tuple["Advice", ...]]]) -> None:
    for about, part in grouped:
        say(about)
        for advice in part:
            say(f"  {advice.level:<8} {advice.subject:<6} {advice.sentence}")
            if advice.remedy:
                say(f"{'':18}{advice.remedy}")


def _relay(probe: "SmtpProbe | None", dns: "Resolver") -> tuple["Advice", ...]:
    """The advice on the relay and on the name that we greet it with."""
    from newsletter.probe.doctor.advice import Advice
    from newsletter.probe.doctor.examination import examine_name
    from newsletter.probe.doctor.relay import SUBJECT, relay_advice

    if probe is None:
        sentence = 'Nothing is sent: mails are written to a folder (delivery.transport = "mailbox").'
        remedy = 'Set delivery.transport = "smtp" and [relay] to have the relay checked.'
        return (Advice(level="note", subject=SUBJECT, sentence=sentence, remedy=remedy),)
    addresses = _addresses(probe.host)
    local = bool(addresses) and all(ip_address(address).is_loopback for address in addresses)
    return (*relay_advice(probe, local=local), *examine_name(probe.name, dns, own_relay=_is_own(addresses)))


def _leaves_from(probe: "SmtpProbe", dns: "Resolver") -> tuple[str, ...]:
    """Where the relay hands on from, as far as we know: its own addresses, or those of our name where it is ours."""
    addresses = _addresses(probe.host)
    if not _is_own(addresses):
        return addresses
    try:
        return dns.addresses(probe.name) or addresses
    except DnsError:
        return addresses


def _is_own(relay_addresses: Sequence[str]) -> bool:
    """Whether the relay is inside our network, and so speaks to receivers from here; others use a name of their own."""
    return bool(relay_addresses) and not any(ip_address(address).is_global for address in relay_addresses)


def _probe(app: "App") -> "SmtpProbe | None":
    """What greets the configured relay; ``None`` where nothing is sent."""
    from newsletter.config import TransportKind
    from newsletter.probe.relay_probe import SmtpProbe

    settings, relay = app.settings, app.settings.relay
    if settings.delivery.transport is TransportKind.MAILBOX:
        return None
    return SmtpProbe(
        host=relay.host,
        port=relay.port,
        security=relay.security,
        username=relay.username,
        password=relay.password.get_secret_value() if relay.password else "",
        helo=relay.helo,
        ca_file=settings.path(relay.ca_file) if relay.ca_file else None,
    )


def _senders(app: "App") -> list[str]:
    """The domains of all newsletters' senders."""
    with app.press() as press:
        found = [newsletter.sender for newsletter in press.store.newsletters.all()]
    if not found:
        raise NewsletterError("There is no newsletter yet; name a domain: newsletter doctor news.example.org")
    return list(dict.fromkeys(map(_plain, found)))


def _plain(given: str) -> str:
    """The domain of ``given``, a domain or an address, as it stands in the DNS."""
    from newsletter.deliver.envelope import wire_address

    try:
        return wire_address(f"x@{given.rpartition('@')[2].rstrip('.')}").rpartition("@")[2].lower()
    except AddressError:
        raise NewsletterError(f"{given!r} is no domain; write it as news.example.org.") from None


def _addresses(host: str) -> tuple[str, ...]:
    """The addresses that a delivery would connect to; none where the name is not known."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(place[0]).partition("%")[0] for *_, place in found))


def _name_server(given: str) -> tuple[tuple[str, ...], int]:
    """Addresses and port for the resolver: none and the usual port where nothing is given."""
    if not given:
        return (), _DNS_PORT
    host, colon, port = given.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):  # an address alone, maybe of IPv6
        host, port = given, str(_DNS_PORT)
    host = host.strip("[]")
    try:
        ip_address(host)
        number = int(port)
    except ValueError:
        number = 0
    if not 1 <= number <= _LAST_PORT:
        raise typer.BadParameter("an address and a port, as 192.0.2.53:53", param_hint="--nameserver")
    return (host,), number
