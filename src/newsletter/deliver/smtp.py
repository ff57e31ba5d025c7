"""Deliver to SMTP relays (RFC 5321): several connections, each with a mail on its way and the next one announced."""

from contextlib import suppress
from types import TracebackType
from typing import Self

from newsletter.deliver.conversation import Conversation, ConversationEnded
from newsletter.deliver.metered import Allowance, Meter, Metered
from newsletter.deliver.opening import open_conversation
from newsletter.deliver.relay import Login, Security, SmtpRelay
from newsletter.deliver.transaction import Lane
from newsletter.deliver.transport import BROKEN_OFF, Letters
from newsletter.errors import RelayUnreachable

__all__ = ["Login", "Security", "SmtpRelay", "SmtpTransport"]

#: Seconds to wait for the answer to QUIT, which matters to nobody.
_GOODBYE = 5.0


class SmtpTransport:
    """The `Transport` to one or several relays.

    Those of the lowest rank share the lanes by weight. A lane whose relay cannot be reached tries the next one, those
    of higher rank last. ``meter`` shares the relays' own limits with other senders; by itself nothing does.
    """

    def __init__(self, *relays: SmtpRelay, meter: Meter = lambda _relay, _count: 0.0) -> None:
        self._relays = sorted(relays, key=lambda relay: relay.rank)
        self._turns = _turns(self._relays)
        self._allowances = {relay.place: Allowance(relay, meter) for relay in relays}
        self._spare: list[tuple[SmtpRelay, Conversation]] = []
        self._begun = 0

    @property
    def connections(self) -> int:
        """The sum over the relays that share the mail."""
        first = self._relays[0].rank
        return sum(relay.connections for relay in self._relays if relay.rank == first)

    async def __aenter__(self) -> Self:
        """Connect, change over to TLS and log in; the first lane goes on with this conversation."""
        self._spare.append(await self._opened(self._relays[0]))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take leave of the relays."""
        for _, conversation in self._spare:
            await _take_leave(conversation)
        self._spare.clear()

    async def carry(self, letters: Letters) -> None:
        """One lane; see `Transport.carry`. A conversation that is used up or lost is followed by another."""
        relay = wanted = self._turns[self._begun % len(self._turns)]
        self._begun += 1
        while (letter := await self._metered(letters, relay).next()) is not None:
            try:
                relay, conversation = self._kept() or await self._opened(wanted)
            except BaseException:
                letters.done(letter, BROKEN_OFF)
                raise
            lane = Lane(self._metered(letters, relay), relay, conversation)
            await lane.run(letter)
            if conversation.in_step and not lane.used_up:
                self._spare.append((relay, conversation))
            elif conversation.in_step:
                await _take_leave(conversation)
            else:
                conversation.close()

    def _metered(self, letters: Letters, relay: SmtpRelay) -> Letters:
        """The letters, in the turns that the relay allows."""
        return letters if relay.per_second is None else Metered(letters, self._allowances[relay.place])

    def _kept(self) -> tuple[SmtpRelay, Conversation] | None:
        """A conversation that was open already and still is."""
        while self._spare:
            relay, conversation = self._spare.pop()
            if conversation.in_step:
                return relay, conversation
            conversation.close()
        return None

    async def _opened(self, wanted: SmtpRelay) -> tuple[SmtpRelay, Conversation]:
        """A conversation with ``wanted`` or, if it cannot be reached, with the first other relay that can."""
        failure: RelayUnreachable | None = None
        for relay in (wanted, *(other for other in self._relays if other is not wanted)):
            try:
                return relay, await open_conversation(relay)
            except RelayUnreachable as error:
                failure = failure or error
        raise failure or RelayUnreachable("No relay is configured. Add a [relay] to config.toml.")


def _turns(relays: list[SmtpRelay]) -> list[SmtpRelay]:
    """Which relay each new lane begins with: each of the lowest rank as often as it weighs, evenly spread."""
    first = [relay for relay in relays if relay.rank == relays[0].rank]
    turns = [
        ((turn + 1) / relay.weight, place, relay) for place, relay in enumerate(first) for turn in range(relay.weight)
    ]
    return [relay for _, _, relay in sorted(turns, key=lambda turn: turn[:2])]


async def _take_leave(conversation: Conversation) -> None:
    with suppress(ConversationEnded):
        await conversation.ask("QUIT", seconds=_GOODBYE)
    conversation.close()
