"""An issue that another program sent: it stands in the archive and is never sent."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIssue:
    """``key`` is its place among our addresses: the day (UTC), and what the other program called it.

    ``html`` is clean: no script, style or form, and links and pictures by https alone. ``url`` is where it stood before,
    empty if that is not known; ``source`` the program that sent it.
    """

    key: str
    headline: str
    html: str
    published_at: datetime
    source: str
    dek: str = ""
    preheader: str = ""
    url: str = ""
