"""Deliver to memory: the transport for trying things out."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from newsletter.deliver.envelope import seal
from newsletter.deliver.transport import NOT_MINE_ANY_MORE, Letters, carry_each
from newsletter.errors import TransportError
from newsletter.model.delivery import Mail, Receipt, Verdict


class MemoryTransport:
    """A `Transport` that keeps what it accepted in ``mails``, in order.

    ``answers`` tells by recipient what to answer instead of accepting; a `TransportError` is raised. As with a relay,
    a mail with the verdict UNKNOWN may have arrived: here it has.
    """

    connections = 1

    def __init__(self, answers: Mapping[str, Receipt | TransportError] | None = None) -> None:
        self.mails: list[Mail] = []
        self._answers = dict(answers or {})

    async def __aenter__(self) -> Self:
        """Nothing to open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close: what was kept stays."""

    async def carry(self, letters: Letters) -> None:
        """Keep letters until there are none; see `Transport.carry`."""
        await carry_each(self, letters)

    async def send(self, mail: Mail, handing_over: Callable[[], bool]) -> Receipt:
        """Keep ``mail``, or answer as told; see `Postbox.send`."""
        if isinstance(envelope := seal(mail), Receipt):
            return envelope
        answer = self._answers.get(mail.recipient, Receipt(verdict=Verdict.ACCEPTED))
        if isinstance(answer, TransportError):
            raise answer
        if answer.verdict in (Verdict.ACCEPTED, Verdict.UNKNOWN):
            if not handing_over():
                return NOT_MINE_ANY_MORE
            self.mails.append(mail)
        return answer
