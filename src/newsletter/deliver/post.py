"""A few mails of our own, posted at once: no ledger, and a receipt for each."""

from collections.abc import Sequence

from newsletter.deliver.transport import BROKEN_OFF, Letter, Transport
from newsletter.model.delivery import Mail, Receipt


async def post(transport: Transport, mails: Sequence[Mail]) -> list[Receipt]:
    """Send ``mails`` through one lane; a receipt for each, in their order. Raises what entering the transport raises."""
    pile = _Pile(mails)
    async with transport:
        await transport.carry(pile)
    return [pile.receipts.get(place, BROKEN_OFF) for place in range(len(mails))]


class _Pile:
    """Letters that are all at hand."""

    def __init__(self, mails: Sequence[Mail]) -> None:
        self._left = [Letter(mail, place) for place, mail in enumerate(mails)]
        self.receipts: dict[int, Receipt] = {}

    @property
    def ended(self) -> bool:
        return not self._left

    def at_hand(self) -> Letter | None:
        return self._left.pop(0) if self._left else None

    async def next(self) -> Letter | None:
        return self.at_hand()

    def handing_over(self, _letter: Letter) -> bool:
        return True

    def done(self, letter: Letter, receipt: Receipt) -> None:
        self.receipts[letter.slip] = receipt
