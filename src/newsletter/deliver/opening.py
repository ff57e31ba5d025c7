"""Open a conversation with a relay: greeting, EHLO, TLS, login; or one sentence that says why there is none."""

import smtplib
import ssl

from newsletter.deliver.conversation import Conversation
from newsletter.deliver.relay import Security, SmtpRelay
from newsletter.deliver.reply import Kind, Reply
from newsletter.errors import RelayUnreachable, SenderRefused, TransportError


def open_conversation(relay: SmtpRelay) -> Conversation:
    """A conversation that is ready for MAIL.

    Raises `RelayUnreachable` when the relay cannot be reached or is busy (4xx), `SenderRefused` when it refuses us for
    good (5xx), when its certificate does not hold or when the login fails. No secret is sent before TLS stands.
    """
    context = None if relay.security is Security.NONE else _context(relay)
    conversation = _connect(relay, context if relay.security is Security.TLS else None)
    conversation.patience = relay.command_timeout
    try:
        _introduce(conversation)
        if context and relay.security is Security.STARTTLS:
            _encrypt(conversation, context)
            _introduce(conversation)
        if relay.username is not None:
            _log_in(conversation, relay.username, relay.password)
    except smtplib.SMTPServerDisconnected:
        conversation.close()
        raise RelayUnreachable(
            "The relay ended the conversation before it took any mail. Check relay.port and relay.security, "
            "or try again later."
        ) from None
    except BaseException:
        conversation.close()
        raise
    return conversation


def _connect(relay: SmtpRelay, tls: ssl.SSLContext | None) -> Conversation:
    place = f"{relay.host}:{relay.port}"
    try:
        return Conversation(relay.host, relay.port, relay.helo, tls=tls, patience=relay.connect_timeout)
    except smtplib.SMTPConnectError as error:
        raise _refusal("the connection", Reply.of(error.smtp_code, error.smtp_error)) from None
    except smtplib.SMTPServerDisconnected:
        raise RelayUnreachable(
            f"Something answers at {place}, but not as an SMTP server in time. Check relay.port and relay.security."
        ) from None
    except ssl.SSLError as error:
        raise _untrusted(error) from None
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "no answer"
        raise RelayUnreachable(
            f"No connection to the relay at {place} ({why}). Check relay.host and relay.port, or try again later."
        ) from None


def _context(relay: SmtpRelay) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=relay.ca_file)
    except OSError:  # ssl.SSLError, for a file that holds no certificate, is one too
        raise SenderRefused(f"{relay.ca_file} cannot be read as a file of certificates. Check relay.ca_file.") from None


def _introduce(conversation: Conversation) -> None:
    reply = Reply.of(*conversation.ehlo())
    if reply.kind is not Kind.DONE:
        raise _refusal("our name (EHLO, relay.helo)", reply)


def _encrypt(conversation: Conversation, context: ssl.SSLContext) -> None:
    """Change over to TLS.

    Clear text slipped in behind the relay's answer stays unread and so ends the conversation at the next command.
    """
    try:
        conversation.starttls(context=context)
    except smtplib.SMTPNotSupportedError:
        raise SenderRefused(
            "The relay does not offer STARTTLS, so nothing was sent in clear text. Check relay.port and relay.security."
        ) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal("STARTTLS", Reply.of(error.smtp_code, error.smtp_error)) from None
    except ssl.SSLError as error:
        raise _untrusted(error) from None
    except OSError as error:
        raise smtplib.SMTPServerDisconnected from error


def _log_in(conversation: Conversation, username: str, password: str) -> None:
    """Log in. The relay's text is left out of every sentence: some relays repeat what they were sent."""
    try:
        conversation.login(username, password)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPAuthenticationError as error:
        if Kind(error.smtp_code // 100) is Kind.NOT_NOW:
            raise RelayUnreachable(
                f"The relay cannot check logins just now ({error.smtp_code}). Try again later."
            ) from None
        raise SenderRefused(
            f"The relay refused the login ({error.smtp_code}). Check relay.username and relay.password."
        ) from None
    except smtplib.SMTPException:
        raise SenderRefused(
            "The relay offers no login that we know (CRAM-MD5, PLAIN, LOGIN). Check relay.security; "
            "if it wants no login, remove relay.username."
        ) from None
    except ValueError:
        raise SenderRefused(
            "The relay's login cannot carry these characters. Check relay.username and relay.password for letters "
            "outside ASCII."
        ) from None


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
