"""The fake keeps mails and answers as told."""

import pytest

from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Mail, Receipt, Verdict
from one_lane import OneLane


def mail(recipient: str) -> Mail:
    return Mail(
        sender="editor@news.example.org", recipient=recipient, message_id="<1@x>", content=b"Subject: A\r\n\r\n"
    )


def test_it_answers_by_recipient_and_keeps_what_may_have_arrived() -> None:
    answers = {
        "full@example.com": Receipt(verdict=Verdict.DEFERRED, code=452, text="4.2.2 Full"),
        "gone@example.com": Receipt(verdict=Verdict.REFUSED, code=550, text="5.1.1 Gone"),
        "lost@example.com": Receipt(verdict=Verdict.UNKNOWN, connection_lost=True),
    }
    transport = MemoryTransport(answers)
    with OneLane(transport) as memory:
        receipts = {name: memory.send(mail(name)) for name in [*answers, "reader@example.com"]}
    assert receipts == {**answers, "reader@example.com": Receipt(verdict=Verdict.ACCEPTED)}
    assert [kept.recipient for kept in transport.mails] == ["lost@example.com", "reader@example.com"]


def test_it_raises_when_told_to() -> None:
    transport = MemoryTransport({"reader@example.com": SenderRefused("The relay refused us.")})
    with OneLane(transport) as memory:
        with pytest.raises(SenderRefused, match="refused us"):
            memory.send(mail("reader@example.com"))
        assert transport.mails == []
