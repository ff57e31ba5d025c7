"""Where the links lead, and whether both parts of the mail have them."""

import ipaddress
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from newsletter.render.checks.finding import Finding, error, warning
from newsletter.render.checks.proof import Proof, name_of
from newsletter.render.compiled import Compiled
from newsletter.render.slots import SLOTS

_HREF = re.compile(r'href="([^"]*)"')
_TRACKING = re.compile(r"(?:utm_|fbclid$|gclid$|mc_[ce]id$|_hsenc$|_hsmi$|mkt_tok$)")


def links_of(compiled: Compiled) -> tuple[str, ...]:
    """Every address that the HTML links to, once, in order; the tokens of personal links among them."""
    return tuple(dict.fromkeys(unescape(url) for url in _HREF.findall(compiled.html)))


def links(compiled: Compiled) -> Iterator[Finding]:
    """Links that lead nowhere from a mail, and links that the text part lacks."""
    for url in links_of(compiled):
        if url not in SLOTS and urlsplit(url).scheme not in ("http", "https", "mailto"):
            yield error(
                "link-relative",
                f"The link {url!r} is not a whole address, so it leads nowhere from a mail.",
                "Write it out.",
            )
        if url not in compiled.text:
            yield error("text-parity", f"The link {url} is missing from the text part.", "Put it into body.txt too.")
    if any(_is_local(url) for url in links_of(compiled) if url not in SLOTS):
        yield warning(
            "link-local",
            "Links lead to this machine or network: nobody else can open them.",
            "Set base_url in config.toml to the public address, and correct the articles' links.",
        )


def article_links(proof: Proof) -> Iterator[Finding]:
    """The links of items: encrypted, and without marks that tell somebody else who clicked."""
    for section, item in proof.items:
        at = {"item": item.key, "section": section.name}
        if item.url and item.url.startswith("http://") and not _is_local(item.url):
            sentence = f"The link of “{name_of(item)}” is not encrypted (http)."
            yield warning("link-http", sentence, "Use https if the site has it.", **at)
        if item.url and (found := _tracked(item.url)):
            sentence = f"The link of “{name_of(item)}” carries {found}, with which others count your readers."
            yield warning("link-tracked", sentence, f"Cut off everything from {found} on.", **at)


def _tracked(url: str) -> str:
    return next((key for key, _value in parse_qsl(urlsplit(url).query) if _TRACKING.match(key)), "")


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
