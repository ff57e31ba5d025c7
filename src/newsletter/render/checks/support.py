"""What each mail program can show: the facts of caniemail, distilled into ``support.json``.

The file names who lacks a feature, knows it in part, or was never tested; everybody else of its clients has it.
``docs/make_client_support.py`` makes it anew from a newer release of the data.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

#: The programs that a mail must look right in: family and platform as caniemail writes them, and the name for editors.
#: Windows Mail is left out, because Microsoft has withdrawn it; the new Outlook shows what Outlook on the web shows.
CLIENTS: Mapping[str, str] = MappingProxyType(
    {
        "gmail.desktop-webmail": "Gmail on the web",
        "gmail.ios": "Gmail for iPhone",
        "gmail.android": "Gmail for Android",
        "apple-mail.macos": "Apple Mail on the Mac",
        "apple-mail.ios": "Apple Mail on the iPhone",
        "outlook.windows": "Outlook for Windows",
        "outlook.outlook-com": "Outlook on the web",
        "outlook.macos": "Outlook for Mac",
        "outlook.ios": "Outlook for iPhone",
        "outlook.android": "Outlook for Android",
        "yahoo.desktop-webmail": "Yahoo Mail on the web",
        "yahoo.ios": "Yahoo Mail for iPhone",
        "yahoo.android": "Yahoo Mail for Android",
        "thunderbird.macos": "Thunderbird",
        "samsung-email.android": "Samsung Email",
        "protonmail.desktop-webmail": "Proton Mail on the web",
        "fastmail.desktop-webmail": "Fastmail on the web",
    }
)


class Verdict(StrEnum):
    """What caniemail's testers saw, in the letters of its data."""

    YES = "y"
    PARTLY = "a"
    NO = "n"
    UNKNOWN = "u"


@dataclass(frozen=True, slots=True)
class Facts:
    """The distilled data: which clients it speaks of, and for each feature a title and who does not simply have it."""

    clients: frozenset[str]
    features: Mapping[str, Mapping[str, Any]]

    def knows(self, slug: str) -> bool:
        """Whether there is a feature of this name."""
        return slug in self.features

    def title(self, slug: str) -> str:
        """The feature's name for people; the slug itself where the data has none."""
        return str(self.features.get(slug, {}).get("title", slug))

    def verdict(self, slug: str, client: str) -> Verdict:
        """Whether ``client`` shows the feature; unknown where feature or client are not in the data."""
        feature = self.features.get(slug)
        if feature is None or client not in self.clients:
            return Verdict.UNKNOWN
        return next(
            (v for v in (Verdict.NO, Verdict.PARTLY, Verdict.UNKNOWN) if client in feature.get(v, ())), Verdict.YES
        )

    def names(self, slug: str, verdict: Verdict) -> tuple[str, ...]:
        """Those of our clients with this verdict, by the name for editors and in the order of ``CLIENTS``."""
        return tuple(name for client, name in CLIENTS.items() if self.verdict(slug, client) is verdict)


@functools.cache
def facts() -> Facts:
    """The data that comes with the program, read once."""
    stored = json.loads(Path(__file__).with_name("support.json").read_text(encoding="utf-8"))
    return Facts(frozenset(stored["header"]["clients"]), stored["features"])
