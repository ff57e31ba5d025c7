"""What a probe has to say to the editor."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to mend or to look at. ``level`` is ``error`` where the mail should not go out like this.

    ``code`` names what was found (``link-dead``) and never changes; ``sentence`` says it in words and ``remedy`` what to
    do. ``url`` is the address as it stands in the mail, empty where it is about the whole mail.
    """

    code: str
    level: Literal["error", "warning"]
    sentence: str
    remedy: str = ""
    url: str = ""
