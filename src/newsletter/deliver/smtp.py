"""Deliver to an SMTP relay: one reused connection, one mail at a time."""

from contextlib import suppress
from dataclasses import replace
from smtplib import SMTPServerDisconnected
from types import TracebackType
from typing import Self

from newsletter.deliver.conversation import Conversation
from newsletter.deliver.envelope import Envelope, dotted, seal
from newsletter.deliver.opening import open_conversation
from newsletter.deliver.relay import Security, SmtpRelay
from newsletter.deliver.reply import Kind, Reply
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Mail, Receipt, Verdict

__all__ = ["Security", "SmtpRelay", "SmtpTransport"]

_VERDICTS = {Kind.DONE: Verdict.ACCEPTED, Kind.NOT_NOW: Verdict.DEFERRED, Kind.NEVER: Verdict.REFUSED}
#: Seconds to wait for the answer to QUIT, which matters to nobody.
_GOODBYE = 5

_LOST_BEFORE = Receipt(
    verdict=Verdict.DEFERRED,
    text="The connection to the relay was lost before the mail was handed over.",
    connection_lost=True,
)
_LOST_AFTER = Receipt(
    verdict=Verdict.UNKNOWN,
    text="The mail was handed over and no complete answer came; it may have arrived.",
    connection_lost=True,
)
_NO_SMTPUTF8 = Receipt(
    verdict=Verdict.REFUSED,
    text="The address has letters outside ASCII before the @ and the relay cannot carry them (no SMTPUTF8).",
)


class SmtpTransport:
    """The `Transport` to an SMTP relay (RFC 5321). Not to be shared between threads."""

    def __init__(self, relay: SmtpRelay) -> None:
        self._relay = relay
        self._conversation: Conversation | None = None
        self._mails = 0

    def __enter__(self) -> Self:
        """Connect, change over to TLS and log in."""
        self._opened()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take leave of the relay."""
        self._close()

    def send(self, mail: Mail) -> Receipt:
        """Deliver ``mail``; see `Transport.send`."""
        envelope = seal(mail)
        if isinstance(envelope, Receipt):
            return envelope
        conversation = self._opened()
        if envelope.needs_smtputf8 and not conversation.has_extn("smtputf8"):
            return _NO_SMTPUTF8
        self._mails += 1
        try:
            receipt = self._transact(conversation, envelope, mail.content)
        except SenderRefused:
            raise
        except BaseException:  # an interrupt, say: whoever goes on must not read this mail's answer as the next one's
            self._drop()
            raise
        if receipt.connection_lost:
            self._drop()
        return receipt

    def _opened(self) -> Conversation:
        if self._mails >= self._relay.max_messages_per_connection:
            self._close()
        if self._conversation is None:
            self._conversation, self._mails = open_conversation(self._relay), 0
        return self._conversation

    def _close(self) -> None:
        if self._conversation:
            self._conversation.patience = _GOODBYE
            with suppress(SMTPServerDisconnected):
                self._conversation.ask("QUIT")
        self._drop()

    def _drop(self) -> None:
        if self._conversation:
            self._conversation.close()
        self._conversation = None

    def _transact(self, conversation: Conversation, envelope: Envelope, content: bytes) -> Receipt:
        """One mail transaction. The whole of its honesty is in which ``try`` a lost connection is met."""
        mail_from = _mail_from(conversation, envelope, content)
        try:
            if stopped := _offer(conversation, mail_from, envelope.recipient):
                return _not_taken(conversation, stopped)
            conversation.allow(self._relay.dot_timeout)
            conversation.send(dotted(content))
        except SMTPServerDisconnected:
            return _LOST_BEFORE
        try:
            conversation.allow(self._relay.dot_timeout)
            reply = conversation.reply()
        except SMTPServerDisconnected:
            return _LOST_AFTER
        return _LOST_AFTER if reply.kind is Kind.GO_ON else _receipt(reply)


def _mail_from(conversation: Conversation, envelope: Envelope, content: bytes) -> str:
    parameters = ""
    if not content.isascii():
        if not conversation.has_extn("8bitmime"):
            raise SenderRefused(
                "The mail holds 8-bit characters and the relay takes none (no 8BITMIME). Use another relay."
            )
        parameters += " BODY=8BITMIME"
    if envelope.needs_smtputf8:
        parameters += " SMTPUTF8"
    return f"MAIL FROM:<{envelope.sender}>{parameters}"


def _offer(conversation: Conversation, mail_from: str, recipient: str) -> Reply | None:
    """Say MAIL, RCPT and DATA. The answer that stopped it, or ``None``: the relay waits for the mail."""
    reply = conversation.ask(mail_from)
    if reply.kind is Kind.NEVER:
        raise SenderRefused(
            "The relay refused the sender. Check the newsletter's sender and which senders the relay allows. "
            f"It said: {reply.told}"
        )
    if reply.kind is Kind.DONE:
        reply = conversation.ask(f"RCPT TO:<{recipient}>")
        if reply.kind is Kind.DONE:
            reply = conversation.ask("DATA")
            return None if reply.kind is Kind.GO_ON else reply
    return reply


def _not_taken(conversation: Conversation, reply: Reply) -> Receipt:
    """The receipt for a mail that was stopped before it was handed over; the transaction is taken back."""
    if reply.kind not in (Kind.NOT_NOW, Kind.NEVER):
        return _LOST_BEFORE  # out of step: from here on no answer could be trusted
    receipt = _receipt(reply)
    if not receipt.connection_lost and not _taken_back(conversation):
        return replace(receipt, connection_lost=True)
    return receipt


def _taken_back(conversation: Conversation) -> bool:
    try:
        return conversation.ask("RSET").kind is Kind.DONE
    except SMTPServerDisconnected:
        return False


def _receipt(reply: Reply) -> Receipt:
    return Receipt(verdict=_VERDICTS[reply.kind], code=reply.code, text=reply.text, connection_lost=reply.closing)
