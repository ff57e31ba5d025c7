"""Whether a mail may have arrived is told truly, whatever the other side does."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from deliver.providers.handing import KEY, Hand, provider_at, sent
from deliver.providers.sample_mail import CONTENT, mail
from deliver.providers.scripted_http import (
    GOOD,
    Connection,
    Over,
    Step,
    cut,
    drip,
    flood,
    good,
    hang_up,
    hang_up_after_the_body,
    hang_up_after_the_head,
    said,
    scripted_http,
    silent,
)
from newsletter.deliver.providers.exchange import Patience, ProviderTransport, tag_of
from newsletter.deliver.providers.mailgun import Mailgun
from newsletter.errors import SenderRefused
from newsletter.model.delivery import Receipt, Verdict
from probe.own_certificate import own_certificate

KINDS = ("ses", "postmark", "mailgun", "resend")


def patient(**limits: float) -> Callable[[str], ProviderTransport]:
    """Makes a transport whose limits are ``limits``."""

    def made(url: str) -> ProviderTransport:
        return ProviderTransport(Mailgun(endpoint=url, domain="", key=KEY), connections=1, patience=Patience(**limits))

    return made


@pytest.mark.parametrize("kind", KINDS)
def test_an_accepted_mail_has_the_providers_identifier(kind: str) -> None:
    outcome = sent(good, kind=kind)
    assert outcome.receipt == Receipt(verdict=Verdict.ACCEPTED, code=200, text="p-1")
    assert outcome.asked == 1
    assert outcome.server.only.line.startswith("POST /")


@pytest.mark.parametrize("kind", KINDS)
def test_the_caller_is_asked_once_and_before_the_first_octet(kind: str) -> None:
    async def run() -> None:
        async with scripted_http(good) as server:
            hand = Hand(server)
            async with provider_at(server.url, kind) as transport:
                for nth in (1, 2):
                    before = len(server.received)
                    await transport.send(mail(), hand)
                    assert len(hand.told) == nth
                    assert hand.told[-1] == before
            assert server.connections == 1

    asyncio.run(run())


def test_where_the_caller_says_no_nothing_is_sent() -> None:
    async def run() -> None:
        async with scripted_http(silent) as server:
            hand = Hand(server, says=False)
            async with provider_at(server.url) as transport:
                receipt = await transport.send(mail(), hand)
            assert (receipt.verdict, receipt.connection_lost) == (Verdict.DEFERRED, True)
            await server.quiet.wait()
            assert server.connections == 1
            assert server.received == b""
            assert len(hand.told) == 1

    asyncio.run(run())


def test_after_a_no_the_next_mail_goes_out() -> None:
    async def run() -> None:
        async with scripted_http(good) as server, provider_at(server.url) as transport:
            await transport.send(mail(), lambda: False)
            assert (await transport.send(mail(), lambda: True)).verdict is Verdict.ACCEPTED
            assert len(server.asked) == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    "step",
    [hang_up, hang_up_after_the_head, hang_up_after_the_body, *map(cut, (1, 12, 40, len(GOOD) - 1))],
    ids=["at accept", "after the head", "after the body", "in the status", "in the line", "in the head", "in the body"],
)
@pytest.mark.parametrize("size", [0, 900_000], ids=["small", "larger than the buffers"])
def test_without_a_complete_answer_the_mail_may_have_arrived(step: Step, size: int) -> None:
    large = mail(content=CONTENT + (b"y" * 78 + b"\r\n") * (size // 80))
    outcome = sent(step, what=large)
    assert (outcome.receipt.verdict, outcome.receipt.connection_lost) == (Verdict.UNKNOWN, True)
    assert outcome.receipt.code == 0
    assert outcome.asked == 1


@pytest.mark.parametrize(
    ("step", "limits"),
    [(silent, {"wait": 0.2}), (silent, {"whole": 0.2}), (drip, {"whole": 0.4}), (flood, {})],
    ids=["no word", "no word in all the time", "an octet at a time", "without end"],
)
def test_an_answer_that_does_not_end_is_not_waited_for(step: Step, limits: dict[str, float]) -> None:
    outcome = sent(step, transport=patient(**limits))
    assert (outcome.receipt.verdict, outcome.receipt.connection_lost) == (Verdict.UNKNOWN, True)


def test_a_compressed_answer_is_not_unpacked() -> None:
    assert sent(said(200, b"\x1f\x8b", Content_Encoding="gzip")).receipt.verdict is Verdict.UNKNOWN


def test_an_answer_that_comes_before_the_whole_mail_is_read_decides() -> None:
    async def early(connection: Connection) -> None:
        await connection.head()
        await connection.say(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
        while await connection.reader.read(65_536):
            pass
        raise Over

    outcome = sent(early)
    assert (outcome.receipt.verdict, outcome.receipt.code) == (Verdict.DEFERRED, 503)


def _before(receipt: Receipt, asked: list[int]) -> None:
    assert (receipt.verdict, receipt.connection_lost, receipt.code) == (Verdict.DEFERRED, True, 0)
    assert asked == []


def test_where_nobody_listens_the_mail_was_surely_not_sent() -> None:
    async def run() -> None:
        async with scripted_http(good) as server:
            url, hand = server.url, Hand(server)
        async with provider_at(url) as transport:
            _before(await transport.send(mail(), hand), hand.told)

    asyncio.run(run())


def test_a_name_that_is_not_found_is_a_mail_surely_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    async def run() -> None:
        async with scripted_http(good) as server:
            hand = Hand(server)
            async with provider_at("https://mail-interface.example") as transport:
                monkeypatch.setattr(socket, "getaddrinfo", unknown)
                _before(await transport.send(mail(), hand), hand.told)

    asyncio.run(run())


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    async def run() -> None:
        async with scripted_http(good, tls=own_certificate(tmp_path)) as server:
            hand = Hand(server)
            async with provider_at(server.url) as transport:
                _before(await transport.send(mail(), hand), hand.told)
            assert server.received == b""

    asyncio.run(run())


@pytest.mark.parametrize("step", [hang_up, silent, said(200)], ids=["gone", "silent", "clear text"])
def test_where_tls_does_not_come_to_stand_the_mail_was_surely_not_sent(step: Step) -> None:
    async def run() -> None:
        async with scripted_http(step) as server:
            hand = Hand(server)
            async with patient(connect=0.3)(server.url.replace("http:", "https:")) as transport:
                _before(await transport.send(mail(), hand), hand.told)

    asyncio.run(run())


def test_a_connection_that_was_closed_while_idle_leaves_no_mail_in_doubt() -> None:
    async def run() -> None:
        async with scripted_http(good, hang_up, good) as server, provider_at(server.url) as transport:
            first = await transport.send(mail(), lambda: True)
            await server.quiet.wait()
            second = await transport.send(mail(), lambda: True)
            assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
            assert server.connections == 2

    asyncio.run(run())


def test_no_more_mails_are_on_their_way_than_connections_were_asked_for() -> None:
    async def run() -> None:
        async with scripted_http(good) as server, provider_at(server.url, connections=3) as transport:
            assert transport.connections == 3
            receipts = await asyncio.gather(*(transport.send(mail(), lambda: True) for _ in range(12)))
            assert {receipt.verdict for receipt in receipts} == {Verdict.ACCEPTED}
            assert 1 < server.most_open <= 3
            assert len(server.asked) == 12

    asyncio.run(run())


def test_a_mail_that_is_waiting_for_its_turn_when_the_time_is_over_was_surely_not_sent() -> None:
    async def run() -> None:
        async with scripted_http(silent) as server, patient(whole=0.3)(server.url) as transport:
            hand = Hand(server)
            both = await asyncio.gather(transport.send(mail(), hand), transport.send(mail(), hand))
            assert [receipt.verdict for receipt in both] == [Verdict.UNKNOWN, Verdict.DEFERRED]
            assert len(hand.told) == 1

    asyncio.run(run())


def test_a_cancelled_mail_does_not_spoil_the_next_ones_answer() -> None:
    arrived = asyncio.Event()

    async def never_answered(connection: Connection) -> None:
        await connection.request()
        arrived.set()
        await silent(connection)

    async def run() -> None:
        async with scripted_http(never_answered, good) as server, provider_at(server.url) as transport:
            task = asyncio.create_task(transport.send(mail(), lambda: True))
            await arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await transport.send(mail(), lambda: True)).verdict is Verdict.ACCEPTED
            assert server.connections == 2

    asyncio.run(run())


def test_what_no_transport_sends_is_refused_before_anything_is_opened() -> None:
    odd = sent(good, what=mail(recipient="no address"))
    assert (odd.receipt.verdict, odd.receipt.code) == (Verdict.REFUSED, 0)
    eai = sent(good, what=mail(recipient="чит@example.com"))
    assert (eai.receipt.verdict, eai.receipt.code) == (Verdict.REFUSED, 0)
    assert [each.server.connections for each in (odd, eai)] == [0, 0]
    with pytest.raises(SenderRefused, match="line end"):
        sent(good, what=mail(content=b"Subject: A\n\nB\n"))


def test_the_environments_proxies_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert sent(good).receipt.verdict is Verdict.ACCEPTED


def test_a_transport_can_be_entered_again() -> None:
    async def run() -> None:
        async with scripted_http(good) as server:
            transport = provider_at(server.url)
            for _ in range(2):
                async with transport:
                    assert (await transport.send(mail(), lambda: True)).verdict is Verdict.ACCEPTED
            with pytest.raises(RuntimeError, match="async with"):
                await transport.send(mail(), lambda: True)

    asyncio.run(run())


def test_a_tag_keeps_to_what_every_provider_takes() -> None:
    assert tag_of("<abc-1_X@news.example.org>") == "abc-1_X"
    for odd in ("", "<>", "<a b@x>", "<ä@x>", "<a.b@x>", f"<{'a' * 81}@x>"):
        assert tag_of(odd) == ""
