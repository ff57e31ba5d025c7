"""A transport used one mail at a time, as a test reads best."""

import asyncio
from types import TracebackType
from typing import Self

from newsletter.deliver.transport import Letter, Transport
from newsletter.model.delivery import Mail, Receipt


class OneLane:
    """A transport in a ``with`` block; each ``send`` is a lane with one letter, or with several at once."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._loop = asyncio.new_event_loop()
        #: The answer to the last look before the last byte.
        self.may_go = True

    def __enter__(self) -> Self:
        try:
            self._loop.run_until_complete(self.transport.__aenter__())
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._loop.run_until_complete(self.transport.__aexit__(kind, error, trace))
        finally:
            self._end()

    def send(self, mail: Mail) -> Receipt:
        """One mail through one lane; what it raises is raised."""
        (receipt,) = self.send_all(mail)
        return receipt

    def send_all(self, *mails: Mail) -> list[Receipt]:
        """Mails that are all at hand when the lane begins; their receipts in the order of the mails."""
        letters = Pile(mails, may_go=lambda: self.may_go)
        self._loop.run_until_complete(self.transport.carry(letters))
        return [letters.receipts[place] for place in range(len(mails))]

    def _end(self) -> None:
        self._loop.run_until_complete(asyncio.sleep(0.01))  # closed sockets are told so in the next turns
        self._loop.close()


class Pile:
    """The letters of some mails. ``log`` tells in order who was about to leave (".") and who was done with."""

    def __init__(self, mails: tuple[Mail, ...], may_go: object = None) -> None:
        self._left = [Letter(mail, place) for place, mail in enumerate(mails)]
        self._may_go = may_go
        self.receipts: dict[int, Receipt] = {}
        self.log: list[tuple[str, int]] = []

    @property
    def ended(self) -> bool:
        return not self._left

    def at_hand(self) -> Letter | None:
        return self._left.pop(0) if self._left else None

    async def next(self) -> Letter | None:
        return self.at_hand()

    def handing_over(self, letter: Letter) -> bool:
        self.log.append((".", letter.slip))
        return bool(self._may_go()) if callable(self._may_go) else True

    def done(self, letter: Letter, receipt: Receipt) -> None:
        assert letter.slip not in self.receipts, "told twice"
        self.log.append(("done", letter.slip))
        self.receipts[letter.slip] = receipt
