"""TLS as configured or not at all: the certificates are made here, at test time, and thrown away."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from newsletter.deliver.smtp import Security, SmtpRelay, SmtpTransport
from newsletter.errors import RelayUnreachable, SenderRefused
from newsletter.model.delivery import Mail, Verdict
from one_lane import OneLane
from scripted_smtp import Gone, scripted_smtp
from smtp_sink import smtp_sink

HERE = x509.IPAddress(ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("relay.example.org")
OFFER = b"250-scripted.example\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"
BOTH = pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])


@dataclass(frozen=True)
class Authority:
    """A certificate authority that nobody knows, and a folder for what it signs."""

    folder: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def file(self) -> Path:
        return self.folder / "ca.pem"

    def server(self, subject: x509.GeneralName = HERE, valid_until: timedelta = timedelta(days=1)) -> ssl.SSLContext:
        """The server's side of TLS, with a certificate for ``subject``."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            certificate_for("server", key, valid_until)
            .issuer_name(self.certificate.subject)
            .add_extension(x509.SubjectAlternativeName([subject]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return context(self.folder / "server.pem", certificate, key)


def certificate_for(name: str, key: ec.EllipticCurvePrivateKey, valid_until: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + valid_until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def self_signed(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    use = {"key_cert_sign": True, "crl_sign": True, "digital_signature": True}
    rest = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    return (
        certificate_for(name, key, timedelta(days=1))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(**use, **dict.fromkeys(rest, False), encipher_only=False, decipher_only=False), critical=True
        )
        .add_extension(x509.SubjectAlternativeName([HERE]), critical=False)
        .sign(key, hashes.SHA256())
    )


def context(file: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)
    return tls


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    made = Authority(tmp_path_factory.mktemp("ca"), self_signed("Nobody's CA", key), key)
    made.file.write_bytes(made.certificate.public_bytes(serialization.Encoding.PEM))
    return made


def relay(port: int, **given: Any) -> SmtpRelay:
    plain: dict[str, Any] = {"host": "127.0.0.1", "port": port, "username": "editor", "password": "sesame"}
    return SmtpRelay(**{**plain, **given})


MAIL = Mail(
    sender="editor@news.example.org",
    recipient="reader@example.com",
    message_id="<1@news.example.org>",
    content=b"Subject: A\r\n\r\n.Hello\r\n",
)


@BOTH
def test_mail_and_password_go_through_tls_to_a_relay_that_proves_its_name(
    authority: Authority, security: Security
) -> None:
    with smtp_sink(
        tls=authority.server(), tls_from_the_start=security is Security.TLS, login=("editor", "sesame")
    ) as sink:
        with OneLane(SmtpTransport(relay(sink.port, security=security, ca_file=authority.file))) as smtp:
            assert smtp.send(MAIL).verdict is Verdict.ACCEPTED
        assert [message.content for message in sink.messages] == [MAIL.content]


@BOTH
def test_what_the_relay_can_do_is_asked_inside_tls(authority: Authority, security: Security) -> None:
    with smtp_sink(tls=authority.server(), tls_from_the_start=security is Security.TLS) as sink:
        settings = relay(sink.port, security=security, ca_file=authority.file, username=None)
        with OneLane(SmtpTransport(settings)) as smtp:
            assert smtp.send(replace(MAIL, recipient="почта@почта.рф")).verdict is Verdict.ACCEPTED
        assert sink.messages[-1].options == ("SMTPUTF8",)


@BOTH
@pytest.mark.parametrize(
    ("server", "why"),
    [
        (lambda ca: ca.server(ELSEWHERE), "mismatch"),
        (lambda ca: ca.server(valid_until=timedelta(days=-1)), "expired"),
        (lambda ca: context(ca.folder / "own.pem", self_signed("own", key := ec.generate_private_key(ec.SECP256R1())), key), "self-signed"),
    ],
    ids=["wrong host", "expired", "self-signed"],
)  # fmt: skip
def test_a_certificate_that_does_not_hold_is_refused_before_anything_is_said(
    authority: Authority, security: Security, server: Callable[[Authority], ssl.SSLContext], why: str
) -> None:
    with smtp_sink(
        tls=server(authority), tls_from_the_start=security is Security.TLS, login=("editor", "sesame")
    ) as sink:
        smtp = OneLane(SmtpTransport(relay(sink.port, security=security, ca_file=authority.file)))
        with pytest.raises(SenderRefused, match=rf"certificate cannot be trusted: .*{why}.*relay\.ca_file"):
            smtp.__enter__()
        assert sink.messages == []


def test_an_authority_that_nobody_named_is_not_trusted(authority: Authority) -> None:
    with (
        smtp_sink(tls=authority.server()) as sink,
        pytest.raises(SenderRefused, match="certificate cannot be trusted"),
    ):
        OneLane(SmtpTransport(relay(sink.port))).__enter__()


def test_a_relay_that_hides_starttls_gets_no_password_and_no_mail(authority: Authority) -> None:
    with (
        scripted_smtp(EHLO=b"250-scripted.example\r\n250 AUTH PLAIN\r\n") as server,
        pytest.raises(SenderRefused, match="does not offer STARTTLS"),
    ):
        OneLane(SmtpTransport(relay(server.port, ca_file=authority.file))).__enter__()
    assert [line.partition(" ")[0].upper() for line in server.heard] == ["EHLO"]


@pytest.mark.parametrize(
    ("answer", "error"), [("454 4.7.0 Not now", RelayUnreachable), ("501 5.5.4 Never", SenderRefused)]
)
def test_a_refused_starttls_ends_the_conversation(authority: Authority, answer: str, error: type[Exception]) -> None:
    with scripted_smtp(EHLO=OFFER, STARTTLS=answer) as server, pytest.raises(error, match="STARTTLS"):
        OneLane(SmtpTransport(relay(server.port, ca_file=authority.file))).__enter__()
    assert server.heard[1:] == ["STARTTLS"]


def test_clear_text_slipped_in_before_tls_is_never_read_as_the_relays(authority: Authority) -> None:
    heard: list[bytes] = []

    def slip_in(connection: socket.socket) -> None:
        connection.sendall(b"220 Go on\r\n250-slipped.example\r\n250 AUTH PLAIN\r\n")
        with authority.server().wrap_socket(connection, server_side=True) as private:
            heard.extend(iter(lambda: private.recv(1000), b""))
        raise Gone

    with scripted_smtp(EHLO=OFFER, STARTTLS=slip_in) as server, pytest.raises(RelayUnreachable):
        OneLane(SmtpTransport(relay(server.port, ca_file=authority.file))).__enter__()
    assert heard == []


def test_a_relay_that_speaks_no_tls_is_reported(authority: Authority) -> None:
    with scripted_smtp() as server, pytest.raises(SenderRefused, match=r"TLS .*failed.*relay\.security"):
        OneLane(SmtpTransport(relay(server.port, security=Security.TLS, ca_file=authority.file))).__enter__()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_certificates_that_holds_none_is_reported(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SenderRefused, match=r"ca\.pem cannot be read.*relay\.ca_file"):
        OneLane(SmtpTransport(relay(25, ca_file=file))).__enter__()
