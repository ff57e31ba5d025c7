"""Whose door a recipient's domain is: many domains share one provider, who counts our mails over all of them."""

import re
from collections.abc import Mapping

#: Each provider's own mail domains.
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "google": ("gmail.com", "googlemail.com"),
    "microsoft": ("msn.com", "passport.com", "windowslive.com"),
    "yahoo": (
        "ymail.com", "rocketmail.com", "myyahoo.com", "aol.com", "aol.de", "aol.fr", "aol.it", "aol.co.uk", "aim.com",
        "netscape.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "ameritech.net", "pacbell.net",
    ),
    # Another company's servers under a licensed name.
    "yahoo-japan": ("yahoo.co.jp", "yahoo.ne.jp", "ybb.ne.jp"),
    "apple": ("icloud.com", "me.com", "mac.com", "privaterelay.appleid.com"),
    "gmx": ("web.de", "mail.com", "email.de"),
    "t-online": ("t-online.de", "magenta.de"),
    "freenet": ("freenet.de",),
    "mailru": ("mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru"),
    "yandex": ("ya.ru", "narod.ru"),
    "rambler": ("rambler.ru", "lenta.ru", "autorambler.ru", "myrambler.ru"),
    "ukrnet": ("ukr.net",),
    "orange": ("orange.fr", "wanadoo.fr"),
    "free": ("free.fr",),
    "sfr": ("sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr"),
    "laposte": ("laposte.net",),
    "libero": ("libero.it", "virgilio.it", "inwind.it", "iol.it", "blu.it"),
    "wp": ("wp.pl", "o2.pl", "tlen.pl"),
    "onet": ("onet.pl", "onet.eu", "op.pl", "poczta.onet.pl", "vp.pl"),
    "seznam": ("seznam.cz", "email.cz", "post.cz", "spoluzaci.cz"),
    "proton": ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
    "comcast": ("comcast.net", "xfinity.com"),
    "qq": ("qq.com", "foxmail.com"),
    "netease": ("163.com", "126.com", "yeah.net"),
}  # fmt: skip
#: Names that a provider holds under many countries' endings.
_NAMES = {"outlook": "microsoft", "hotmail": "microsoft", "live": "microsoft", "yahoo": "yahoo", "gmx": "gmx", "yandex": "yandex"}  # fmt: skip

_GROUP_OF = {domain: group for group, domains in _DOMAINS.items() for domain in domains}
# "outlook.de", "hotmail.co.uk", "yahoo.com.br", but not "live.example.org".
_EVERYWHERE = re.compile(rf"({'|'.join(_NAMES)})\.(?:com|net|(?:com?\.)?[a-z]{{2}})")


def group_of(domain: str) -> str:
    """The provider group of a recipient's ``domain``; the domain itself, in lower case, where no provider is known."""
    domain = domain.rstrip(".").lower()
    if known := _GROUP_OF.get(domain):
        return known
    found = _EVERYWHERE.fullmatch(domain)
    return _NAMES[found[1]] if found else domain
