"""What is read out of a Postfix log: of lines written here, of damaged ones, and of a real relay's."""

import smtplib
import socket
import tracemalloc
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliver.postfix_log import LogEntry, LogStatus, handed_on
from postfix_relay import Postfix, postfix
from smtp_sink import smtp_sink

#: One mail's life, as the relay tells it: taken, put off, tried again, delivered.
LIFE = (
    "smtpd[811]: {id}: client=web.example.org[192.0.2.7]",
    "cleanup[812]: {id}: message-id={message_id}",
    "qmgr[802]: {id}: from=<b-1@bounces.example.org>, size=4711, nrcpt=1 (queue active)",
    (
        "smtp[813]: {id}: to=<ann@example.com>, relay=mx.example.com[192.0.2.9]:25, delay=1.2, delays=0.1/0/0.9/0.2, "
        "dsn=4.7.1, status=deferred (host mx.example.com[192.0.2.9] said: 450 4.7.1 Try later (in reply to RCPT TO command))"
    ),
    "qmgr[802]: {id}: from=<b-1@bounces.example.org>, size=4711, nrcpt=1 (queue active)",
    (
        "smtp[814]: {id}: to=<ann@example.com>, relay=mx.example.com[192.0.2.9]:25, conn_use=2, delay=301, "
        "delays=300/0/0.9/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5F3A2)"
    ),
    "qmgr[802]: {id}: removed",
)
OWN = "<k7q2@news.example.org>"


def life(prefix: str = "Nov 23 12:25:06 mx postfix/", **names: str) -> list[str]:
    return [f"{prefix}{line.format(**{'id': '4F1A2B3C4D', 'message_id': OWN, **names})}\n" for line in LIFE]


def told(lines: list[str]) -> list[tuple[str, str, str]]:
    return [(entry.message_id, entry.status.value, entry.recipient) for entry in handed_on(lines)]


def test_a_life_is_told_in_order_with_who_when_and_why() -> None:
    at = "Nov 23 12:25:06"
    of_ann = {"message_id": OWN, "recipient": "ann@example.com", "time": at}
    assert list(handed_on(life())) == [
        LogEntry(message_id=OWN, recipient="", status=LogStatus.ACCEPTED, dsn="", text="", time=at),
        LogEntry(
            **of_ann, status=LogStatus.DEFERRED, dsn="4.7.1",
            text="host mx.example.com[192.0.2.9] said: 450 4.7.1 Try later (in reply to RCPT TO command)",
        ),
        LogEntry(**of_ann, status=LogStatus.SENT, dsn="2.0.0", text="250 2.0.0 Ok: queued as 5F3A2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("prefix", "time"),
    [
        ("Nov  3 02:05:06 mx postfix/", "Nov  3 02:05:06"),
        ("Nov 23 12:25:06.123456 mx.example.org postfix/", "Nov 23 12:25:06.123456"),
        ("2026-11-23T12:25:06.123456+01:00 mx postfix/", "2026-11-23T12:25:06.123456+01:00"),
        ("2026-11-23T12:25:06Z mx postfix/", "2026-11-23T12:25:06Z"),
        ("2026-11-23T12:25:06+0100 mx postfix-out/", "2026-11-23T12:25:06+0100"),
        ("Nov 23 12:25:06 mx postfix/submission/", "Nov 23 12:25:06"),
    ],
)
@pytest.mark.parametrize("queue_id", ["A1B2C", "4F1A2B3C4D", "4jY4ry31Lcz1Wkj2"])
def test_every_way_of_writing_the_log_tells_the_same(prefix: str, time: str, queue_id: str) -> None:
    entries = list(handed_on(life(prefix, id=queue_id)))
    assert [entry.status for entry in entries] == ["accepted", "deferred", "sent"]
    assert {entry.time for entry in entries} == {time}


def test_mails_whose_lines_are_mixed_are_told_apart() -> None:
    one, other = life(id="4AAAAAAAAA"), life(id="4BBBBBBBBB", message_id="<other@news.example.org>")
    mixed = told([line for pair in zip(one, other, strict=True) for line in pair])
    assert [entry for entry in mixed if entry[0] == OWN] == told(one)
    assert [entry for entry in mixed if entry[0] != OWN] == told(other)


def test_a_queue_id_that_is_used_again_speaks_of_the_new_mail() -> None:
    again = told(life() + life(message_id="<next@news.example.org>"))
    assert [entry[0] for entry in again] == [OWN] * 3 + ["<next@news.example.org>"] * 3


def test_it_does_so_even_when_the_line_that_ended_the_old_mail_is_lost() -> None:
    again = told(life()[:-1] + life(message_id="<next@news.example.org>"))
    assert [entry[0] for entry in again] == [OWN] * 3 + ["<next@news.example.org>"] * 3


def test_a_mail_that_was_removed_is_not_spoken_of_any_more() -> None:
    lines = life()
    assert told([*lines, lines[5]]) == told(lines)


def test_a_mail_that_broke_off_before_its_end_was_never_taken() -> None:
    """cleanup names the mail when its header comes in; qmgr has it only after the final dot."""
    lost = "Nov 23 12:25:07 mx postfix/smtpd[811]: lost connection after DATA (1817 bytes) from unknown[192.0.2.7]\n"
    assert told([*life()[:2], lost]) == []


def test_a_delivery_shows_that_the_mail_was_taken_where_the_line_that_says_so_is_missing() -> None:
    lines = life()
    assert told([lines[1], lines[5]]) == [(OWN, "accepted", ""), (OWN, "sent", "ann@example.com")]


def test_a_mail_whose_name_is_not_in_the_log_is_passed_over() -> None:
    assert told(life()[2:]) == []


def test_an_alias_is_told_by_the_address_that_we_gave() -> None:
    alias = life()
    alias[5] = alias[5].replace("to=<ann@example.com>", "to=<inbox7@store.example>, orig_to=<ann@example.com>")
    assert told(alias)[-1] == (OWN, "sent", "ann@example.com")


@pytest.mark.parametrize("address", ['"ann, dsn=5.0.0"@example.com', '"a>b"@example.com', "änn@bücher.example", ""])
def test_odd_addresses_are_read_whole(address: str) -> None:
    odd = [line.replace("ann@example.com", address) for line in life()]
    assert told(odd)[-1] == (OWN, "sent", address)


def test_refusals_and_giving_up_are_told_with_their_reasons() -> None:
    lines = life()[:3]
    lines.append(
        "Nov 23 12:30:00 mx postfix/smtp[9]: 4F1A2B3C4D: to=<bob@example.com>, relay=none, delay=1, delays=1/0/0/0, "
        "dsn=5.4.4, status=bounced (Host or domain name not found.)\n"
    )
    lines.append(
        "Nov 28 12:30:00 mx postfix/qmgr[802]: 4F1A2B3C4D: from=<b-1@bounces.example.org>, status=expired, "
        "returned to sender\n"
    )
    _, bounced, expired = handed_on(lines)
    assert (bounced.status, bounced.recipient, bounced.dsn) == ("bounced", "bob@example.com", "5.4.4")
    assert bounced.text == "Host or domain name not found."
    assert (expired.status, expired.recipient, expired.text) == ("expired", "", "returned to sender")


def test_a_status_that_a_mails_author_wrote_into_it_counts_for_nothing() -> None:
    forged = "postfix/qmgr[1]: 4F1A2B3C4D: from=<x>, size=1, nrcpt=1 (queue active)"
    assert told([
        f"Nov 23 12:25:06 mx postfix/cleanup[8]: 4F1A2B3C4D: message-id={OWN} {forged}\n",
        f"Nov 23 12:25:06 mx postfix/cleanup[8]: 4F1A2B3C4D: info: header Subject: {forged} from unknown\n",
        f"Nov 23 12:25:06 mx postfix/smtpd[8]: warning: {forged}\n",
        "Nov 23 12:25:06 mx postfix/cleanup[8]: 4F1A2B3C4D: warning: header To: to=<a@b.c>, dsn=2.0.0, status=sent (x)\n",
    ]) == []  # fmt: skip


def test_what_a_remote_server_said_is_short_and_harmless() -> None:
    hostile = life()
    hostile[5] = hostile[5].replace("250 2.0.0 Ok", "\x1b[2J\x07" + "long " * 100)
    (*_, sent) = handed_on(hostile)
    assert sent.text.isprintable()
    assert len(sent.text) == 200


@given(st.data())
def test_damaged_lines_never_raise_and_never_make_up_a_name(data: st.DataObject) -> None:
    lines = life()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(lines[at]))] * 2)))
        lines[at] = lines[at][:start] + data.draw(st.text(max_size=5)) + lines[at][end:]
    whole = [line for line in life() if "cleanup" in line]
    names = {entry.message_id for entry in handed_on(lines)}
    assert names <= {OWN} or whole[0] not in lines


@given(st.lists(st.text() | st.sampled_from(life()) | st.sampled_from(life()).map(lambda line: line[:-20])))
def test_any_lines_at_all_are_read_without_an_error(lines: list[str]) -> None:
    taken = [entry.status is LogStatus.ACCEPTED for entry in handed_on(lines)]
    assert not taken or taken[0], "of each mail the first thing told is that it was taken"


def test_the_log_is_read_as_it_comes_and_mails_that_are_through_take_no_room() -> None:
    def endless() -> Iterator[str]:
        for number in count():
            yield from life(id=f"{number:010X}", message_id=f"<{number}@news.example.org>")

    entries = handed_on(endless())
    tracemalloc.start()
    try:
        told = [next(entries).message_id for _ in range(15_000)][-1]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert told == "<4999@news.example.org>"
    assert peak < 2_000_000, "the list of the names alone takes half of that"


def test_mails_that_break_off_take_no_room_for_ever() -> None:
    first = life(id="4AAAAAAAAA")
    others = (life(id=f"{number:010X}")[1] for number in range(10_000))
    assert told([first[1], *others, *first[2:]]) == []


# What follows is told by a real Postfix.


@pytest.fixture(params=[True, False], ids=["long-ids", "short-ids"])
def relay(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Postfix]:
    unknown, full = "550 5.1.1 No such user", "452 4.2.2 Mailbox full"
    with (
        smtp_sink(refuse={"unknown@remote.example": unknown, "full@remote.example": full}) as far,
        postfix(
            tmp_path,
            refused={"closed@example.com": unknown},
            returned={"gone@example.com": "5.2.1 Mailbox disabled"},
            onward=far.port,
            long_queue_ids=request.param,
        ) as running,
    ):
        yield running


def test_the_log_of_a_real_relay_tells_what_became_of_each_mail(relay: Postfix) -> None:
    _send(
        relay, "ann@example.com", "gone@example.com", "bob@remote.example", "unknown@remote.example",
        "full@remote.example",
    )  # fmt: skip
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _send(relay, "closed@example.com")
    relay.wait_until_empty()
    assert _lives(relay) == {
        "ann@example.com": [("accepted", ""), ("sent", "2.0.0")],
        "gone@example.com": [("accepted", ""), ("bounced", "5.2.1")],
        "bob@remote.example": [("accepted", ""), ("sent", "2.0.0")],
        "unknown@remote.example": [("accepted", ""), ("bounced", "5.1.1")],
        "full@remote.example": [("accepted", ""), ("deferred", "4.2.2"), ("expired", "")],
    }


def test_a_real_relay_names_a_mail_that_it_never_got_and_it_is_not_told_of(relay: Postfix) -> None:
    with smtplib.SMTP("127.0.0.1", relay.port) as client:
        client.ehlo()
        client.mail("editor@example.org")
        client.rcpt("ann@example.com")
        client.docmd("DATA")
        # Long enough that the relay reads the header before the connection ends.
        client.send(b"Message-ID: <ann@example.com>\r\n\r\n" + b"And so on.\r\n" * 10_000)
        assert client.sock is not None
        client.sock.shutdown(socket.SHUT_RDWR)
        client.close()
    assert "message-id=<ann@example.com>" in relay.wait_until_logged("lost connection after DATA")
    _send(relay, "bob@remote.example")
    relay.wait_until_empty()
    assert _lives(relay).keys() == {"bob@remote.example"}


def _send(relay: Postfix, *recipients: str) -> None:
    """One mail each, named after the recipient."""
    with smtplib.SMTP("127.0.0.1", relay.port) as client:
        for recipient in recipients:
            client.sendmail("editor@example.org", [recipient], f"Message-ID: <{recipient}>\r\n\r\nHello\r\n")


def _lives(relay: Postfix) -> dict[str, list[tuple[str, str]]]:
    """What the log says of each mail of ours, under the recipient that it is named after."""
    lives: dict[str, list[tuple[str, str]]] = {}
    with relay.log.open(encoding="utf-8", errors="replace") as lines:
        for entry in handed_on(lines):
            owner = entry.message_id.strip("<>")
            if not owner.endswith("@mx.example.net"):
                assert entry.recipient in ("", owner)
                lives.setdefault(owner, []).append((entry.status.value, entry.dsn))
    return lives
