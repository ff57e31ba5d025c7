"""Deliver to memory: the transport for trying things out."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from newsletter.deliver.envelope import seal
from newsletter.errors import TransportError
from newsletter.model.delivery import Mail, Receipt, Verdict


class MemoryTransport:
    """A `Transport` that keeps what it accepted in ``mails``, in order.

    ``answers`` tells by recipient what to answer instead of accepting; a `TransportError` is raised. As with a relay,
    a mail with the verdict UNKNOWN may have arrived: here it has.
    """

    def __init__(self, answers: Mapping[str, Receipt | TransportError] | None = None) -> None:
        self.mails: list[Mail] = []
        self._answers = dict(answers or {})

    def __enter__(self) -> Self:
        """Nothing to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close: what was kept stays."""

    def send(self, mail: Mail) -> Receipt:
        """Keep ``mail``, or answer as told; see `Transport.send`."""
        if isinstance(envelope := seal(mail), Receipt):
            return envelope
        answer = self._answers.get(mail.recipient, Receipt(verdict=Verdict.ACCEPTED))
        if isinstance(answer, TransportError):
            raise answer
        if answer.verdict in (Verdict.ACCEPTED, Verdict.UNKNOWN):
            self.mails.append(mail)
        return answer
