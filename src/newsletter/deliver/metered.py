"""A relay's own limit: letters for its lanes, no faster than all senders together may bring them."""

import asyncio
from collections.abc import Callable

from newsletter.deliver.fence import clock
from newsletter.deliver.relay import SmtpRelay
from newsletter.deliver.transport import Letter, Letters
from newsletter.errors import StoreAway
from newsletter.model.delivery import Receipt

#: Reserves so many messages of a relay, which bears so many a second, and returns the seconds to wait for the first.
Meter = Callable[[SmtpRelay, int], float]

#: Seconds of sending that are reserved at a time.
_BURST = 0.5
#: Seconds between two looks at whether it is our turn, and before a database that is away is asked again.
_LOOK, _AWAY = 0.1, 1.0


class Allowance:
    """What this process may bring to one relay, for all its lanes there."""

    def __init__(self, relay: SmtpRelay, meter: Meter) -> None:
        self._relay, self._meter = relay, meter
        self._burst = max(1, int((relay.per_second or 0) * _BURST))
        self._left = 0
        self._from = 0.0

    def take(self) -> bool:
        """Take one message's turn, if there is one now."""
        if self._relay.per_second is None:
            return True
        if clock() < self._from:
            return False
        if not self._left:
            try:
                wait = self._meter(self._relay, self._burst)
            except StoreAway:
                self._from = clock() + _AWAY
                return False
            self._left, self._from = self._burst, clock() + wait
            if wait > 0:
                return False
        self._left -= 1
        return True

    def give_back(self) -> None:
        """There was no letter for that turn."""
        self._left += self._relay.per_second is not None


class Metered:
    """The `Letters` of one lane, each after its turn."""

    def __init__(self, letters: Letters, allowance: Allowance) -> None:
        self._letters, self._allowance = letters, allowance

    @property
    def ended(self) -> bool:
        """See `Letters.ended`."""
        return self._letters.ended

    def at_hand(self) -> Letter | None:
        """See `Letters.at_hand`; none while it is not our turn."""
        if not self._allowance.take():
            return None
        letter = self._letters.at_hand()
        if letter is None:
            self._allowance.give_back()
        return letter

    async def next(self) -> Letter | None:
        """See `Letters.next`."""
        while not self._letters.ended:
            if self._allowance.take():
                letter = await self._letters.next()
                if letter is None:
                    self._allowance.give_back()
                return letter
            await asyncio.sleep(_LOOK)
        return None

    def handing_over(self, letter: Letter) -> bool:
        """See `Letters.handing_over`."""
        return self._letters.handing_over(letter)

    def done(self, letter: Letter, receipt: Receipt) -> None:
        """See `Letters.done`."""
        self._letters.done(letter, receipt)
