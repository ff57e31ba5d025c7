"""Open a conversation with a relay: greeting, EHLO, TLS, login; or one sentence that says why there is none."""

import os
import re
import socket
import ssl

from newsletter.deliver.conversation import Conversation, ConversationEnded
from newsletter.deliver.login import log_in
from newsletter.deliver.relay import Security, SmtpRelay
from newsletter.deliver.reply import Kind, Reply
from newsletter.errors import RelayUnreachable, SenderRefused, TransportError

_AUTH = re.compile(r"AUTH[ =]", re.IGNORECASE)


async def open_conversation(relay: SmtpRelay) -> Conversation:
    """A conversation that is ready for MAIL.

    Raises `RelayUnreachable` when the relay cannot be reached or is busy (4xx), `SenderRefused` when it refuses us for
    good (5xx), when its certificate does not hold or when the login fails. No secret is sent before TLS stands.
    """
    context = None if relay.security is Security.NONE else _context(relay)
    conversation = await _connect(relay)
    try:
        if context and relay.security is Security.TLS:
            await _encrypt(conversation, context, relay)
        await _greet(conversation, relay)
        if context and relay.security is Security.STARTTLS:
            await _start_tls(conversation, context, relay)
        if relay.username is not None:
            await log_in(conversation, relay)
    except ConversationEnded:
        raise RelayUnreachable(
            "The relay ended the conversation before it took any mail. Check relay.port and relay.security, "
            "or try again later."
        ) from None
    except BaseException:
        conversation.close()
        raise
    return conversation


async def _connect(relay: SmtpRelay) -> Conversation:
    try:
        return await Conversation.connect(relay.host, relay.port, seconds=relay.connect_timeout)
    except (OSError, UnicodeError) as error:
        number = getattr(error, "errno", None)
        why = os.strerror(number) if isinstance(number, int) and number > 0 else "no answer"
        raise RelayUnreachable(
            f"No connection to the relay at {relay.place} ({why}). Check relay.host and relay.port, or try again later."
        ) from None


def _context(relay: SmtpRelay) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=relay.ca_file)
    except OSError:  # ssl.SSLError, for a file that holds no certificate, is one too
        raise SenderRefused(f"{relay.ca_file} cannot be read as a file of certificates. Check relay.ca_file.") from None


async def _greet(conversation: Conversation, relay: SmtpRelay) -> None:
    try:
        greeting = await conversation.reply(seconds=relay.connect_timeout)
    except ConversationEnded:
        raise RelayUnreachable(
            f"Something answers at {relay.place}, but not as an SMTP server in time. "
            "Check relay.port and relay.security."
        ) from None
    if greeting.kind is not Kind.DONE:
        raise _refusal("the connection", greeting)
    await _introduce(conversation, relay)


async def _introduce(conversation: Conversation, relay: SmtpRelay) -> None:
    reply = await conversation.ask(f"EHLO {relay.helo or _own_name()}", seconds=relay.command_timeout)
    if reply.kind is not Kind.DONE:
        raise _refusal("our name (EHLO, relay.helo)", reply)
    conversation.capabilities = _capabilities(reply)


def _capabilities(reply: Reply) -> dict[str, str]:
    """What EHLO offers: keywords in capitals, each with its parameters (RFC 5321, 4.1.1.1)."""
    offered: dict[str, str] = {}
    for line in reply.lines[1:]:
        # Some old relays write AUTH=LOGIN; either form may come, or both.
        keyword, _, parameters = _AUTH.sub("AUTH ", line.decode("ascii", "replace")).partition(" ")
        offered[keyword.upper()] = f"{offered.get(keyword.upper(), '')} {parameters}".strip()
    return offered


def _own_name() -> str:
    """This machine's full name, or its address where it has none (RFC 5321, 4.1.3).

    Every machine may call itself localhost.localdomain, and receivers take whoever does for nobody.
    """
    name = socket.getfqdn()
    full = "." in name and name.isascii() and name.partition(".")[0].lower() != "localhost"
    return name if full else "[127.0.0.1]"


async def _start_tls(conversation: Conversation, context: ssl.SSLContext, relay: SmtpRelay) -> None:
    if "STARTTLS" not in conversation.capabilities:
        raise SenderRefused(
            "The relay does not offer STARTTLS, so nothing was sent in clear text. Check relay.port and relay.security."
        )
    reply = await conversation.ask("STARTTLS", seconds=relay.command_timeout)
    if reply.kind is not Kind.DONE:
        raise _refusal("STARTTLS", reply)
    await _encrypt(conversation, context, relay)
    await _introduce(conversation, relay)


async def _encrypt(conversation: Conversation, context: ssl.SSLContext, relay: SmtpRelay) -> None:
    try:
        await conversation.encrypt(context, relay.host, seconds=relay.connect_timeout)
    except ssl.SSLError as error:
        raise _untrusted(error) from None
    except OSError as error:
        raise ConversationEnded from error


def _refusal(what: str, reply: Reply) -> TransportError:
    if reply.kind is Kind.NEVER:
        return SenderRefused(f"The relay refused {what}. It said: {reply.told}")
    return RelayUnreachable(f"The relay did not accept {what} just now. Try again later. It said: {reply.told}")


def _untrusted(error: ssl.SSLError) -> TransportError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return SenderRefused(
            f"The relay's certificate cannot be trusted: {error.verify_message.rstrip('.')}. "
            "Check relay.host, and relay.ca_file if the relay has a private CA."
        )
    return SenderRefused("TLS with the relay failed. Check relay.port and relay.security.")
