"""A line of a manifest: what one recipient of an issue was sent, in a form that can be kept and checked later."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``sha256`` is of the message's bytes, in hexadecimal; empty if none was sent or it cannot be made anew.

    ``composed`` is the Date of the message, ``settled`` when the answer was written down.
    """

    recipient: int
    state: str
    message_id: str = ""
    sha256: str = ""
    composed: str = ""
    settled: str = ""
    reply_code: int | None = None
    reply_text: str = ""
    maybe_sent: bool = False

    @classmethod
    def read(cls, values: dict[str, Any]) -> "Entry":
        """The line of these values. ``TypeError`` if they are not those of a line."""
        return cls(**values)

    def values(self) -> dict[str, Any]:
        """What a file keeps of it."""
        return asdict(self)

    def contradicted_by(self, now: "Entry") -> str | None:
        """What the ledger says otherwise than this line, in words; ``None`` if they agree.

        A digest that can no longer be made, because the reader's address or name has changed, contradicts nothing.
        """
        for name in ("state", "message_id", "composed", "settled", "reply_code", "reply_text", "maybe_sent"):
            if getattr(self, name) != getattr(now, name):
                return f"its {name.replace('_', ' ')} was {getattr(self, name)!r} and is {getattr(now, name)!r}"
        if self.sha256 and now.sha256 and self.sha256 != now.sha256:
            return "the message is another one"
        return None
