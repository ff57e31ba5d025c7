"""The relay's greeting, by real conversations."""

import socket
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import RelayUnreachable, SenderRefused
from newsletter.model.delivery import Security
from newsletter.probe.doctor.advice import Advice
from newsletter.probe.doctor.relay import Greeting, relay_advice
from newsletter.probe.relay_probe import SmtpProbe
from probe.doctor.asking import said
from probe.doctor.relay_certificate import relay_certificate
from scripted_smtp import hang, hang_up, reset, scripted_smtp
from smtp_sink import smtp_sink

BOTH = pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])


def probe(port: int, **given: Any) -> SmtpProbe:
    return SmtpProbe(
        **{"host": "127.0.0.1", "port": port, "security": Security.NONE, "helo": "mail.example.org", **given}
    )


class Told:
    """A relay that said this."""

    def __init__(self, *capabilities: str, tls: str | None = "TLSv1.3", authenticated: bool = True) -> None:
        self.greeting = Greeting(capabilities=capabilities, tls=tls, authenticated=authenticated)

    def greet(self) -> Greeting:
        return self.greeting


def advised(told: Told, *, local: bool = False) -> tuple[Advice, ...]:
    return relay_advice(told, local=local)


@BOTH
def test_a_good_relay_is_greeted_inside_tls_with_our_name_and_login_and_gets_no_mail(
    tmp_path: Path, security: Security
) -> None:
    tls, trusted = relay_certificate(tmp_path)
    with smtp_sink(tls=tls, tls_from_the_start=security is Security.TLS, login=("editor", "sesame")) as sink:
        found = probe(sink.port, security=security, ca_file=trusted, username="editor", password="sesame").greet()
        assert set(sink.hello) == {"mail.example.org"}
        assert sink.messages == []
    assert found.tls is not None
    assert found.tls.startswith("TLSv1.")
    assert found.authenticated
    assert "SMTPUTF8" in found.capabilities
    assert any(line.startswith("SIZE ") for line in found.capabilities)


def test_a_conversation_has_no_command_that_begins_a_mail() -> None:
    with scripted_smtp() as server:
        probe(server.port).greet()
        assert [line.partition(" ")[0].upper() for line in server.heard] == ["EHLO", "QUIT"]


def test_the_name_is_the_configured_one_or_what_the_system_says() -> None:
    assert probe(1).name == "mail.example.org"
    assert probe(1, helo=None).name


@BOTH
def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_login(tmp_path: Path, security: Security) -> None:
    tls, _ = relay_certificate(tmp_path)
    with (
        smtp_sink(tls=tls, tls_from_the_start=security is Security.TLS, login=("editor", "sesame")) as sink,
        pytest.raises(SenderRefused, match="cannot be trusted"),
    ):
        probe(sink.port, security=security, username="editor", password="sesame").greet()


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    tls, trusted = relay_certificate(tmp_path, "192.0.2.1")
    with smtp_sink(tls=tls) as sink, pytest.raises(SenderRefused, match="mismatch"):
        probe(sink.port, security=Security.STARTTLS, ca_file=trusted).greet()


def test_a_relay_without_starttls_is_not_logged_in_to() -> None:
    with smtp_sink(login=("editor", "sesame")) as sink, pytest.raises(SenderRefused, match="does not offer STARTTLS"):
        probe(sink.port, security=Security.STARTTLS, username="editor", password="sesame").greet()


def test_a_refused_login_is_told_without_the_password(tmp_path: Path) -> None:
    with smtp_sink(login=("editor", "sesame")) as sink, pytest.raises(SenderRefused, match="refused the login") as told:
        probe(sink.port, username="editor", password="wrong-one").greet()
    assert "wrong-one" not in str(told.value)
    assert "wrong-one" not in repr(probe(1, password="wrong-one"))


def test_a_login_that_is_not_offered_or_cannot_be_carried_is_told() -> None:
    with scripted_smtp() as server, pytest.raises(SenderRefused, match="no login that we know"):
        probe(server.port, username="editor", password="sesame").greet()
    offer = b"250-scripted.example\r\n250 AUTH PLAIN\r\n"
    with scripted_smtp(EHLO=offer) as server, pytest.raises(SenderRefused, match="outside ASCII"):
        probe(server.port, username="editor", password="пароль").greet()
    with scripted_smtp(EHLO=offer, AUTH="454 4.7.0 Later") as server, pytest.raises(RelayUnreachable, match="just now"):
        probe(server.port, username="editor", password="sesame").greet()


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    with scripted_smtp() as server, pytest.raises(SenderRefused, match=r"empty\.pem"):
        probe(server.port, security=Security.STARTTLS, ca_file=empty).greet()


@pytest.mark.parametrize(
    ("script", "error", "words"),
    [
        ({"GREETING": "554 5.7.1 Not you"}, SenderRefused, "554"),
        ({"GREETING": "421 4.3.2 Busy"}, RelayUnreachable, "421"),
        ({"GREETING": "HTTP/1.1 400 Bad Request"}, RelayUnreachable, "does not speak SMTP"),
        ({"GREETING": hang_up}, RelayUnreachable, "ended the conversation"),
        ({"GREETING": hang}, RelayUnreachable, "nothing in time"),
        ({"EHLO": "550 5.7.1 Bad name"}, SenderRefused, "relay.helo"),
        ({"EHLO": reset}, RelayUnreachable, "try again later"),
        ({"EHLO": "Whatever you say"}, RelayUnreachable, "does not speak SMTP"),
    ],
)  # fmt: skip
def test_a_relay_that_does_not_talk_properly_is_told_in_a_sentence(
    script: dict[str, Any], error: type[Exception], words: str
) -> None:
    with scripted_smtp(**script) as server, pytest.raises(error, match=words):
        probe(server.port, seconds=0.5).greet()


def test_tls_where_there_is_none_is_told() -> None:
    with scripted_smtp() as server, pytest.raises(SenderRefused, match="TLS with the relay failed"):
        probe(server.port, security=Security.TLS).greet()


def test_nobody_listening_is_told_with_the_place() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (advice,) = relay_advice(probe(port), local=True)
    assert advice.level == "error"
    assert f"127.0.0.1:{port}" in advice.sentence


def test_clear_text_to_another_machine_is_a_warning_with_the_way_out() -> None:
    assert 'security = "starttls"' in said(advised(Told("STARTTLS", tls=None)), "warning")
    assert "port 465" in said(advised(Told(tls=None)), "warning")
    assert said(advised(Told(tls=None), local=True), "warning") == ""


@pytest.mark.parametrize(
    ("size", "level"),
    [("SIZE 500000", "warning"), ("SIZE 1048576", "ok"), ("SIZE 0", None), ("SIZE", None), ("SIZE ²", None)],
)
def test_a_limit_below_a_megabyte_is_a_warning(size: str, level: str | None) -> None:
    levels = [one.level for one in advised(Told(size)) if "octets" in one.sentence]
    assert levels == ([level] if level else [])


@pytest.mark.parametrize("name", ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN"])
def test_each_extension_is_told_with_what_it_means(name: str) -> None:
    assert f"offers {name}:" in said(advised(Told(name)), "ok")
    assert f"does not offer {name}:" in said(advised(Told("SIZE")), "note")


def test_a_login_that_we_leave_out_is_a_note() -> None:
    assert "offers a login" in said(advised(Told("AUTH PLAIN LOGIN", authenticated=False)), "note")
    assert "takes our login" in said(advised(Told("AUTH PLAIN LOGIN")), "ok")
