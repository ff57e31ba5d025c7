"""What the pipeline asks of whoever takes its mail."""

from types import TracebackType
from typing import Protocol, Self

from newsletter.model.delivery import Mail, Receipt


class Transport(Protocol):
    """Takes finished mails, one at a time, and says honestly what became of each.

    A transport is a context: entering opens the conversation, leaving closes it. ::

        with transport:
            receipt = transport.send(mail)

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

    ``connection_lost`` says that the conversation is over. The caller need not care: the next ``send`` opens another,
    trying once.
    """

    def __enter__(self) -> Self:
        """Open the conversation. Raises `RelayUnreachable` or `SenderRefused` when there can be none."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the conversation. Raises nothing of its own: every mail has its receipt by now."""

    def send(self, mail: Mail) -> Receipt:
        """Deliver ``mail`` and say what became of it. One bad recipient is a receipt, never an exception.

        Raises only `TransportError`, for what no recipient is to blame for; that mail was not delivered, and the next
        one would fare no better, so the caller pauses the issue. `SenderRefused`: the login, the sender's address or
        the mail itself is refused. `RelayUnreachable`: a new conversation was needed and could not be opened.
        """
