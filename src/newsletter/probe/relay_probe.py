"""Greet a relay as a delivery would, and leave before any mail."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.errors import RelayUnreachable, SenderRefused, TransportError
from newsletter.model.delivery import Security
from newsletter.probe.doctor.relay import Greeting

#: The lowest codes of refusals (RFC 5321, 4.2.1).
_NOT_NOW, _FOR_GOOD = 400, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpProbe:
    """Talks to the relay at ``host`` and ``port``; one answer may take ``seconds``.

    The rest is what the operator configures under ``relay``: ``helo`` is the name to greet with, the system's if
    ``None``; ``ca_file`` holds the certificates to trust in place of the system's.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str = field(default="", repr=False)
    helo: str | None = None
    ca_file: Path | None = None
    seconds: float = 15

    @property
    def name(self) -> str:
        """The name that we greet with."""
        # smtplib settles it without a connection where it is given no host.
        client = smtplib.SMTP(local_hostname=self.helo)
        return client.local_hostname

    def greet(self) -> Greeting:
        """Connect, EHLO, TLS, log in if a name is configured, QUIT. Nothing is ever mailed.

        Raises `RelayUnreachable` when there is no conversation, `SenderRefused` when the relay refuses us, offers no
        TLS where it should, or does not prove its name. No login is sent before TLS stands where it is configured.
        """
        client: smtplib.SMTP | None = None
        try:
            client = self._connected()
            return self._conversation(client)
        except smtplib.SMTPServerDisconnected:
            raise RelayUnreachable(
                "The relay said nothing in time or ended the conversation. Check relay.port and relay.security, "
                "or try again later."
            ) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal(error) from None
        except ssl.SSLError as error:
            raise _untrusted(error) from None
        except (OSError, UnicodeError) as error:
            raise RelayUnreachable(
                f"No conversation with the relay at {self.host}:{self.port} ({_why(error)}). "
                "Check relay.host and relay.port, or try again later."
            ) from None
        finally:
            if client:
                with suppress(smtplib.SMTPException, OSError):
                    client.quit()
                client.close()

    def _connected(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            return smtplib.SMTP_SSL(self.host, self.port, self.helo, timeout=self.seconds, context=self._context())
        return smtplib.SMTP(self.host, self.port, self.helo, timeout=self.seconds)

    def _conversation(self, client: smtplib.SMTP) -> Greeting:
        _introduce(client)
        if self.security is Security.STARTTLS:
            _encrypt(client, self._context())
            _introduce(client)
        if self.username is not None:
            _log_in(client, self.username, self.password)
        capabilities = tuple(f"{word.upper()} {rest}".strip() for word, rest in client.esmtp_features.items())
        tls = client.sock.version() if isinstance(client.sock, ssl.SSLSocket) else None
        return Greeting(capabilities=capabilities, tls=tls, authenticated=self.username is not None)

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError:  # ssl.SSLError, for a file that holds no certificate, is one too
            raise SenderRefused(
                f"{self.ca_file} cannot be read as a file of certificates. Check relay.ca_file."
            ) from None


def _introduce(client: smtplib.SMTP) -> None:
    code, _ = client.ehlo()
    if code // 100 != 2:  # noqa: PLR2004 - the first digit of success
        raise smtplib.SMTPHeloError(code, "")


def _encrypt(client: smtplib.SMTP, context: ssl.SSLContext) -> None:
    try:
        code, _ = client.starttls(context=context)
    except smtplib.SMTPNotSupportedError:
        raise SenderRefused(
            "The relay does not offer STARTTLS, and nothing is said in clear text instead. "
            "Check relay.port and relay.security."
        ) from None
    if code // 100 != 2:  # noqa: PLR2004 - the first digit of success
        raise smtplib.SMTPResponseException(code, "")


def _log_in(client: smtplib.SMTP, username: str, password: str) -> None:
    try:
        client.login(username, password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < _FOR_GOOD:
            raise RelayUnreachable(
                f"The relay cannot check logins just now ({error.smtp_code}). Try again later."
            ) from None
        raise SenderRefused(
            f"The relay refused the login ({error.smtp_code}). Check relay.username and relay.password."
        ) from None
    except smtplib.SMTPServerDisconnected:
        raise
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


def _refusal(error: smtplib.SMTPResponseException) -> TransportError:
    """The relay's words are left out: they may repeat what they were sent."""
    if error.smtp_code >= _FOR_GOOD:
        return SenderRefused(
            f"The relay refuses to talk to us ({error.smtp_code}). Check relay.host and relay.helo, and whether the relay "
            "lets this machine in."
        )
    if error.smtp_code < _NOT_NOW:
        return RelayUnreachable(
            "What answers there does not speak SMTP. Check relay.host, relay.port and relay.security."
        )
    return RelayUnreachable(f"The relay does not want to talk just now ({error.smtp_code}). Try again later.")


def _untrusted(error: ssl.SSLError) -> SenderRefused:
    if isinstance(error, ssl.SSLCertVerificationError):
        return SenderRefused(
            f"The relay's certificate cannot be trusted: {error.verify_message.rstrip('.')}. "
            "Check relay.host, and relay.ca_file if the relay has a private CA."
        )
    return SenderRefused("TLS with the relay failed. Check relay.port and relay.security.")


def _why(error: OSError | UnicodeError) -> str:
    return (isinstance(error, OSError) and error.strerror) or "no answer"
