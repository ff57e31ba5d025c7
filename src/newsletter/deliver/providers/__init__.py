"""Mail through the HTTP interfaces of providers: Amazon SES, Postmark, Mailgun, Resend."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from newsletter.deliver.providers.exchange import Provider, ProviderTransport
from newsletter.deliver.providers.mailgun import Mailgun
from newsletter.deliver.providers.postmark import Postmark
from newsletter.deliver.providers.resend import Resend
from newsletter.deliver.providers.ses import AmazonSes
from newsletter.errors import ConfigError

_MAILGUN = {"": "https://api.mailgun.net", "us": "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}
_REGION = re.compile(r"[a-z0-9-]{1,40}")
_VISIBLE = re.compile(r"[!-~]+")
_DOMAIN = re.compile(r"([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")


def open_provider(  # noqa: PLR0913 - the keys of one section of the configuration; all by name
    *,
    kind: str,
    key: str,
    secret: str = "",
    endpoint: str = "",
    region: str = "",
    domain: str = "",
    stream: str = "broadcast",
    connections: int = 4,
) -> ProviderTransport:
    """The transport to a provider, not entered yet, from the keys under ``[provider]``.

    ``kind`` is "ses", "postmark", "mailgun" or "resend"; ``key`` the access key, server token or API key; ``secret`` the
    secret access key of SES. ``endpoint`` replaces the provider's own address. ``region`` is that of SES, or Mailgun's
    "us" or "eu". ``domain`` is Mailgun's sending domain, if it is not the sender's; ``stream`` is Postmark's.
    ``ConfigError`` names the key that is missing or wrong, and repeats no value.
    """
    _check_credential("key", key)
    provider: Provider
    match kind:
        case "ses":
            _check_credential("secret", secret)
            _check(_REGION, "region", region, 'the region of your SES identities, as "eu-central-1"')
            address = _endpoint(endpoint or f"https://email.{region}.amazonaws.com")
            provider = AmazonSes(endpoint=address, region=region, key=key, secret=secret)
        case "postmark":
            _check(_VISIBLE, "stream", stream, "the ID of a broadcast stream")
            provider = Postmark(endpoint=_endpoint(endpoint or "https://api.postmarkapp.com"), stream=stream, key=key)
        case "mailgun":
            if region not in _MAILGUN:
                raise ConfigError('provider.region is not one of Mailgun\'s; set it to "us" or "eu".')
            if domain:
                _check(_DOMAIN, "domain", domain, "your sending domain at Mailgun")
            provider = Mailgun(endpoint=_endpoint(endpoint or _MAILGUN[region]), domain=domain, key=key)
        case "resend":
            provider = Resend(endpoint=_endpoint(endpoint or "https://api.resend.com"), key=key)
        case _:
            raise ConfigError('provider.kind is not known; set it to "ses", "postmark", "mailgun" or "resend".')
    return ProviderTransport(provider, connections=connections)


def _check(form: re.Pattern[str], name: str, value: str, meant: str) -> None:
    if not form.fullmatch(value):
        raise ConfigError(f"provider.{name} is missing or malformed; set it to {meant}.")


def _check_credential(name: str, value: str) -> None:
    """Refuse what no header can carry: later the HTTP library would complain and print it."""
    if not value or not (value.isascii() and value.isprintable()) or value != value.strip():
        raise ConfigError(
            f"provider.{name} is missing or holds a character that keys do not have, perhaps a line break; "
            f"set NEWSLETTER_PROVIDER__{name.upper()}."
        )


def _endpoint(address: str) -> str:
    """``address`` without a slash at its end; clear text is for this machine only."""
    try:
        parts = urlsplit(address)
        right = bool(parts.hostname) and parts.port != 0 and parts.scheme in ("http", "https")
    except ValueError:
        right = False
    if not (right and _VISIBLE.fullmatch(address)) or set(address) & set("?#@"):
        raise ConfigError("provider.endpoint is no address of an interface; leave it empty, or set it to https://HOST.")
    if parts.scheme == "http" and not _loopback(parts.hostname or ""):
        raise ConfigError("provider.endpoint would send mail and key in clear text; begin it with https.")
    return address.rstrip("/")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
