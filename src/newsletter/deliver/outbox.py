"""Where claimed rows wait for a lane: the hot end of a run, without a database in it."""

import asyncio
from collections import deque
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Protocol

from newsletter.deliver.fence import Fence
from newsletter.deliver.transport import Letter
from newsletter.errors import AddressError, HeaderRefused
from newsletter.model.delivery import Claimed, Mail, Receipt, Verdict

#: Seconds between two looks at what no event tells.
_LOOK = 0.2


class Addressee(Protocol):
    """Whoever queued a row: told when its mail is about to leave, and what became of it."""

    def mail_for(self, row: Claimed) -> Mail:
        """The row's mail; `AddressError` or `HeaderRefused` if this person's name or address makes none."""
        ...

    def handing_over(self, row: Claimed) -> bool:
        """See `Letters.handing_over`."""
        ...

    def done(self, row: Claimed, mail: Mail | None, receipt: Receipt) -> None:
        """See `Letters.done`; without a mail none could be made."""
        ...


@dataclass(frozen=True, slots=True)
class _Slip:
    row: Claimed
    of: Addressee


class Outbox:
    """The `Letters` of all lanes. Rows come out in the order in which they were put in, as finished mails."""

    def __init__(self, fence: Fence, stopping: Callable[[], bool]) -> None:
        self._waiting: deque[_Slip] = deque()
        self._fence = fence
        self._stopping = stopping
        self._closed = False
        self._came = asyncio.Event()
        self._went = asyncio.Event()

    def put(self, rows: tuple[Claimed, ...], of: Addressee) -> None:
        """Queue rows for the next free lane."""
        self._waiting.extend(_Slip(row, of) for row in rows)
        self._came.set()

    def waiting(self, of: Addressee) -> list[int]:
        """The subscribers of ``of`` whom no lane has taken yet."""
        return [slip.row.subscriber_id for slip in self._waiting if slip.of is of]

    def drop(self, of: Addressee, only: Container[int] | None = None) -> list[Claimed]:
        """Take back the rows of ``of`` that no lane has taken yet; of certain subscribers alone if ``only`` names them."""
        kept, dropped = deque[_Slip](), []
        for slip in self._waiting:
            if slip.of is of and (only is None or slip.row.subscriber_id in only):
                dropped.append(slip.row)
            else:
                kept.append(slip)
        self._waiting = kept
        return dropped

    def close(self) -> None:
        """Hand out nothing more: every lane ends after the letter that it has."""
        self._closed = True
        self._came.set()
        self._went.set()

    @property
    def ended(self) -> bool:
        """Whether nothing more is handed out."""
        return self._closed or self._stopping()

    async def low(self, mark: int) -> None:
        """Wait until at most ``mark`` rows wait for a lane, or nothing more is handed out."""
        while len(self._waiting) > mark and not self.ended:
            await _soon(self._went)

    # The side of the lanes.

    def at_hand(self) -> Letter | None:
        """See `Letters.at_hand`."""
        while self._waiting and not self.ended and self._fence.open:
            slip = self._waiting.popleft()
            self._went.set()
            try:
                return Letter(slip.of.mail_for(slip.row), slip)
            except (AddressError, HeaderRefused) as error:
                slip.of.done(slip.row, None, Receipt(verdict=Verdict.REFUSED, text=str(error)))
        return None

    async def next(self) -> Letter | None:
        """See `Letters.next`."""
        while (letter := self.at_hand()) is None:
            if self.ended:
                return None
            await _soon(self._came)
        return letter

    def handing_over(self, letter: Letter) -> bool:
        """See `Letters.handing_over`."""
        slip: _Slip = letter.slip
        return self._fence.open and slip.of.handing_over(slip.row)

    def done(self, letter: Letter, receipt: Receipt) -> None:
        """See `Letters.done`."""
        slip: _Slip = letter.slip
        slip.of.done(slip.row, letter.mail, receipt)


async def _soon(event: asyncio.Event) -> None:
    """Until the event, and not much longer than it takes to look again."""
    event.clear()
    try:
        async with asyncio.timeout(_LOOK):
            await event.wait()
    except TimeoutError:
        return
