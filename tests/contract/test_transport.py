"""What every transport promises, asked of each: a real relay, a folder, memory."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsletter.deliver.mailbox import MailboxTransport
from newsletter.deliver.memory import MemoryTransport
from newsletter.deliver.smtp import Security, SmtpRelay, SmtpTransport
from newsletter.deliver.transport import Transport
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Mail, Receipt, Verdict
from one_lane import OneLane
from smtp_sink import smtp_sink

CONTENT = b"Subject: Ferry fares rise\r\n\r\n.A line that begins with a dot\r\n..\r\n.\r\nThe end\r\n"


@dataclass(frozen=True)
class Place:
    """A transport and a look at the bytes that have arrived behind it."""

    transport: Transport
    arrived: Callable[[], list[bytes]]


@pytest.fixture(params=["smtp", "mailbox", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "mailbox":
        folder = tmp_path / "mail"
        yield Place(MailboxTransport(folder), lambda: [file.read_bytes() for file in folder.iterdir()])
    elif request.param == "memory":
        memory = MemoryTransport()
        yield Place(memory, lambda: [kept.content for kept in memory.mails])
    else:
        with smtp_sink() as sink:
            relay = SmtpRelay(host=sink.host, port=sink.port, security=Security.NONE)
            yield Place(SmtpTransport(relay), lambda: [message.content for message in sink.messages])


def mail(number: int = 1, **given: Any) -> Mail:
    plain: dict[str, Any] = {
        "sender": "editor@news.example.org",
        "recipient": f"reader{number}@example.com",
        "message_id": f"<{number}@news.example.org>",
        "content": CONTENT,
    }
    return Mail(**{**plain, **given})


def test_an_accepted_mail_arrives_byte_for_byte(place: Place) -> None:
    with OneLane(place.transport) as transport:
        receipt = transport.send(mail())
    assert receipt.verdict is Verdict.ACCEPTED
    assert not receipt.connection_lost
    assert place.arrived() == [CONTENT]


def test_what_was_accepted_is_there_before_the_conversation_closes(place: Place) -> None:
    with OneLane(place.transport) as transport:
        transport.send(mail())
        assert place.arrived() == [CONTENT]


def test_several_mails_go_through_one_conversation(place: Place) -> None:
    contents = [b"Subject: %d\r\n\r\nHello\r\n" % number for number in range(5)]
    with OneLane(place.transport) as transport:
        receipts = [transport.send(mail(number, content=content)) for number, content in enumerate(contents)]
    assert [receipt.verdict for receipt in receipts] == [Verdict.ACCEPTED] * 5
    assert sorted(place.arrived()) == contents


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "nobody",
        "a b@example.com",
        "Reader <reader@example.com>",
        "reader@example.com, other@example.com",
        "reader@example.com>\r\nRCPT TO:<other@example.com",
        "reader@example.com\r\nDATA",
        "reader\0@example.com",
    ],
)
def test_a_recipient_who_cannot_be_mailed_is_refused_here_and_the_next_is_served(place: Place, recipient: str) -> None:
    with OneLane(place.transport) as transport:
        refused = transport.send(mail(recipient=recipient))
        served = transport.send(mail(2))
    assert refused == Receipt(
        verdict=Verdict.REFUSED, text="The address is malformed. Correct it in the subscriber list."
    )
    assert served.verdict is Verdict.ACCEPTED
    assert place.arrived() == [CONTENT]


def test_a_malformed_sender_is_nobody_elses_fault(place: Place) -> None:
    with OneLane(place.transport) as transport, pytest.raises(SenderRefused, match="Correct the newsletter's sender"):
        transport.send(mail(sender="editor@news.example.org>\r\nRCPT TO:<other@example.com"))
    assert place.arrived() == []


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: A\r\n\r\none\ntwo\r\n",
        b"Subject: A\r\n\r\none\rtwo\r\n",
        b"Subject: A\r\n\r\nend\n.\r\nMAIL FROM:<smuggled@example.com>\r\n",
        b"Subject: A\r\n\r\nend\r\n.\nMAIL FROM:<smuggled@example.com>\r\n",
        b"Subject: A\r\n\r\nend\r\n.\r",
        b"Subject: A\r\n\r\nnothing\0here\r\n",
        b"Subject: A\r\n\r\n" + b"x" * 999 + b"\r\n",
    ],
)
def test_a_malformed_mail_is_never_sent(place: Place, content: bytes) -> None:
    with OneLane(place.transport) as transport, pytest.raises(SenderRefused, match="was not sent"):
        transport.send(mail(content=content))
    assert place.arrived() == []


def test_a_failure_inside_the_conversation_loses_nothing_that_was_accepted(place: Place) -> None:
    with suppress(ZeroDivisionError), OneLane(place.transport) as transport:
        transport.send(mail())
        raise ZeroDivisionError
    assert place.arrived() == [CONTENT]
