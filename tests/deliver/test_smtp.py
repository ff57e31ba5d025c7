"""A real conversation with a real server: what arrives, and who is told what."""

import socket
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.deliver.smtp import Security, SmtpRelay, SmtpTransport
from newsletter.errors import RelayUnreachable, SenderRefused
from newsletter.model.delivery import Mail, Receipt, Verdict
from newsletter.model.refusal import Stage
from one_lane import OneLane
from scripted_smtp import scripted_smtp
from smtp_sink import Sink, smtp_sink


@pytest.fixture(scope="module")
def busy_sink() -> Iterator[Sink]:
    """One sink for many mails; look at the last."""
    with smtp_sink() as sink:
        yield sink


def relay(port: int, **given: Any) -> SmtpRelay:
    return SmtpRelay(**{"host": "127.0.0.1", "port": port, "security": Security.NONE, **given})


def mail(recipient: str = "reader@example.com", **given: Any) -> Mail:
    plain: dict[str, Any] = {
        "sender": "editor@news.example.org",
        "recipient": recipient,
        "message_id": "<1@news.example.org>",
        "content": b"Subject: A\r\n\r\nHello\r\n",
    }
    return Mail(**{**plain, **given})


def arrives(sink: Sink, content: bytes) -> bytes:
    with OneLane(SmtpTransport(relay(sink.port))) as smtp:
        assert smtp.send(mail(content=content)).verdict is Verdict.ACCEPTED
    return sink.messages[-1].content


def test_the_envelope_and_the_bytes_arrive_as_given() -> None:
    with smtp_sink() as sink, OneLane(SmtpTransport(relay(sink.port))) as smtp:
        receipt = smtp.send(mail("Rea.Der+x@example.com"))
        (message,) = sink.messages
    assert receipt == Receipt(verdict=Verdict.ACCEPTED, code=250, text="2.0.0 Kept")
    assert message.sender == "editor@news.example.org"
    assert message.recipients == ("Rea.Der+x@example.com",)
    assert message.content == b"Subject: A\r\n\r\nHello\r\n"


@pytest.mark.parametrize(
    "body", [b"".join(parts) for parts in product([b"\r\n", b".\r\n", b"\r\n.", b"\r\n..\r\n"], repeat=2)]
)
def test_dots_and_line_ends_arrive_as_one_mail(busy_sink: Sink, body: bytes) -> None:
    before = len(busy_sink.messages)
    content = b"Subject: A\r\n\r\n" + body + b"text\r\n"
    assert arrives(busy_sink, content) == content
    assert len(busy_sink.messages) == before + 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([b".", b"\r\n", b"a", "ä".encode(), b"QUIT"]), max_size=30).map(b"".join))
def test_any_well_formed_mail_arrives_byte_for_byte(busy_sink: Sink, body: bytes) -> None:
    content = b"Subject: A\r\n\r\n" + body + b"\r\n"
    assert arrives(busy_sink, content) == content


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: A\r\n\r\n" + b"x" * 998 + b"\r\n",
        b"Subject: A\r\n\r\n" + b"." * 998 + b"\r\n",
        b"Subject: A\r\n\r\n" + b"A line of a long mail.\r\n" * 100_000,
        "Subject: A\r\n\r\nGrüße, “Ciao”, почта\r\n".encode(),
    ],
    ids=["longest line", "longest line of dots", "2 MB", "8 bit"],
)
def test_the_extremes_arrive_byte_for_byte(busy_sink: Sink, content: bytes) -> None:
    assert arrives(busy_sink, content) == content


def test_a_last_line_without_its_end_gets_one(busy_sink: Sink) -> None:
    assert arrives(busy_sink, b"Subject: A\r\n\r\nHello") == b"Subject: A\r\n\r\nHello\r\n"


def test_8bit_is_announced_only_where_there_is_some(busy_sink: Sink) -> None:
    arrives(busy_sink, b"Subject: A\r\n\r\nHello\r\n")
    arrives(busy_sink, "Subject: A\r\n\r\nGrüße\r\n".encode())
    assert [message.options for message in busy_sink.messages[-2:]] == [(), ("BODY=8BITMIME",)]


def test_8bit_is_not_sent_to_a_relay_that_takes_none() -> None:
    with scripted_smtp(EHLO="250 scripted.example") as server, OneLane(SmtpTransport(relay(server.port))) as smtp:
        with pytest.raises(SenderRefused, match="8BITMIME"):
            smtp.send(mail(content="Subject: A\r\n\r\nGrüße\r\n".encode()))
        assert smtp.send(mail()).verdict is Verdict.ACCEPTED
    assert [line for line in server.heard if line.startswith("MAIL")] == ["MAIL FROM:<editor@news.example.org>"]


def test_an_international_address_goes_where_smtputf8_is_offered(busy_sink: Sink) -> None:
    with OneLane(SmtpTransport(relay(busy_sink.port))) as smtp:
        assert smtp.send(mail("почта@почта.рф")).verdict is Verdict.ACCEPTED
    assert busy_sink.messages[-1].recipients == ("почта@xn--80a1acny.xn--p1ai",)
    assert busy_sink.messages[-1].options == ("SMTPUTF8",)


def test_an_international_address_is_refused_here_where_it_is_not() -> None:
    with smtp_sink(smtputf8=False) as sink, OneLane(SmtpTransport(relay(sink.port))) as smtp:
        receipts = [smtp.send(mail("почта@почта.рф")), smtp.send(mail("reader@почта.рф"))]
    assert [receipt.verdict for receipt in receipts] == [Verdict.REFUSED, Verdict.ACCEPTED]
    assert receipts[0].code == 0
    assert "SMTPUTF8" in receipts[0].text
    assert sink.recipients == ["reader@xn--80a1acny.xn--p1ai"]


def test_a_refused_recipient_leaves_the_others_served() -> None:
    refuse = {"gone@example.com": "550 5.1.1 No such user", "full@example.com": "452 4.2.2 Mailbox full"}
    with smtp_sink(refuse=refuse) as sink, OneLane(SmtpTransport(relay(sink.port))) as smtp:
        receipts = [smtp.send(mail(f"{name}@example.com")) for name in ("a", "gone", "b", "full", "c")]
    assert receipts[1] == Receipt(verdict=Verdict.REFUSED, code=550, text="5.1.1 No such user", stage=Stage.RCPT)
    assert receipts[3] == Receipt(verdict=Verdict.DEFERRED, code=452, text="4.2.2 Mailbox full", stage=Stage.RCPT)
    assert sink.recipients == ["a@example.com", "b@example.com", "c@example.com"]


def test_the_relay_is_greeted_by_the_configured_name() -> None:
    with smtp_sink() as sink, OneLane(SmtpTransport(relay(sink.port, helo="mx.news.example.org"))) as smtp:
        smtp.send(mail())
    assert sink.hello == ["mx.news.example.org"]


def test_all_mails_share_a_conversation_and_it_ends_politely() -> None:
    with scripted_smtp() as server, OneLane(SmtpTransport(relay(server.port))) as smtp:
        for _ in range(3):
            smtp.send(mail())
    assert server.connections == 1
    assert [line.partition(" ")[0] for line in server.heard] == [*["EHLO"], *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]


def test_a_conversation_is_renewed_after_as_many_mails_as_the_relay_takes() -> None:
    with scripted_smtp() as server:
        with OneLane(SmtpTransport(relay(server.port, max_messages_per_connection=2))) as smtp:
            for _ in range(5):
                smtp.send(mail())
        assert server.connections == 3
    assert server.heard.count("QUIT") == 3


def test_a_login_is_made_before_the_first_mail() -> None:
    with smtp_sink(login=("editor", "open sesame")) as sink:
        with OneLane(SmtpTransport(relay(sink.port, username="editor", password="open sesame"))) as smtp:
            assert smtp.send(mail()).verdict is Verdict.ACCEPTED
        assert len(sink.messages) == 1


@pytest.mark.parametrize("password", ["wrong", "", "öffne dich"])
def test_a_wrong_password_is_reported_by_the_settings_to_check_and_never_shown(password: str) -> None:
    with smtp_sink(login=("editor", "open sesame")) as sink:
        smtp = OneLane(SmtpTransport(relay(sink.port, username="editor", password=password)))
        with pytest.raises(SenderRefused, match=r"relay\.username and relay\.password") as refused:
            smtp.__enter__()
    assert not password or password not in str(refused.value)


def test_no_login_where_one_is_wanted_pauses_the_issue() -> None:
    with smtp_sink(login=("editor", "open sesame")) as sink, OneLane(SmtpTransport(relay(sink.port))) as smtp:
        with pytest.raises(SenderRefused, match="Authentication required"):
            smtp.send(mail())
        assert sink.messages == []


def test_a_login_where_none_is_offered_is_reported() -> None:
    with (
        scripted_smtp() as server,
        pytest.raises(SenderRefused, match=r"offers no login.*remove relay\.username"),
    ):
        OneLane(SmtpTransport(relay(server.port, username="editor", password="secret"))).__enter__()
    assert not any("secret" in line for line in server.heard)


def test_a_password_is_not_printed_with_the_settings() -> None:
    assert "secret" not in repr(relay(25, username="editor", password="secret"))


def test_a_closed_port_is_reported_with_what_to_check() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RelayUnreachable, match=rf"127\.0\.0\.1:{port} \(Connection refused\)\. Check relay\.host"):
        OneLane(SmtpTransport(relay(port))).__enter__()


def test_a_host_that_has_no_address_is_reported() -> None:
    with pytest.raises(RelayUnreachable, match=r"Check relay\.host"):
        OneLane(SmtpTransport(relay(25, host="a" * 64 + ".invalid"))).__enter__()


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("mail.example.org", "mail.example.org"),
        ("localhost", "[127.0.0.1]"),
        ("localhost.localdomain", "[127.0.0.1]"),
        ("box", "[127.0.0.1]"),
    ],
)
def test_without_a_configured_name_we_never_greet_as_localhost(
    monkeypatch: pytest.MonkeyPatch, own: str, said: str
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda: own)
    with smtp_sink() as sink, OneLane(SmtpTransport(relay(sink.port))) as transport:
        transport.send(mail())
    assert sink.hello == [said]
