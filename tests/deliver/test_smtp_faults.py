"""A relay that fails at every step: the receipt says neither more nor less than is known."""

import asyncio
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from newsletter.deliver.smtp import Security, SmtpRelay, SmtpTransport
from newsletter.errors import RelayUnreachable, SenderRefused
from newsletter.model.delivery import Mail, Receipt, Verdict
from newsletter.model.refusal import Stage
from one_lane import OneLane, Pile
from scripted_smtp import (
    Action,
    Answer,
    Scripted,
    cut_off_after,
    drip,
    hang,
    hang_up,
    reset,
    scripted_smtp,
    stall_until,
    then,
)

SOON = 0.2
LARGE = b"Subject: A\r\n\r\n" + b"A line of a long mail.\r\n" * 1_000_000


def relay(server: Scripted, **given: Any) -> SmtpRelay:
    return SmtpRelay(**{"host": server.host, "port": server.port, "security": Security.NONE, **given})


def mail(recipient: str = "reader@example.com", content: bytes = b"Subject: A\r\n\r\nHello\r\n") -> Mail:
    return Mail(
        sender="editor@news.example.org", recipient=recipient, message_id="<1@news.example.org>", content=content
    )


def send_two(server: Scripted, **given: Any) -> tuple[Receipt, Receipt]:
    with OneLane(SmtpTransport(relay(server, **given))) as smtp:
        return smtp.send(mail()), smtp.send(mail())


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "DOT"])
def test_not_now_defers_the_mail_and_the_next_goes_through(step: str) -> None:
    with scripted_smtp(**{step: ["451 4.3.0 Try later", "354 Go on" if step == "DATA" else "250 Go on"]}) as server:
        first, second = send_two(server)
    assert first == Receipt(verdict=Verdict.DEFERRED, code=451, text="4.3.0 Try later", stage=Stage(step.lower()))
    assert second.verdict is Verdict.ACCEPTED
    assert server.connections == 1


@pytest.mark.parametrize("step", ["RCPT", "DATA", "DOT"])
def test_never_refuses_the_mail_and_the_next_goes_through(step: str) -> None:
    with scripted_smtp(**{step: ["554 5.6.0 No", "354 Go on" if step == "DATA" else "250 Go on"]}) as server:
        first, second = send_two(server)
    assert first == Receipt(verdict=Verdict.REFUSED, code=554, text="5.6.0 No", stage=Stage(step.lower()))
    assert second.verdict is Verdict.ACCEPTED
    assert server.connections == 1


def test_a_refused_transaction_is_taken_back_before_the_next() -> None:
    with scripted_smtp(RCPT=["550 5.1.1 Gone", "250 Go on"]) as server:
        send_two(server)
    verbs = [line.partition(" ")[0].upper() for line in server.heard]
    assert verbs == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "DOT"])
def test_421_defers_the_mail_and_the_next_has_a_new_conversation(step: str) -> None:
    with scripted_smtp(**{step: ["421 4.3.2 Shutting down", "354 Go on" if step == "DATA" else "250 Go on"]}) as server:
        first, second = send_two(server)
        assert server.connections == 2
    shut = Receipt(verdict=Verdict.DEFERRED, code=421, text="4.3.2 Shutting down", connection_lost=True)
    assert first == replace(shut, stage=Stage(step.lower()))
    assert second.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("ending", [hang_up, reset, cut_off_after(b"25"), cut_off_after(b"250-more to come\r\n")])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_conversation_that_breaks_before_the_dot_defers(step: str, ending: Answer) -> None:
    with scripted_smtp(**{step: [ending, "354 Go on" if step == "DATA" else "250 Go on"]}) as server:
        first, second = send_two(server)
    assert (first.verdict, first.code, first.connection_lost) == (Verdict.DEFERRED, 0, True)
    assert second.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "ending",
    [
        hang,
        hang_up,
        reset,
        cut_off_after(b"2"),
        cut_off_after(b"25"),
        cut_off_after(b"250 Kept"),
        cut_off_after(b"554-5.6.0 No\r\n"),
        b"25\r\n",
        b"250 Kept\n",
        b"Kept\r\n",
        "354 Go on",
    ],
)
def test_a_handed_over_mail_without_a_complete_answer_is_unknown(ending: Answer) -> None:
    with scripted_smtp(DOT=[ending, "250 Kept"]) as server:
        first, second = send_two(server, dot_timeout=SOON)
    assert (first.verdict, first.code, first.connection_lost) == (Verdict.UNKNOWN, 0, True)
    assert second.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("ending", [hang_up, reset])
def test_a_conversation_that_breaks_inside_the_mail_defers(ending: Action) -> None:
    with scripted_smtp(DATA=then(b"354 Go on\r\n", ending)) as server, OneLane(SmtpTransport(relay(server))) as smtp:
        receipt = smtp.send(mail(content=LARGE))
    assert (receipt.verdict, receipt.connection_lost) == (Verdict.DEFERRED, True)
    assert server.mails == []


def test_a_relay_that_stops_reading_inside_the_mail_is_left_at_the_deadline() -> None:
    over = Event()
    with scripted_smtp(DATA=then(b"354 Go on\r\n", stall_until(over))) as server:
        with OneLane(SmtpTransport(relay(server, dot_timeout=SOON))) as smtp:
            receipt = smtp.send(mail(content=LARGE))
        over.set()
    assert (receipt.verdict, receipt.connection_lost) == (Verdict.DEFERRED, True)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_relay_that_falls_silent_is_left_at_the_deadline(step: str) -> None:
    with scripted_smtp(**{step: hang}) as server, OneLane(SmtpTransport(relay(server, command_timeout=SOON))) as smtp:
        receipt = smtp.send(mail())
    assert (receipt.verdict, receipt.connection_lost) == (Verdict.DEFERRED, True)


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "MAIL"])
def test_an_answer_that_drips_in_is_cut_off_at_the_deadline(step: str) -> None:
    dripping = drip(b"250 " + b"x" * 100 + b"\r\n", SOON / 5)
    with scripted_smtp(**{step: dripping}) as server:
        smtp = OneLane(SmtpTransport(relay(server, connect_timeout=SOON, command_timeout=SOON)))
        if step == "MAIL":
            with smtp:
                assert smtp.send(mail()).connection_lost
        else:
            with pytest.raises(RelayUnreachable):
                smtp.__enter__()


def test_an_answer_that_nobody_asked_for_is_never_taken_for_one() -> None:
    twice = b"250 2.1.5 Go on\r\n250 2.1.5 Go on\r\n"
    with scripted_smtp(RCPT=twice) as server, OneLane(SmtpTransport(relay(server))) as smtp:
        receipt = smtp.send(mail())
    assert (receipt.verdict, receipt.connection_lost) == (Verdict.DEFERRED, True)
    assert server.mails == []


@pytest.mark.parametrize(("step", "answer"), [("MAIL", "354 Go on"), ("RCPT", "354 Go on"), ("DATA", "250 Go on")])
def test_an_answer_that_does_not_fit_ends_the_conversation(step: str, answer: str) -> None:
    with scripted_smtp(**{step: answer}) as server, OneLane(SmtpTransport(relay(server))) as smtp:
        receipt = smtp.send(mail())
    assert (receipt.verdict, receipt.connection_lost) == (Verdict.DEFERRED, True)
    assert server.mails == []


@pytest.mark.parametrize("answer", ["421 4.3.2 Going", "500 5.5.1 What?", hang_up])
def test_a_refusal_stands_even_if_it_cannot_be_taken_back(answer: Answer) -> None:
    with scripted_smtp(RCPT=["550 5.1.1 Gone", "250 Go on"], RSET=answer) as server:
        first, second = send_two(server)
        assert server.connections == 2
    gone = Receipt(verdict=Verdict.REFUSED, code=550, text="5.1.1 Gone", connection_lost=True, stage=Stage.RCPT)
    assert first == gone
    assert second.verdict is Verdict.ACCEPTED


def test_a_refused_sender_pauses_the_issue_without_naming_anybody() -> None:
    refusal = "550 5.7.1 <editor@news.example.org>: Sender address rejected"
    with (
        scripted_smtp(MAIL=refusal) as server,
        OneLane(SmtpTransport(relay(server))) as smtp,
        pytest.raises(SenderRefused, match=r"550 5\.7\.1 .*Sender address rejected") as refused,
    ):
        smtp.send(mail())
    assert "editor" not in str(refused.value)


def test_a_lane_that_is_interrupted_owns_up_to_the_mail_that_was_on_its_way() -> None:
    async def interrupted(server: Scripted) -> Receipt:
        pile = Pile((mail(), mail("next@example.com")))
        async with SmtpTransport(relay(server)) as smtp:
            lane = asyncio.create_task(smtp.carry(pile))
            await asyncio.sleep(5 * SOON)
            assert pile.log == [(".", 0)]
            lane.cancel()
            with pytest.raises(asyncio.CancelledError):
                await lane
        return pile.receipts[0]

    with scripted_smtp(DOT=hang) as server:
        assert asyncio.run(interrupted(server)).verdict is Verdict.UNKNOWN


def test_a_lost_conversation_that_cannot_be_opened_anew_is_reported_not_retried() -> None:
    with scripted_smtp(GREETING=["220 Hello", "421 4.3.2 Busy"], MAIL=hang_up) as server:
        with OneLane(SmtpTransport(relay(server))) as smtp:
            assert smtp.send(mail()).connection_lost
            with pytest.raises(RelayUnreachable, match=r"4\.3\.2 Busy"):
                smtp.send(mail())
        assert server.connections == 2


@pytest.mark.parametrize(
    ("greeting", "error", "sentence"),
    [
        ("421 4.3.2 Busy", RelayUnreachable, "Try again later. It said: 421 4.3.2 Busy"),
        ("554 5.7.1 Blocked", SenderRefused, "refused the connection. It said: 554 5.7.1 Blocked"),
        ("SSH-2.0-OpenSSH_9.2", RelayUnreachable, "not as an SMTP server"),
        (hang_up, RelayUnreachable, "not as an SMTP server"),
        (reset, RelayUnreachable, "relay"),
        (hang, RelayUnreachable, "Check relay.port and relay.security"),
    ],
)
def test_a_bad_greeting_is_reported(greeting: Answer, error: type[Exception], sentence: str) -> None:
    with scripted_smtp(GREETING=greeting) as server, pytest.raises(error) as raised:
        OneLane(SmtpTransport(relay(server, connect_timeout=SOON))).__enter__()
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        ("550 5.7.1 Bad name", SenderRefused, "relay.helo"),
        ("421 4.7.0 Later", RelayUnreachable, "relay.helo"),
        (hang_up, RelayUnreachable, "before it took any mail"),
    ],
)
def test_a_refused_name_is_reported(answer: Answer, error: type[Exception], sentence: str) -> None:
    with scripted_smtp(EHLO=answer) as server, pytest.raises(error) as raised:
        OneLane(SmtpTransport(relay(server))).__enter__()
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        ("454 4.7.0 Directory down", RelayUnreachable, "cannot check logins just now (454)"),
        ("535 5.7.8 Bad: AGVkaXRvcgBzZXNhbWU=", SenderRefused, "refused the login (535)"),
        ("334 =", SenderRefused, "relay.username"),
        (hang_up, RelayUnreachable, "before it took any mail"),
    ],
)
def test_a_login_that_fails_is_reported_without_the_relays_words(
    answer: Answer, error: type[Exception], sentence: str
) -> None:
    offer = b"250-scripted.example\r\n250 AUTH PLAIN\r\n"
    with scripted_smtp(EHLO=offer, AUTH=answer) as server, pytest.raises(error) as raised:
        OneLane(SmtpTransport(relay(server, username="editor", password="sesame"))).__enter__()
    assert sentence in str(raised.value)
    assert "AGVkaXRvcgBzZXNhbWU=" not in str(raised.value)


@pytest.mark.parametrize("answer", ["500 5.5.1 What?", hang_up, reset, b"nonsense\n"])
def test_a_rude_goodbye_changes_nothing(answer: Answer) -> None:
    with scripted_smtp(QUIT=answer) as server:
        assert [receipt.verdict for receipt in send_two(server)] == [Verdict.ACCEPTED] * 2


PIPELINING = "250-scripted.example\r\n250-PIPELINING\r\n250 8BITMIME"


def pipelined(server: Scripted, *recipients: str, **given: Any) -> list[Receipt]:
    with OneLane(SmtpTransport(relay(server, **given))) as smtp:
        return smtp.send_all(*(mail(f"{name}@example.com") for name in recipients))


def test_the_next_envelope_is_said_behind_each_mail() -> None:
    with scripted_smtp(EHLO=PIPELINING) as server:
        receipts = pipelined(server, "a", "b", "c")
    assert [receipt.verdict for receipt in receipts] == [Verdict.ACCEPTED] * 3
    verbs = [line.partition(" ")[0].upper() for line in server.heard]
    assert verbs == ["EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]
    assert len(server.mails) == 3


def test_a_recipient_refused_in_the_middle_of_a_pipeline_harms_no_neighbour() -> None:
    refusals = ["250 Go on", "550 5.1.1 Gone", "250 Go on"]
    data = ["354 Go on", "503 5.5.1 No valid recipients", "354 Go on"]
    with scripted_smtp(EHLO=PIPELINING, RCPT=refusals, DATA=data) as server:
        receipts = pipelined(server, "a", "gone", "c")
    assert [receipt.verdict for receipt in receipts] == [Verdict.ACCEPTED, Verdict.REFUSED, Verdict.ACCEPTED]
    assert (receipts[1].text, receipts[1].stage) == ("5.1.1 Gone", Stage.RCPT)
    assert (len(server.mails), server.connections) == (2, 1)


def test_a_server_that_wants_a_mail_for_nobody_is_sent_an_empty_one() -> None:
    """RFC 2920, 3.1: it may answer 354 to DATA though it refused the only recipient."""
    with scripted_smtp(EHLO=PIPELINING, RCPT=["550 5.1.1 Gone", "250 Go on"], DOT=["554 None", "250 Kept"]) as server:
        receipts = pipelined(server, "gone", "b")
    assert [receipt.verdict for receipt in receipts] == [Verdict.REFUSED, Verdict.ACCEPTED]
    assert server.connections == 1


def test_a_connection_that_ends_after_a_mail_leaves_only_that_one_in_doubt() -> None:
    with scripted_smtp(EHLO=PIPELINING, DOT=["250 Kept", hang_up]) as server:
        receipts = pipelined(server, "a", "b", "c", "d")
    verdicts = [receipt.verdict for receipt in receipts]
    assert verdicts.count(Verdict.UNKNOWN) >= 1
    assert verdicts[0] is Verdict.ACCEPTED
    assert verdicts[1] is Verdict.UNKNOWN
    assert verdicts[2] is Verdict.DEFERRED, "its envelope was said, and nothing of it handed over"


def test_a_fence_that_fell_lets_nothing_more_out() -> None:
    with scripted_smtp(EHLO=PIPELINING) as server, OneLane(SmtpTransport(relay(server))) as smtp:
        smtp.may_go = False
        receipts = smtp.send_all(mail("a@example.com"))
    assert (receipts[0].verdict, receipts[0].connection_lost) == (Verdict.DEFERRED, True)
    assert server.mails == []


def test_the_relay_that_cannot_be_reached_is_stood_in_for_by_the_next() -> None:
    with scripted_smtp() as server, scripted_smtp(GREETING="421 4.3.2 Busy") as busy:
        first = relay(busy)
        with OneLane(SmtpTransport(first, relay(server, rank=1))) as smtp:
            assert smtp.send(mail()).verdict is Verdict.ACCEPTED
    assert len(server.mails) == 1


def test_relays_share_the_lanes_by_their_weight() -> None:
    once = {"max_messages_per_connection": 1}  # so that every lane opens a conversation of its own
    with scripted_smtp() as heavy, scripted_smtp() as light:
        transport = SmtpTransport(
            relay(heavy, weight=3, connections=3, **once), relay(light, weight=1, connections=1, **once)
        )
        assert transport.connections == 4
        with OneLane(transport) as smtp:
            for _ in range(9):  # the first goes over the conversation that greeted
                smtp.send(mail())
    assert (len(heavy.mails), len(light.mails)) == (7, 2)
