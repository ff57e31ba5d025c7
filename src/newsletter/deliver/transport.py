"""What a run asks of whoever takes its mail, and what those ask of the run."""

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from newsletter.errors import TransportError
from newsletter.model.delivery import Mail, Receipt, Verdict


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail on its way. ``slip`` is the run's own: it knows by it whose mail this is."""

    mail: Mail
    slip: Any


class Letters(Protocol):
    """Where a lane gets its letters, and whom it tells what became of each. Every letter that it got is told ``done``."""

    @property
    def ended(self) -> bool:
        """Whether there will be no more, so that nobody has to wait for a turn."""
        ...

    def at_hand(self) -> Letter | None:
        """The next letter, if one is ready this moment."""
        ...

    async def next(self) -> Letter | None:
        """The next letter; ``None`` when there will be none, and the lane ends."""
        ...

    def handing_over(self, letter: Letter) -> bool:
        """Asked once, right before the last byte leaves: may it still? If not, it must not, and it is DEFERRED.

        From a yes until ``done`` the mail counts as one that may have arrived.
        """
        ...

    def done(self, letter: Letter, receipt: Receipt) -> None:
        """What became of it."""
        ...


class Transport(Protocol):
    """Carries finished mails, and says honestly what became of each.

    A transport is a context: entering greets the other side, so that an unreachable one is known before anything has
    been begun; leaving closes everything. Inside it the run starts up to ``connections`` lanes at once.

    The verdict of a receipt is a promise:

    ``ACCEPTED``
        The other side has said that it owns the mail. The bytes that it owns are exactly ``mail.content``.
    ``DEFERRED``
        It does not own the mail: it said "not now" (4xx), or the conversation ended before the mail's last byte was
        handed over. Sending again later makes no second copy.
    ``REFUSED``
        It does not own the mail and never will (5xx), or the recipient's address cannot be mailed at all; then nothing
        was said to the other side, the code is 0 and the text says why.
    ``UNKNOWN``
        The whole mail was handed over and no complete answer came back: it may have arrived (RFC 1047). Sending again
        may make a second copy.

    ``connection_lost`` says that the conversation ended with this mail; the lane has opened another or ends.
    """

    @property
    def connections(self) -> int:
        """How many lanes may run at once."""
        ...

    async def __aenter__(self) -> Self:
        """Greet the other side. Raises `RelayUnreachable` or `SenderRefused` when it does not take our mail."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything. Raises nothing of its own."""
        ...

    async def carry(self, letters: Letters) -> None:
        """One lane: take letters until there are none. One bad recipient is a receipt, never an exception.

        Raises only `TransportError`, for what no recipient is to blame for; the letter at hand is told ``done`` as
        DEFERRED first. `SenderRefused`: the login, the sender's address or the mail itself is refused.
        `RelayUnreachable`: a new conversation was needed and could not be opened.
        """
        ...


class Postbox(Protocol):
    """Takes one mail at a time: all that a provider or a folder needs to be, to be a transport by ``carry_each``."""

    async def send(self, mail: Mail, handing_over: Callable[[], bool]) -> Receipt:
        """Deliver ``mail``; see `Transport` for the verdicts and for what it raises."""
        ...


NOT_MINE_ANY_MORE = Receipt(
    verdict=Verdict.DEFERRED, text="This sender had fallen silent for too long, so the mail was not handed over.",
    connection_lost=True,
)  # fmt: skip
BROKEN_OFF = Receipt(
    verdict=Verdict.DEFERRED, text="The sending stopped before the mail was handed over.", connection_lost=True
)


MAYBE = Receipt(
    verdict=Verdict.UNKNOWN, text="The sending stopped while the mail was handed over; it may have arrived.",
    connection_lost=True,
)  # fmt: skip


async def carry_each(postbox: Postbox, letters: Letters) -> None:
    """A lane that sends one mail after the other."""
    while letter := await letters.next():
        under_way = _UnderWay(letters, letter)
        try:
            receipt = await postbox.send(letter.mail, under_way)
        except TransportError:
            letters.done(letter, BROKEN_OFF)
            raise
        except BaseException:
            letters.done(letter, MAYBE if under_way.handed_over else BROKEN_OFF)
            raise
        letters.done(letter, receipt)


class _UnderWay:
    """Asks whether the letter may leave, and remembers that it did."""

    def __init__(self, letters: Letters, letter: Letter) -> None:
        self._letters, self._letter = letters, letter
        self.handed_over = False

    def __call__(self) -> bool:
        self.handed_over = self._letters.handing_over(self._letter)
        return self.handed_over
