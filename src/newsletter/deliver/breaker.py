"""Telling a refused reader from a refused sender."""

from dataclasses import dataclass, field

from newsletter.model.delivery import Receipt, Verdict

#: So many people in a row refused in the same words are not so many bad addresses.
REFUSALS = 5
#: So many conversations in a row that break off before a mail is taken.
LOST_CONNECTIONS = 3


@dataclass
class Breaker:
    """Watches receipts one after the other; ``refused`` are the people of the present run of equal refusals."""

    refused: list[int] = field(default_factory=list)
    _words: tuple[int, str] = (0, "")
    _lost: int = 0

    def saw(self, subscriber_id: int, receipt: Receipt) -> None:
        """Take the next receipt into account."""
        self._lost = self._lost + 1 if receipt.connection_lost and receipt.verdict is Verdict.DEFERRED else 0
        # Code 0: the address was refused here, before the relay was asked.
        if receipt.verdict is Verdict.REFUSED and receipt.code:
            words = (receipt.code, receipt.text)
            self.refused = [*self.refused, subscriber_id] if words == self._words else [subscriber_id]
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
        return self._lost >= LOST_CONNECTIONS
