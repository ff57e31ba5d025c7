"""Telling a refused reader from a refused sender."""

import re
from dataclasses import dataclass, field

from newsletter.model.delivery import Receipt, Verdict

#: So many people in a row refused in the same words are not so many bad addresses.
REFUSALS = 5
#: So many conversations in a row, for each of those held at a time, that break off before a mail is taken.
LOST_CONNECTIONS = 3
_ADDRESS = re.compile(r"\S+@\S+")


@dataclass
class Breaker:
    """Watches receipts one after the other, over ``connections`` at a time.

    ``refused`` are the people of the present run of equal refusals, each with the number of the batch.
    """

    connections: int = 1
    refused: list[tuple[int, int]] = field(default_factory=list)
    _words: tuple[int, str] = (0, "")
    _lost: int = 0

    def saw(self, batch_id: int, subscriber_id: int, receipt: Receipt) -> None:
        """Take the next receipt into account."""
        self._lost = self._lost + 1 if receipt.connection_lost and receipt.verdict is Verdict.DEFERRED else 0
        # Code 0: the address was refused here, before the relay was asked.
        if receipt.verdict is Verdict.REFUSED and receipt.code:
            words = (receipt.code, receipt.text)
            person = (batch_id, subscriber_id)
            self.refused = [*self.refused, person] if words == self._words else [person]
            self._words = words
        elif receipt.verdict in (Verdict.ACCEPTED, Verdict.UNKNOWN):
            self.refused, self._words = [], (0, "")

    @property
    def sender_refused(self) -> bool:
        """Whether the relay seems to refuse us, whoever the mail is for."""
        return len(self.refused) >= REFUSALS

    @property
    def relay_gone(self) -> bool:
        """Whether the relay no longer holds a conversation."""
        return self._lost >= LOST_CONNECTIONS * self.connections


def told(receipt: Receipt) -> str:
    """The relay's words without the addresses that it may have repeated."""
    return _ADDRESS.sub("(address)", f"{receipt.code} {receipt.text}".strip())
